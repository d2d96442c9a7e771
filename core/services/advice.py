"""Offers a phone what it is likely to want: the same as before, and what others had with what is in its basket."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.base.clock import Clock
from core.base.database import Database
from core.base.errors import MejaError
from core.base.outcomes import retried
from core.menu.models import Dish
from core.menu.queries import dishes_by_id
from core.menu.quote import Pick, quote
from core.orders.models import Order, OrderLine, Visit
from core.orders.queries import last_order_of_visit
from core.outlets.queries import outlet_of, table_by_token
from core.services.basket_lines import lines_of, lines_of_for_update, open_visit, put, visit_of
from core.services.sales import Sales


@dataclass(frozen=True, slots=True)
class Advice:
    """What can be offered without asking anything."""

    db: Database
    clock: Clock
    sales: Sales

    def last_order(self, visit: Visit | None) -> Order | None:
        """Find the last order that this phone paid for at this table, with its lines."""
        if visit is None:
            return None
        with self.db.read() as session:
            return last_order_of_visit(session, visit.id)

    @retried
    def same_again(self, table_token: str, guest: str) -> tuple[int, ...]:
        """Put the last order of this phone into its empty basket; give the dishes that had to be left out.

        A basket with something in it stays as it is, so that pressing twice orders once. Raises UnknownTable.
        """
        with self.db.write() as session:
            table = table_by_token(session, table_token)
            before = visit_of(session, table, guest)
            order = None if before is None else last_order_of_visit(session, before.id)
            if order is None:
                return ()
            visit = open_visit(session, table, guest, self.clock())
            return () if lines_of_for_update(session, visit) else self._fill(session, visit, order)

    def beside(self, visit: Visit | None) -> list[Dish]:
        """List at most three dishes that were often ordered with what is in the basket, and can be had now."""
        if visit is None:
            return []
        with self.db.read() as session:
            basket = {line.dish_id for line in lines_of(session, visit)}
            outlet = outlet_of(session, visit.outlet_id)
            return self.sales.beside(session, outlet, basket, self.clock()) if basket else []

    def _fill(self, session: Session, visit: Visit, order: Order) -> tuple[int, ...]:
        outlet = outlet_of(session, visit.outlet_id)
        dishes = dishes_by_id(session, outlet.id, {line.dish_id for line in order.lines})
        good: list[Pick] = []
        left_out: list[int] = []
        for line in order.lines:
            pick = _pick_of(line)
            try:
                # With those before it: two lines may want the same last portion.
                quote(dishes, [*good, pick], outlet, at=self.clock())
            except MejaError:
                left_out.append(line.dish_id)
                continue
            good.append(pick)
            put(session, visit, pick)
        return tuple(dict.fromkeys(left_out))


def _pick_of(line: OrderLine) -> Pick:
    return Pick(line.dish_id, line.quantity, tuple(option["id"] for option in line.options), line.note)
