"""Keeps what a diner means to order, until it is ordered."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.base.clock import Clock
from core.base.database import Database
from core.base.errors import MejaError
from core.base.outcomes import retried
from core.menu.errors import BadQuantity, TooFewLeft, TooManyLines
from core.menu.models import Dish
from core.menu.queries import dishes_by_id
from core.menu.quote import MAX_LINES, MAX_QUANTITY, Pick, Quote, as_chosen, clean_note, quote
from core.orders.models import BasketLine, Visit
from core.outlets.models import Outlet, Table
from core.outlets.queries import outlet_of, table_by_token


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


@dataclass(frozen=True, slots=True)
class BasketView:
    """A basket as its page shows it."""

    lines: tuple[BasketLineView, ...] = ()
    quote: Quote | None = None
    """What the lines without a problem cost; nothing when there is none."""

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
            return self._opened(session, table_by_token(session, table_token), guest)

    def basket(self, visit_id: int | None) -> BasketView:
        """Price a basket by the menu of this moment. None stands for a phone without a visit."""
        if visit_id is None:
            return BasketView()
        with self.db.read() as session:
            visit = session.get(Visit, visit_id)
            lines = [] if visit is None else lines_of(session, visit_id)
            if visit is None or not lines:
                return BasketView()
            dishes = dishes_by_id(session, visit.outlet_id, {line.dish_id for line in lines})
            return _view(lines, dishes, outlet_of(session, visit.outlet_id))

    @retried
    def add(self, table_token: str, guest: str, pick: Pick) -> Visit:
        """Put a dish into the basket; the same dish with the same choices and note joins its line.

        Raises the error of `quote` when it could not be ordered as it is; nothing is written then.
        """
        with self.db.write() as session:
            table = table_by_token(session, table_token)
            dishes = dishes_by_id(session, table.outlet_id, [pick.dish_id])
            priced = quote(dishes, [pick], outlet_of(session, table.outlet_id)).lines[0]
            visit = self._opened(session, table, guest)
            _put(session, visit, pick.dish_id, pick.quantity, [option["id"] for option in priced.options], priced.note)
            return visit

    @retried
    def change(self, visit_id: int, line_id: int, quantity: int) -> None:
        """Set how many of a line are wanted; 0 takes it out. A line that is already gone stays gone.

        Raises BadQuantity outside 0 to 99.
        """
        if type(quantity) is not int or not 0 <= quantity <= MAX_QUANTITY:
            raise BadQuantity(most=MAX_QUANTITY)
        with self.db.write() as session:
            # Asked for by visit too: the number of a line in somebody else's basket opens nothing.
            mine = select(BasketLine).where(BasketLine.id == line_id, BasketLine.visit_id == visit_id)
            line = session.scalar(mine.with_for_update())
            if line is not None and quantity == 0:
                session.delete(line)
            elif line is not None:
                line.quantity = quantity

    @retried
    def clear(self, visit_id: int) -> None:
        """Empty a basket."""
        with self.db.write() as session:
            empty(session, visit_id)

    def _opened(self, session: Session, table: Table, guest: str) -> Visit:
        if (visit := visit_of(session, table, guest)) is not None:
            return visit
        visit = Visit(guest=guest, outlet_id=table.outlet_id, table_id=table.id, opened_at=self.clock())
        try:
            with session.begin_nested():
                session.add(visit)
        except IntegrityError:
            # Two taps at once on PostgreSQL: the other one was first.
            return session.scalars(_visits(table, guest)).one()
        return visit


def visit_of(session: Session, table: Table, guest: str) -> Visit | None:
    """Find the visit of one phone to one table."""
    return session.scalar(_visits(table, guest))


def lines_of(session: Session, visit_id: int) -> Sequence[BasketLine]:
    """List what is in a basket, oldest first."""
    return session.scalars(select(BasketLine).where(BasketLine.visit_id == visit_id).order_by(BasketLine.id)).all()


def lines_of_for_update(session: Session, visit_id: int) -> Sequence[BasketLine]:
    """List what is in a basket, and let nobody else change or order it until the transaction ends."""
    session.scalar(select(Visit.id).where(Visit.id == visit_id).with_for_update())
    return lines_of(session, visit_id)


def pick_of(line: BasketLine) -> Pick:
    """Say what a line of a basket wants."""
    return Pick(line.dish_id, line.quantity, tuple(line.option_ids), line.note)


def empty(session: Session, visit_id: int) -> None:
    """Take everything out of a basket."""
    session.execute(delete(BasketLine).where(BasketLine.visit_id == visit_id))


def _visits(table: Table, guest: str) -> Select[Visit]:
    return select(Visit).where(Visit.guest == guest, Visit.table_id == table.id)


def _put(session: Session, visit: Visit, dish_id: int, quantity: int, option_ids: list[int], note: str) -> None:
    lines = lines_of_for_update(session, visit.id)
    for line in lines:
        if (line.dish_id, line.option_ids, line.note) == (dish_id, option_ids, note):
            if line.quantity + quantity > MAX_QUANTITY:
                raise BadQuantity(most=MAX_QUANTITY)
            line.quantity += quantity
            return
    if len(lines) >= MAX_LINES:
        raise TooManyLines(most=MAX_LINES)
    session.add(
        BasketLine(visit_id=visit.id, dish_id=dish_id, quantity=quantity, option_ids=option_ids, note=clean_note(note))
    )


def _view(lines: Sequence[BasketLine], dishes: dict[int, Dish], outlet: Outlet) -> BasketView:
    taken: Counter[int] = Counter()
    views: list[BasketLineView] = []
    good: list[Pick] = []
    for line in lines:
        view = _line_view(line, dishes, outlet, taken)
        views.append(view)
        if view.problem is None:
            good.append(pick_of(line))
            taken[line.dish_id] += line.quantity
    return BasketView(lines=tuple(views), quote=quote(dishes, good, outlet) if good else None)


def _line_view(line: BasketLine, dishes: dict[int, Dish], outlet: Outlet, taken: Counter[int]) -> BasketLineView:
    dish = dishes[line.dish_id]
    problem = _problem(line, dish, outlet, taken[dish.id])
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
    )


def _problem(line: BasketLine, dish: Dish, outlet: Outlet, taken: int) -> MejaError | None:
    """Say why a line cannot be ordered, when the lines before it already take some of its dish."""
    try:
        quote({dish.id: dish}, [pick_of(line)], outlet)
    except MejaError as error:
        return error
    if dish.portions is not None and taken + line.quantity > dish.portions:
        return TooFewLeft(dish=dish.name, left=dish.portions)
    return None
