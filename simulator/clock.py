"""The simulator's idea of the time, which a test may stop and move."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

JAKARTA = timezone(timedelta(hours=7), "WIB")
"""Every time that Midtrans writes is in this zone, and never says so."""


class Clock:
    """A clock that can be frozen and advanced, and that knows how long waits really take."""

    def __init__(self, scale: float = 1.0) -> None:
        """Start at the real time. `scale` multiplies every wait."""
        self.scale = scale
        self._offset = timedelta()
        self._frozen_at: datetime | None = None

    def now(self) -> datetime:
        """Return the simulated moment, in UTC."""
        if self._frozen_at is not None:
            return self._frozen_at
        return datetime.now(UTC) + self._offset

    def after(self, seconds: float) -> datetime:
        """Return the moment at which a wait of so many unscaled seconds is over."""
        return self.now() + timedelta(seconds=seconds * self.scale)

    @property
    def is_frozen(self) -> bool:
        """Whether time stands still."""
        return self._frozen_at is not None

    def freeze(self, at: datetime | None = None) -> None:
        """Stop the clock, now or at the given moment."""
        self._frozen_at = at or self.now()

    def thaw(self) -> None:
        """Let the clock run on from the moment it stands at."""
        if self._frozen_at is not None:
            self._offset = self._frozen_at - datetime.now(UTC)
            self._frozen_at = None

    def advance(self, seconds: float) -> None:
        """Move the clock forward, frozen or not."""
        step = timedelta(seconds=seconds)
        if self._frozen_at is not None:
            self._frozen_at += step
        else:
            self._offset += step

    def reset(self, scale: float) -> None:
        """Go back to the real time."""
        self.scale = scale
        self._offset = timedelta()
        self._frozen_at = None


def stamp(moment: datetime) -> str:
    """Write a moment as Midtrans does: Jakarta time, no offset, whole seconds."""
    return moment.astimezone(JAKARTA).strftime("%Y-%m-%d %H:%M:%S")


def parse_stamp(text: str) -> datetime:
    """Read `2026-05-01 12:30:05 +0700`. Raises ValueError when it is not one."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S %z")
