"""Counts portions: taken with the order, given back when it ends unpaid, never below zero.

A guarded UPDATE decides who gets the last one. Dishes are reserved in the order of their ids:
two orders that want the same two dishes would otherwise wait for each other.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from core.base.sql import table_of
from core.events.record import SYSTEM, menu_topic, tell
from core.menu.models import Dish, StockMove

COUNTED: Final = "counted"
RESERVED: Final = "reserved"
RELEASED: Final = "released"
_QUIETLY: Final = {"synchronize_session": False}

# Of the table and not of its objects: whoever has a dish in hand sees its portions as they were when it was read.
_DISHES = table_of(Dish)
_WANTED = select(
    *(_DISHES.c[name] for name in ("id", "outlet_id", "name", "is_listed", "is_sold_out", "portions"))
).where(_DISHES.c.id.in_(bindparam("dish_ids", expanding=True)))
_TAKE = (
    update(_DISHES)
    .where(_DISHES.c.id == bindparam("dish_id"), _DISHES.c.portions >= bindparam("quantity"))
    .values(portions=_DISHES.c.portions - bindparam("quantity"))
    .returning(_DISHES.c.portions)
)


def reserve(session: Session, wanted: Mapping[int, int], order_id: int, at: datetime) -> int | None:
    """Take portions for an order, so many of each dish. Tells the first dish of which there were not enough.

    Then what was taken of others is undone with the transaction: there is no order without all of it. A dish that
    nobody counts has enough as long as it is not sold out.
    """
    found = {dish.id: dish for dish in session.execute(_WANTED, {"dish_ids": list(wanted)})}
    for dish_id in sorted(wanted):
        dish = found.get(dish_id)
        if dish is None or not dish.is_listed or dish.is_sold_out:
            return dish_id
        if dish.portions is None:
            continue
        left = session.execute(_TAKE, {"dish_id": dish_id, "quantity": wanted[dish_id]}).scalar()
        if left is None:
            return dish_id
        session.add(StockMove(dish_id=dish_id, order_id=order_id, portions=-wanted[dish_id], kind=RESERVED, at=at))
        if left == 0:
            _tell_the_menu(session, "dish.ran_out", dish.outlet_id, dish.name, at)
    return None


def release(session: Session, order_id: int, at: datetime) -> None:
    """Give back every portion that an order still holds. Safe to repeat: the second time it holds none.

    The caller has locked the order, so nobody else gives them back meanwhile.
    """
    session.flush()
    held = func.sum(StockMove.portions)
    rows = session.execute(
        select(StockMove.dish_id, held.label("held"))
        .where(StockMove.order_id == order_id)
        .group_by(StockMove.dish_id)
        .having(held < 0)
        .order_by(StockMove.dish_id)
    ).all()
    for dish_id, sum_of_moves in rows:
        _give_back(session, dish_id, -int(sum_of_moves), order_id, at)


def _give_back(session: Session, dish_id: int, portions: int, order_id: int, at: datetime) -> None:
    # Staff may have stopped counting meanwhile: then nothing is added, but the order is settled.
    given = update(Dish).where(Dish.id == dish_id, Dish.portions.is_not(None)).values(portions=Dish.portions + portions)
    returned = given.returning(Dish.outlet_id, Dish.name, Dish.portions)
    dish = session.execute(returned, execution_options=_QUIETLY).one_or_none()
    session.add(StockMove(dish_id=dish_id, order_id=order_id, portions=portions, kind=RELEASED, at=at))
    if dish is not None and dish.portions == portions:
        _tell_the_menu(session, "dish.came_back", dish.outlet_id, dish.name, at)


def set_portions(session: Session, dish: Dish, portions: int | None, at: datetime) -> None:
    """Write down a new count of what is left, or stop counting with None."""
    session.flush()
    # Locked before the moves are added up: an order could take some in between.
    session.refresh(dish, ["portions"], with_for_update=True)
    if portions is not None:
        moves = select(func.coalesce(func.sum(StockMove.portions), 0)).where(StockMove.dish_id == dish.id)
        difference = portions - int(session.scalar(moves) or 0)
        session.add(StockMove(dish_id=dish.id, portions=difference, kind=COUNTED, at=at))
    dish.portions = portions
    session.flush()


def _tell_the_menu(session: Session, kind: str, outlet_id: int, dish: str, at: datetime) -> None:
    # Without the order: a guest who reads its history need not learn what the kitchen has run out of.
    tell(session, kind, outlet_id=outlet_id, at=at, by=SYSTEM, topics=[menu_topic(outlet_id)], dish=dish)
