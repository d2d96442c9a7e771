"""What `meja check` finds: each kind of disagreement is made by hand once, and named."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest
from sqlalchemy import text

from core.ledger.models import Account, EntryKind
from core.ledger.posting import Line, post
from core.services.books import Finding
from tests.running_simulator import Simulator
from tests.services.test_refunds import MANAGER
from tests.settlement_files import takes_a_settlement_in
from tests.shop import CASHIER, SERVER_KEY, Shop, notification, open_shop

STRANGE = "K01ARZ3NDEKTSV4RRFFQ69G5FAVQ"
"""A reference of our shape that no attempt of ours has."""


@pytest.fixture
def house(database_url: str, simulator: Simulator) -> Iterator[Shop]:
    """A restaurant whose books need not hold in the end."""
    shop = open_shop(database_url, simulator)
    yield shop
    shop.core.close()


def broken(shop: Shop) -> dict[str, tuple[str, ...]]:
    """What does not hold, and the rows that break it."""
    return {finding.name: finding.faults for finding in shop.core.books.check() if not finding.holds}


def finding_of(shop: Shop, name: str) -> Finding:
    return next(finding for finding in shop.core.books.check() if finding.name == name)


def meddle(shop: Shop, statement: str, **values: object) -> None:
    """Change rows as a hand with a console could."""
    with shop.core.db.write() as session:
        session.execute(text(statement), values)


def is_charged(shop: Shop, reference: str) -> None:
    """Make a QR at the gateway that no attempt of ours knows."""
    charge = {
        "payment_type": "qris",
        "transaction_details": {"order_id": reference, "gross_amount": 28_000},
        "qris": {"acquirer": "gopay"},
    }
    answer = shop.simulator.http.post(
        f"{shop.simulator.url}/v2/charge", json=charge, auth=(SERVER_KEY, ""), timeout=10
    ).json()
    assert answer["status_code"] == "201", answer


def test_an_evening_with_everything_in_it_holds(shop: Shop) -> None:
    paid, cash = shop.order("Sate Ayam"), shop.order("Es Teh", pay_by="cash", table=1)
    shop.wallet.pays(paid)
    shop.core.cash.take(cash.uid, 10_000, CASHIER)
    for step in (shop.core.kitchen.start, shop.core.kitchen.ready, shop.core.kitchen.serve, shop.core.kitchen.undo):
        step(paid.uid, CASHIER)
    unwanted = shop.order("Rendang", table=2)
    shop.core.payments.cancel(unwanted.uid)
    shop.gateway_works()

    assert broken(shop) == {}
    assert all(finding.waiting == () for finding in shop.core.books.check())


def test_an_order_in_the_kitchen_for_which_no_rupiah_came_is_found(house: Shop) -> None:
    order = house.order("Sate Ayam")
    meddle(
        house,
        "UPDATE orders SET status = 'confirmed', payment_status = 'failed', paid_at = created_at WHERE id = :id",
        id=order.id,
    )
    meddle(house, "INSERT INTO tickets (order_id, batch, at) SELECT id, 1, created_at FROM orders")
    meddle(
        house,
        "INSERT INTO events (outlet_id, kind, order_id, at, by, data) "
        "SELECT outlet_id, 'order.confirmed', id, created_at, 'system', '{}' FROM orders",
    )

    assert broken(house) == {"paid_orders_brought_money": (order.uid,)}


@pytest.mark.parametrize("state", ["expired", "failed"])
def test_an_order_that_says_otherwise_than_its_last_qr_is_found(house: Shop, state: str) -> None:
    order = house.order("Sate Ayam")
    assert broken(house) == {}

    meddle(house, "UPDATE orders SET payment_status = :state", state=state)

    assert broken(house) == {"payment_status_follows": (order.uid,)}


def test_a_new_qr_after_an_expired_one_is_pending(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    shop.simulator.expire(shop.attempt(order).reference)
    shop.hears_of(shop.attempt(order), said="expire")
    assert shop.status(order)[1] == "expired"
    assert broken(shop) == {}

    shop.core.payments.new_qr(order.uid)
    shop.gateway_works()

    assert broken(shop) == {}


@pytest.mark.parametrize(("status", "paid"), [("expired", "expired"), ("cancelled", "pending")])
def test_an_order_that_ended_without_a_word_is_found(house: Shop, status: str, paid: str) -> None:
    order = house.order("Es Teh", pay_by="cash")
    meddle(house, "UPDATE orders SET status = :status, payment_status = :paid", status=status, paid=paid)

    assert broken(house) == {"events_tell_the_status": (order.uid,)}


def test_a_step_in_the_kitchen_that_was_not_told_is_found(house: Shop) -> None:
    order = house.order("Es Teh")
    house.wallet.pays(order)
    house.core.kitchen.start(order.uid, CASHIER)
    house.core.kitchen.undo(order.uid, CASHIER)
    assert broken(house) == {}

    meddle(house, "UPDATE orders SET status = 'preparing'")

    assert broken(house) == {"events_tell_the_status": (order.uid,)}


def posts_loosely(shop: Shop, *amounts: int) -> None:
    """Write postings that belong to no entry."""
    lines = ", ".join(f"('no such entry', 'sales', {amount})" for amount in amounts)
    loose = f"INSERT INTO postings (entry_uid, account, amount) VALUES {lines}"
    if shop.core.db.is_sqlite:
        with closing(sqlite3.connect(shop.core.db.url.database or "")) as connection:
            # A console keeps no foreign key unless it is told to.
            connection.execute(loose)
            connection.commit()
    else:
        meddle(shop, "ALTER TABLE postings DROP CONSTRAINT fk_postings_entry_uid_entries")
        meddle(shop, loose)


@pytest.mark.parametrize("amounts", [(500,), (500, -500)], ids=["that is missing", "that cancels out"])
def test_a_posting_that_stands_on_no_day_is_found(house: Shop, amounts: tuple[int, ...]) -> None:
    order = house.order("Es Teh")
    house.wallet.pays(order)

    posts_loosely(house, *amounts)

    assert finding_of(house, "days_make_the_whole").faults == ("sales",)


def test_money_of_two_days_adds_up(shop: Shop) -> None:
    shop.wallet.pays(shop.order("Es Teh"))
    with shop.core.db.write() as session:
        lines = [Line(Account.DRAWER, 5_000), Line(Account.OWNER, -5_000)]
        later = shop.clock() + timedelta(days=1)
        post(session, shop.outlet, EntryKind.MOVEMENT, lines, source="test", source_id="1", at=later, by="system")

    assert finding_of(shop, "days_make_the_whole").holds


def test_a_message_that_the_gateway_will_not_explain_waits_and_is_broken_after_a_day(house: Shop) -> None:
    order = house.order("Sate Ayam")
    attempt = house.attempt(order)
    house.simulator.misbehave({"call": "status", "kind": "http_503"})
    house.hears_of(attempt)

    waits = finding_of(house, "messages_are_answered")
    assert (waits.holds, waits.waiting) == (True, (attempt.reference,))

    house.clock.added += timedelta(hours=25)
    overdue = finding_of(house, "messages_are_answered")
    assert (overdue.faults, overdue.waiting) == ((attempt.reference,), ())

    house.simulator.behave()
    house.gateway_works()
    assert finding_of(house, "messages_are_answered") == Finding(overdue.name, overdue.sentence, ())


def test_a_message_that_nobody_will_ask_about_any_more_is_broken_at_once(house: Shop) -> None:
    order = house.order("Sate Ayam")
    attempt = house.attempt(order)
    house.core.inbox.receive(notification(attempt.reference, attempt.amount, "settlement"))
    meddle(house, "UPDATE attempts SET due_at = NULL")

    assert broken(house) == {
        "messages_are_answered": (attempt.reference,),
        "work_is_watched": (attempt.reference,),
    }


@pytest.mark.parametrize("is_over", [False, True])
def test_a_qr_that_nobody_asks_about_while_money_may_come_is_found(house: Shop, is_over: bool) -> None:
    order = house.order("Sate Ayam")
    if is_over:
        house.core.payments.cancel(order.uid)
        house.gateway_works()
    reference = house.attempt(order).reference
    assert broken(house) == {}

    meddle(house, "UPDATE attempts SET due_at = NULL")

    assert broken(house) == {"work_is_watched": (reference,)}


def test_a_qr_that_was_watched_to_its_end_is_not_missed_when_the_clock_is_set_back(house: Shop) -> None:
    house.order("Sate Ayam")
    for _ in range(12):
        house.passes(timedelta(hours=3))
        house.gateway_works()

    house.clock.added -= timedelta(days=1)

    assert finding_of(house, "work_is_watched").holds


@pytest.mark.parametrize("state", ["asked", "accepted"])
def test_a_refund_that_nobody_asks_about_is_found(house: Shop, state: str) -> None:
    order = house.order("Sate Ayam")
    house.wallet.pays(order)
    refund = house.core.refunds.ask(order.uid, 5_000, "Habis", MANAGER)
    if state == "accepted":
        house.gateway_works()
    with house.core.db.read() as session:
        assert session.scalar(text("SELECT state FROM refunds")) == state
    assert broken(house) == {}

    meddle(house, "UPDATE refunds SET due_at = NULL")

    assert broken(house) == {"work_is_watched": (refund.refund_key,)}


def test_money_at_the_gateway_under_a_reference_of_ours_that_nobody_knows_is_found(house: Shop) -> None:
    is_charged(house, STRANGE)
    assert broken(house) == {}

    house.simulator.pay(STRANGE, notify=False)
    assert broken(house) == {"gateway_holds_no_more": (STRANGE,)}

    house.core.inbox.receive(notification(STRANGE, 28_000, "settlement"))
    assert [case.kind for case in house.cases()] == ["unmatched"]
    assert broken(house) == {}


def test_money_of_others_at_the_same_gateway_is_not_ours(shop: Shop) -> None:
    is_charged(shop, "ORDER-101")
    shop.simulator.pay("ORDER-101", notify=False)

    assert broken(shop) == {}


def test_a_settlement_file_that_does_not_add_up_is_found(house: Shop) -> None:
    takes_a_settlement_in(house)
    assert broken(house) == {}
    columns = "kind, reference, day, gross, payout, said, is_returned"

    meddle(
        house,
        f"INSERT INTO settlement_lines (file_id, row_number, {columns}) SELECT file_id, 3, {columns} "
        "FROM settlement_lines",
    )

    assert set(broken(house)) == {"settlement_files_add_up"}


def test_a_difference_without_its_line_is_found(house: Shop) -> None:
    takes_a_settlement_in(house)

    meddle(house, "UPDATE settlement_breaks SET line_id = NULL")

    assert set(broken(house)) == {"settlement_breaks_have_their_line"}
