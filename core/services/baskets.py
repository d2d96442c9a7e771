"""Keeps what a diner means to order, until it is ordered."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.base.clock import Clock
from core.base.database import Database
from core.base.errors import MejaError
from core.base.ids import new_uid
from core.base.outcomes import retried
from core.menu.errors import BadQuantity, TooFewLeft
from core.menu.models import Dish
from core.menu.queries import dishes_by_id
from core.menu.quote import MAX_QUANTITY, Pick, Quote, as_chosen, quote
from core.orders.models import BasketLine, Visit
from core.orders.once import claim_key
from core.outlets.models import Outlet
from core.outlets.queries import outlet_of, table_by_token
from core.outlets.serving import Serving
from core.services.basket_lines import basket_of, empty, lines_of, open_visit, pick_of, put, visit_of


@dataclass(frozen=True, slots=True)
class BasketLineView:
    """One line of a basket, priced by today's menu."""

    id: int
    dish: Dish
    quantity: int
    options: list[dict[str, Any]]
    """What was chosen and is still offered: id, name, name_en, price."""
    note: str
    unit_price: int
    amount: int
    problem: MejaError | None
    """Why it cannot be ordered now."""
    added_by: int | None = None
    """The number of the phone that put it into the table's basket."""


@dataclass(frozen=True, slots=True)
class BasketView:
    """A basket as its page shows it."""

    lines: tuple[BasketLineView, ...] = ()
    quote: Quote | None = None
    """What the lines without a problem cost; nothing when there is none."""
    serving: Serving = Serving.DINE_IN
    is_shared: bool = False
    """Whether it is the table's, not one phone's."""

    @property
    def problems(self) -> tuple[MejaError, ...]:
        return tuple(line.problem for line in self.lines if line.problem is not None)

    @property
    def is_orderable(self) -> bool:
        return self.quote is not None and not self.problems

    @property
    def count(self) -> int:
        """How many pieces are in it, whether they can be ordered or not."""
        return sum(line.quantity for line in self.lines)


@dataclass(frozen=True, slots=True)
class Baskets:
    """Holds every diner's basket on the server: ids and counts, never a price."""

    db: Database
    clock: Clock

    def visit(self, table_token: str, guest: str | None) -> Visit | None:
        """Find this phone's visit to the table; None before it put anything into a basket.

        Raises UnknownTable.
        """
        with self.db.read() as session:
            table = table_by_token(session, table_token)
            return None if guest is None else visit_of(session, table, guest)

    @retried
    def open_visit(self, table_token: str, guest: str) -> Visit:
        """Find this phone's visit to the table, or write down that it began. Raises UnknownTable."""
        with self.db.write() as session:
            return open_visit(session, table_by_token(session, table_token), guest, self.clock())

    def basket(self, visit_id: int | None) -> BasketView:
        """Price a basket by the menu of this moment. None stands for a phone without a visit."""
        if visit_id is None:
            return BasketView()
        with self.db.read() as session:
            visit = session.get(Visit, visit_id)
            if visit is None:
                return BasketView()
            lines = lines_of(session, visit)
            dishes = dishes_by_id(session, visit.outlet_id, {line.dish_id for line in lines})
            view = _view(lines, dishes, outlet_of(session, visit.outlet_id), visit.serving, self.clock())
            return replace(view, is_shared=visit.shares)

    @retried
    def add(self, table_token: str, guest: str, pick: Pick, *, key: str | None = None) -> Visit:
        """Put a dish into the basket; the same dish with the same choices and note joins its line.

        The same key again puts in nothing more: on a bad line a browser itself sends a form several times.
        Raises the error of `quote` when it could not be ordered as it is, and KeyReused; nothing is written then.
        """
        with self.db.write() as session:
            table = table_by_token(session, table_token)
            dishes = dishes_by_id(session, table.outlet_id, [pick.dish_id])
            priced = quote(dishes, [pick], outlet_of(session, table.outlet_id), at=self.clock()).lines[0]
            visit = open_visit(session, table, guest, self.clock())
            if key is not None and self._is_repeated(session, visit, pick, key):
                return visit
            put(
                session,
                visit,
                replace(pick, option_ids=tuple(option["id"] for option in priced.options), note=priced.note),
            )
            return visit

    @retried
    def change(self, visit_id: int, line_id: int, quantity: int) -> None:
        """Set how many of a line are wanted; 0 takes it out. A line that is already gone stays gone.

        Raises BadQuantity outside 0 to 99.
        """
        if type(quantity) is not int or not 0 <= quantity <= MAX_QUANTITY:
            raise BadQuantity(most=MAX_QUANTITY)
        if not 0 < line_id < 2**63:
            return  # No line has such a number, and the database's driver would not even ask for it.
        with self.db.write() as session:
            # Asked for by basket too: the number of a line in somebody else's opens nothing.
            holder = basket_of(session, session.get_one(Visit, visit_id))
            mine = select(BasketLine).where(BasketLine.id == line_id, BasketLine.visit_id == holder.id)
            line = session.scalar(mine.with_for_update())
            if line is not None and quantity == 0:
                session.delete(line)
            elif line is not None:
                line.quantity = quantity

    @retried
    def clear(self, visit_id: int) -> None:
        """Empty a basket."""
        with self.db.write() as session:
            empty(session, session.get_one(Visit, visit_id))

    def _is_repeated(self, session: Session, visit: Visit, pick: Pick, key: str) -> bool:
        mine = new_uid()
        return claim_key(session, f"basket:{visit.id}", key, json.dumps(asdict(pick)), mine, self.clock()) != mine


def _view(
    lines: Sequence[BasketLine], dishes: dict[int, Dish], outlet: Outlet, serving: Serving, at: datetime
) -> BasketView:
    taken: Counter[int] = Counter()
    views: list[BasketLineView] = []
    good: list[Pick] = []
    for line in lines:
        view = _line_view(line, dishes[line.dish_id], outlet, taken, at)
        views.append(view)
        if view.problem is None:
            good.append(pick_of(line))
            taken[line.dish_id] += line.quantity
    return BasketView(tuple(views), quote(dishes, good, outlet, serving, at=at) if good else None, serving)


def _line_view(line: BasketLine, dish: Dish, outlet: Outlet, taken: Counter[int], at: datetime) -> BasketLineView:
    problem = _problem(line, dish, outlet, taken[dish.id], at)
    options = [option for group in dish.option_groups for option in group.options if option.id in line.option_ids]
    unit_price = dish.price + sum(option.price for option in options)
    return BasketLineView(
        id=line.id,
        dish=dish,
        quantity=line.quantity,
        options=[as_chosen(option) for option in options],
        note=line.note,
        unit_price=unit_price,
        amount=unit_price * line.quantity,
        problem=problem,
        added_by=line.added_by,
    )


def _problem(line: BasketLine, dish: Dish, outlet: Outlet, taken: int, at: datetime) -> MejaError | None:
    """Say why a line cannot be ordered, when the lines before it already take some of its dish."""
    try:
        quote({dish.id: dish}, [pick_of(line)], outlet, at=at)
    except MejaError as error:
        return error
    if dish.portions is not None and taken + line.quantity > dish.portions:
        return TooFewLeft(dish=dish.name, left=dish.portions)
    return None
