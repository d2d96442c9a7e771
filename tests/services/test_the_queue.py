"""Who is asked about first, and what becomes of what a process had in hand when it could not go on."""

from datetime import timedelta

from sqlalchemy import text

from core.base.heartbeat import Heartbeat, beat
from core.payments.models import Attempt
from tests.shop import Shop, notification


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

    with shop.core.db.engine.connect() as rival:
        if shop.core.db.is_sqlite:
            rival.exec_driver_sql("ROLLBACK")
            rival.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            rival.execute(text("SELECT id FROM orders FOR UPDATE"))
        shop.core.worker._start(job).result()
        if shop.core.db.is_sqlite:
            rival.exec_driver_sql("ROLLBACK")
            rival.exec_driver_sql("BEGIN")
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
