"""Who is asked about first, and what becomes of what a process had in hand when it could not go on."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from core.base.heartbeat import Heartbeat, beat
from core.events.record import Actor
from core.payments.models import Attempt, Refund
from tests.shop import Shop, notification

MANAGER = Actor("staff", 2, "Manager")


def hears(shop: Shop, attempt: Attempt) -> None:
    shop.core.inbox.receive(notification(attempt.reference, attempt.amount, "settlement"))


def in_hand(shop: Shop, most: int) -> set[str]:
    return {job.reference for job in shop.core.worker.queue.lease(most)}


def test_what_was_heard_of_first_is_asked_about_first_however_often_it_is_heard_again(shop: Shop) -> None:
    attempts = [shop.attempt(shop.order("Es Teh")) for _ in range(6)]
    for attempt in attempts:
        hears(shop, attempt)
        shop.clock.added += timedelta(milliseconds=5)

    hears(shop, attempts[0])

    assert in_hand(shop, 3) == {attempt.reference for attempt in attempts[:3]}


def test_words_about_what_is_paid_already_stand_behind_new_money(shop: Shop) -> None:
    orders = [shop.order("Es Teh") for _ in range(4)]
    for order in orders[:2]:
        shop.wallet.pays(order)
    waiting = [shop.attempt(order) for order in orders]
    for attempt in waiting:
        shop.core.inbox.receive(notification(attempt.reference, attempt.amount, "refund"))
        shop.clock.added += timedelta(milliseconds=5)

    order_of_looks = [in_hand(shop, 1).pop() for _ in range(4)]

    assert order_of_looks == [attempt.reference for attempt in waiting[2:] + waiting[:2]]


def test_after_a_start_new_guests_do_not_stand_behind_everything_that_is_looked_at_anew(shop: Shop) -> None:
    orders = [shop.order("Es Teh") for _ in range(5)]
    waiting = [shop.attempt(order) for order in orders]
    shop.core.worker._look_at_everything(drops_leases=True)
    shop.clock.added += timedelta(milliseconds=5)
    new = shop.attempt(shop.order("Es Teh", charge=False))
    heard_of, looked_at = waiting[3], waiting[4]
    shop.clock.added += timedelta(milliseconds=5)
    hears(shop, heard_of)
    shop.clock.added += timedelta(milliseconds=5)
    shop.core.payments.ask_again(orders[4].uid)

    order_of_looks = [in_hand(shop, 1).pop() for _ in range(6)]

    assert order_of_looks[:3] == [new.reference, heard_of.reference, looked_at.reference]
    assert set(order_of_looks[3:]) == {attempt.reference for attempt in waiting[:3]}


def test_after_a_start_a_refund_stands_behind_whoever_waits_and_before_the_timetable(shop: Shop) -> None:
    orders = [shop.order("Es Teh") for _ in range(3)]
    shop.wallet.pays(orders[0])
    shop.core.refunds.ask(orders[0].uid, orders[0].total, "Habis", MANAGER)
    shop.core.worker._look_at_everything(drops_leases=True)
    shop.clock.added += timedelta(milliseconds=5)
    new = shop.attempt(shop.order("Es Teh", charge=False))

    order_of_jobs = [job for _ in range(3) for job in shop.core.worker.queue.lease(1)]

    assert [(type(job.row), job.reference) for job in order_of_jobs[:2]] == [
        (Attempt, new.reference),
        (Refund, shop.attempt(orders[0]).reference),
    ]
    assert isinstance(order_of_jobs[2].row, Attempt)


@pytest.mark.parametrize("places", [1, 2])
def test_however_many_wait_for_a_qr_money_goes_back_meanwhile(shop: Shop, places: int) -> None:
    order = shop.order("Es Teh")
    shop.wallet.pays(order)
    shop.core.refunds.ask(order.uid, order.total, "Habis", MANAGER)
    for _ in range(6):
        shop.order("Es Teh", charge=False)

    taken = [job.row for _ in range(2) for job in shop.core.worker.queue.lease(places)]

    assert sum(isinstance(row, Refund) for row in taken) == 1
    assert sum(isinstance(row, Attempt) for row in taken) == 2 * places - 1


def test_a_look_that_was_wanted_is_wanted_once(shop: Shop) -> None:
    order = shop.order("Es Teh", charge=False)
    assert shop.attempt(order).wanted_at is not None

    shop.gateway_works()

    assert shop.attempt(order).wanted_at is None


def test_what_a_dead_process_had_in_hand_is_taken_over_when_it_has_been_silent(shop: Shop) -> None:
    attempt = shop.attempt(shop.order("Es Teh"))
    hears(shop, attempt)
    worker = shop.core.worker
    assert in_hand(shop, 1) == {attempt.reference}
    with shop.core.db.write() as session:
        beat(session, worker.name, shop.clock())

    worker._make_rounds()
    assert in_hand(shop, 1) == set()
    # The name is another's from here on: what this process says is not said for it.
    worker.queue.name = "another"
    shop.clock.added += timedelta(seconds=20)
    worker._make_rounds()

    assert in_hand(shop, 1) == {attempt.reference}
    with shop.core.db.read() as session:
        assert [one.name for one in session.query(Heartbeat)] == ["another"]


def test_news_that_the_database_could_not_take_is_asked_for_again_at_once(shop: Shop) -> None:
    order = shop.order("Es Teh")
    attempt = shop.attempt(order)
    shop.simulator.pay(attempt.reference)
    hears(shop, attempt)
    (job,) = shop.core.worker.queue.lease(1)

    with shop.core.db.write_on_a_line() as rival:
        if not shop.core.db.is_sqlite:
            rival.execute(text("SELECT id FROM orders FOR UPDATE"))
        shop.core.worker._start(job).result()
    assert shop.status(order) == ("awaiting_payment", "pending")
    shop.core.worker.queue.give_up_unfinished()
    shop.gateway_works()

    assert shop.status(order) == ("confirmed", "paid")


def test_a_row_that_nobody_may_touch_does_not_stop_the_others(shop: Shop) -> None:
    first, second = shop.attempt(shop.order("Es Teh")), shop.attempt(shop.order("Es Teh"))
    hears(shop, first)
    hears(shop, second)
    refuse = f"NEW.reference = '{first.reference}'"
    if shop.core.db.is_sqlite:
        made = [f"CREATE TRIGGER stuck BEFORE UPDATE ON attempts WHEN {refuse} BEGIN SELECT RAISE(ABORT, 'stuck'); END"]
        undone = "DROP TRIGGER stuck"
    else:
        made = [
            "CREATE FUNCTION stuck() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN IF {refuse} THEN RAISE EXCEPTION 'stuck'; END IF; RETURN NEW; END $$",
            "CREATE TRIGGER stuck BEFORE UPDATE ON attempts FOR EACH ROW EXECUTE FUNCTION stuck()",
        ]
        undone = "DROP TRIGGER stuck ON attempts"
    with shop.core.db.write() as session:
        for statement in made:
            session.execute(text(statement))

    assert in_hand(shop, 8) == {second.reference}

    with shop.core.db.write() as session:
        session.execute(text(undone))
