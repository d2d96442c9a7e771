"""Tells what a line of a file is about, from its type, its status and the sign of its amount."""

from typing import Final

from core.settlements.models import LineKind

_PAYMENTS: Final = frozenset({"payment", "payments", "pembayaran", "pay in", "payin", "charge", "penjualan"})
_REFUNDS: Final = frozenset(
    {"refund", "refunds", "partial refund", "pengembalian", "pengembalian dana", "chargeback", "partial chargeback"}
)
_CAME: Final = frozenset(
    {"settlement", "settled", "capture", "captured", "success", "successful", "paid", "berhasil", "sukses", "lunas"}
)
_WENT_IN_PART: Final = frozenset({"partial refund", "partially refunded", "partial chargeback"})
_WENT: Final = frozenset({"refund", "refunded", "chargeback", "dikembalikan"}) | _WENT_IN_PART
_JOINT: Final = " · "


def kind_of(type_of_line: str, status: str, gross: int | None) -> tuple[LineKind, bool]:
    """Tell a payment, a refund or anything else, and whether a payment is listed as one that went back.

    A word that is not known is no money of a guest: what the file should have listed then is missed all the same.
    """
    kind, state = _plain(type_of_line), _plain(status)
    if kind in _REFUNDS:
        return (LineKind.REFUND if not state or state in _CAME | _WENT else LineKind.OTHER), False
    if (kind and kind not in _PAYMENTS) or (state and state not in _CAME | _WENT):
        return LineKind.OTHER, False
    if not kind and gross is not None and gross < 0:
        return LineKind.REFUND, False
    return LineKind.PAYMENT, state in _WENT


def own_words(type_of_line: str, status: str) -> str:
    """Put together what a line says of itself, as it is kept with it."""
    return _JOINT.join(filter(None, (type_of_line, status)))


def went_in_part(said: str) -> bool:
    """Tell by a line's own words whether a part of its payment went back: how much, they do not say."""
    return _plain(said.rpartition(_JOINT)[2]) in _WENT_IN_PART


def _plain(word: str) -> str:
    return " ".join(word.lower().replace("_", " ").replace("-", " ").split())
