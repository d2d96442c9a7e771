"""A restaurant that is open: Meja and its payment simulator, each a process, and a look into the database from beside."""

import asyncio
import hashlib
import json
import secrets
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from bench.client import Connection, request_bytes
from bench.processes import Child, running
from bench.restaurant import Restaurant

_KEY = "SB-Mid-server-meja-bench"
_LOOK_EVERY = 0.002
_SEEN_WITHIN = 20.0
_REST = 0.05
_TRICKLE = 4


class NeverHappened(AssertionError):
    """The database did not reach the awaited state in time."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One open restaurant."""

    app: Child
    simulator: Child
    restaurant: Restaurant
    database: Any
    """For looking only: a connection of sqlite3 or psycopg. Neither database lets a reader hold up anybody."""

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.app.port}"

    @property
    def live(self) -> str:
        return f"ws://127.0.0.1:{self.app.port}"

    def order_request(self) -> bytes:
        """Write the request for an order of two lines, paid by QRIS."""
        first, second = self.restaurant.dish_ids
        body = {
            "table_token": self.restaurant.table,
            "lines": [{"dish_id": first, "quantity": 2}, {"dish_id": second, "quantity": 1, "note": "tanpa es"}],
            "payment_method": "qris",
        }
        key = secrets.token_hex(8)
        return request_bytes("POST", "/api/v1/orders", self.app.port, json.dumps(body).encode(), Idempotency_Key=key)

    async def place(self, connection: Connection) -> str:
        """Order, wait for the QR, and give the order's uid."""
        uid: str = (await connection.send(self.order_request())).json()["order_uid"]
        await self.until_live(uid)
        return uid

    async def until_live(self, uid: str) -> None:
        await self._until(
            "SELECT a.state FROM attempts a JOIN orders o ON o.id = a.order_id WHERE o.uid = ?", uid, "live"
        )

    async def until_paid(self, uid: str) -> None:
        await self._until("SELECT payment_status FROM orders WHERE uid = ?", uid, "paid")

    async def until_quiet(self) -> None:
        """Wait until the worker has done what it was told; what its timer brings every second may stay."""
        for _ in range(int(_SEEN_WITHIN / _REST)):
            now = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f}"
            if self.row("SELECT COUNT(*) FROM attempts WHERE due_at <= ?", now)[0] <= _TRICKLE:
                return
            await asyncio.sleep(_REST)

    def is_paid(self, uid: str) -> bool:
        return bool(self.row("SELECT payment_status FROM orders WHERE uid = ?", uid)[0] == "paid")

    def attempt(self, uid: str) -> tuple[str, int]:
        """Give the gateway's order id and the amount of an order's attempt."""
        reference, amount = self.row(
            "SELECT a.reference, a.amount FROM attempts a JOIN orders o ON o.id = a.order_id WHERE o.uid = ?", uid
        )
        return reference, amount

    def row(self, query: str, *values: str) -> Any:  # noqa: ANN401 - as wide as the query
        mark = "?" if self.restaurant.url.startswith("sqlite") else "%s"
        return self.database.execute(query.replace("?", mark), values).fetchone()

    def paid_at(self, uid: str) -> float:
        """Tell when an order was paid, in seconds of the clock."""
        stamp = self.row("SELECT paid_at FROM orders WHERE uid = ?", uid)[0]
        moment = datetime.fromisoformat(stamp) if isinstance(stamp, str) else stamp
        return float(moment.replace(tzinfo=moment.tzinfo or UTC).timestamp())

    async def pays(self, simulator: Connection, uid: str, *, notify: bool) -> None:
        """Let a wallet pay an order's QR at the gateway."""
        reference, _ = self.attempt(uid)
        await simulator.call("POST", f"/simulator/transactions/{reference}/pay", {"notify": notify})

    def notification(self, uid: str, said: str) -> bytes:
        """Write the post that the gateway makes about an order, signed, and different from every other."""
        reference, amount = self.attempt(uid)
        code, gross = {"settlement": "200", "pending": "201"}[said], f"{amount}.00"
        message = {
            "transaction_time": "2026-05-01 12:30:05",
            "transaction_status": said,
            "transaction_id": "5b0f3c1e-7a64-4d1f-9c53-2f0e8d7b6a91",
            "status_message": "midtrans payment notification",
            "status_code": code,
            "signature_key": hashlib.sha512(f"{reference}{code}{gross}{_KEY}".encode()).hexdigest(),
            "payment_type": "qris",
            "order_id": reference,
            "merchant_id": "G812345678",
            "gross_amount": gross,
            "fraud_status": "accept",
            "currency": "IDR",
            "acquirer": "gopay",
            "nonce": secrets.token_hex(8),
        }
        return request_bytes("POST", "/api/v1/webhooks/midtrans", self.app.port, json.dumps(message).encode())

    async def _until(self, query: str, uid: str, wanted: str) -> None:
        until = time.perf_counter() + _SEEN_WITHIN
        while (found := self.row(query, uid))[0] != wanted:
            if time.perf_counter() > until:
                message = f"order {uid} is {found[0]}, not {wanted}"
                raise NeverHappened(message)
            await asyncio.sleep(_LOOK_EVERY)


@contextmanager
def open_scene(
    restaurant: Restaurant, folder: Path, *, notify: bool = False, settings: Mapping[str, str] | None = None
) -> Iterator[Scene]:
    """Open a restaurant as an operator would, with these settings beside those of every house.

    `notify` lets the simulator send its notifications.
    """
    with running(["simulator", "--port", "{port}", "--server-key", _KEY], folder) as simulator:
        whole = app_settings(restaurant, folder, simulator.port) | dict(settings or {})
        with running(["core", "serve"], folder, settings=whole) as app, closing(_looking_into(restaurant)) as database:
            scene = Scene(app, simulator, restaurant, database)
            if notify:
                asyncio.run(_send_notifications(scene))
            yield scene


def _looking_into(restaurant: Restaurant) -> Any:  # noqa: ANN401 - as each driver calls it
    if restaurant.url.startswith("sqlite"):
        return sqlite3.connect(f"file:{restaurant.file}?mode=ro", uri=True, isolation_level=None)
    return psycopg.connect(restaurant.url.replace("+psycopg", "", 1), autocommit=True)


def app_settings(restaurant: Restaurant, folder: Path, simulator_port: int) -> dict[str, str]:
    """Give the settings of a restaurant whose gateway is the simulator.

    Production takes no other gateway than Midtrans itself. Outside it, templates are looked at for changes each time
    they are used: a little slower, never faster.
    """
    return {
        "MEJA_ENVIRONMENT": "development",
        "MEJA_DATABASE_URL": restaurant.url,
        "MEJA_DATA_DIR": str(folder),
        "MEJA_PORT": "{port}",
        "MEJA_BASE_URL": "http://127.0.0.1:{port}",
        "MEJA_SECRET_KEY": secrets.token_urlsafe(32),
        # As a stand-in for the sandbox, so that nothing of the demo is served beside it.
        "MEJA_MIDTRANS_ENVIRONMENT": "sandbox",
        "MEJA_MIDTRANS_SERVER_KEY": _KEY,
        "MEJA_MIDTRANS_CORE_URL": f"http://127.0.0.1:{simulator_port}",
    }


@asynccontextmanager
async def told(scene: Scene) -> AsyncIterator[None]:
    """Let the simulator send its notifications for the length of a block."""
    await _send_notifications(scene)
    yield
    async with Connection(scene.simulator.port) as simulator:
        await simulator.call("PUT", "/simulator/settings", {"notify_url": None})


async def _send_notifications(scene: Scene) -> None:
    async with Connection(scene.simulator.port) as simulator:
        await simulator.call("PUT", "/simulator/settings", {"notify_url": f"{scene.base}/api/v1/webhooks/midtrans"})
