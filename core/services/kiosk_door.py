"""Knows a kiosk tablet again, and gives an unknown one a code to show."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from core.base.clock import Clock
from core.base.database import Database
from core.base.ids import digest_of, new_pairing_code
from core.base.outcomes import retried
from core.outlets.devices import Device, Pairing, device_by_digest, forget_old_pairings, pairing_by_digest
from core.outlets.errors import TooManyCodes
from core.outlets.models import Outlet
from core.outlets.queries import first_outlet, outlet_of
from core.staff.errors import TooManyTries
from core.staff.limits import LoginLimits, new_code_lane

CODE_LIFE: Final = timedelta(minutes=10)
_TOUCH_EVERY: Final = timedelta(minutes=1)
_LONGEST_TOKEN: Final = 100


@dataclass(frozen=True, slots=True)
class KioskDoor:
    """Where a tablet comes in. Its token is handed out once; the database keeps only the digest."""

    db: Database
    clock: Clock

    def tablet_of(self, token: str | None) -> Device | None:
        """Tell which tablet a token is, with its table; none before it is approved and after it was cut off."""
        if not token or len(token) > _LONGEST_TOKEN:
            return None
        now = self.clock()
        with self.db.read() as session:
            device = device_by_digest(session, digest_of(token))
        if device is not None and now - device.seen_at >= _TOUCH_EVERY:
            self._touch(digest_of(token), now)
        return device

    def house(self, device: Device | None) -> Outlet:
        """Give the outlet that a tablet stands in; the oldest one for a tablet that nobody knows. Raises NoOutlet."""
        with self.db.read() as session:
            return first_outlet(session) if device is None else outlet_of(session, device.outlet_id)

    def shown_code(self, token: str | None) -> Pairing | None:
        """Tell which code a waiting tablet shows, while it is good."""
        if not token or len(token) > _LONGEST_TOKEN:
            return None
        with self.db.read() as session:
            return pairing_by_digest(session, digest_of(token), self.clock())

    def new_code(self, address: str) -> tuple[str, Pairing]:
        """Give an unknown tablet a token for its cookie and a code to show. Raises TooManyCodes.

        `address` is where the request came from. The code opens nothing: a person must approve it.
        """
        try:
            LoginLimits(self.db, self.clock).enter(new_code_lane(address))
        except TooManyTries as full:
            raise TooManyCodes(**full.values) from full
        return self._show_code()

    @retried
    def _show_code(self) -> tuple[str, Pairing]:
        token, now = secrets.token_urlsafe(32), self.clock()
        pairing = Pairing(code=new_pairing_code(), token_digest=digest_of(token), expires_at=now + CODE_LIFE)
        with self.db.write() as session:
            forget_old_pairings(session, now)
            session.add(pairing)
        return token, pairing

    def _touch(self, digest: str, now: datetime) -> None:
        with self.db.write() as session:
            if (device := device_by_digest(session, digest)) is not None:
                device.seen_at = now
