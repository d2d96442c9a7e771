"""Asks a program everything as one identity, and tells in short words what it answered."""

import asyncio
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from fastapi import FastAPI
from httpx2 import ASGITransport, AsyncClient, Response

from tests.rights.asks import Ask, filled
from tests.rights.street import ACROSS, NEIGHBOUR, STAFF, WHOSE, Hands, Identity, Street, Whose

HERE: Final = "http://127.0.0.1"
LOGIN, FIRST_SCREEN, DONE, OPEN = "→login", "→kiosk", "→", "open"
_LED_TO: Final = {"/cashier/login": LOGIN, "/kiosk": FIRST_SCREEN}
_NO_TEXT: Final = ("application/vnd", "image/", "application/pdf")


@dataclass(frozen=True, slots=True)
class Answer:
    """What one route answered to one identity about one thing."""

    ask: Ask
    whose: Whose
    address: str
    word: str
    """A status, or where it led."""
    body: str = ""


@dataclass(slots=True)
class Player:
    """One identity before a program. Each question comes from a new browser, at an address of its own."""

    app: FastAPI
    street: Street
    who: Identity
    more_headers: dict[str, str] = field(default_factory=dict)
    asked: int = 0

    @property
    def hands(self) -> Hands:
        return self.street.hands[self.who]

    def answers(self, asks: Sequence[Ask], *, only: Sequence[Whose] = WHOSE) -> list[Answer]:
        """Ask about what is nobody's first, then another's, then ours: what is ours may change by it."""
        return asyncio.run(self._answers(asks, only))

    async def _answers(self, asks: Sequence[Ask], only: Sequence[Whose]) -> list[Answer]:
        return [await self._answer(ask, whose) for ask in asks for whose in reversed(only if ask.things else WHOSE[:1])]

    async def _answer(self, ask: Ask, whose: Whose) -> Answer:
        address = self._filled(ask.address, whose)
        self.asked += 1
        place = (f"10.7.{self.asked // 250}.{self.asked % 250}", 4711)
        if ask.method == "WS":
            return Answer(ask, whose, address, await self._socket_word(address, place))
        transport = ASGITransport(self.app, raise_app_exceptions=False, client=place)
        headers = {**self.hands.headers, **self.more_headers}
        async with AsyncClient(transport=transport, base_url=HERE, cookies=dict(self.hands.cookies)) as browser:
            answer = await browser.request(ask.method, address, headers=headers, **self._body(ask, whose))
        is_text = not answer.headers.get("content-type", "").startswith(_NO_TEXT)
        return Answer(ask, whose, address, word_of(answer), answer.text if is_text else "")

    def _body(self, ask: Ask, whose: Whose) -> dict[str, Any]:
        if ask.method == "GET":
            return {}
        if ask.json is not None:
            return {"json": self._filled_json(ask.json, whose)}
        if ask.files:
            return {"files": {name: (name, raw, "image/jpeg") for name, raw in ask.files.items()}}
        return {"data": {name: self._filled(value, whose) for name, value in ask.form.items()}}

    def _filled(self, text: str, whose: Whose) -> str:
        return filled(text, self.street.things, whose, self.hands.pin)

    def _filled_json(self, value: Any, whose: Whose) -> Any:
        if isinstance(value, dict):
            return {name: self._filled_json(one, whose) for name, one in value.items()}
        if isinstance(value, list):
            return [self._filled_json(one, whose) for one in value]
        if not isinstance(value, str):
            return value
        text = self._filled(value, whose)
        return int(text) if text.isdecimal() else text

    def _origin(self) -> list[tuple[bytes, bytes]]:
        """Say where a socket is opened from; an empty word is a program that says nothing."""
        origin = self.more_headers.get("Origin", HERE)
        return [(b"origin", origin.encode())] if origin else []

    async def _socket_word(self, address: str, place: tuple[str, int]) -> str:
        """Open a socket and say goodbye at once: one that is refused is closed from the other side all the same."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.hands.cookies.items())
        scope = {
            "type": "websocket",
            "path": address,
            "raw_path": address.encode(),
            "query_string": b"",
            "root_path": "",
            "scheme": "ws",
            "headers": [(b"host", b"127.0.0.1"), *self._origin(), (b"cookie", cookies.encode())],
            "client": place,
            "subprotocols": [],
        }
        return await _spoken_on(self.app, scope)


async def _spoken_on(app: FastAPI, scope: dict[str, Any]) -> str:
    heard = iter([{"type": "websocket.connect"}])
    said: list[MutableMapping[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return next(heard, {"type": "websocket.disconnect", "code": 1000})

    async def send(message: MutableMapping[str, Any]) -> None:
        said.append(message)

    await app(scope, receive, send)
    return next((str(message["code"]) for message in said if message["type"] == "websocket.close"), OPEN)


def word_of(answer: Response) -> str:
    """Say an answer in a word: its status, or where it sends."""
    if answer.status_code != 303:
        return str(answer.status_code)
    return _LED_TO.get(answer.headers["location"].partition("?")[0], DONE)


def names_in(answer: Answer, who: Identity) -> list[str]:
    """List whose names stand in an answer that are none of this identity's business."""
    if answer.ask.is_key and answer.whose == "other":
        return []  # Whoever knows the key may read what it opens.
    marks = [ACROSS] if who in STAFF else [ACROSS, NEIGHBOUR]
    return [mark for mark in marks if mark.casefold() in answer.body.casefold()]
