"""The Midtrans simulator, running for real on a port of its own, and the hands that work it."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import requests
import uvicorn

from simulator.app import create_app
from simulator.config import SimulatorConfig
from tests.ports import free_port


@dataclass(slots=True)
class Simulator:
    """The outside world: the gateway and the wallets of diners."""

    url: str
    http: requests.Session = field(default_factory=requests.Session)

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Make one control call; fail the test when the simulator refuses it."""
        answer = self.http.request(method, f"{self.url}{path}", json=body, timeout=10)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def reset(self) -> None:
        self.call("POST", "/simulator/reset")

    def pay(self, reference: str, **how: Any) -> dict[str, Any]:
        paid: dict[str, Any] = self.call("POST", f"/simulator/transactions/{reference}/pay", how)
        return paid

    def expire(self, reference: str) -> None:
        self.call("POST", f"/simulator/transactions/{reference}/expire")

    def deny(self, reference: str) -> None:
        self.call("POST", f"/simulator/transactions/{reference}/deny")

    def refund(self, reference: str, amount: int, key: str) -> dict[str, Any]:
        """Refund in the gateway's own dashboard."""
        answer = self.http.post(
            f"{self.url}/v2/{reference}/refund",
            json={"refund_key": key, "amount": amount, "reason": "dashboard"},
            auth=("SB-Mid-server-meja", ""),
            timeout=10,
        )
        said: dict[str, Any] = answer.json()
        return said

    def misbehave(self, *faults: dict[str, Any]) -> None:
        self.call("PUT", "/simulator/faults", {"faults": list(faults)})

    def behave(self) -> None:
        self.call("DELETE", "/simulator/faults")

    def move_clock(self, span: timedelta) -> None:
        self.call("PUT", "/simulator/clock", {"advance_seconds": span.total_seconds()})

    def notify(self, url: str | None, *, enabled: bool = True) -> None:
        self.call("PUT", "/simulator/settings", {"notify_url": url, "notifications_enabled": enabled})

    def book(self) -> dict[str, Any]:
        book: dict[str, Any] = self.call("GET", "/simulator/book")
        return book

    def charges_of(self, reference: str) -> int:
        """How many charge calls arrived for one gateway order id, whatever was answered."""
        return int(self.call("GET", "/simulator/journal")["charges"].get(reference, 0))

    def status(self, reference: str) -> dict[str, Any]:
        answer = self.http.get(f"{self.url}/v2/{reference}/status", auth=("SB-Mid-server-meja", ""), timeout=10)
        said: dict[str, Any] = answer.json()
        return said


@contextmanager
def running_simulator(**settings: Any) -> Iterator[Simulator]:
    """Run a simulator until the block ends."""
    port = free_port()
    config = SimulatorConfig(public_url=f"http://127.0.0.1:{port}", **settings)
    with running_app(create_app(config), port):
        yield Simulator(config.public_url)


@contextmanager
def running_app(app: Any, port: int) -> Iterator[str]:
    """Serve an ASGI app on a loopback port until the block ends; gives its address."""
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            host="127.0.0.1",
            port=port,
            log_level="warning",
            ws="websockets-sansio",
            timeout_graceful_shutdown=3,
            # A test on a busy machine rests for longer than the usual five seconds; its line is not cut for that.
            timeout_keep_alive=60,
        )
    )
    thread = threading.Thread(target=server.run, name="simulator", daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        assert time.monotonic() < deadline, "the server did not start in time"
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(15)
