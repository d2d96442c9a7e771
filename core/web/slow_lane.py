"""Lets whoever guesses at addresses that are keys wait: a wrong one is cheap for us, and must be dear for them."""

import asyncio
import time
from collections.abc import Callable
from math import ceil
from typing import Final

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.web.errors import TooManyMisses
from core.web.guards import Answer
from core.web.layers import HttpLayer

_KEYED: Final = ("/t/", "/orders/", "/api/v1/")
"""Where an address, or what is sent to it, names a table or an order that nobody else knows."""
FREE_MISSES: Final = 30
"""So many wrong addresses in a row cost nothing: old stickers, and whole restaurants behind one address."""
SECONDS_A_MISS: Final = 0.25
LONGEST_WAIT: Final = 2.0
"""Seconds; whoever would have to wait longer is told so at once."""
MOST_REMEMBERED: Final = 10_000


class SlowLane(HttpLayer):
    """Holds back the answer "no such table" or "no such order" to an IP address that has had many of them.

    Who has a right address is never held back, from wherever they ask. What cannot be guessed is kept by its 128
    random bits; this keeps guessing from costing us much. Counted by each process for itself, and sockets not at all.
    """

    def __init__(self, app: ASGIApp, answer: Answer, *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(app)
        self.answer = answer
        self.clock = clock
        self._paid_until: dict[str, float] = {}
        """When all misses of an address will be forgotten: each adds its seconds to it."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not scope["path"].startswith(_KEYED):
            await self.app(scope, receive, send)
            return
        is_refused = False

        async def send_slowly(message: Message) -> None:
            nonlocal is_refused
            if message["type"] == "http.response.start" and message["status"] == 404:
                wait = self._miss(scope)
                is_refused = wait > LONGEST_WAIT
                if is_refused:
                    answer = self.answer(Request(scope), TooManyMisses())
                    answer.headers["Retry-After"] = str(ceil(wait))
                    await answer(scope, receive, send)
                elif wait > 0:
                    await asyncio.sleep(wait)
            # What was to be told instead is told already.
            if not is_refused:
                await send(message)

        await self.app(scope, receive, send_slowly)

    def _miss(self, scope: Scope) -> float:
        """Count one miss, and give the seconds that its answer is worth. A refused one counts no further."""
        now, address = self.clock(), (scope.get("client") or ("",))[0]
        if len(self._paid_until) >= MOST_REMEMBERED:
            self._paid_until = {each: until for each, until in self._paid_until.items() if until > now}
        until = max(self._paid_until.get(address, now), now) + SECONDS_A_MISS
        wait = until - now - FREE_MISSES * SECONDS_A_MISS
        if wait <= LONGEST_WAIT:
            self._paid_until[address] = until
        return wait
