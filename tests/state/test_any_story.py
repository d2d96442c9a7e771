"""Any story that diners, cashiers, the kitchen, wallets, the gateway and the clock can tell keeps the books true."""

import shutil
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from core.base.errors import MejaError
from core.orders.models import Order
from core.payments.models import Attempt
from tests.running_simulator import Simulator
from tests.shop import CASHIER, Shop, notification, open_shop

SAIDS = ["pending", "settlement", "expire", "cancel", "deny", "refund", "partial_refund"]


class AnyStory(RuleBasedStateMachine):
    """Acts at random; after each act one order may be looked at, in the end every invariant is."""

    simulator: Simulator
    template: Path

    orders = Bundle("orders")

    def __init__(self) -> None:
        super().__init__()
        self.simulator.behave()
        self.simulator.reset()
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / "meja.db"
        shutil.copy(self.template, path)
        self.shop: Shop = open_shop(f"sqlite:///{path}", self.simulator)
        self.paid_once: set[str] = set()

    def teardown(self) -> None:
        self.simulator.behave()
        for _ in range(3):
            self.shop.clock.added += timedelta(seconds=70)
            self.shop.core.worker.look_at_everything_once()
        self.shop.check_books()
        self.shop.core.close()
        self.folder.cleanup()

    def try_to(self, act: object, *values: object) -> None:
        """Do what somebody may try: a clear refusal is a good end as well."""
        try:
            act(*values)  # type: ignore[operator]
        except MejaError:
            return

    @rule(
        target=orders,
        dish=st.sampled_from(["Sate Ayam", "Es Teh", "Rendang"]),
        by=st.sampled_from(["qris", "qris", "cash"]),
    )
    def somebody_orders(self, dish: str, by: str) -> Order | None:
        try:
            return self.shop.order(dish, pay_by=by)
        except MejaError:
            return None

    @rule()
    def the_worker_turns(self) -> None:
        self.shop.gateway_works()

    @rule(seconds=st.sampled_from([1, 9, 15, 70, 600]))
    def time_passes(self, seconds: int) -> None:
        self.shop.passes(timedelta(seconds=seconds))

    @rule(
        order=orders,
        late=st.booleans(),
        newest=st.booleans(),
        amount=st.sampled_from([None, None, None, 1_000, 90_000]),
    )
    def a_wallet_pays(self, order: Order | None, late: bool, newest: bool, amount: int | None) -> None:
        if (attempt := self._attempt(order, newest=newest)) is None:
            return
        how = {"late": late, "notify": False, **({"amount": amount} if amount else {})}
        self.simulator.http.post(
            f"{self.simulator.url}/simulator/transactions/{attempt.reference}/pay", json=how, timeout=10
        )

    @rule(order=orders, said=st.sampled_from(SAIDS), newest=st.booleans())
    def a_message_arrives(self, order: Order | None, said: str, newest: bool) -> None:
        if (attempt := self._attempt(order, newest=newest)) is not None:
            self.shop.core.inbox.receive(notification(attempt.reference, attempt.amount, said))

    @rule(order=orders, turn=st.sampled_from(["expire", "deny"]))
    def the_gateway_ends_it(self, order: Order | None, turn: str) -> None:
        if (attempt := self._attempt(order)) is not None:
            url = f"{self.simulator.url}/simulator/transactions/{attempt.reference}/{turn}"
            self.simulator.http.post(url, timeout=10)

    @rule(order=orders, amount=st.sampled_from([1_000, 5_000, None]), key=st.sampled_from(["R1", "R2"]))
    def the_dashboard_refunds(self, order: Order | None, amount: int | None, key: str) -> None:
        if (attempt := self._attempt(order)) is not None:
            self.simulator.refund(attempt.reference, amount or attempt.amount, f"{attempt.reference}-{key}")

    @rule(
        call=st.sampled_from(["charge", "status", "cancel", "expire"]),
        kind=st.sampled_from(["drop_answer", "drop_request", "http_503", "html", "body_500"]),
    )
    def the_gateway_stumbles(self, call: str, kind: str) -> None:
        self.simulator.misbehave({"call": call, "kind": kind, "count": 1})

    @rule(order=orders)
    def the_diner_wants_cash(self, order: Order | None) -> None:
        if order is not None:
            self.try_to(self.shop.core.payments.to_cash, order.uid)

    @rule(order=orders)
    def the_diner_wants_a_qr(self, order: Order | None) -> None:
        if order is not None:
            self.try_to(self.shop.core.payments.new_qr, order.uid)

    @rule(order=orders)
    def the_diner_gives_up(self, order: Order | None) -> None:
        if order is not None:
            self.try_to(self.shop.core.payments.cancel, order.uid)

    @rule(order=orders)
    def the_diner_says_it_is_paid(self, order: Order | None) -> None:
        if order is not None:
            self.try_to(self.shop.core.payments.ask_again, order.uid)

    @rule(order=orders)
    def the_cashier_takes_cash(self, order: Order | None) -> None:
        if order is not None:
            self.try_to(self.shop.core.cash.take, order.uid, 100_000, CASHIER)

    @rule(order=orders, step=st.sampled_from(["start", "ready", "serve", "undo"]))
    def the_kitchen_moves_it(self, order: Order | None, step: str) -> None:
        if order is not None:
            self.try_to(getattr(self.shop.core.kitchen, step), order.uid, CASHIER)

    @rule(order=orders)
    def the_manager_cancels(self, order: Order | None) -> None:
        if order is not None:
            self.try_to(lambda: self.shop.core.kitchen.cancel(order.uid, "Habis", CASHIER, may_void=True))

    @invariant()
    def what_was_paid_stays_paid_or_went_back(self) -> None:
        now_paid = {
            uid for uid, status in self._payment_statuses() if status in {"paid", "partially_refunded", "refunded"}
        }
        assert self.paid_once <= now_paid, self.paid_once - now_paid
        self.paid_once |= now_paid

    def _payment_statuses(self) -> Iterator[tuple[str, str]]:
        with self.shop.core.db.read() as session:
            for order in session.query(Order):
                yield order.uid, str(order.payment_status)

    def _attempt(self, order: Order | None, *, newest: bool = True) -> Attempt | None:
        attempts = self.shop.attempts(order) if order is not None else []
        return attempts[0 if newest else -1] if attempts else None


@pytest.mark.timeout(300)
def test_any_story_keeps_the_books_true(simulator: Simulator, migrated_sqlite: Path) -> None:
    AnyStory.simulator, AnyStory.template = simulator, migrated_sqlite
    run_state_machine_as_test(
        AnyStory,
        settings=settings(
            max_examples=40,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )
