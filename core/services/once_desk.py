"""Holds a program to its own idempotency keys, where the call makes nothing new by itself."""

from dataclasses import dataclass

from core.base.clock import Clock
from core.base.database import Database
from core.base.outcomes import retried
from core.orders.once import claim_key


@dataclass(frozen=True, slots=True)
class OnceDesk:
    """Remembers which key was used for which request."""

    db: Database
    clock: Clock

    @retried
    def hold(self, scope: str, key: str, request: str) -> None:
        """Bind a key to a request. Safe to repeat; raises KeyReused when it was used for another one."""
        with self.db.write() as session:
            claim_key(session, scope, key, request, "", self.clock())
