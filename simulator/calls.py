"""One request to the gateway, read once, and the answer to it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Receive, Scope

    from simulator.faults import Fault

BODY_LIMIT = 256 * 1024
"""Bytes. More than any charge needs, less than a memory problem."""


@dataclass(slots=True)
class Call:
    """One request, with its body read."""

    name: str
    """Which operation it asks for: `charge`, `status` …; faults go by this name."""
    method: str
    path: str
    ids: dict[str, str]
    """Ids out of the path."""
    query: dict[str, str]
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes
    document: Any = None
    """The body as JSON, or None when it is empty or unreadable."""
    is_malformed: bool = False
    faults: tuple[Fault, ...] = ()

    def fault(self, kind: str) -> Fault | None:
        """Return the fault of this kind that strikes this call, if one does."""
        return next((each for each in self.faults if each.kind == kind), None)

    @property
    def fields(self) -> dict[str, Any]:
        """The body's fields; none when the body is not an object."""
        return self.document if isinstance(self.document, dict) else {}


@dataclass(slots=True)
class Answer:
    """What goes back: JSON when there is a document, raw bytes otherwise."""

    status: int = 200
    document: Any = None
    content: bytes | None = None
    media_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    draw: Callable[[], bytes] | None = None
    """Makes the content where making it is slow; runs in a thread of its own."""

    def payload(self) -> bytes:
        """Return the bytes that travel."""
        if self.content is not None:
            return self.content
        return json.dumps(self.document, separators=(",", ":")).encode()


async def read_call(name: str, scope: Scope, receive: Receive) -> Call:
    """Read one request to its end."""
    body = await _read_body(receive)
    document, is_malformed = _read_json(body)
    return Call(
        name=name,
        method=scope["method"],
        path=scope["path"],
        ids=scope.get("path_params", {}),
        query=dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)),
        headers={key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]},
        body=body,
        document=document,
        is_malformed=is_malformed,
    )


async def _read_body(receive: Receive) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        part = message.get("body", b"")
        size += len(part)
        if size <= BODY_LIMIT:
            parts.append(part)
        if not message.get("more_body", False):
            # A body cut off at the limit is no JSON any more, which is answered as such.
            return b"".join(parts) if size <= BODY_LIMIT else b"{"


def _read_json(body: bytes) -> tuple[Any, bool]:
    if not body.strip():
        return None, False
    try:
        return json.loads(body), False
    except (ValueError, RecursionError):
        return None, True
