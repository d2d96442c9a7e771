"""The lines of baskets: a phone's own, and the one that a whole table shares."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.menu.errors import BadQuantity, TooManyLines
from core.menu.quote import MAX_LINES, MAX_QUANTITY, Pick, clean_note
from core.orders.models import BasketLine, Visit
from core.orders.sittings import join, sat_down
from core.outlets.models import Table

_WHOLE_TABLE: Final = "sitting:"
"""No phone's cookie begins so: whose basket is everybody's."""
_VISIT = (
    select(Visit)
    .where(Visit.guest == bindparam("guest"), Visit.table_id == bindparam("table_id"))
    .execution_options(populate_existing=True)
)
_LINES = select(BasketLine).where(BasketLine.visit_id == bindparam("visit_id")).order_by(BasketLine.id)


def open_visit(session: Session, table: Table, guest: str, at: datetime) -> Visit:
    """Find a phone's visit to a table, or begin it; it is one of the party that sits there now."""
    # The party is locked first: what another tap of the same phone does meanwhile is seen in the visit then.
    sitting = sat_down(session, table, at)
    visit = visit_of(session, table, guest) or _begin(session, table, guest, at)
    if sitting is not None:
        sitting.seen_at = at
        join(visit, sitting)
    return visit


def visit_of(session: Session, table: Table, guest: str) -> Visit | None:
    """Find the visit of one phone to one table."""
    return session.scalar(_VISIT, {"guest": guest, "table_id": table.id})


def basket_of(session: Session, visit: Visit) -> Visit:
    """Find whose basket a phone orders from: its own, or that of its whole table, which is a visit of nobody's."""
    if not visit.shares:
        return visit
    guest = f"{_WHOLE_TABLE}{visit.sitting_id}"
    return session.scalars(select(Visit).where(Visit.guest == guest, Visit.table_id == visit.table_id)).one()


def lines_of(session: Session, visit: Visit) -> Sequence[BasketLine]:
    """List what is in a basket, oldest first."""
    return session.scalars(_LINES, {"visit_id": basket_of(session, visit).id}).all()


def lines_of_for_update(session: Session, visit: Visit) -> Sequence[BasketLine]:
    """List what is in a basket, and let nobody else change or order it until the transaction ends."""
    session.scalar(select(Visit.id).where(Visit.id == basket_of(session, visit).id).with_for_update())
    return lines_of(session, visit)


def pick_of(line: BasketLine) -> Pick:
    """Say what a line of a basket wants."""
    return Pick(line.dish_id, line.quantity, tuple(line.option_ids), line.note)


def empty(session: Session, visit: Visit) -> None:
    """Take everything out of a basket."""
    session.execute(delete(BasketLine).where(BasketLine.visit_id == basket_of(session, visit).id))


def put(session: Session, visit: Visit, pick: Pick) -> None:
    """Put a pick that was priced into a basket; what is the same joins its line. Raises BadQuantity, TooManyLines."""
    lines = lines_of_for_update(session, visit)
    added_by = visit.number if visit.shares else None
    wanted = (pick.dish_id, pick.option_ids, pick.note, added_by)
    for line in lines:
        if (line.dish_id, tuple(line.option_ids), line.note, line.added_by) == wanted:
            if line.quantity + pick.quantity > MAX_QUANTITY:
                raise BadQuantity(most=MAX_QUANTITY)
            line.quantity += pick.quantity
            return
    if len(lines) >= MAX_LINES:
        raise TooManyLines(most=MAX_LINES)
    line = BasketLine(dish_id=pick.dish_id, quantity=pick.quantity, note=clean_note(pick.note), added_by=added_by)
    line.visit_id, line.option_ids = basket_of(session, visit).id, list(pick.option_ids)
    session.add(line)


def share_basket(session: Session, visit: Visit, *, shares: bool) -> None:
    """Move what a phone has picked onto the table, or back to the phone, where it orders from then on.

    Raises BadQuantity, TooManyLines.
    """
    if shares:
        _open_table_basket(session, visit)
    mine = [line for line in lines_of_for_update(session, visit) if not visit.shares or line.added_by == visit.number]
    picks = [pick_of(line) for line in mine]
    for line in mine:
        session.delete(line)
    visit.shares = shares
    session.flush()
    for pick in picks:
        put(session, visit, pick)


def bring(session: Session, visit: Visit) -> None:
    """Carry what a phone has picked by itself at the outlet's other tables to this one. Raises BadQuantity, TooManyLines."""
    mine = (Visit.guest == visit.guest, Visit.outlet_id == visit.outlet_id)
    # Nothing is carried that is being ordered there, or carried by a second press.
    session.scalars(select(Visit.id).where(*mine).order_by(Visit.id).with_for_update()).all()
    lines = select(BasketLine).join(Visit, BasketLine.visit_id == Visit.id).where(*mine, Visit.id != visit.id)
    for line in session.scalars(lines.order_by(BasketLine.id)).all():
        put(session, visit, pick_of(line))
        session.delete(line)


def _open_table_basket(session: Session, visit: Visit) -> None:
    table, guest = session.get_one(Table, visit.table_id), f"{_WHOLE_TABLE}{visit.sitting_id}"
    basket = visit_of(session, table, guest) or _begin(session, table, guest, visit.opened_at)
    # It is cleared away with the party, but it is none of its phones.
    basket.sitting_id = visit.sitting_id


def _begin(session: Session, table: Table, guest: str, at: datetime) -> Visit:
    visit = Visit(guest=guest, outlet_id=table.outlet_id, table_id=table.id, opened_at=at)
    try:
        with session.begin_nested():
            session.add(visit)
    except IntegrityError:
        # Two taps at once on PostgreSQL: the other one was first.
        return session.scalars(_VISIT, {"guest": guest, "table_id": table.id}).one()
    return visit
