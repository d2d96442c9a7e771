"""The calls of the gateway, each as something that a guest does: how it comes to the call, and what must be true at last."""

import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

import requests
from sqlalchemy import update

from core.events.record import Actor
from core.payments.models import Attempt, RefundState
from tests.running_program import Program

HONEST_WITHIN = 6.0
"""Seconds in which every page and every call of ours has answered, whatever the gateway does."""
LIVE_WITHIN = 20.0
MANAGER = Actor("staff", 2, "Manajer")


class NotHonest(AssertionError):
    """A page that came too late, was an error of ours, or said what is not so."""


@dataclass(slots=True)
class Case:
    """One guest with one order, on whom a fault strikes."""

    program: Program
    dice: Random
    uid: str = ""
    reference: str = ""
    slowest_page: float = 0.0
    pages: int = 0
    http: requests.Session = field(default_factory=requests.Session)

    def visit(self, method: str, path: str, **how: Any) -> requests.Response:
        """Open a page as a guest does. Raises NotHonest for one that came late or as an error of ours."""
        began = time.monotonic()
        try:
            answer = self.http.request(
                method, f"{self.program.url}{path}", timeout=2 * HONEST_WITHIN, allow_redirects=False, **how
            )
        except requests.RequestException as error:
            message = f"{method} {_shape(path)} brought no answer: {type(error).__name__}"
            raise NotHonest(message) from error
        took = time.monotonic() - began
        self.slowest_page, self.pages = max(self.slowest_page, took), self.pages + 1
        is_plea = answer.status_code == 503 and path.startswith("/api/") and "retry-after" in answer.headers
        if answer.status_code >= 500 and not is_plea:
            message = f"{method} {_shape(path)} answered {answer.status_code}"
            raise NotHonest(message)
        if took > HONEST_WITHIN:
            message = f"{method} {_shape(path)} took {took:.1f} s"
            raise NotHonest(message)
        return answer

    def order(self) -> None:
        body = {
            "table_token": self.dice.choice(self.program.shop.tables).token,
            "lines": [{"dish_id": self.program.shop.dishes["Es Teh"].id, "quantity": 1, "option_ids": []}],
            "payment_method": "qris",
        }
        key = {"Idempotency-Key": secrets.token_hex(8)}
        placed = self.visit("POST", "/api/v1/orders", json=body, headers=key)
        if placed.status_code != 201:
            message = f"an order was answered {placed.status_code}"
            raise NotHonest(message)
        self.uid = placed.json()["order_uid"]

    def look(self) -> dict[str, Any]:
        """See the page and the JSON of the order. Raises NotHonest when either says paid and the gateway does not."""
        page = self.visit("GET", f"/orders/{self.uid}")
        told = self.visit("GET", f"/api/v1/orders/{self.uid}")
        if page.status_code != 200 or told.status_code != 200:
            message = f"the order's page was {page.status_code}, its JSON {told.status_code}"
            raise NotHonest(message)
        seen: dict[str, Any] = told.json()
        if seen["payment_status"] == "paid" and not self.settled():
            message = "shown as paid although the gateway took nothing"
            raise NotHonest(message)
        return seen

    def come_to_a_live_qr(self) -> None:
        self.order()
        deadline = time.monotonic() + LIVE_WITHIN
        while (payment := self.look()["payment"] or {}).get("state") != "live":
            if time.monotonic() > deadline:
                message = f"no QR came before the fault: {payment.get('state')}"
                raise NotHonest(message)
            time.sleep(0.02)
        self.reference = payment["reference"]

    def pay(self, **how: Any) -> None:
        self.program.simulator.pay(self.reference, **how)

    def gateway_row(self) -> dict[str, Any] | None:
        """What the simulator's book says of the order's newest attempt; nothing when it never heard of it."""
        rows = self.program.simulator.book()["transactions"]
        return next((row for row in rows if row["order_id"] == self.reference), None)

    def settled(self) -> bool:
        """Whether the gateway took money for any attempt of this order."""
        mine = {attempt.reference for attempt in self.attempts()}
        return any(row["settled"] for row in self.program.simulator.book()["transactions"] if row["order_id"] in mine)

    def attempts(self) -> list[Attempt]:
        order = self.program.core.orders.page(self.uid).order
        return list(self.program.shop.attempts(order))


def _shape(path: str) -> str:
    return re.sub(r"/[A-Za-z0-9_-]{20,}", "/…", path)


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the gateway."""

    name: str
    """As the simulator names it, too."""
    request: str
    """Pattern of its request line; `{reference}` becomes the order's own."""
    prepare: Callable[[Case], None]
    """Brings the guest to just before the call, over a good line."""
    act: Callable[[Case], None]
    """What the guest does over the bad line, and what they then see. Raises NotHonest."""
    amiss: Callable[[Case], str | None]
    """After the fault is lifted: what is not right yet. May do what a guest would do next."""

    def pattern(self, case: Case) -> str:
        return self.request.format(reference=case.reference)


def _nothing_yet(_case: Case) -> None:
    """The first call comes with the order itself."""


def _order_and_ask_for_the_qr(case: Case) -> None:
    case.order()
    asked = case.visit("POST", "/api/v1/payments/qris", json={"order_id": case.uid})
    if asked.status_code not in {200, 503}:
        message = f"a wish for a QR was answered {asked.status_code}"
        raise NotHonest(message)
    case.look()


def _qr_comes_and_is_paid(case: Case) -> str | None:
    seen = case.look()
    payment = seen["payment"] or {}
    if seen["payment_status"] == "paid":
        return None
    if payment.get("state") == "live" and not case.settled():
        case.reference = payment["reference"]
        case.pay()
    elif payment.get("state") == "failed":
        case.visit("POST", f"/orders/{case.uid}/new-qr")
    return f"the order is {seen['payment_status']}, its attempt {payment.get('state')}"


def _pay_unheard_and_say_so(case: Case) -> None:
    case.pay(notify=False)
    case.visit("POST", f"/orders/{case.uid}/check")
    case.look()


def _is_paid(case: Case) -> str | None:
    seen = case.look()
    return None if seen["payment_status"] == "paid" else f"paid at the gateway, but here {seen['payment_status']}"


def _give_up_or_pay_cash(case: Case) -> None:
    case.visit("POST", f"/orders/{case.uid}/{case.dice.choice(['cancel', 'cash'])}")
    if case.dice.random() < 0.3:
        _pay_if_it_still_can_be(case)
    case.look()


def _pay_if_it_still_can_be(case: Case) -> None:
    answer = requests.post(
        f"{case.program.simulator.url}/simulator/transactions/{case.reference}/pay", json={"notify": False}, timeout=10
    )
    if answer.status_code >= 500:
        message = f"the simulator answered {answer.status_code}"
        raise AssertionError(message)


def _is_over_at_both_ends(case: Case) -> str | None:
    """Money that came is in; without money nobody can pay the QR any longer, and the order says what was wished."""
    seen, row = case.look(), case.gateway_row()
    state = (seen["payment"] or {}).get("state")
    assert row is not None, "the gateway has forgotten a payment"
    if row["settled"]:
        return None if state == "settled" else f"paid at the gateway, its attempt is {state}"
    if row["status"] == "pending":
        return f"the QR can still be paid, its attempt is {state}"
    is_over = state in {"cancelled", "expired", "failed"}
    return None if is_over else f"the gateway says {row['status']}, its attempt is {state}"


def _let_its_time_run_out(case: Case) -> None:
    """Move this QR's deadline to now: the clocks run for the other guests as well."""
    core = case.program.core
    mine = update(Attempt).where(Attempt.reference == case.reference)
    now = core.clock()
    with core.db.write() as session:
        session.execute(mine.values(expires_at=now - timedelta(seconds=1), due_at=now))
    core.worker.kick()
    if case.dice.random() < 0.3:
        _pay_if_it_still_can_be(case)
    case.look()


def _come_to_a_paid_order(case: Case) -> None:
    case.come_to_a_live_qr()
    case.pay()
    deadline = time.monotonic() + LIVE_WITHIN
    while case.look()["payment_status"] != "paid":
        if time.monotonic() > deadline:
            message = "a payment over a good line did not arrive"
            raise NotHonest(message)
        time.sleep(0.02)


def _have_half_or_all_of_it_given_back(case: Case) -> None:
    paid = case.attempts()[0].amount
    amount = case.dice.choice([paid, paid // 2])
    case.program.core.refunds.ask(case.uid, amount, "kuah tumpah", MANAGER)
    case.look()


def _went_back_once(case: Case) -> str | None:
    refund, row = case.program.core.orders.page(case.uid).refunds[0], case.gateway_row()
    case.look()
    assert row is not None, "the gateway has forgotten a payment"
    is_done = refund.state in {RefundState.ACCEPTED, RefundState.CONFIRMED}
    if is_done and row["refunded"] == refund.amount:
        return None
    return f"the refund of {refund.amount} is {refund.state}, the gateway gave back {row['refunded']}"


CALLS: tuple[Call, ...] = (
    Call("charge", r"^POST /v2/charge ", _nothing_yet, _order_and_ask_for_the_qr, _qr_comes_and_is_paid),
    Call("status", r"^GET /v2/{reference}/status ", Case.come_to_a_live_qr, _pay_unheard_and_say_so, _is_paid),
    Call(
        "cancel", r"^POST /v2/{reference}/cancel ", Case.come_to_a_live_qr, _give_up_or_pay_cash, _is_over_at_both_ends
    ),
    Call(
        "expire", r"^POST /v2/{reference}/expire ", Case.come_to_a_live_qr, _let_its_time_run_out, _is_over_at_both_ends
    ),
    Call(
        "refund",
        r"^POST /v2/{reference}/refund",
        _come_to_a_paid_order,
        _have_half_or_all_of_it_given_back,
        _went_back_once,
    ),
)
