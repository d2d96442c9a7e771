"""Judges one line of a settlement file by what our books hold. Nothing is asked and nothing written here."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from core.outlets.models import MerchantClass
from core.settlements.kinds import went_in_part
from core.settlements.models import BreakKind, LineKind, SettlementLine
from core.settlements.rates import fee_of, vat_of

UNKNOWN: Final = "unknown"
"""No attempt of ours has this reference."""
UNPAID: Final = "unpaid"
"""Ours, and the gateway has never told us that it was paid."""
IN_FILE, IN_PAYOUT = "file", "payout"
"""Listed twice: in one file, or in two payouts."""
FEE, VAT, NET = "fee", "vat", "net"
_ROUNDED: Final = 1
"""Rupiah that rounding up or down may make."""
_SUMMED: Final = 2


@dataclass(frozen=True, slots=True)
class Held:
    """What our books say of one payment. Whole rupiah."""

    is_known: bool = False
    """Whether it is an attempt of ours."""
    settled: int = 0
    """What the gateway took for it and did not undo; 0 while it has told us of nothing."""
    returned: Sequence[int] = ()
    """Each sum that went back by the gateway, or that a bank took."""


@dataclass(frozen=True, slots=True)
class Found:
    """One thing in which a line and our books do not agree."""

    kind: BreakKind
    what: str = ""
    ours: int | None = None
    theirs: int | None = None


def judge(
    line: SettlementLine, held: Held, before: Sequence[SettlementLine], merchant_class: MerchantClass | None
) -> Sequence[Found]:
    """Tell in what a line does not agree with our books.

    `before` are the lines about the same payment that came earlier, in this file or in others of the outlet.
    """
    if line.kind is LineKind.REFUND:
        return list(_of_refund(line, held, before))
    if line.kind is not LineKind.PAYMENT:
        return ()
    if (where := _is_repeated(line, before)) is not None:
        return [Found(BreakKind.LISTED_TWICE, where, held.settled or None, line.gross)]
    return [*_of_money(line, held), *_of_fee(line, merchant_class)]


def _of_refund(line: SettlementLine, held: Held, before: Sequence[SettlementLine]) -> Iterator[Found]:
    """Match each refund once: the second one of an amount needs a second one in our books."""
    refunds = [one for one in before if one.kind is line.kind]
    left = list(held.returned)
    for one in refunds:
        if one.file_id == line.file_id:
            _take(left, one.gross)
    if not _take(left, line.gross) or _is_one_more(line, held, refunds):
        yield Found(BreakKind.UNKNOWN_REFUND, "" if held.is_known else UNKNOWN, None, line.gross)


def _is_one_more(line: SettlementLine, held: Held, refunds: Sequence[SettlementLine]) -> bool:
    """Tell whether all files together list a sum more often than it went back. Two exports of one day list the same."""
    alike = [one for one in (*refunds, line) if one.gross == line.gross]
    in_each = Counter((one.file_id, one.day) for one in alike)
    listed = sum(max(count for (_, on), count in in_each.items() if on == day) for day in {day for _, day in in_each})
    ours = held.returned.count(line.gross)
    # What went back in several parts may be listed as one.
    return 0 < ours < listed


def _take(left: list[int], gross: int) -> bool:
    """Take a sum off those that went back, or all of them where one line lists them together; tell whether it was there."""
    if gross in left:
        left.remove(gross)
    elif gross == sum(left):
        left.clear()
    else:
        return False
    return True


def _is_repeated(line: SettlementLine, before: Sequence[SettlementLine]) -> str | None:
    """Tell where a payment was listed already. Two exports of one day list the same, which is no fault."""
    payments = [one for one in before if one.kind is LineKind.PAYMENT]
    if any(one.file_id == line.file_id for one in payments):
        return IN_FILE
    is_paid_out_twice = any(one.payout and line.payout and one.payout != line.payout for one in payments)
    return IN_PAYOUT if is_paid_out_twice else None


def _of_money(line: SettlementLine, held: Held) -> Iterator[Found]:
    if held.settled == 0:
        yield Found(BreakKind.MISSING_HERE, UNPAID if held.is_known else UNKNOWN, None, line.gross)
        return
    if held.settled != line.gross:
        yield Found(BreakKind.WRONG_AMOUNT, "", held.settled, line.gross)
    # That a part went back is all that a line says of it: of less than the whole nobody can tell whether it is enough.
    gone, missing = sum(held.returned), 1 if went_in_part(line.said) else line.gross
    if line.is_returned and gone < missing:
        yield Found(BreakKind.UNKNOWN_REFUND, "", gone or None, line.gross)


def _of_fee(line: SettlementLine, merchant_class: MerchantClass | None) -> Iterator[Found]:
    """Compare what was taken with the dated table. Some files name the fee with its VAT, some without."""
    expected = fee_of(merchant_class, line.gross, line.day) if line.day is not None else None
    if expected is None or line.day is None:
        return
    with_vat = expected + (vat_of(expected, line.day) or 0)
    if line.fee is not None and line.vat is not None:
        yield from _of_parts(line, line.fee, line.vat, expected, vat_of(line.fee, line.day))
    elif line.fee is not None:
        if not _is_about(line.fee, expected, with_vat, within=_ROUNDED):
            yield Found(BreakKind.WRONG_FEE, FEE, expected, line.fee)
    elif line.net is not None and not _is_about(line.gross - line.net, expected, with_vat, within=_SUMMED):
        yield Found(BreakKind.WRONG_FEE, NET, line.gross - with_vat, line.net)


def _of_parts(line: SettlementLine, fee: int, vat: int, expected: int, expected_vat: int | None) -> Iterator[Found]:
    if not _is_about(fee, expected, within=_ROUNDED):
        yield Found(BreakKind.WRONG_FEE, FEE, expected, fee)
    elif expected_vat is not None and not _is_about(vat, expected_vat, within=_ROUNDED):
        yield Found(BreakKind.WRONG_FEE, VAT, expected_vat, vat)
    elif line.net is not None and not _is_about(line.net, line.gross - fee - vat, within=_SUMMED):
        yield Found(BreakKind.WRONG_FEE, NET, line.gross - fee - vat, line.net)


def _is_about(amount: int, *expected: int, within: int) -> bool:
    return any(abs(amount - one) <= within for one in expected)
