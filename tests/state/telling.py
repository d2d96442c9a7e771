"""What every story needs: a restaurant, the post that is on its way, and a count of what had an effect."""

import functools
import math
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule
from sqlalchemy import select

from core.base.errors import MejaError
from core.orders.models import Order
from core.orders.status import OrderStatus
from core.payments.models import Attempt, CaseKind, MoneyCase
from core.services import Core
from tests.shop import Shop, notification
from tests.state.house import Street, open_core, steady_by
from tests.state.scenes import Scene, trade_goes_on

Row = TypeVar("Row")
Teller = TypeVar("Teller", bound="Telling")
which = st.integers(0, 63)
"""Draws one of however many there are."""


ACTS: dict[str, st.SearchStrategy[dict[str, Any]]] = {}
"""All acts there are, and what is drawn for each."""
_ENOUGH = 12
"""Orders in one story that were made for an act's sake."""


@dataclass(slots=True)
class Tally:
    """How often each act was tried over all stories, how often it had an effect, and what refused it."""

    acts: frozenset[str]
    tried: Counter[str] = field(default_factory=Counter)
    worked: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    stories: int = 0

    @property
    def idle(self) -> list[str]:
        """The acts that never had an effect."""
        return sorted(name for name in self.acts if not self.worked[name])

    def __str__(self) -> str:
        width = max((len(name) for name in self.tried), default=0)
        lines = [f"{self.stories} stories, {self.tried.total()} acts, {self.worked.total()} with an effect"]
        lines += [f"  {name:{width}s} {self.tried[name]:7d} {self.worked[name]:7d}" for name in sorted(self.tried)]
        refused = ", ".join(f"{name} {count}" for name, count in self.refused.most_common())
        return "\n".join([*lines, f"refused: {refused}"])


def act(
    needs: "Callable[[Teller], object] | None" = None, /, scene: Scene = trade_goes_on, **values: Any
) -> Callable[[Callable[..., bool | None]], Any]:
    """Make a method a rule that may be refused clearly, and that is counted; it tells whether it did anything.

    `needs` names what it is about. Where there is no such thing yet, `scene` brings it about: a precondition would
    let what is drawn hang on which thread was faster.
    """

    def made(method: Callable[..., bool | None]) -> Any:
        ACTS[method.__name__] = st.fixed_dictionaries(values)

        @functools.wraps(method)
        def tried(story: "Teller", **drawn: Any) -> None:
            if story.is_over:
                return
            story.tally.tried[method.__name__] += 1
            try:
                if needs is not None and not needs(story):
                    story.plays(scene)
                if method(story, **drawn):
                    story.tally.worked[method.__name__] += 1
            except MejaError as refusal:
                story.tally.refused[type(refusal).__name__] += 1
            story.forget()

        a_rule: Callable[[Callable[..., None]], Callable[..., None]] = rule(**values)
        return a_rule(tried)

    return made


class Telling(RuleBasedStateMachine):
    """A story in the making."""

    street: ClassVar[Street]
    tally: ClassVar[Tally]
    until: ClassVar[float] = math.inf
    """By time.monotonic(): whoever begins later has nothing to tell any more."""

    def __init__(self) -> None:
        super().__init__()
        self.is_over = time.monotonic() > self.until
        type(self).tally.stories += not self.is_over
        self.shop: Shop = self.street.open()
        self.url = self.shop.core.db.url.render_as_string(hide_password=False)
        self.steady = steady_by(self.shop.clock)  # type: ignore[arg-type] # a street's clock is a story's
        self.steady.__enter__()
        self.cores: list[Core] = [self.shop.core]
        self._seen: dict[type[Any], Sequence[Any]] = {}
        self.post: list[bytes] = []
        """Notifications that the gateway has sent and that have not come yet."""
        self.moved: set[str] = set()
        """Orders whose money rightly went elsewhere: reversed, or credited to another order."""
        self.undone: set[str] = set()
        """Payments that did not last, and are not made again."""

    @property
    def core(self) -> Core:
        return self.shop.core

    def open_another_core(self) -> Core:
        return open_core(self.url, self.street.simulator, self.shop.clock)

    def one(self, rows: Sequence[Row], number: int) -> Row | None:
        return rows[number % len(rows)] if rows else None

    def plays(self, scene: Scene) -> None:
        """Bring about what an act is about, as long as there are not too many orders already."""
        if len(self.orders()) < _ENOUGH:
            scene(self)
            self.forget()

    def pays_and_is_heard_of(self, order: Order, **how: Any) -> None:
        """Pay an order's newest QR, if there is one that can be, and let the program hear of it."""
        if self.turn(self.shop.attempt(order), "pay", **how):
            self.core.inbox.receive(self.post[-1])
            self.core.worker.sweep_once()

    def forget(self) -> None:
        """Look anew before the next act."""
        self._seen.clear()

    def orders(self, *statuses: OrderStatus) -> Sequence[Order]:
        """List the orders of some statuses, or all; the newest first. As they were after the last act."""
        return [order for order in self._see(Order) if not statuses or order.status in statuses]

    def attempts(self, *states: str) -> Sequence[Attempt]:
        return [attempt for attempt in self._see(Attempt) if not states or attempt.state in states]

    def cases(self, *kinds: CaseKind) -> Sequence[MoneyCase]:
        """List the open cases."""
        return [case for case in self._see(MoneyCase) if case.settled_at is None and (not kinds or case.kind in kinds)]

    def _see(self, rows: type[Any]) -> Sequence[Any]:
        if rows not in self._seen:
            with self.core.db.read() as session:
                self._seen[rows] = session.scalars(select(rows).order_by(rows.id.desc())).all()
        return self._seen[rows]

    def turn(self, attempt: Attempt, name: str, **how: Any) -> bool:
        """Have the gateway take a turn about a payment; what it says of it goes to the post."""
        simulator = self.street.simulator
        url = f"{simulator.url}/simulator/transactions/{attempt.reference}/{name}"
        is_done = simulator.http.post(url, json=how, timeout=10).ok
        if is_done:
            self.is_sent(attempt)
        return is_done

    def is_sent(self, attempt: Attempt) -> None:
        """Put on its way what the gateway says about a payment now."""
        said = self.street.simulator.call("GET", f"/simulator/transactions/{attempt.reference}")["status"]
        self.post.append(notification(attempt.reference, attempt.amount, _HINTS.get(str(said), "settlement")))

    def book(self) -> dict[str, dict[str, Any]]:
        return {line["order_id"]: line for line in self.street.simulator.book()["transactions"]}


# The words that notifications are made with in tests; the status is asked for anyway.
_HINTS = {said: said for said in ("pending", "settlement", "refund", "partial_refund", "expire", "cancel", "deny")}
