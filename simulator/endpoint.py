"""The way of every gateway call: read, misbehave as scripted, check the key, answer, write down."""

from __future__ import annotations

import asyncio
import base64
import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator import broken_answers
from simulator.calls import Answer, read_call
from simulator.distortions import distorted
from simulator.faults import INSTEAD
from simulator.refusals import Refusal, refusal_answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Receive, Scope, Send

    from simulator.calls import Call
    from simulator.faults import Fault
    from simulator.gateway import Gateway

    Handler = Callable[[Gateway, Call], Answer]
    Check = Callable[[Gateway, Call], None]

NOTIFY_FIRST_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing the gateway can be asked for."""

    name: str
    """What faults and journal call it."""
    method: str
    path: str
    handler: Handler
    check: Check | None = None
    """Runs before any Idempotency-Key is looked at."""


class Endpoint:
    """One operation of the gateway, as an ASGI app."""

    def __init__(
        self,
        gateway: Gateway,
        operation: Operation,
        *,
        is_open: bool = False,
        refuse: Callable[[Refusal, str], Answer] = refusal_answer,
    ) -> None:
        """Serve an operation. `is_open` ones need no server key; `refuse` writes their way of saying no."""
        self.gateway = gateway
        self.name = operation.name
        self.handler = operation.handler
        self.check = operation.check
        self.refuse = refuse
        self.is_open = is_open
        token = base64.b64encode(f"{gateway.config.server_key}:".encode()).decode()
        self._authorization = f"Basic {token}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        call = await read_call(self.name, scope, receive)
        order_id = self._order_id(call)
        call.faults = self.gateway.faults.take(self.name, order_id)
        answer = None if call.fault("drop_request") else await self._answer(call, order_id)
        is_dropped = answer is None or call.fault("drop_answer") is not None
        self.gateway.journal.write(call, None if is_dropped else answer, order_id, self.gateway.clock.now())
        if answer is None or is_dropped:
            await broken_answers.close_connection(scope, receive)
        else:
            await self._send(call, answer, scope, receive, send)

    async def _answer(self, call: Call, order_id: str) -> Answer:
        self.gateway.agenda.run_due()
        latency = call.fault("latency")
        instead = next((each for each in call.faults if each.kind in INSTEAD), None)
        if instead is not None and not instead.done:
            await _wait(latency)
            return broken_answers.answer_instead(instead, self.gateway.ids.uuid())
        answer = await self._honest_answer(call, latency if latency and not latency.done else None)
        if answer.draw is not None:
            answer.content = await asyncio.to_thread(answer.draw)
        if call.fault("notify_before_answer"):
            await self.gateway.notifications.settle(order_id, NOTIFY_FIRST_SECONDS)
        await _wait(latency if latency and latency.done else None)
        if instead is not None:
            return broken_answers.answer_instead(instead, self.gateway.ids.uuid())
        if call.faults and isinstance(answer.document, dict):
            document = distorted(answer.document, call.faults, self.gateway.config.signing_key)
            return Answer(answer.status, document, headers=answer.headers)
        return answer

    async def _honest_answer(self, call: Call, latency: Fault | None) -> Answer:
        keys = self.gateway.idempotency
        try:
            self._check_access(call)
            if self.check is not None:
                self.check(self.gateway, call)
            key = keys.key_of(call)
            if key is None:
                await _wait(latency)
                return self._handle(call)
            earlier = keys.earlier(key)
            if earlier is not None:
                return earlier
            answer = None
            try:
                await _wait(latency)
                answer = self._handle(call)
            finally:
                keys.remember(key, call, answer)
            return answer
        except Refusal as refusal:
            return self.refuse(refusal, self.gateway.ids.uuid())

    def _handle(self, call: Call) -> Answer:
        if call.is_malformed:
            raise Refusal(413)
        return self.handler(self.gateway, call)

    def _check_access(self, call: Call) -> None:
        if self.is_open:
            return
        if call.headers.get("authorization") != self._authorization and not self._is_key(call):
            raise Refusal(401)
        accept = call.headers.get("accept", "*/*")
        if "*/*" not in accept and "json" not in accept and "application/*" not in accept:
            raise Refusal(403)

    def _is_key(self, call: Call) -> bool:
        """Say whether the key stands in an unusual but valid header, such as with a password."""
        scheme, _, token = call.headers.get("authorization", "").partition(" ")
        try:
            name, _, _password = base64.b64decode(token, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return False
        return scheme.lower() == "basic" and name == self.gateway.config.server_key

    def _order_id(self, call: Call) -> str:
        """Return the order a call is about, for faults and journal. Empty when it names none."""
        any_id = call.ids.get("any_id")
        if any_id is not None:
            found = self.gateway.book.find(any_id) or self.gateway.book.by_framed_qr_id(any_id)
            return found.order_id if found else any_id
        details = call.fields.get("transaction_details")
        return str(details.get("order_id", "")) if isinstance(details, dict) else ""

    async def _send(self, call: Call, answer: Answer, scope: Scope, receive: Receive, send: Send) -> None:
        slow_head, slow_body = call.fault("trickle_header"), call.fault("trickle_body")
        if slow_head is not None:
            await broken_answers.trickle_header(answer, scope, receive, slow_head.seconds)
        elif slow_body is not None:
            await broken_answers.trickle_body(answer, send, slow_body.seconds)
        elif call.fault("half_json"):
            await broken_answers.send_half(answer, send)
        else:
            await broken_answers.send_answer(answer, send)


async def _wait(latency: Fault | None) -> None:
    if latency is not None:
        await asyncio.sleep(latency.seconds)
