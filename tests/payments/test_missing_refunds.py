"""A refund that the gateway listed is looked for in whatever it says next."""

from collections.abc import Sequence

import pytest

from core.payments.gateway import EVERYTHING, GatewayState, PaymentReport, RefundReport, name_of_a_line, name_of_a_sum
from core.payments.missing_refunds import is_missing
from core.payments.models import Refund, RefundState, RefundWay
from core.payments.refund_rules import NEVER_CONFIRMED

SETTLED, PARTLY, REFUNDED = GatewayState.SETTLED, GatewayState.PARTIALLY_REFUNDED, GatewayState.REFUNDED
A, B = ("A", 5_000), ("B", 7_000)


def refund(key: str, amount: int, **values: object) -> Refund:
    usual = {"state": RefundState.ACCEPTED, "way": RefundWay.GATEWAY, "refused_for": None}
    return Refund(refund_key=key, amount=amount, **(usual | values))


def lines(*said: tuple[str, int]) -> Sequence[RefundReport]:
    return [RefundReport(key, amount, "", None) for key, amount in said]


def a_sum(total: int, key: str = "") -> Sequence[RefundReport]:
    return [RefundReport(key or name_of_a_sum(total), total, "", None, is_sum=True)]


def missing(state: GatewayState, said: Sequence[RefundReport], known: Sequence[Refund]) -> list[str]:
    report = PaymentReport("K1Q", state, 20_000, "IDR", "T1", refunds=tuple(said))
    return [one.refund_key for one in known if is_missing(report, one, known)]


@pytest.mark.parametrize(
    ("state", "said", "gone"),
    [
        (SETTLED, [], ["A", "B"]),
        (PARTLY, lines(A, B), []),
        (PARTLY, lines(B), ["A"]),
        (SETTLED, lines(A), ["B"]),
        (REFUNDED, lines(A, ("C", 15_000)), ["B"]),
        # It says that something went back, or all of it, and not what.
        (PARTLY, [], []),
        (REFUNDED, [], []),
        # What a bank took hides what was given back before.
        (GatewayState.CHARGED_BACK, [], []),
        (GatewayState.PARTIALLY_CHARGED_BACK, lines(B), []),
    ],
)
def test_where_each_has_its_key_it_is_looked_for_by_that(
    state: GatewayState, said: Sequence[RefundReport], gone: list[str]
) -> None:
    assert missing(state, said, [refund(*A), refund(*B)]) == gone


@pytest.mark.parametrize(
    ("said", "gone"),
    [
        (a_sum(12_000), []),
        (a_sum(15_000), []),
        # What is missing is 5.000: it can be the one, and not the other.
        (a_sum(7_000), ["A"]),
        (a_sum(5_000), ["A", "B"]),
        # It names the last of those it adds up.
        (a_sum(12_000, key="A"), []),
        (a_sum(5_000, key="A"), ["B"]),
        (lines((name_of_a_line(5_000, 1), 5_000), (name_of_a_line(7_000, 1), 7_000)), []),
        (lines((name_of_a_line(7_000, 1), 7_000)), ["A"]),
    ],
)
def test_told_without_keys_it_is_there_as_long_as_it_adds_up(said: Sequence[RefundReport], gone: list[str]) -> None:
    assert missing(PARTLY, said, [refund(*A), refund(*B)]) == gone


@pytest.mark.parametrize("key", [EVERYTHING, name_of_a_sum(12_000), name_of_a_line(12_000, 1)])
def test_what_was_told_without_a_key_is_not_missed_when_it_is_listed_with_one(key: str) -> None:
    assert missing(PARTLY, lines(A, B), [refund(key, 12_000)]) == []
    assert missing(PARTLY, lines(A), [refund(key, 12_000)]) == []
    assert missing(SETTLED, [], [refund(key, 12_000)]) == [key]


def test_cash_what_did_not_go_and_what_the_bank_never_made_are_not_looked_for_in_a_sum() -> None:
    others = [
        refund("CASH", 4_000, state=RefundState.CONFIRMED, way=RefundWay.DRAWER),
        refund("NO", 3_000, state=RefundState.REFUSED, refused_for="denied"),
        refund("LISTED", 2_000, state=RefundState.REFUSED, refused_for=NEVER_CONFIRMED),
    ]
    known = [refund(*A), *others]

    assert "A" not in missing(PARTLY, a_sum(5_000), known)
    assert "A" not in missing(PARTLY, a_sum(7_000), known)
    assert "A" in missing(SETTLED, [], known)
