"""Makes a repeated request harmless: one key, one effect, the same answer."""

import hashlib
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.base.errors import KeyReused
from core.base.sql import of_database, on_each_database, table_of
from core.orders.models import OnceKey

_KEYS = table_of(OnceKey)
_CLAIM = on_each_database(
    lambda insert: insert(_KEYS).on_conflict_do_nothing(index_elements=["scope", "key"]).returning(_KEYS.c.id)
)


def claim_key(session: Session, scope: str, key: str, request: str, result: str, at: datetime) -> str:
    """Claim an idempotency key for what is being made; give back whose uid holds it.

    That is `result` itself the first time and the earlier uid on a repetition. While the first
    request is still being written, the second waits for it. Raises KeyReused when the key was
    claimed for another request.
    """
    digest = hashlib.sha256(request.encode()).hexdigest()
    row = {"scope": scope, "key": key, "request_digest": digest, "result": result, "at": at}
    if session.connection().execute(of_database(session, _CLAIM), row).scalar() is not None:
        return result
    earlier = session.scalars(select(OnceKey).where(OnceKey.scope == scope, OnceKey.key == key)).one()
    if earlier.request_digest != digest:
        raise KeyReused
    return earlier.result
