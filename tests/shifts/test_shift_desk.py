"""A turn at the drawer, from the float to the count."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from core.ledger.models import Account, EntryKind
from core.services.shift_desk import MOST_IN_A_DRAWER, MOVEMENT_LIMIT
from core.shifts.errors import (
    AnotherShift,
    BadDrawerAmount,
    MovementTooLarge,
    NoOpenShift,
    NotesDiffer,
    NothingCounted,
    ReasonNeeded,
    ShiftAlreadyOpen,
    UnknownShift,
)
from core.shifts.queries import drawer_sums
from tests.services.test_refunds import ask, paid
from tests.shop import CASHIER, Shop

FLOAT = 200_000


def pays_cash(shop: Shop, *dishes: str, tendered: int = 100_000) -> int:
    order = shop.order(*dishes, pay_by="cash")
    return shop.core.cash.take(order.uid, tendered, CASHIER).order.cash_total


def test_the_drawer_grows_by_the_bill_and_not_by_the_note_handed_over(shop: Shop) -> None:
    bill = pays_cash(shop, "Sate Ayam", tendered=100_000)

    sheet = shop.core.shifts.close(shop.outlet.id, FLOAT + bill, CASHIER)

    assert sheet.shift.expected == FLOAT + bill
    assert sheet.cash == bill
    assert sheet.difference == 0
    assert shop.balance(Account.OVER_SHORT) == 0


@pytest.mark.parametrize("off_by", [-7_500, 1_000])
def test_what_is_over_or_short_is_posted_and_shown(shop: Shop, off_by: int) -> None:
    bill = pays_cash(shop, "Es Teh")

    sheet = shop.core.shifts.close(shop.outlet.id, FLOAT + bill + off_by, CASHIER)

    assert sheet.difference == off_by
    assert shop.balance(Account.OVER_SHORT) == -off_by
    with shop.core.db.read() as session:
        assert drawer_sums(session, sheet.shift.id)[EntryKind.COUNT] == off_by


def test_what_was_counted_leaves_the_drawer_so_that_the_next_float_is_not_counted_twice(shop: Shop) -> None:
    bill = pays_cash(shop, "Sate Ayam")
    shop.core.shifts.close(shop.outlet.id, FLOAT + bill, CASHIER)
    assert shop.balance(Account.DRAWER) == 0

    shop.core.shifts.open(shop.outlet.id, 150_000, CASHIER)

    assert shop.balance(Account.DRAWER) == 150_000


def test_the_open_shift_does_not_say_what_should_be_in_the_drawer(shop: Shop) -> None:
    pays_cash(shop, "Sate Ayam")

    current = shop.core.shifts.current(shop.outlet.id)

    assert current is not None
    assert current.shift.expected is None
    assert current.shift.counted is None
    assert current.opened_by == "Kasir"


def test_money_carried_in_and_out_is_written_down_with_its_reason(shop: Shop) -> None:
    shop.core.shifts.move(shop.outlet.id, -35_000, "beli es batu", CASHIER)
    shop.core.shifts.move(shop.outlet.id, 50_000, "tukar receh", CASHIER)

    sheet = shop.core.shifts.close(shop.outlet.id, FLOAT + 15_000, CASHIER)

    assert [(move.data["amount"], move.data["reason"]) for move in sheet.moves] == [
        (-35_000, "beli es batu"),
        (50_000, "tukar receh"),
    ]
    assert sheet.moved == 15_000
    assert sheet.difference == 0


@pytest.mark.parametrize("reason", ["", "   ", "\u202e"])
def test_a_movement_needs_a_reason(shop: Shop, reason: str) -> None:
    with pytest.raises(ReasonNeeded):
        shop.core.shifts.move(shop.outlet.id, 1_000, reason, CASHIER)


def test_much_money_is_carried_by_a_manager(shop: Shop) -> None:
    with pytest.raises(MovementTooLarge):
        shop.core.shifts.move(shop.outlet.id, -(MOVEMENT_LIMIT + 1), "setor", CASHIER)

    shop.core.shifts.move(shop.outlet.id, MOVEMENT_LIMIT + 1, "tukar receh", CASHIER, may_exceed=True)


@pytest.mark.parametrize("amount", [-1, MOST_IN_A_DRAWER + 1, 10**15])
def test_an_amount_that_no_drawer_holds_is_refused(shop: Shop, amount: int) -> None:
    with pytest.raises(BadDrawerAmount):
        shop.core.shifts.close(shop.outlet.id, amount, CASHIER)
    with pytest.raises(BadDrawerAmount):
        shop.core.shifts.open(shop.outlet.id, amount, CASHIER)

    assert shop.core.shifts.current(shop.outlet.id) is not None


def test_a_drawer_is_opened_once_however_many_ask(shop: Shop) -> None:
    shop.core.shifts.close(shop.outlet.id, FLOAT, CASHIER)

    def open_it(_: int) -> bool:
        try:
            shop.core.shifts.open(shop.outlet.id, 100_000, CASHIER)
        except ShiftAlreadyOpen:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(open_it, range(8)))

    assert answers.count(True) == 1
    assert shop.balance(Account.DRAWER) == 100_000


def test_a_shift_is_counted_once_however_many_ask(shop: Shop) -> None:
    def close_it(_: int) -> bool:
        try:
            shop.core.shifts.close(shop.outlet.id, FLOAT, CASHIER)
        except NoOpenShift:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(close_it, range(8)))

    assert answers.count(True) == 1


def test_nothing_goes_into_a_closed_drawer(shop: Shop) -> None:
    shop.core.shifts.close(shop.outlet.id, FLOAT, CASHIER)

    with pytest.raises(NoOpenShift):
        shop.core.shifts.close(shop.outlet.id, FLOAT, CASHIER)
    with pytest.raises(NoOpenShift):
        shop.core.shifts.move(shop.outlet.id, 1_000, "tukar receh", CASHIER)
    assert shop.core.shifts.current(shop.outlet.id) is None


def test_whoever_saw_an_earlier_shift_changes_nothing_in_the_next(shop: Shop) -> None:
    seen = shop.core.shifts.close(shop.outlet.id, FLOAT, CASHIER).shift.id
    shop.core.shifts.open(shop.outlet.id, 150_000, CASHIER)

    with pytest.raises(AnotherShift):
        shop.core.shifts.close(shop.outlet.id, FLOAT, CASHIER, shift_id=seen)
    with pytest.raises(AnotherShift):
        shop.core.shifts.move(shop.outlet.id, -5_000, "beli es", CASHIER, shift_id=seen, key="a-key-of-a-form")

    assert shop.balance(Account.DRAWER) == 150_000


def test_one_form_carries_money_once_however_many_send_it(shop: Shop) -> None:
    def carries(_: int) -> None:
        shop.core.shifts.move(shop.outlet.id, -5_000, "beli es", CASHIER, key="a-key-of-a-form")

    with ThreadPoolExecutor(8) as crowd:
        list(crowd.map(carries, range(8)))

    assert shop.balance(Account.DRAWER) == FLOAT - 5_000


def test_an_empty_drawer_can_be_opened_and_closed(shop: Shop) -> None:
    shop.core.shifts.close(shop.outlet.id, FLOAT, CASHIER)
    shop.core.shifts.open(shop.outlet.id, 0, CASHIER)

    sheet = shop.core.shifts.close(shop.outlet.id, 0, CASHIER)

    assert sheet.difference == 0
    last = shop.core.shifts.last_closed(shop.outlet.id)
    assert last is not None
    assert last.shift.id == sheet.shift.id


def test_cash_that_comes_while_the_drawer_is_being_counted_is_in_the_count_or_refused(shop: Shop) -> None:
    orders = [shop.order("Es Teh", pay_by="cash") for _ in range(6)]

    def take(number: int) -> int:
        try:
            return shop.core.cash.take(orders[number].uid, 50_000, CASHIER).order.cash_total
        except NoOpenShift:
            return 0

    with ThreadPoolExecutor(7) as threads:
        taken = threads.map(take, range(6))
        sheet = threads.submit(shop.core.shifts.close, shop.outlet.id, FLOAT, CASHIER).result()
        received = sum(taken)

    assert sheet.shift.expected == FLOAT + received


@pytest.mark.parametrize("seed", range(5))
def test_after_any_sequence_the_drawer_should_hold_float_plus_cash_plus_what_was_carried(shop: Shop, seed: int) -> None:
    dice = random.Random(seed)
    holds = FLOAT

    for _ in range(12):
        match dice.choice(["bill", "in", "out", "qris"]):
            case "bill":
                holds += pays_cash(shop, dice.choice(["Sate Ayam", "Es Teh", "Mi Goreng"]))
            case "in":
                amount = dice.randrange(1, 200_000)
                shop.core.shifts.move(shop.outlet.id, amount, "tukar receh", CASHIER)
                holds += amount
            case "out":
                amount = dice.randrange(1, 20_000)
                shop.core.shifts.move(shop.outlet.id, -amount, "beli es", CASHIER)
                holds -= amount
            case "qris":
                shop.order("Es Teh", charge=False)

    sheet = shop.core.shifts.close(shop.outlet.id, holds, CASHIER)
    assert sheet.shift.expected == holds


def test_the_sheet_holds_what_the_whole_outlet_took_during_the_shift_and_nothing_before(shop: Shop) -> None:
    before = paid(shop)
    shop.clock.added += timedelta(minutes=1)
    shop.core.shifts.close(shop.outlet.id, FLOAT, CASHIER)
    shop.core.shifts.open(shop.outlet.id, FLOAT, CASHIER)
    order = paid(shop)
    ask(shop, order, 1_000)
    bill = pays_cash(shop, "Es Teh")
    shop.clock.added += timedelta(minutes=1)

    sheet = shop.core.shifts.close(shop.outlet.id, FLOAT + bill, CASHIER)

    assert (sheet.qris_count, sheet.qris, sheet.qris_left) == (1, order.total, 1_000)
    assert (sheet.cash_count, sheet.cash) == (1, bill)
    assert sheet.qris - sheet.qris_left + before.total == shop.balance(Account.GATEWAY)
    assert shop.core.shifts.sheet(shop.outlet.id, sheet.shift.id).qris == sheet.qris


def test_notes_come_to_what_was_counted(shop: Shop) -> None:
    with pytest.raises(NotesDiffer):
        shop.core.shifts.close(shop.outlet.id, FLOAT, CASHIER, notes={100_000: 1})
    with pytest.raises(NothingCounted):
        shop.core.shifts.close(shop.outlet.id, None, CASHIER)

    sheet = shop.core.shifts.close(shop.outlet.id, None, CASHIER, notes={100_000: 1, 50_000: 2, 500: 0})

    assert (sheet.shift.counted, sheet.shift.notes) == (FLOAT, {"100000": 1, "50000": 2})


def test_another_outlets_sheet_is_not_there(shop: Shop) -> None:
    sheet = shop.core.shifts.close(shop.outlet.id, FLOAT, CASHIER)

    assert [shift.id for shift in shop.core.shifts.past(shop.outlet.id)] == [sheet.shift.id]
    assert shop.core.shifts.past(shop.outlet.id + 1) == []
    for outlet_id, shift_id in ((shop.outlet.id + 1, sheet.shift.id), (shop.outlet.id, 0), (shop.outlet.id, 2**70)):
        with pytest.raises(UnknownShift):
            shop.core.shifts.sheet(outlet_id, shift_id)
