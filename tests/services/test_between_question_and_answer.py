"""What is heard between our question and the gateway's answer is not answered by it."""

from datetime import timedelta

from core.events.record import Actor
from core.payments.gateway import PaymentReport
from core.payments.queries import messages_without_outcome
from tests.shop import Shop, notification

MANAGER = Actor("staff", 2, "Manager")


def fetch(shop: Shop, reference: str) -> PaymentReport:
    return shop.core.worker.queue.attempts.gateway.fetch_report(reference)


def bank_takes_back(shop: Shop, reference: str, amount: int) -> None:
    shop.simulator.call("POST", f"/simulator/transactions/{reference}/chargeback", {})
    told = notification(reference, amount, "settlement", transaction_status="chargeback")
    shop.core.inbox.receive(told)


def waiting(shop: Shop, reference: str) -> int:
    with shop.core.db.read() as session:
        return len(messages_without_outcome(session, reference))


def test_a_chargeback_heard_of_while_a_refund_is_asked_about_is_not_forgotten(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order)
    attempt = shop.attempt(order)
    shop.passes(timedelta(days=3))
    shop.gateway_works()
    assert shop.attempt(order).due_at is None
    shop.core.refunds.ask(order.uid, 1_000, "Sate gosong", MANAGER)
    (job,) = shop.core.worker.queue.lease(1)
    before = fetch(shop, attempt.reference)
    shop.clock.added += timedelta(seconds=1)
    bank_takes_back(shop, attempt.reference, attempt.amount)

    shop.core.settlement.apply(before, job=job.row)

    assert waiting(shop, attempt.reference) == 1
    # The payment itself is due at once, whatever becomes of the refund.
    due_at = shop.attempt(order).due_at
    assert due_at is not None
    assert due_at <= shop.clock()
    shop.clock.added += timedelta(minutes=1)
    shop.gateway_works()
    assert waiting(shop, attempt.reference) == 0
    assert [case.kind for case in shop.cases()] == ["chargeback"]
    assert shop.status(order) == ("confirmed", "refunded")


def test_a_message_that_comes_while_its_attempt_is_in_hand_waits_for_the_next_look(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order)
    attempt = shop.attempt(order)
    shop.core.inbox.receive(notification(attempt.reference, attempt.amount, "settlement"))
    (job,) = shop.core.worker.queue.lease(1)
    before = fetch(shop, attempt.reference)
    shop.clock.added += timedelta(seconds=1)
    bank_takes_back(shop, attempt.reference, attempt.amount)

    shop.core.settlement.apply(before, job=job.row)

    assert waiting(shop, attempt.reference) == 1
    shop.gateway_works()
    assert waiting(shop, attempt.reference) == 0
    assert shop.status(order) == ("confirmed", "refunded")
