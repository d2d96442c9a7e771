"""One guest after the other at one tablet: each begins with nothing of the last."""

from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.base.clock import Clock
from core.base.database import Database
from core.base.ids import new_uid
from core.base.outcomes import retried
from core.orders.models import BasketLine, Visit
from core.orders.queries import newest_order_of_visit
from core.outlets.models import Table
from core.outlets.serving import Serving


@dataclass(frozen=True, slots=True)
class KioskRounds:
    """A round is the visit of one guest to a kiosk, from the first touch to the way home."""

    db: Database
    clock: Clock

    @retried
    def begin(self, kiosk: Table, serving: Serving) -> str:
        """Begin a guest's round; gives the guest's id, which nobody had before."""
        guest = new_uid()
        with self.db.write() as session:
            _leave_nothing(session, kiosk)
            visit = Visit(outlet_id=kiosk.outlet_id, table_id=kiosk.id, guest=guest, serving=serving)
            visit.opened_at = self.clock()
            session.add(visit)
        return guest

    @retried
    def end(self, kiosk: Table) -> None:
        """Empty every basket of a kiosk. What was ordered goes on."""
        with self.db.write() as session:
            _leave_nothing(session, kiosk)

    @retried
    def serve(self, visit_id: int, serving: Serving) -> None:
        """Change how this guest's order is to be served, before it is placed."""
        with self.db.write() as session:
            visit = session.get_one(Visit, visit_id, with_for_update=True)
            visit.serving = serving

    def order_of(self, visit: Visit) -> str | None:
        """Tell the uid of what this guest ordered last, if anything."""
        with self.db.read() as session:
            return newest_order_of_visit(session, visit)


def _leave_nothing(session: Session, kiosk: Table) -> None:
    of_kiosk = select(Visit.id).where(Visit.table_id == kiosk.id)
    session.execute(delete(BasketLine).where(BasketLine.visit_id.in_(of_kiosk)))
