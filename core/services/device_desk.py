"""Lets managers put tablets up as kiosks, and cut them off."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.base.clock import Clock
from core.base.database import Database
from core.base.ids import digest_of, new_uid
from core.base.outcomes import retried
from core.base.text import clean_text
from core.events.record import SYSTEM, Actor, tell
from core.outlets.devices import (
    Device,
    device_for_update,
    devices_in_use,
    pairing_by_code_for_update,
)
from core.outlets.errors import DeviceNameTaken, TooManyCodes, UnknownDevice, UnknownPairingCode
from core.outlets.models import Table, TableKind
from core.outlets.queries import first_outlet
from core.staff.errors import TooManyTries
from core.staff.limits import LoginLimits, typed_code_lane
from core.staff.models import StaffMember

LONGEST_NAME: Final = 40
# PostgreSQL refuses some characters with an error of its own: only what can be one is looked up.
_CODE: Final = re.compile(r"[A-Z0-9]{6}")
_UID: Final = re.compile(r"[A-Za-z0-9_-]{22}")


@dataclass(frozen=True, slots=True)
class DeviceDesk:
    """The list of tablets that may take orders by themselves."""

    db: Database
    clock: Clock

    def devices(self, outlet_id: int) -> Sequence[Device]:
        """List the tablets of an outlet."""
        with self.db.read() as session:
            return devices_in_use(session, outlet_id)

    def approve(self, member: StaffMember, code: str, name: str) -> Device:
        """Make the tablet that shows a code a kiosk of the member's outlet, under a name.

        A name that a former tablet had takes that one's place. Raises UnknownPairingCode,
        TooManyCodes, DeviceNameTaken, BadText.
        """
        lane = typed_code_lane(member)
        limits = LoginLimits(self.db, self.clock)
        try:
            limits.enter(lane)
        except TooManyTries as full:
            raise TooManyCodes(**full.values) from full
        device = self._pair(member, "".join(code.split()).upper(), name)
        limits.was_right(lane)
        return device

    @retried
    def _pair(self, member: StaffMember, code: str, name: str) -> Device:
        by = Actor("staff", member.id, member.name)
        with self.db.write() as session:
            pairing = pairing_by_code_for_update(session, code, self.clock()) if _CODE.fullmatch(code) else None
            if pairing is None:
                raise UnknownPairingCode(code=code[:12])
            device = self._put_up(session, member.outlet_id, name, pairing.token_digest, by)
            session.delete(pairing)
            return device

    @retried
    def revoke(self, outlet_id: int, uid: str, by: Actor) -> None:
        """Cut a tablet off: neither its token nor the address of its menu is good any more. Safe to repeat.

        Raises UnknownDevice.
        """
        with self.db.write() as session:
            device = device_for_update(session, outlet_id, uid) if _UID.fullmatch(uid) else None
            if device is None:
                raise UnknownDevice
            if device.revoked_at is not None:
                return
            device.revoked_at = self.clock()
            device.table.token = new_uid()
            self._tell(session, "device.revoked", device, by)

    @retried
    def pair_for_demo(self, token: str) -> Device:
        """Make a browser a kiosk of the demo restaurant, without anybody's leave. Raises NoOutlet."""
        with self.db.write() as session:
            return self._put_up(session, first_outlet(session).id, "", digest_of(token), SYSTEM)

    def _put_up(self, session: Session, outlet_id: int, name: str, digest: str, by: Actor) -> Device:
        table = _place_for(session, outlet_id, clean_text(name, limit=LONGEST_NAME, field="name"))
        now = self.clock()
        device = Device(
            outlet_id=outlet_id,
            table_id=table.id,
            name=table.label,
            token_digest=digest,
            approved_at=now,
            approved_by=str(by),
            seen_at=now,
        )
        session.add(device)
        session.flush()
        self._tell(session, "device.approved", device, by)
        return device

    def _tell(self, session: Session, kind: str, device: Device, by: Actor) -> None:
        at = self.clock()
        tell(session, kind, outlet_id=device.outlet_id, at=at, by=by, topics=(), device=device.uid, name=device.name)


def new_token() -> str:
    """Make what a tablet's cookie holds."""
    return secrets.token_urlsafe(32)


def _place_for(session: Session, outlet_id: int, name: str) -> Table:
    """Find the place of a former tablet of this name, or make a new one. Raises DeviceNameTaken."""
    kiosks = select(func.count()).where(Table.outlet_id == outlet_id, Table.kind == TableKind.KIOSK)
    label = name or f"Kiosk {(session.scalar(kiosks) or 0) + 1}"
    table = session.scalar(select(Table).where(Table.outlet_id == outlet_id, Table.label == label).with_for_update())
    if table is None:
        table = Table(outlet_id=outlet_id, label=label, kind=TableKind.KIOSK)
        session.add(table)
        session.flush()
        return table
    is_used = select(Device.id).where(Device.table_id == table.id, Device.revoked_at.is_(None))
    if not table.is_kiosk or session.scalar(is_used) is not None:
        raise DeviceNameTaken(name=label)
    return table
