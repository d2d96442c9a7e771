"""Notifications: what is stored, what is believed, and what they change."""

import hashlib
import itertools
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from core.orders.models import Ticket
from core.payments.models import GatewayMessage, MessageOutcome, Outcome
from core.services.inbox import BadSignature, MessageTooLarge, UnreadableMessage
from core.services.order_desk import Stage
from tests.shop import CASHIER, SERVER_KEY, Shop, notification

PAID = ("confirmed", "paid")
UNPAID = ("awaiting_payment", "pending")


def count(shop: Shop, table: type) -> int:
    with shop.core.db.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_fifty_copies_of_a_settlement_at_once_pay_the_order_once(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    attempt = shop.attempt(order)
    shop.simulator.pay(attempt.reference)
    message = notification(attempt.reference, attempt.amount, "settlement")

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda _: shop.core.inbox.receive(message), range(50)))
    shop.gateway_works()

    assert shop.status(order) == PAID
    assert count(shop, GatewayMessage) == 1
    assert count(shop, Ticket) == 1


def test_a_settlement_that_comes_before_pending_is_not_undone_by_it(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order)

    shop.hears_of(shop.attempt(order), said="pending")
    shop.hears_of(shop.attempt(order), said="expire")

    assert shop.status(order) == PAID


def test_a_settlement_that_comes_before_the_charge_was_answered_pays_the_order(shop: Shop) -> None:
    shop.simulator.misbehave({"call": "charge", "kind": "drop_answer", "count": 1})
    order = shop.order("Sate Ayam")
    attempt = shop.attempt(order)

    shop.wallet.pays(order)

    assert shop.status(order) == PAID
    assert shop.simulator.charges_of(attempt.reference) == 1


@pytest.mark.parametrize("signature", ["", "0" * 128, "A" * 128, "é" * 128, None, 7, ["x"]])
def test_a_forged_signature_is_refused_and_stores_nothing(shop: Shop, signature: object) -> None:
    order = shop.order("Sate Ayam")
    attempt = shop.attempt(order)

    with pytest.raises(BadSignature):
        shop.core.inbox.receive(notification(attempt.reference, attempt.amount, "settlement", signature_key=signature))

    assert count(shop, GatewayMessage) == 0
    assert shop.status(order) == UNPAID


def test_one_bit_of_the_signature_is_enough_to_refuse_it(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    attempt = shop.attempt(order)
    message = json.loads(notification(attempt.reference, attempt.amount, "settlement"))
    last = format(int(message["signature_key"][-1], 16) ^ 1, "x")
    message["signature_key"] = message["signature_key"][:-1] + last

    with pytest.raises(BadSignature):
        shop.core.inbox.receive(json.dumps(message).encode())


@pytest.mark.parametrize("claims", ["settlement", "refund", "expire", "capture"])
def test_a_well_signed_message_with_an_altered_status_changes_nothing(shop: Shop, claims: str) -> None:
    order = shop.order("Sate Ayam")
    attempt = shop.attempt(order)

    shop.core.inbox.receive(notification(attempt.reference, attempt.amount, "pending", transaction_status=claims))
    shop.gateway_works()

    assert shop.status(order) == UNPAID
    assert shop.stage(order) is Stage.QR


def test_the_transaction_id_of_another_order_moves_nothing_there(shop: Shop) -> None:
    cheap, dear = shop.order("Es Teh"), shop.order("Rendang")
    theirs = shop.attempt(dear).transaction_id
    shop.simulator.pay(shop.attempt(cheap).reference)

    mine = shop.attempt(cheap)
    shop.core.inbox.receive(notification(mine.reference, mine.amount, "settlement", transaction_id=theirs))
    shop.gateway_works()

    assert shop.status(cheap) == PAID
    assert shop.status(dear) == UNPAID


def test_money_of_another_amount_is_never_counted_as_payment(shop: Shop) -> None:
    order = shop.order("Rendang")
    attempt = shop.attempt(order)

    shop.simulator.pay(attempt.reference, amount=10_000)
    shop.hears_of(attempt)

    assert shop.status(order) == ("awaiting_payment", "failed")
    assert shop.stage(order) is Stage.NEEDS_CASHIER
    assert [(case.kind, case.amount) for case in shop.cases()] == [("wrong_amount", 10_000)]
    # The money is there all the same: it stands on the desk, and hearing of it again adds nothing.
    shop.hears_of(attempt)
    assert len(shop.cases()) == 1
    # And the order is not held by it: it can be paid in another way.
    shop.core.cash.take(order.uid, 100_000, CASHIER)
    assert shop.status(order) == PAID


@pytest.mark.parametrize("came", [10_000, 90_000])
def test_money_of_another_amount_that_goes_back_leaves_nothing_behind(shop: Shop, came: int) -> None:
    order = shop.order("Rendang")
    attempt = shop.attempt(order)
    shop.simulator.pay(attempt.reference, amount=came)
    shop.hears_of(attempt)

    shop.simulator.refund(attempt.reference, 4_000, "R1")
    shop.hears_of(attempt, said="partial_refund")
    shop.simulator.refund(attempt.reference, came - 4_000, "R2")
    shop.hears_of(attempt, said="refund")

    assert shop.cases() == []
    shop.core.payments.cancel(order.uid)
    assert shop.status(order)[0] == "cancelled"
    assert shop.portions("Rendang") == 3


def test_a_message_about_an_order_we_do_not_have_waits_for_the_manager(shop: Shop) -> None:
    for _ in range(3):
        shop.core.inbox.receive(notification("SOMEBODY-ELSES-1", 50_000, "settlement"))

    assert [case.kind for case in shop.cases()] == ["unmatched"]
    with shop.core.db.read() as session:
        assert set(session.scalars(select(MessageOutcome.outcome))) == {Outcome.UNMATCHED}


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"not json",
        b"[]",
        b"7",
        b"\xff\xfe",
        b'{"order_id": NaN}',
        b"[" * 5_000,
        b'{"a":' * 100 + b"1" + b"}" * 100,
        b'{"order_id": "A", "order_id": "B"}',
        b'{"order_id": "\\ud800", "status_code": "200", "gross_amount": "1.00"}',
        b'{"order_id": null, "status_code": "200", "gross_amount": "1.00"}',
        b'{"order_id": "A", "status_code": 200, "gross_amount": "1.00"}',
    ],
)
def test_what_cannot_be_read_is_refused(shop: Shop, raw: bytes) -> None:
    with pytest.raises(UnreadableMessage):
        shop.core.inbox.receive(raw)
    assert count(shop, GatewayMessage) == 0


@pytest.mark.parametrize("amount", ["10000.5", "1_0000.00", "１００００.00", "1e4", "NaN", "-1.00", "", " 10000.00"])
def test_an_amount_that_is_no_whole_rupiah_is_refused_though_it_is_signed(shop: Shop, amount: str) -> None:
    text = f"KX200{amount}{SERVER_KEY}"
    message = {
        "order_id": "KX",
        "status_code": "200",
        "gross_amount": amount,
        "transaction_status": "settlement",
        "signature_key": hashlib.sha512(text.encode()).hexdigest(),
    }
    with pytest.raises(UnreadableMessage):
        shop.core.inbox.receive(json.dumps(message).encode())


def test_a_message_of_sixty_four_kilobytes_is_refused(shop: Shop) -> None:
    with pytest.raises(MessageTooLarge):
        shop.core.inbox.receive(notification("KX", 1, "settlement", padding="x" * 65_536))


@pytest.mark.parametrize("ends_as", ["pending", "settlement", "expire", "refund"])
def test_messages_in_any_order_end_in_the_state_the_gateway_is_in(shop: Shop, ends_as: str) -> None:
    expected = {
        "pending": UNPAID,
        "settlement": PAID,
        "expire": ("awaiting_payment", "expired"),
        "refund": ("confirmed", "refunded"),
    }[ends_as]
    for said in itertools.permutations(["pending", "settlement", "expire", "refund"]):
        order = shop.order("Es Teh")
        attempt = shop.attempt(order)
        _bring_the_gateway_to(shop, attempt.reference, attempt.amount, ends_as)

        for word in said:
            shop.hears_of(attempt, said=word)

        assert shop.status(order) == expected, said


def _bring_the_gateway_to(shop: Shop, reference: str, amount: int, state: str) -> None:
    if state in {"settlement", "refund"}:
        shop.simulator.pay(reference)
    if state == "refund":
        shop.simulator.refund(reference, amount, f"{reference}-R1")
    if state == "expire":
        shop.simulator.expire(reference)


def test_a_refund_made_in_the_gateways_dashboard_is_followed_part_by_part(shop: Shop) -> None:
    order = shop.order("Rendang")
    shop.wallet.pays(order)
    attempt = shop.attempt(order)

    shop.simulator.refund(attempt.reference, 10_000, "R1")
    shop.hears_of(attempt, said="partial_refund")
    assert shop.status(order) == ("confirmed", "partially_refunded")
    assert shop.page(order).refunded == 10_000

    shop.simulator.refund(attempt.reference, order.total - 10_000, "R2")
    shop.hears_of(attempt, said="refund")
    shop.hears_of(attempt, said="refund")
    assert shop.status(order) == ("confirmed", "refunded")
    assert shop.received(order) == 0


def test_a_message_that_could_not_be_looked_after_is_looked_after_later(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    attempt = shop.attempt(order)
    shop.simulator.pay(attempt.reference)
    shop.simulator.misbehave({"call": "status", "kind": "http_503", "count": 2})

    shop.hears_of(attempt)
    assert shop.status(order) == UNPAID

    for _ in range(4):
        shop.clock.added += timedelta(seconds=5)
        shop.gateway_works()
    assert shop.status(order) == PAID
