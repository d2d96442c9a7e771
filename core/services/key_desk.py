"""Gives other programs keys to read with, and takes them back."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from core.base.clock import Clock
from core.base.database import Database
from core.base.ids import digest_of
from core.base.outcomes import retried
from core.events.record import Actor, tell
from core.staff.api_keys import ApiKey, key_by_digest, key_in_use_for_update, keys_in_use
from core.staff.errors import BadKeyName, KeyNameTaken, UnknownKey

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9.-]{0,39}", re.ASCII)
_TOKEN: Final = re.compile(r"meja_[A-Za-z0-9_-]{43}", re.ASCII)
_TOUCH_EVERY: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class KeyDesk:
    """The keys of programs. A key is shown once; the database keeps only its digest."""

    db: Database
    clock: Clock

    @retried
    def make(self, outlet_id: int, name: str, by: Actor) -> str:
        """Make a key and give it; nobody can read it again. Raises BadKeyName, KeyNameTaken."""
        if not _NAME.fullmatch(name):
            raise BadKeyName
        token, now = f"meja_{secrets.token_urlsafe(32)}", self.clock()
        with self.db.write() as session:
            if key_in_use_for_update(session, outlet_id, name) is not None:
                raise KeyNameTaken(name=name)
            session.add(ApiKey(outlet_id=outlet_id, name=name, token_digest=digest_of(token), made_at=now))
            tell(session, "key.made", outlet_id=outlet_id, at=now, by=by, topics=(), name=name)
        return token

    @retried
    def revoke(self, outlet_id: int, name: str, by: Actor) -> None:
        """Take a key back: from now on it opens nothing. Raises UnknownKey."""
        now = self.clock()
        with self.db.write() as session:
            key = key_in_use_for_update(session, outlet_id, name)
            if key is None:
                raise UnknownKey(name=name)
            key.revoked_at = now
            tell(session, "key.revoked", outlet_id=outlet_id, at=now, by=by, topics=(), name=name)

    def keys(self, outlet_id: int) -> Sequence[ApiKey]:
        """List the keys that are good."""
        with self.db.read() as session:
            return keys_in_use(session, outlet_id)

    def outlet_of(self, token: str) -> int | None:
        """Tell which outlet's payments a key may read; none when it is no key, or none any more."""
        if not _TOKEN.fullmatch(token):
            return None
        now = self.clock()
        with self.db.read() as session:
            key = key_by_digest(session, digest_of(token))
        if key is None:
            return None
        if key.used_at is None or now - key.used_at >= _TOUCH_EVERY:
            self._touch(key.token_digest, now)
        return key.outlet_id

    def _touch(self, digest: str, now: datetime) -> None:
        with self.db.write() as session:
            if (key := key_by_digest(session, digest)) is not None:
                key.used_at = now
