"""Sets up a shop: its name, its rates, its tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import func, select

from core.base.clock import Clock
from core.base.database import Database
from core.base.errors import N_, MejaError
from core.events.record import SYSTEM, Actor, menu_topic, tell
from core.outlets.errors import NoOutlet
from core.outlets.models import Outlet, Table
from core.outlets.queries import first_outlet


class TableExists(MejaError):
    """Two tables cannot have one label."""

    kind = "table-exists"
    status = 409
    sentence = N_("There is a table %(label)s already.")


class BadOutlet(MejaError):
    """A value that no shop can have."""

    kind = "bad-outlet"
    status = 422
    sentence = N_("%(name)s: %(value)s cannot be right.")


@dataclass(frozen=True, slots=True)
class OutletDesk:
    """The shop's own facts."""

    db: Database
    clock: Clock

    def set_up(self, values: Mapping[str, object], by: Actor = SYSTEM) -> Outlet:
        """Change what is named of the shop, or make the shop when there is none yet.

        `values` are names of Outlet's columns. Raises BadOutlet, NoOutlet; nothing is changed then.
        """
        _check(values)
        with self.db.write() as session:
            outlet = session.scalars(select(Outlet).order_by(Outlet.id).with_for_update()).first()
            before = {} if outlet is None else {name: getattr(outlet, name) for name in values}
            if outlet is None:
                if "name" not in values:
                    raise NoOutlet
                if not values["name"]:
                    raise BadOutlet(name="name", value="")
                outlet = Outlet(**values)
                session.add(outlet)
                session.flush()
            else:
                for name, value in values.items():
                    setattr(outlet, name, value)
                outlet.menu_version += 1
            tell(
                session,
                "outlet.set_up",
                outlet_id=outlet.id,
                at=self.clock(),
                by=by,
                topics=(menu_topic(outlet.id),),
                changed=dict(values),
                before=before,
            )
            return outlet

    def add_tables(self, labels: Sequence[str], by: Actor = SYSTEM) -> Sequence[Table]:
        """Put up tables, each with an address of its own. Raises NoOutlet, TableExists; none is added then."""
        with self.db.write() as session:
            outlet = first_outlet(session)
            taken = set(session.scalars(select(Table.label).where(Table.outlet_id == outlet.id)))
            last = session.scalar(select(func.max(Table.position)).where(Table.outlet_id == outlet.id)) or 0
            added = []
            for position, label in enumerate(labels, start=last + 1):
                if label in taken:
                    raise TableExists(label=label)
                taken.add(label)
                added.append(Table(outlet_id=outlet.id, label=label, position=position))
            session.add_all(added)
            tell(session, "tables.added", outlet_id=outlet.id, at=self.clock(), by=by, topics=(), tables=list(labels))
            return added


def _check(values: Mapping[str, object]) -> None:
    ranges = {"tax_rate": (0, 1_000), "service_rate": (0, 2_500), "day_cutoff_hour": (0, 23), "cash_coin": (0, 1_000)}
    for name, (least, most) in ranges.items():
        value = values.get(name)
        if isinstance(value, int) and not least <= value <= most:
            raise BadOutlet(name=name, value=value)
    try:
        ZoneInfo(str(values.get("zone", "Asia/Jakarta")))
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise BadOutlet(name="zone", value=values["zone"]) from error
