"""Everybody who can want something of one order, in any order of time, and what must be true when all have had their way."""

import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

from core.base.errors import MejaError
from core.orders.models import Order
from tests.interleavings.stories import end_of, stories_of
from tests.shop import CASHIER, Shop
from tests.state.house import lets_pass
from tests.state.staff import MANAGER

RUNS_OUT = timedelta(minutes=47)
"""The QR's quarter of an hour, and the half that the order is kept afterwards."""
_ROUNDS = 2


@dataclass(slots=True)
class OneTable:
    """One order and everybody's hand on it. Each step may come at any moment, and be refused clearly."""

    shop: Shop
    order: Order
    reference: str

    def settle(self) -> None:
        self._turn("pay", late=True)

    def cancel(self) -> None:
        self.shop.core.kitchen.cancel(self.order.uid, "Habis", CASHIER, may_void=True)

    def cash(self) -> None:
        with suppress(MejaError):
            self.shop.core.payments.to_cash(self.order.uid)
            self.shop.gateway_works()
        self.shop.core.cash.take(self.order.uid, 100_000, CASHIER)

    def expire(self) -> None:
        lets_pass(self.shop, RUNS_OUT)
        self.shop.gateway_works()

    def refund(self) -> None:
        offer = self.shop.core.refunds.offer(self.order.uid)
        self.shop.core.refunds.ask(self.order.uid, offer.left, "Gosong", MANAGER)

    def hear(self) -> None:
        """The worker has a turn: it looks, closes, asks."""
        self.shop.core.payments.ask_again(self.order.uid)
        self.shop.gateway_works()

    def doubt(self) -> None:
        """Cash on a manager's word, while the gateway does not answer."""
        self.shop.core.cash.take(self.order.uid, 100_000, CASHIER, vouched_by=MANAGER)

    def _turn(self, name: str, **how: object) -> None:
        simulator = self.shop.simulator
        simulator.http.post(
            f"{simulator.url}/simulator/transactions/{self.reference}/{name}", json=how | {"notify": False}, timeout=10
        )

    def step(self, name: str) -> bool:
        """Take one step; tells whether it was not refused."""
        act: Callable[[], None] = getattr(self, name)
        try:
            act()
        except MejaError:
            return False
        return True

    def end(self) -> str:
        """Let everything come to rest and name the one story that this was."""
        for _ in range(_ROUNDS):
            lets_pass(self.shop, timedelta(seconds=70))
            self.shop.core.worker.look_at_everything_once()
        end = end_of(self.shop, self.order)
        stories = stories_of(end)
        assert len(stories) == 1, f"{len(stories)} stories fit ({stories}): {end}"
        assert end.at_the_gateway >= 0
        return stories[0]


@dataclass(slots=True)
class Told:
    """Which stories many orders have had."""

    stories: Counter[str] = field(default_factory=Counter)
    steps: Counter[str] = field(default_factory=Counter)
    taken: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        ends = [f"  {count:6d} {name}" for name, count in self.stories.most_common()]
        steps = ", ".join(f"{name} {self.taken[name]}/{self.steps[name]}" for name in sorted(self.steps))
        return "\n".join([f"{self.stories.total()} interleavings; steps taken: {steps}", *ends])


STEPS = ("settle", "cancel", "cash", "expire", "refund", "hear")


def every_order() -> Iterator[tuple[str, ...]]:
    """All 720 orders of the six steps."""
    return itertools.permutations(STEPS)


def seat(shop: Shop) -> OneTable:
    """Let somebody order, with a QR that can be paid."""
    order = shop.order("Sate Ayam")
    return OneTable(shop, order, shop.attempt(order).reference)


def tell(shop: Shop, steps: Sequence[str], told: Told) -> str:
    """Play one order's steps one after another and count its story."""
    table = seat(shop)
    for name in steps:
        told.steps[name] += 1
        told.taken[name] += table.step(name)
    story = table.end()
    told.stories[story] += 1
    return story
