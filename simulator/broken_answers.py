"""Answers as a failing gateway, its content network or a bad line would give them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from simulator.calls import Answer
from simulator.refusals import Refusal, refusal_answer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import Receive, Scope, Send

    from simulator.faults import Fault

SHORTEST_PAUSE = 0.005
"""Seconds. Loops round shorter sleeps to none at all."""
PAGE = (
    b"<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1>"
    b"</center><hr><center>cloud</center></body></html>"
)


def answer_instead(fault: Fault, error_id: str) -> Answer:
    """Return the answer that a fault of this kind puts in place of the honest one.

    `value` of the fault names the HTTP status of `html` and `empty` (502 and 200 by default)
    and the target of `redirect`.
    """
    family, _, code = fault.kind.partition("_")
    if family == "http":
        return Answer(status=int(code), content=b"" if code == "504" else PAGE, media_type="text/html")
    if family == "body":
        return refusal_answer(Refusal(int(code)), error_id)
    if family == "redirect":
        return Answer(status=302, content=b"", headers={"location": str(fault.value or "/maintenance")})
    if family == "html":
        return Answer(status=int(fault.value or 502), content=PAGE, media_type="text/html")
    return Answer(status=int(fault.value or 200), content=b"")


async def close_connection(scope: Scope, receive: Receive) -> None:
    """Close the caller's connection without a word."""
    transport = _transport(scope)
    transport.abort()
    # The server must see the end before this call returns, or it answers with a 500.
    while (await receive())["type"] != "http.disconnect":
        pass


async def send_half(answer: Answer, send: Send) -> None:
    """Send an answer whose JSON stops in the middle."""
    payload = answer.payload()
    await send_answer(Answer(answer.status, content=payload[: len(payload) // 2]), send)


async def trickle_body(answer: Answer, send: Send, seconds: float) -> None:
    """Send the head at once and the body byte by byte, over so many seconds."""
    payload = answer.payload()
    await send(_head(answer, len(payload)))
    async for piece in _slowly(payload, seconds):
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def trickle_header(answer: Answer, scope: Scope, receive: Receive, seconds: float) -> None:
    """Send even the head byte by byte, over so many seconds, then the body and the end."""
    transport = _transport(scope)
    payload = answer.payload()
    head = f"HTTP/1.1 {answer.status} OK\r\ncontent-type: {answer.media_type}\r\n"
    head += f"content-length: {len(payload)}\r\nconnection: close\r\n\r\n"
    async for piece in _slowly(head.encode(), seconds):
        if transport.is_closing():
            break
        transport.write(piece)
    if not transport.is_closing():
        transport.write(payload)
        transport.close()
    while (await receive())["type"] != "http.disconnect":
        pass


async def _slowly(payload: bytes, seconds: float) -> AsyncIterator[bytes]:
    """Give out the payload evenly over so many seconds, byte by byte where there is time for that."""
    count = max(1, min(len(payload), int(seconds / SHORTEST_PAUSE)))
    length = -(-len(payload) // count)
    loop = asyncio.get_running_loop()
    begun = loop.time()
    for start in range(0, len(payload), length):
        share = min(1.0, (start + length) / len(payload))
        await asyncio.sleep(max(0.0, begun + seconds * share - loop.time()))
        yield payload[start : start + length]


async def send_answer(answer: Answer, send: Send) -> None:
    """Send an answer as it is."""
    payload = answer.payload()
    await send(_head(answer, len(payload)))
    await send({"type": "http.response.body", "body": payload})


def _head(answer: Answer, length: int) -> dict[str, Any]:
    headers = [
        (b"content-type", answer.media_type.encode()),
        (b"content-length", str(length).encode()),
        *((name.encode(), value.encode("latin-1")) for name, value in answer.headers.items()),
    ]
    return {"type": "http.response.start", "status": answer.status, "headers": headers}


def _transport(scope: Scope) -> asyncio.Transport:
    """Return the socket under a request, which ASGI itself has no word for.

    uvicorn's `send` is a method of the object that holds it.
    """
    transport = getattr(getattr(scope.get("simulator.send"), "__self__", None), "transport", None)
    if transport is None:
        msg = "this server gives no way to close a connection"
        raise ConnectionAbortedError(msg)
    return transport  # type: ignore[no-any-return]
