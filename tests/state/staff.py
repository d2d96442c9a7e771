"""What staff do: take money, cook, cancel, give back, decide about money cases, count the drawer, keep the menu."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from hypothesis import strategies as st

from core.events.record import Actor
from core.ledger.queries import moved_by
from core.menu.models import Dish
from core.orders.models import Order
from core.orders.status import IN_THE_KITCHEN, OrderStatus, PaymentMethod, PaymentStatus
from core.payments.models import CaseKind, MoneyCase
from core.shifts.errors import NoOpenShift, ShiftAlreadyOpen
from tests.shop import CASHIER
from tests.state.diners import WAITING
from tests.state.house import lets_pass
from tests.state.scenes import (
    money_has_come_late,
    somebody_has_paid,
    somebody_has_paid_in_cash,
    somebody_waits,
    somebody_waits_at_the_counter,
)
from tests.state.telling import Telling, act, which

MANAGER = Actor("staff", 2, "Manager")
_NEXT = {OrderStatus.CONFIRMED: "start", OrderStatus.PREPARING: "ready", OrderStatus.READY: "serve"}


class Staff(Telling):
    """The counter, the kitchen, the manager's desk."""

    def at_the_counter(self) -> list[Order]:
        return [order for order in self.orders(WAITING) if order.payment_method is PaymentMethod.CASH]

    def paid_in_cash(self) -> list[Order]:
        """List the orders paid in cash that has not all gone back."""
        keeps = {PaymentStatus.PAID, PaymentStatus.PARTIALLY_REFUNDED}
        return [
            one for one in self.orders() if one.payment_method is PaymentMethod.CASH and one.payment_status in keeps
        ]

    def with_money(self) -> list[Order]:
        """List the orders that money came for, or beside."""
        beside = {case.order_id for case in self.cases() if case.amount}
        return [order for order in self.orders() if order.paid_at or order.id in beside]

    @act(at_the_counter, somebody_waits_at_the_counter, number=which)
    def the_cashier_takes_cash(self, number: int) -> bool:
        order = self.one(self.at_the_counter(), number)
        return order is not None and bool(self.core.cash.take(order.uid, 100_000, CASHIER))

    @act(lambda story: story.attempts("live"), somebody_waits, number=which)
    def the_manager_vouches_for_cash(self, number: int) -> bool:
        """The gateway has just stopped answering about a QR, and the guest will not wait."""
        attempt = self.one(self.attempts("live"), number)
        order = next((one for one in self.orders(WAITING) if attempt and one.id == attempt.order_id), None)
        if order is None:
            return False
        self.street.simulator.misbehave({"call": "*", "kind": "http_503", "count": 1})
        lets_pass(self.shop, timedelta(seconds=15))
        self.core.worker.sweep_once()
        self.core.cash.take(order.uid, 100_000, CASHIER, vouched_by=MANAGER)
        self.forget()
        return any(case.order_id == order.id for case in self.cases(CaseKind.POSSIBLE_DOUBLE))

    @act(
        lambda story: story.orders(*IN_THE_KITCHEN),
        somebody_has_paid,
        number=which,
        step=st.sampled_from(["start", "ready", "serve"]),
    )
    def the_kitchen_moves_it(self, number: int, step: str) -> bool:
        order = self.one(self.orders(*IN_THE_KITCHEN), number)
        if order is None:
            return False
        getattr(self.core.kitchen, step)(order.uid, CASHIER)
        return True

    @act(
        lambda story: story.orders(*IN_THE_KITCHEN),
        somebody_has_paid,
        number=which,
        seconds=st.sampled_from([2, 2, 60]),
    )
    def a_slip_of_the_finger_is_taken_back(self, number: int, seconds: int) -> bool:
        order = self.one(self.orders(*IN_THE_KITCHEN), number)
        if order is None:
            return False
        getattr(self.core.kitchen, _NEXT[order.status])(order.uid, CASHIER)
        lets_pass(self.shop, timedelta(seconds=seconds))
        self.core.kitchen.undo(order.uid, CASHIER)
        return True

    @act(lambda story: story.orders(WAITING), somebody_waits, number=which)
    def staff_cancel_an_unpaid_order(self, number: int) -> bool:
        return self._cancel(self.one(self.orders(WAITING), number))

    @act(lambda story: story.orders(*IN_THE_KITCHEN), somebody_has_paid, number=which)
    def the_manager_voids_a_paid_order(self, number: int) -> bool:
        return self._cancel(self.one(self.orders(*IN_THE_KITCHEN), number))

    def _cancel(self, order: Order | None) -> bool:
        if order is None:
            return False
        self.core.kitchen.cancel(order.uid, "Habis", CASHIER, may_void=True)
        return True

    @act(
        with_money,
        somebody_has_paid,
        number=which,
        part=st.sampled_from([None, None, 1_000, 5_000]),
    )
    def the_manager_refunds(self, number: int, part: int | None) -> bool:
        return self._refund(number, part, in_cash=False)

    @act(
        paid_in_cash,
        somebody_has_paid_in_cash,
        number=which,
        part=st.sampled_from([None, 1_000, 5_000]),
        of_cash=st.sampled_from([True, True, False]),
    )
    def the_manager_refunds_in_cash(self, number: int, part: int | None, of_cash: bool) -> bool:
        """Rightly, where cash was paid; where a QR was, only if the gateway cannot."""
        return self._refund(number, part, in_cash=True, of=self.paid_in_cash() if of_cash else ())

    @act(
        with_money,
        somebody_has_paid,
        number=which,
        part=st.sampled_from([None, 2_000]),
        key=st.sampled_from(["tap-1", "tap-2"]),
    )
    def the_manager_taps_twice(self, number: int, part: int | None, key: str) -> bool:
        order = self.one(self.with_money(), number)
        if order is None:
            return False
        amount = part or order.total
        first = self.core.refunds.ask(order.uid, amount, "Gosong", MANAGER, key=f"{key}-{order.id}")
        again = self.core.refunds.ask(order.uid, amount, "Gosong", MANAGER, key=f"{key}-{order.id}")
        assert first.refund_key == again.refund_key
        return True

    def _refund(self, number: int, part: int | None, *, in_cash: bool, of: Sequence[Order] = ()) -> bool:
        order = self.one(of or self.with_money(), number)
        if order is None:
            return False
        offer = self.core.refunds.offer(order.uid)
        amount = part or offer.left
        self.core.refunds.ask(order.uid, amount, "Gosong", MANAGER, in_cash=in_cash)
        return True

    @act(lambda story: story.cases(), money_has_come_late, number=which)
    def somebody_takes_a_case_up(self, number: int) -> bool:
        case = self.one(self.cases(), number)
        if case is None:
            return False
        self.core.cases.take_up(self.shop.outlet.id, case.uid, CASHIER)
        return True

    @act(lambda story: story.cases(CaseKind.LATE), money_has_come_late, number=which)
    def a_late_order_is_honoured(self, number: int) -> bool:
        case = self.one(self.cases(CaseKind.LATE), number)
        if case is None:
            return False
        self.core.cases.honour(self.shop.outlet.id, case.uid, CASHIER, looked_up=True)
        return True

    @act(lambda story: [case for case in story.cases() if case.amount], money_has_come_late, number=which)
    def a_case_pays_another_order(self, number: int) -> bool:
        """The guest orders once more at the same table, and the money that is there pays it."""
        case = self.one([case for case in self.cases() if case.amount], number)
        about = next((order for order in self.orders() if case and order.id == case.order_id), None)
        if case is None or about is None:
            return False
        table = [table.id for table in self.shop.tables].index(about.table_id or 0)
        order = self.shop.order("Es Teh", pay_by="cash", table=table)
        self.core.cases.credit(self.shop.outlet.id, case.uid, order.uid, CASHIER, looked_up=True)
        self.moved.update(one.uid for one in self.orders(OrderStatus.CANCELLED))
        if case.reference in self.undone:
            # The gateway has taken this money back, and we have not heard of it yet.
            self.moved.add(order.uid)
        return True

    @act(lambda story: story.cases(), money_has_come_late, number=which)
    def the_manager_closes_a_case(self, number: int) -> bool:
        case = self.one(self.cases(), number)
        if case is None:
            return False
        self.close(case)
        return True

    def close(self, case: MoneyCase) -> None:
        """Close a case as a manager does who has read in the gateway's dashboard what a bank took."""
        lost = 0
        if case.kind is CaseKind.CHARGEBACK:
            with self.core.db.read() as session:
                known = -moved_by(session, case.reference, "chargeback")  # type: ignore[arg-type] # its word
            lost = self.book()[case.reference]["charged_back"] - known
        self.core.cases.close(self.shop.outlet.id, case.uid, "Tamu tidak kembali", MANAGER, lost=lost, looked_up=True)

    @act(counted=st.sampled_from([0, 150_000, 400_000]), begins=st.booleans())
    def the_drawer_is_counted(self, counted: int, begins: bool) -> bool:
        """Sometimes by somebody who has only just begun."""
        if begins:
            with suppress(ShiftAlreadyOpen):
                self.core.shifts.open(self.shop.outlet.id, 100_000, CASHIER)
        return bool(self.core.shifts.close(self.shop.outlet.id, counted, CASHIER))

    @act(change=st.sampled_from([0, 100_000]), relieves=st.booleans())
    def a_shift_begins(self, change: int, relieves: bool) -> bool:
        """Sometimes right after the one before."""
        if relieves:
            with suppress(NoOpenShift):
                self.core.shifts.close(self.shop.outlet.id, 200_000, CASHIER)
        return bool(self.core.shifts.open(self.shop.outlet.id, change, CASHIER))

    @act(amount=st.sampled_from([-50_000, 20_000]))
    def money_is_carried(self, amount: int) -> bool:
        self.core.shifts.move(self.shop.outlet.id, amount, "Gas", CASHIER)
        return True

    @act(dish=st.sampled_from(["Rendang", "Es Teh"]), sold_out=st.booleans())
    def a_dish_is_sold_out_or_back(self, dish: str, sold_out: bool) -> bool:
        self.core.menu.set_sold_out(self.shop.dishes[dish].id, sold_out, CASHIER)
        return True

    @act(portions=st.sampled_from([None, 0, 2, 5]))
    def portions_are_counted(self, portions: int | None) -> bool:
        self.core.menu.set_portions(self.shop.dishes["Rendang"].id, portions, CASHIER)
        return True

    @act(dish=st.sampled_from(["Sate Ayam", "Mi Goreng"]), price=st.sampled_from([20_000, 28_000, 33_300]))
    def a_price_is_changed(self, dish: str, price: int) -> bool:
        with self.core.db.write() as session:
            session.get_one(Dish, self.shop.dishes[dish].id).price = price
        return True
