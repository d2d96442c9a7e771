"""Gives out the numbers that the counter calls and the codes that a guest shows."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.base.ids import new_claim_code
from core.base.sql import of_database, on_each_database, table_of
from core.orders.models import DayCounter, Order

_COUNTERS = table_of(DayCounter)
_TAKE_NUMBER = on_each_database(
    lambda insert: (
        insert(_COUNTERS)
        .on_conflict_do_update(
            index_elements=["outlet_id", "business_day"], set_={"last_number": _COUNTERS.c.last_number + 1}
        )
        .returning(_COUNTERS.c.last_number)
    )
)


def take_number(session: Session, outlet_id: int, day: date) -> int:
    """Take the next number of a business day, in one statement: two orders never get the same."""
    first = {"outlet_id": outlet_id, "business_day": day, "last_number": 1}
    return int(session.connection().execute(of_database(session, _TAKE_NUMBER), first).scalar_one())


def take_claim_code(session: Session, outlet_id: int) -> str:
    """Take a code that no other waiting order of the outlet has."""
    while True:
        code = new_claim_code()
        taken = session.scalar(select(Order.id).where(Order.outlet_id == outlet_id, Order.claim_code == code))
        if taken is None:
            return code
