"""What a house has learned from its own sales of the last thirty days: what sells best, and what goes together."""

import threading
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby, permutations
from typing import Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from core.base.clock import business_day
from core.base.day_time import minute_of_day
from core.menu.models import Dish
from core.menu.queries import dishes_by_id
from core.orders.models import Order, OrderLine
from core.orders.status import CLOSED
from core.outlets.models import Outlet
from core.outlets.queries import outlet_of

LEARNED_FROM: Final = timedelta(days=30)
EVERY: Final = timedelta(minutes=10)
"""All processes learn at the same full ten minutes, so that their menus do not differ."""
FEWEST_ORDERS: Final = 20
"""From fewer nothing is learned: it would be chance."""
FEWEST_PORTIONS: Final = 5
MOST_BEST: Final = 6
FEWEST_TOGETHER: Final = 3
"""How often two dishes must have been ordered together before one brings the other to mind."""
MOST_SUGGESTED: Final = 3
_MOST_ORDERS: Final = 2_000
"""The newest so many are looked through: what a busy house learns in a week is enough, and it stays cheap."""
_LARGEST_ORDER: Final = 12
"""Different dishes. A feast for forty says nothing about what goes with what."""
_NONE: Final[Counter[int]] = Counter()


@dataclass(frozen=True, slots=True)
class Learned:
    """What sells, as one look at the orders told."""

    at: datetime
    best: tuple[int, ...] = ()
    """Ids of the dishes sold most, the first most of all."""
    together: Mapping[int, Counter[int]] = field(default_factory=dict)
    """In how many orders a dish was beside each other one."""


@dataclass(frozen=True, slots=True)
class Sales:
    """Remembers for ten minutes what the orders of an outlet teach; nobody's request counts them twice."""

    _known: dict[int, Learned] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def learned(self, session: Session, outlet_id: int, now: datetime) -> Learned:
        """Give what is known, counting anew when ten minutes are over. One asker counts, the others go on with the old."""
        at = now - (now - datetime(2000, 1, 1, tzinfo=UTC)) % EVERY
        known = self._known.get(outlet_id)
        if known is not None and (known.at == at or self._lock.locked()):
            return known
        with self._lock:
            known = self._known.get(outlet_id)
            if known is None or known.at != at:
                known = self._known[outlet_id] = _look(session, outlet_of(session, outlet_id), at)
        return known

    def beside(self, session: Session, outlet: Outlet, basket: Collection[int], now: datetime) -> list[Dish]:
        """List at most three dishes that others ordered with those in a basket and that can be had now."""
        together = self.learned(session, outlet.id, now).together
        weights: Counter[int] = sum((together.get(dish_id, _NONE) for dish_id in basket), Counter())
        found = [dish_id for dish_id, _ in weights.most_common() if dish_id not in basket]
        dishes = dishes_by_id(session, outlet.id, found[: 3 * MOST_SUGGESTED])
        minute = minute_of_day(now, outlet.zone)
        there = [dishes[dish_id] for dish_id in found if dish_id in dishes]
        return [dish for dish in there if dish.can_be_had(minute)][:MOST_SUGGESTED]


def _look(session: Session, outlet: Outlet, at: datetime) -> Learned:
    orders = _paid_orders(outlet, at)
    rows = session.execute(
        select(OrderLine.order_id, OrderLine.dish_id, func.sum(OrderLine.quantity))
        .where(OrderLine.order_id.in_(orders))
        .group_by(OrderLine.order_id, OrderLine.dish_id)
        .order_by(OrderLine.order_id, OrderLine.dish_id)
    ).all()
    sold: Counter[int] = Counter()
    pairs: dict[int, Counter[int]] = {}
    count = 0
    for _, lines in groupby(rows, key=lambda row: row[0]):
        count += 1
        dishes = {dish_id: int(quantity) for _, dish_id, quantity in lines}
        sold.update(dishes)
        for one, other in permutations(dishes, 2) if len(dishes) <= _LARGEST_ORDER else ():
            pairs.setdefault(one, Counter())[other] += 1
    if count < FEWEST_ORDERS:
        return Learned(at)
    best = tuple(dish_id for dish_id, portions in sold.most_common(MOST_BEST) if portions >= FEWEST_PORTIONS)
    return Learned(at, best, {one: _often(others) for one, others in pairs.items()})


def _often(others: Counter[int]) -> Counter[int]:
    return Counter({dish_id: times for dish_id, times in others.items() if times >= FEWEST_TOGETHER})


def _paid_orders(outlet: Outlet, at: datetime) -> Select[int]:
    first_day = business_day(at - LEARNED_FROM, outlet.zone, outlet.day_cutoff_hour)
    return (
        select(Order.id)
        .where(Order.outlet_id == outlet.id, Order.business_day >= first_day)
        .where(Order.paid_at <= at, Order.status.not_in(CLOSED))
        .order_by(Order.business_day.desc(), Order.number.desc())
        .limit(_MOST_ORDERS)
    )
