"""Reads a QRIS text the way a wallet does, and refuses one that is not ours.

Source: EMVCo merchant-presented QR, as the Indonesian national standard uses it.
"""

import binascii
from dataclasses import dataclass

_MOST = 512


class BadQr(Exception):
    """A QR text that must not be shown to anybody, with the reason in one word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class QrisText:
    """What stands in a QRIS text."""

    amount: int
    """Tag 54, whole rupiah."""
    currency: str
    country: str
    merchant_name: str
    city: str
    nmid: str
    """Tag 51.02; empty when the text carries none."""


def read_qris(text: str) -> QrisText:
    """Take a QRIS text apart.

    Raises BadQr when it is cut, its CRC is wrong, a tag repeats, or it has no whole amount.
    """
    if len(text) > _MOST or not text.isascii():
        raise BadQr(reason="unreadable")
    if text[-8:-4] != "6304" or f"{binascii.crc_hqx(text[:-4].encode(), 0xFFFF):04X}" != text[-4:]:
        raise BadQr(reason="crc")
    tags = _tags(text)
    if tags.get("00") != "01":
        raise BadQr(reason="unreadable")
    return QrisText(
        amount=_amount(tags.get("54", "")),
        currency=tags.get("53", ""),
        country=tags.get("58", ""),
        merchant_name=tags.get("59", ""),
        city=tags.get("60", ""),
        nmid=_tags(tags["51"]).get("02", "") if "51" in tags else "",
    )


def check_qris(text: str, *, amount: int, merchant_name: str) -> QrisText:
    """Read a QRIS text and make sure that paying it pays us, in rupiah, exactly this much.

    An empty merchant name is not compared. Raises BadQr with what differs.
    """
    qr = read_qris(text)
    if qr.amount != amount:
        raise BadQr(reason="amount")
    if qr.currency != "360" or qr.country != "ID":
        raise BadQr(reason="currency")
    if merchant_name and qr.merchant_name.casefold() != merchant_name.casefold():
        raise BadQr(reason="merchant")
    return qr


def _tags(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    at = 0
    while at < len(text):
        tag, length = text[at : at + 2], text[at + 2 : at + 4]
        if not (tag.isdigit() and length.isdigit()) or tag in found:
            raise BadQr(reason="unreadable")
        value = text[at + 4 : at + 4 + int(length)]
        if len(value) != int(length):
            raise BadQr(reason="unreadable")
        found[tag] = value
        at += 4 + int(length)
    return found


def _amount(value: str) -> int:
    rupiah, _, fraction = value.partition(".")
    if not rupiah.isdigit() or fraction.strip("0"):
        raise BadQr(reason="amount")
    return int(rupiah)
