"""The whole machine: everybody's acts in any order, cheap truths after each few, every truth at the end."""

import math
from collections.abc import Sequence
from typing import ClassVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, run_state_machine_as_test
from sqlalchemy import text

from core.payments.models import CaseKind
from tests.state.diners import Diners
from tests.state.gateway_turns import GatewayTurns
from tests.state.house import Street, close_core
from tests.state.program import Beside, Program
from tests.state.staff import Staff
from tests.state.telling import ACTS, Tally

_LOOK_EVERY = 6
_DOZEN = 12
_OPENING = 8
"""Acts that each of a dozen stories opens with."""
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

    opening: ClassVar[Sequence[str]]
    """The acts that every story of this machine opens with."""

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

    @initialize(data=st.data())
    def a_day_has_begun(self, data: st.DataObject) -> None:
        """Two tables have ordered, and one has paid: most acts have something to be about."""
        # What is drawn may not hang on the time.
        acts = [(name, data.draw(ACTS[name])) for name in self.opening]
        if self.is_over:
            return
        paid = self.shop.order("Sate Ayam")
        self.turn(self.shop.attempt(paid), "pay")
        self.core.inbox.receive(self.post.pop())
        self.core.worker.sweep_once()
        self.shop.order("Es Teh", table=1)
        self.forget()
        for name, drawn in acts:
            getattr(self, name)(**drawn)

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
                    close_core(other)
            self.street.clear(self.shop)


_PAID = {"paid", "partially_refunded", "refunded"}


def told(street: Street, opening: Sequence[str], tally: Tally, until: float) -> type[AnyStory]:
    """Make a machine of its own for one street: its stories open with the acts named, and are counted together."""
    people = (AnyStory,) if street.postgres is None else (Beside, AnyStory)
    return type("AnyStory", people, {"street": street, "opening": opening, "tally": tally, "until": until})


def acts_on(street: Street) -> frozenset[str]:
    """Name the acts that there are on a street's kind of database."""
    return frozenset(ACTS) if street.postgres is not None else frozenset(ACTS) - set(vars(Beside))


def tell(street: Street, tally: Tally, stories: int, steps: int) -> None:
    """Tell stories of at most so many steps, a dozen at a time, until there were as many as asked for, or some more."""
    while tally.stories < stories:
        tell_a_dozen(street, tally, steps)


def tell_a_dozen(street: Street, tally: Tally, steps: int, until: float = math.inf) -> None:
    """Tell stories that open with those acts that had the fewest effects so far, so that none goes without a turn.

    What hypothesis draws it draws in heaps: of fifty acts, some would not be drawn in a hundred stories.
    """
    opening = sorted(tally.acts, key=lambda name: (tally.worked[name], name))[:_OPENING]
    run_state_machine_as_test(
        told(street, opening, tally, until),
        settings=settings(
            max_examples=_DOZEN,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )
