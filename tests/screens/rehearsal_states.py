"""How notifications fare, before and after a test payment."""

from datetime import timedelta

from sqlalchemy import update

from core.payments.rehearsal import Rehearsal
from core.services.rehearsals import HEARD_WITHIN, Played
from tests.screens.house import House
from tests.screens.states import State, View
from tests.shop import CASHIER

_PAGE = "/cashier/money/notifications"


def _played(house: House) -> Played:
    """Play one to its end: the program hears of it as of any payment."""
    rehearsals, outlet_id = house.shop.core.rehearsals, house.shop.outlet.id
    rehearsals.begin(outlet_id, CASHIER)
    house.until(lambda: (last := rehearsals.look(outlet_id)) is not None and last.came_through)
    last = rehearsals.latest(outlet_id)
    assert last is not None
    return last


def _tried(house: House) -> View:
    _played(house)
    return View(_PAGE)


def _untold(house: House) -> View:
    """Paid, and no notification came: its row is turned, a picture cannot wait for a minute."""
    row = _played(house).row
    since = house.shop.clock() - HEARD_WITHIN - timedelta(seconds=1)
    with house.shop.core.db.write() as session:
        session.execute(update(Rehearsal).where(Rehearsal.id == row.id).values(heard_at=None, paid_at=since))
    return View(_PAGE)


REHEARSALS = (
    State("staff-notifications", lambda _: View(_PAGE)),
    State("staff-notifications-tried", _tried),
    State("staff-notifications-untold", _untold),
)
