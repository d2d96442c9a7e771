"""A charge is made again only when the gateway says that it never had the first one."""

from datetime import timedelta

import pytest

from core.payments.queries import messages_without_outcome
from core.services.order_desk import Stage
from tests.shop import Shop, notification


def keeps_trying(shop: Shop, turns: int) -> None:
    for _ in range(turns):
        shop.clock.added += timedelta(seconds=70)
        shop.gateway_works()


@pytest.mark.parametrize("silence", ["http_503", "drop_answer", "html", "body_500", "wrong_order"])
def test_while_nobody_can_say_whether_a_charge_arrived_there_is_no_second_one(shop: Shop, silence: str) -> None:
    shop.simulator.misbehave(
        {"call": "charge", "kind": "drop_answer", "count": 1}, {"call": "status", "kind": silence, "count": 3}
    )
    order = shop.order("Sate Ayam")
    reference = shop.attempt(order).reference

    keeps_trying(shop, 3)
    assert shop.attempt(order).state == "unknown"
    assert shop.simulator.charges_of(reference) == 1

    keeps_trying(shop, 1)
    assert shop.stage(order) is Stage.QR
    assert shop.simulator.charges_of(reference) == 1


def test_a_gateway_that_holds_an_id_and_does_not_know_it_is_not_asked_without_end(shop: Shop) -> None:
    shop.simulator.misbehave(
        {"call": "charge", "kind": "duplicate_order", "count": 5}, {"call": "status", "kind": "body_404", "count": 2}
    )

    order = shop.order("Sate Ayam")

    assert shop.attempt(order).state == "unknown"
    assert shop.attempt(order).charges_sent == 1
    keeps_trying(shop, 2)
    assert shop.attempt(order).charges_sent <= 2


def test_what_was_heard_of_and_is_not_known_to_the_gateway_is_put_before_a_person(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    attempt = shop.attempt(order)
    shop.core.payments.cancel(order.uid)
    shop.gateway_works()
    shop.simulator.misbehave({"call": "status", "kind": "body_404"})
    shop.hears_of(attempt)

    keeps_trying(shop, 3)

    assert [(case.kind, case.details["difference"]) for case in shop.cases()] == [("conflicting", "forgotten")]
    with shop.core.db.read() as session:
        assert messages_without_outcome(session, attempt.reference) == []


@pytest.mark.parametrize("is_early", [True, False])
def test_what_was_heard_of_and_never_charged_is_put_before_a_person(shop: Shop, is_early: bool) -> None:
    order = shop.order("Sate Ayam", charge=False)
    attempt = shop.attempt(order)
    if is_early:
        shop.core.inbox.receive(notification(attempt.reference, attempt.amount, "deny"))
    shop.core.payments.cancel(order.uid)
    if not is_early:
        shop.core.inbox.receive(notification(attempt.reference, attempt.amount, "deny"))

    keeps_trying(shop, 4)

    assert [(case.kind, case.details["difference"]) for case in shop.cases()] == [("conflicting", "forgotten")]
    with shop.core.db.read() as session:
        assert messages_without_outcome(session, attempt.reference) == []
