"""What guests do: order, pay in time, too late or too little, change their minds."""

from collections.abc import Callable
from datetime import timedelta

from hypothesis import strategies as st

from core.orders.models import Order
from core.orders.status import OrderStatus
from tests.state.house import lets_pass
from tests.state.scenes import somebody_waits
from tests.state.telling import Telling, act, which

WAITING = OrderStatus.AWAITING_PAYMENT


class Diners(Telling):
    """Guests, their wallets and their phones."""

    @act(
        dish=st.sampled_from(["Sate Ayam", "Es Teh", "Rendang", "Mi Goreng"]),
        by=st.sampled_from(["qris", "qris", "qris", "cash"]),
        table=st.integers(0, 1),
        charge=st.booleans(),
    )
    def somebody_orders(self, dish: str, by: str, table: int, charge: bool) -> bool:
        self.shop.order(dish, pay_by=by, table=table, charge=charge)
        return True

    @act(
        lambda story: story.attempts("charging", "unknown", "live"),
        somebody_waits,
        number=which,
        issuer=st.sampled_from(["gopay", "gopay", "dana", "ovo"]),
    )
    def a_wallet_pays(self, number: int, issuer: str) -> bool:
        attempt = self.one(self.attempts("charging", "unknown", "live"), number)
        return attempt is not None and self.turn(attempt, "pay", issuer=issuer)

    @act(lambda story: story.attempts("live"), somebody_waits, number=which, amount=st.sampled_from([1_000, 90_000]))
    def a_wallet_pays_another_amount(self, number: int, amount: int) -> bool:
        attempt = self.one(self.attempts("live"), number)
        return attempt is not None and self.turn(attempt, "pay", amount=amount)

    @act(lambda story: story.attempts("expired", "cancelled", "failed", "denied", "live"), somebody_waits, number=which)
    def a_wallet_pays_too_late(self, number: int) -> bool:
        attempt = self.one(self.attempts("expired", "cancelled", "failed", "denied", "live"), number)
        if attempt is None or attempt.reference in self.undone:
            return False
        return self.turn(attempt, "pay", late=True)

    @act(lambda story: story.orders(WAITING), somebody_waits, number=which)
    def the_diner_wants_cash(self, number: int) -> bool:
        return self._asks(self.core.payments.to_cash, number)

    @act(lambda story: story.orders(WAITING), somebody_waits, number=which)
    def the_diner_wants_a_qr(self, number: int) -> bool:
        return self._asks(self.core.payments.new_qr, number)

    @act(lambda story: story.orders(WAITING), somebody_waits, number=which)
    def the_diner_gives_up(self, number: int) -> bool:
        return self._asks(self.core.payments.cancel, number)

    @act(lambda story: story.attempts("live"), somebody_waits, number=which)
    def the_diner_says_it_is_paid(self, number: int) -> bool:
        """After ten seconds, and before the worker would have looked by itself."""
        attempt = self.one(self.attempts("live"), number)
        if attempt is None:
            return False
        self.core.worker.sweep_once()
        lets_pass(self.shop, timedelta(seconds=10))
        return any(self.core.payments.ask_again(order.uid) for order in self.orders() if order.id == attempt.order_id)

    def _asks(self, wish: Callable[[str], object], number: int) -> bool:
        order = self._waiting(number)
        if order is None:
            return False
        wish(order.uid)
        return True

    def _waiting(self, number: int) -> Order | None:
        return self.one(self.orders(WAITING), number)
