"""Makes a repeated request harmless: one key, one effect, the same answer."""

import hashlib
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.base.errors import KeyReused
from core.orders.models import OnceKey


def claim_key(session: Session, scope: str, key: str, request: str, result: str, at: datetime) -> str:
    """Claim an idempotency key for what is being made; give back whose uid holds it.

    That is `result` itself the first time and the earlier uid on a repetition. While the first
    request is still being written, the second waits for it. Raises KeyReused when the key was
    claimed for another request.
    """
    digest = hashlib.sha256(request.encode()).hexdigest()
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    row = {"scope": scope, "key": key, "request_digest": digest, "result": result, "at": at}
    insert = dialect.insert(OnceKey).values(row).on_conflict_do_nothing(index_elements=["scope", "key"])
    if session.scalar(insert.returning(OnceKey.id)) is not None:
        return result
    earlier = session.scalars(select(OnceKey).where(OnceKey.scope == scope, OnceKey.key == key)).one()
    if earlier.request_digest != digest:
        raise KeyReused
    return earlier.result
