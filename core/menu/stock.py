"""Counts portions: taken with the order, given back when it ends unpaid, never below zero.

A guarded UPDATE decides who gets the last one. Reserve dishes in the order of their ids:
two orders that want the same two dishes would otherwise wait for each other.
"""

from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.orm import Session

from core.menu.models import Dish, StockMove

COUNTED: Final = "counted"
RESERVED: Final = "reserved"
RELEASED: Final = "released"


def reserve(session: Session, dish_id: int, quantity: int, order_id: int, at: datetime) -> bool:
    """Take portions for an order. Tells whether there were enough; when not, nothing was taken.

    A dish that nobody counts has enough as long as it is not sold out. `quantity` is the sum
    over all lines of the order that hold the dish.
    """
    row = session.execute(
        select(Dish.is_listed, Dish.is_sold_out, Dish.portions).where(Dish.id == dish_id)
    ).one_or_none()
    if row is None or not row.is_listed or row.is_sold_out:
        return False
    if row.portions is None:
        return True
    taken = update(Dish).where(Dish.id == dish_id, Dish.portions >= quantity).values(portions=Dish.portions - quantity)
    if not _changed_a_row(session, taken):
        return False
    session.add(StockMove(dish_id=dish_id, order_id=order_id, portions=-quantity, kind=RESERVED, at=at))
    return True


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
    )
    for dish_id, sum_of_moves in rows.all():
        portions = -int(sum_of_moves)
        # Staff may have stopped counting meanwhile: then nothing is added, but the order is settled.
        given = update(Dish).where(Dish.id == dish_id, Dish.portions.is_not(None))
        _changed_a_row(session, given.values(portions=Dish.portions + portions))
        session.add(StockMove(dish_id=dish_id, order_id=order_id, portions=portions, kind=RELEASED, at=at))


def set_portions(session: Session, dish: Dish, portions: int | None, at: datetime) -> None:
    """Write down a new count of what is left, or stop counting with None."""
    session.flush()
    # Locked before the moves are added up: an order could take some in between.
    session.refresh(dish, ["portions"], with_for_update=True)
    if portions is not None:
        moved = session.scalar(
            select(func.coalesce(func.sum(StockMove.portions), 0)).where(StockMove.dish_id == dish.id)
        )
        difference = portions - int(moved or 0)
        session.add(StockMove(dish_id=dish.id, portions=difference, kind=COUNTED, at=at))
    dish.portions = portions
    session.flush()


def _changed_a_row(session: Session, statement: Any) -> bool:
    result = session.execute(statement, execution_options={"synchronize_session": False})
    return cast("CursorResult[Any]", result).rowcount == 1
