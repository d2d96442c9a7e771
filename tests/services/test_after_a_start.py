"""After a start everything is asked about at once, whenever its next look was planned."""

from datetime import timedelta

from tests.shop import Shop


def test_what_was_paid_a_moment_ago_is_found_by_the_first_look_around(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    attempt = shop.attempt(order)
    assert attempt.due_at is not None
    assert attempt.due_at > shop.clock()
    shop.simulator.pay(attempt.reference, notify=False)

    assert shop.core.worker.look_at_everything_once() == (1, 0)

    assert shop.status(order) == ("confirmed", "paid")


def test_late_money_of_the_last_hours_is_found_by_the_first_look_around(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    late = shop.attempt(order)
    shop.core.payments.cancel(order.uid)
    shop.gateway_works()
    shop.clock.added += timedelta(minutes=30)
    shop.gateway_works()
    shop.simulator.pay(late.reference, late=True, notify=False)

    shop.core.worker.look_at_everything_once()

    assert [case.kind for case in shop.cases()] == ["after_cancel"]
