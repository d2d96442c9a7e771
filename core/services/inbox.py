"""Takes in the gateway's notifications: checked, stored raw, acknowledged; the truth is asked for afterwards.

Midtrans signs order id, status code and amount only. A message is a hint that something
happened to one of our attempts, and never says what.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from core.base.clock import Clock
from core.base.database import Database, UtcDateTime
from core.base.errors import N_, MejaError
from core.base.outcomes import retried
from core.base.sql import of_database, on_each_database, table_of
from core.base.traces import traced, was_told_of
from core.outlets.models import Outlet
from core.payments.cases import open_case
from core.payments.models import Attempt, CaseKind, GatewayMessage, MessageOutcome, Outcome
from core.payments.queries import attempt_by_reference, was_rehearsed

LARGEST_MESSAGE = 16 * 1024
_REFERENCE = re.compile(r"[A-Za-z0-9._~ :-]{1,50}", re.ASCII)
_CODE = re.compile(r"[0-9]{3}", re.ASCII)
_AMOUNT = re.compile(r"[0-9]{1,12}(\.00)?", re.ASCII)
_SIGNATURE = re.compile(r"[0-9a-f]{128}", re.ASCII)
_WORD = re.compile(r"[A-Za-z_]{1,40}", re.ASCII)
_DEEPEST = 20
_TELLS_OF_MONEY = {"settlement", "capture", "refund", "partial_refund", "chargeback", "partial_chargeback"}

# Messages come in rushes: these are built once, and about tables, as nobody needs an object of what they write.
_MESSAGES, _ATTEMPTS = table_of(GatewayMessage), table_of(Attempt)
_STORE = on_each_database(
    lambda insert: insert(_MESSAGES).on_conflict_do_nothing(index_elements=["digest"]).returning(_MESSAGES.c.id)
)
_NOW = bindparam("now", type_=UtcDateTime())
# What has waited longest goes first: a second hint may not send an attempt to the end of the queue.
_SINCE = func.coalesce(_ATTEMPTS.c.wanted_at, _NOW)
_HURRY = update(_ATTEMPTS).where(_ATTEMPTS.c.reference == bindparam("named")).values(due_at=_NOW, wanted_at=_SINCE)


class UnreadableMessage(MejaError):
    """Not the JSON of a notification."""

    kind = "unreadable"
    status = 400
    sentence = N_("This message cannot be read.")


class BadSignature(MejaError):
    """Signed with none of our keys."""

    kind = "bad-signature"
    status = 403
    sentence = N_("This message is not signed by the payment gateway.")


class MessageTooLarge(MejaError):
    """Longer than any notification."""

    kind = "too-large"
    status = 413
    sentence = N_("This message is too large.")


@dataclass(frozen=True, slots=True)
class Inbox:
    """Where notifications arrive."""

    db: Database
    clock: Clock
    signature_keys: tuple[str, ...]
    when_stored: Callable[[], None] = field(default=lambda: None)

    @traced("notification")
    @retried
    def receive(self, raw: bytes, *, within: float | None = None) -> None:
        """Store one notification and make its attempt due for a look, within so many seconds if so many are left.

        The same message twice is stored and looked after once. Raises UnreadableMessage,
        BadSignature, MessageTooLarge; Busy when it could not be stored.
        """
        if len(raw) > LARGEST_MESSAGE:
            raise MessageTooLarge
        message = _read(raw)
        reference = _signed_reference(message, self.signature_keys)
        said = message.get("transaction_status")
        if not isinstance(said, str) or not _WORD.fullmatch(said):
            raise UnreadableMessage
        was_told_of(reference)
        with self.db.write(within) as session:
            message_id = self._store(session, raw, reference, said.lower())
            if message_id is None:
                return  # The first copy has made its attempt due already, in the transaction that stored it.
            hurried = session.connection().execute(_HURRY, {"named": reference, "now": self.clock()})
            if hurried.rowcount == 0:
                self._put_aside(session, message_id, reference, said.lower(), message)
        self.when_stored()

    def _store(self, session: Session, raw: bytes, reference: str, said: str) -> int | None:
        row = {
            "digest": hashlib.sha256(raw).hexdigest(),
            "raw": raw,
            "reference": reference,
            "said": said,
            "received_at": self.clock(),
        }
        message_id: int | None = session.execute(of_database(session, _STORE), row).scalar()
        return message_id

    def _put_aside(self, session: Session, message_id: int, reference: str, said: str, message: dict[str, Any]) -> None:
        """Keep a message about an order we do not have where a person sees it; money is not assumed from it."""
        now = self.clock()
        if was_rehearsed(session, reference, now if said in _TELLS_OF_MONEY else None):
            session.add(MessageOutcome(message_id=message_id, outcome=Outcome.REHEARSED, at=now))
            return
        session.add(MessageOutcome(message_id=message_id, outcome=Outcome.UNMATCHED, at=now))
        outlet = session.scalars(select(Outlet).order_by(Outlet.id)).first()
        if outlet is None or said not in _TELLS_OF_MONEY or attempt_by_reference(session, reference):
            return
        open_case(
            session,
            CaseKind.UNMATCHED,
            outlet_id=outlet.id,
            reference=reference,
            at=now,
            said=said,
            claimed=int(message["gross_amount"].partition(".")[0]),
        )


def _read(raw: bytes) -> dict[str, Any]:
    """Parse the bytes strictly: UTF-8, no repeated keys, no NaN, no deep nests."""
    try:
        text = raw.decode("utf-8")
        if _depth(text) > _DEEPEST:
            raise UnreadableMessage
        message = json.loads(text, object_pairs_hook=_unrepeated, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise UnreadableMessage from error
    if not isinstance(message, dict):
        raise UnreadableMessage
    return message


def _depth(text: str) -> int:
    """Count how deep brackets nest, those in strings included: cheap, and never too low."""
    deepest = depth = 0
    for character in text:
        if character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    return deepest


def _unrepeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise UnreadableMessage
    return found


def _refuse_constant(_name: str) -> None:
    raise UnreadableMessage


def _signed_reference(message: dict[str, Any], keys: tuple[str, ...]) -> str:
    """Check the signature over the raw strings and give the order id it covers.

    Source: Midtrans, signature_key = hex(SHA512(order_id + status_code + gross_amount + key)).
    Patterns come first: anything but plain strings would make the comparison itself fail.
    """
    reference = _matched(message, "order_id", _REFERENCE)
    code = _matched(message, "status_code", _CODE)
    amount = _matched(message, "gross_amount", _AMOUNT)
    signature = message.get("signature_key")
    if not isinstance(signature, str) or not _SIGNATURE.fullmatch(signature):
        raise BadSignature
    text = f"{reference}{code}{amount}"
    good = [
        hmac.compare_digest(hashlib.sha512(f"{text}{key}".encode()).hexdigest().encode(), signature.encode())
        for key in keys
    ]
    if not any(good):
        raise BadSignature
    return reference


def _matched(message: dict[str, Any], name: str, pattern: re.Pattern[str]) -> str:
    value = message.get(name)
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise UnreadableMessage
    return value
