"""The whole machine: everybody's acts in any order, cheap truths after each few, every truth at the end."""

from hypothesis.stateful import initialize, invariant
from sqlalchemy import text

from core.payments.models import CaseKind
from tests.state.diners import Diners
from tests.state.gateway_turns import GatewayTurns
from tests.state.program import Program
from tests.state.staff import Staff
from tests.state.telling import Tally

_LOOK_EVERY = 6
_CHEAP = {
    "every entry sums to zero": "SELECT entry_uid FROM postings GROUP BY entry_uid HAVING SUM(amount) <> 0",
    "unapplied money is what the open cases hold": (
        "SELECT payment FROM (SELECT payment, amount FROM postings WHERE account = 'unapplied' UNION ALL "
        "SELECT reference, amount FROM money_cases WHERE settled_at IS NULL) held GROUP BY payment HAVING SUM(amount) <> 0"
    ),
    "one QR can be paid": (
        "SELECT order_id FROM attempts WHERE state IN ('charging', 'live', 'unknown') "
        "GROUP BY order_id HAVING COUNT(*) > 1"
    ),
    "nothing is cooked unpaid": (
        "SELECT uid FROM orders WHERE status IN ('confirmed', 'preparing', 'ready', 'served') AND paid_at IS NULL"
    ),
}


class AnyStory(Diners, Staff, GatewayTurns, Program):
    """Acts at random; what was paid stays paid or went back, after each of them."""

    def __init__(self) -> None:
        super().__init__()
        self.paid_once: set[str] = set()
        self.acts = 0

    @invariant()
    def what_was_paid_stays_paid_or_went_back(self) -> None:
        self.acts += 1
        now_paid = {order.uid for order in self.orders() if order.payment_status in _PAID}
        lost = self.paid_once - now_paid - self.moved
        assert not lost, f"paid before, and now nobody knows of it: {lost}"
        self.paid_once |= now_paid

    @invariant()
    def the_cheap_truths_hold(self) -> None:
        if self.acts % _LOOK_EVERY:
            return
        with self.core.db.read() as session:
            for truth, faults in _CHEAP.items():
                broken = session.scalars(text(faults)).all()
                assert not broken, f"{truth}: {broken}"

    @initialize()
    def a_day_has_begun(self) -> None:
        """Two tables have ordered, and one has paid: most acts have something to be about."""
        paid = self.shop.order("Sate Ayam")
        self.turn(self.shop.attempt(paid), "pay")
        self.core.inbox.receive(self.post.pop())
        self.core.worker.sweep_once()
        self.shop.order("Es Teh", table=1)
        self.forget()

    def teardown(self) -> None:
        try:
            self.catch_up()
            for case in [case for case in self.cases() if case.kind is CaseKind.CHARGEBACK]:
                self.close(case)
            self.shop.check_books()
            assert not self.street.fell, f"the worker fell over, and went on: {self.street.fell}"
        finally:
            self.street.fell.clear()
            self.steady.__exit__(None, None, None)
            for other in self.cores:
                if other is not self.core:
                    other.close()
            self.street.clear(self.shop)


_PAID = {"paid", "partially_refunded", "refunded"}


def told(street: object) -> type[AnyStory]:
    """Make a machine of its own, with its own count, for one street."""
    return type("AnyStory", (AnyStory,), {"street": street, "tally": Tally()})
