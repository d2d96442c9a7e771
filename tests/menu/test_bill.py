import random
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.menu.bill import Bill, Item, work_out
from core.outlets.models import Outlet
from tests.menu.cards import make_outlet

AMOUNTS = st.lists(st.tuples(st.integers(0, 8_500_000), st.booleans()), min_size=1, max_size=100)
RATES = st.tuples(st.integers(0, 2500), st.integers(0, 1000), st.booleans(), st.sampled_from([0, 1, 50, 100, 500]))


def half_up(amount: int, basis_points: int) -> int:
    """A percentage by the decimal module, which knows nothing of our own rounding."""
    return int((Decimal(amount) * basis_points / 10_000).quantize(Decimal(1), ROUND_HALF_UP))


def check(bill: Bill, items: list[Item], service: int, tax: int, service_is_taxed: bool, coin: int) -> None:
    """What holds for every bill, whatever is on it."""
    net = bill.subtotal - bill.discount
    assert bill.subtotal == sum(item.amount for item in items)
    assert bill.total == net + bill.service + bill.tax
    assert bill.service == half_up(net, service)
    assert (sum(bill.nets), sum(bill.services), sum(bill.taxes)) == (net, bill.service, bill.tax)
    taxed = [
        n + s * service_is_taxed for n, s, item in zip(bill.nets, bill.services, items, strict=True) if item.is_taxed
    ]
    assert bill.tax == half_up(sum(taxed), tax)
    assert all(part == 0 for part, item in zip(bill.taxes, items, strict=True) if not item.is_taxed)
    assert all(type(n) is int and n >= 0 for n in (*bill.nets, *bill.services, *bill.taxes, bill.total))
    assert abs(bill.cash_total - bill.total) <= coin / 2
    assert bill.cash_total % max(coin, 1) == 0


def test_the_bill_of_the_manual_comes_out_to_the_rupiah() -> None:
    bill = work_out([Item(92_000)], make_outlet(), discount=5_000)

    assert (bill.subtotal, bill.discount, bill.service, bill.tax) == (92_000, 5_000, 4_350, 9_135)
    assert (bill.total, bill.cash_total, bill.cash_total - bill.total) == (100_485, 100_500, 15)


@pytest.mark.parametrize(
    ("outlet", "tax", "total"),
    [
        (make_outlet(service_is_taxed=False), 8_700, 100_050),
        (make_outlet(service=0), 8_700, 95_700),
        (make_outlet(tax=0), 0, 91_350),
    ],
    ids=["service is not taxed", "take-away without service", "tax is off"],
)
def test_the_manuals_other_cases_come_out_to_the_rupiah(outlet: Outlet, tax: int, total: int) -> None:
    bill = work_out([Item(92_000)], outlet, discount=5_000)

    assert (bill.tax, bill.total) == (tax, total)


def test_service_and_tax_are_shared_by_what_each_line_costs() -> None:
    bill = work_out([Item(33_333), Item(33_333), Item(20_334)], make_outlet())

    assert bill.services == (1_667, 1_666, 1_017)
    assert bill.taxes == (3_500, 3_500, 2_135)
    assert bill.total == 100_485


def test_an_untaxed_line_stays_out_of_the_tax_with_its_service() -> None:
    bill = work_out([Item(50_000), Item(50_000, is_taxed=False)], make_outlet())

    assert bill.service == 5_000
    assert bill.tax == 5_250
    assert bill.taxes == (5_250, 0)


def test_each_percentage_is_rounded_once_and_not_line_by_line() -> None:
    bill = work_out([Item(10)] * 10, make_outlet(service=500, tax=0))

    assert bill.service == 5


def test_a_discount_never_makes_a_bill_negative() -> None:
    bill = work_out([Item(7_000)], make_outlet(), discount=20_000)

    assert (bill.discount, bill.total) == (7_000, 0)


@given(amounts=AMOUNTS, rates=RATES, discount=st.integers(0, 1_000_000))
def test_every_bill_adds_up(amounts: list[tuple[int, bool]], rates: tuple[int, int, bool, int], discount: int) -> None:
    items = [Item(amount, is_taxed) for amount, is_taxed in amounts]
    service, tax, service_is_taxed, coin = rates

    bill = work_out(
        items, make_outlet(service=service, tax=tax, service_is_taxed=service_is_taxed, coin=coin), discount
    )

    check(bill, items, service, tax, service_is_taxed, coin)


def test_ten_thousand_bills_add_up() -> None:
    dice = random.Random(20260501)
    for _ in range(10_000):
        service, tax, coin = dice.randrange(2_501), dice.randrange(1_001), dice.choice([0, 50, 100])
        items = [
            Item(dice.randrange(90_000) * dice.randint(1, 9), dice.random() < 0.9) for _ in range(dice.randint(1, 8))
        ]
        is_taxed = dice.random() < 0.5

        bill = work_out(
            items,
            make_outlet(service=service, tax=tax, service_is_taxed=is_taxed, coin=coin),
            dice.choice([0, dice.randrange(50_000)]),
        )

        check(bill, items, service, tax, is_taxed, coin)
