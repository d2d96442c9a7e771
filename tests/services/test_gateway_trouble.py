"""A gateway that is slow, wrong, silent or lying: nobody is charged twice, nobody is told a lie."""

import threading
import time
from datetime import timedelta

import pytest

from core.gateways.bounded_session import BoundedSession
from core.services import midtrans
from core.services.breaker import FAILURES
from core.services.job_queue import THREADS
from core.services.order_desk import Stage
from tests.shop import Shop

IN_BETWEEN = timedelta(seconds=70)


def keeps_trying(shop: Shop, turns: int = 4) -> None:
    for _ in range(turns):
        shop.clock.added += IN_BETWEEN
        shop.gateway_works()


def test_a_charge_whose_answer_is_lost_is_found_and_its_own_qr_shown(shop: Shop) -> None:
    shop.simulator.misbehave({"call": "charge", "kind": "drop_answer", "count": 1})
    order = shop.order("Sate Ayam")
    reference = shop.attempt(order).reference
    assert shop.stage(order) is Stage.GATEWAY_SILENT
    assert shop.attempt(order).state == "unknown"

    keeps_trying(shop, 1)

    attempt = shop.attempt(order)
    assert (attempt.state, attempt.reference) == ("live", reference)
    made = shop.simulator.call("GET", f"/simulator/transactions/{reference}")
    assert attempt.qr_text == made["qr_string"]
    assert shop.simulator.charges_of(reference) == 1


def test_a_charge_that_never_arrived_is_made_once_more_under_the_same_id(shop: Shop) -> None:
    shop.simulator.misbehave({"call": "charge", "kind": "drop_request", "count": 1})
    order = shop.order("Sate Ayam")
    reference = shop.attempt(order).reference

    keeps_trying(shop, 1)

    assert shop.attempt(order).reference == reference
    assert shop.stage(order) is Stage.QR
    assert len(shop.attempts(order)) == 1


def test_a_charge_that_never_arrives_ends_in_a_sentence_and_another_try_works(shop: Shop) -> None:
    shop.simulator.misbehave({"call": "charge", "kind": "drop_request", "count": 2})
    order = shop.order("Sate Ayam")
    keeps_trying(shop, 4)
    assert shop.stage(order) is Stage.QR_REFUSED
    assert shop.status(order) == ("awaiting_payment", "failed")

    shop.core.payments.new_qr(order.uid)
    shop.gateway_works()

    assert shop.stage(order) is Stage.QR
    assert len(shop.attempts(order)) == 2


def test_a_duplicate_order_id_is_our_own_earlier_charge(shop: Shop) -> None:
    shop.simulator.misbehave(
        {"call": "charge", "kind": "drop_answer", "count": 1}, {"call": "status", "kind": "body_404", "count": 1}
    )
    order = shop.order("Sate Ayam")

    keeps_trying(shop, 2)

    assert shop.stage(order) is Stage.QR
    assert len(shop.attempts(order)) == 1


@pytest.mark.parametrize(
    "kind",
    [
        "http_500",
        "http_502",
        "http_429",
        "body_500",
        "body_429",
        "html",
        "empty",
        "half_json",
        "no_status_code",
        "redirect",
    ],
)
def test_an_answer_that_says_nothing_is_not_taken_for_a_refusal(shop: Shop, kind: str) -> None:
    shop.simulator.misbehave({"call": "charge", "kind": kind, "count": 1})

    order = shop.order("Sate Ayam")

    assert shop.attempt(order).state == "unknown"
    assert shop.stage(order) is Stage.GATEWAY_SILENT
    keeps_trying(shop, 2)
    assert shop.stage(order) is Stage.QR
    assert len(shop.attempts(order)) == 1


@pytest.mark.parametrize("kind", ["corrupt_qr_crc", "corrupt_qr_amount", "corrupt_qr_merchant"])
def test_a_qr_that_would_not_pay_us_exactly_this_is_shown_to_nobody(shop: Shop, kind: str) -> None:
    shop.simulator.misbehave({"call": "charge", "kind": kind, "count": 1})

    order = shop.order("Sate Ayam")

    assert shop.stage(order) is Stage.QR_REFUSED
    assert shop.attempt(order).qr_text is None
    assert [case.kind for case in shop.cases()] == ["bad_qr"]
    keeps_trying(shop, 1)
    shop.core.payments.new_qr(order.uid)
    shop.gateway_works()
    assert shop.stage(order) is Stage.QR


def test_a_charge_without_a_qr_text_is_read_from_its_picture(shop: Shop) -> None:
    shop.simulator.misbehave({"call": "charge", "kind": "no_qr_string", "count": 1})

    order = shop.order("Sate Ayam")

    assert shop.stage(order) is Stage.QR
    reference = shop.attempt(order).reference
    assert (
        shop.attempt(order).qr_text == shop.simulator.call("GET", f"/simulator/transactions/{reference}")["qr_string"]
    )


@pytest.mark.parametrize("kind", ["trickle_body", "trickle_header", "latency"])
def test_no_call_outlives_its_deadline(shop: Shop, kind: str) -> None:
    shop.simulator.misbehave({"call": "status", "kind": kind, "count": 1, "seconds": 30})
    gateway = midtrans(shop.core.settings)
    gateway._session = BoundedSession(connect=0.3, read=0.8, deadline=1.0)
    gateway._api.http_client.http_client = gateway._session

    began = time.monotonic()
    with pytest.raises(Exception, match=r"TookTooLong|Timeout|ConnectionError"):
        gateway.fetch_report("KX")

    assert time.monotonic() - began < 3
    shop.simulator.behave()


def test_fifty_diners_are_all_told_at_once_when_the_gateway_is_gone(shop: Shop) -> None:
    shop.simulator.misbehave({"call": "charge", "kind": "http_503"}, {"call": "status", "kind": "http_503"})
    orders = [shop.order("Es Teh", charge=False) for _ in range(50)]

    shop.gateway_works()

    assert {shop.stage(order) for order in orders} == {Stage.GATEWAY_SILENT}
    asked = sum(shop.simulator.charges_of(shop.attempt(order).reference) for order in orders)
    assert asked <= THREADS * 2
    shop.core.payments.to_cash(orders[0].uid)
    assert shop.stage(orders[0]) is Stage.AWAITING_CASH


def test_the_worker_never_uses_more_threads_than_it_has(shop: Shop) -> None:
    shop.simulator.misbehave({"call": "charge", "kind": "latency", "seconds": 0.3})
    for _ in range(20):
        shop.order("Es Teh", charge=False)

    shop.gateway_works()

    gateway_threads = [one for one in threading.enumerate() if one.name.startswith("gateway")]
    assert len(gateway_threads) <= THREADS * 4  # a few shops may still be closing


def test_an_attempt_that_the_gateway_has_forgotten_does_not_hold_its_order_for_ever(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    shop.simulator.misbehave({"call": "status", "kind": "body_404"})
    shop.core.payments.to_cash(order.uid)
    shop.gateway_works()
    assert shop.stage(order) is Stage.CLOSING

    keeps_trying(shop, 3)

    assert shop.stage(order) is Stage.AWAITING_CASH
    assert [case.details["difference"] for case in shop.cases()] == ["forgotten"]


def test_forgotten_attempts_are_an_answer_and_nobody_else_waits_for_them(shop: Shop) -> None:
    old = [shop.order("Es Teh") for _ in range(8)]
    shop.simulator.misbehave({"call": "status", "kind": "body_404"})
    for order in old:
        shop.core.payments.to_cash(order.uid)
    shop.gateway_works()

    assert not shop.core.worker.breaker.is_open
    assert shop.stage(shop.order("Es Teh")) is Stage.QR


def test_who_waited_for_a_silent_gateway_waits_no_longer_when_it_speaks(shop: Shop) -> None:
    shop.simulator.misbehave({"call": "charge", "kind": "http_503"}, {"call": "status", "kind": "http_503"})
    waiting = [shop.order("Es Teh", charge=False) for _ in range(10)]
    shop.gateway_works()
    assert shop.core.worker.breaker.is_open
    shop.simulator.behave()

    keeps_trying(shop, 1)
    shop.core.worker.breaker._closed_until = 0.0
    keeps_trying(shop, 1)

    assert {shop.stage(order) for order in waiting} == {Stage.QR}


def test_a_status_of_another_order_is_not_believed(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    shop.simulator.pay(shop.attempt(order).reference)
    shop.simulator.misbehave({"call": "status", "kind": "wrong_order", "count": 1})

    shop.hears_of(shop.attempt(order))

    assert shop.status(order) == ("awaiting_payment", "pending")
    keeps_trying(shop, 1)
    assert shop.status(order) == ("confirmed", "paid")


def test_an_attempt_that_ends_without_asking_says_nothing_about_the_gateway(shop: Shop) -> None:
    breaker = shop.core.worker.breaker
    order = shop.order("Es Teh", charge=False)
    for _ in range(FAILURES):
        breaker.was_silent("timeout")

    shop.core.payments.cancel(order.uid)
    shop.gateway_works()

    assert (str(shop.attempt(order).state), shop.attempt(order).problem) == ("failed", "not_made")
    assert breaker.is_open
