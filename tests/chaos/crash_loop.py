"""Kills the program again and again while people order and pay, and counts what was lost or doubled.

python -m tests.chaos.crash_loop --kills 50 --database sqlite:////some/dir/meja.db
"""

import argparse
import os
import random
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import func, select

from core.base.settings import Settings
from core.migrations import upgrade
from core.orders.models import OnceKey, Order
from core.payments.models import Attempt, GatewayMessage
from core.services import Core, open_services
from tests.ports import free_port
from tests.running_simulator import Simulator, running_simulator
from tests.shop import Shop, TestClock, furnish

DINERS = 6
CATCH_UP_SECONDS = 90


@dataclass(slots=True)
class Report:
    """What a crash loop did and found."""

    kills: int = 0
    acknowledged: set[str] = field(default_factory=set)
    """Orders that a diner was told of."""
    lost: set[str] = field(default_factory=set)
    doubled: int = 0
    paid_at_the_gateway: int = 0
    messages: int = 0
    start_seconds: list[float] = field(default_factory=list)
    catch_up_seconds: float = 0.0
    broken: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def is_clean(self) -> bool:
        return not self.lost and not self.doubled and not self.broken

    def __str__(self) -> str:
        slowest = max(self.start_seconds, default=0.0)
        return (
            f"{self.kills} kills, {len(self.acknowledged)} orders acknowledged, {len(self.lost)} lost, "
            f"{self.doubled} doubled, {self.paid_at_the_gateway} paid at the gateway, {self.messages} notifications stored, "
            f"slowest start {slowest:.1f} s, caught up after {self.catch_up_seconds:.1f} s, "
            f"invariants broken: {self.broken or 'none'}"
        )


class Diners(threading.Thread):
    """People who order, pay, change their minds, and try again when the line is gone."""

    def __init__(self, address: str, simulator: Simulator, shop: Shop, report: Report, seed: int) -> None:
        super().__init__(daemon=True)
        self._address, self._simulator, self._shop, self._report = address, simulator, shop, report
        self._dice = random.Random(seed)
        self._http = requests.Session()
        self.stop = threading.Event()

    def run(self) -> None:
        while not self.stop.is_set():
            with suppress(requests.RequestException, KeyError):
                self._one_visit()

    def _one_visit(self) -> None:
        method = self._dice.choice(["qris", "qris", "qris", "cash"])
        key = secrets.token_hex(8)
        body = {
            "table_token": self._dice.choice(self._shop.tables).token,
            "lines": [{"dish_id": self._shop.dishes["Es Teh"].id, "quantity": 1, "option_ids": []}],
            "payment_method": method,
        }
        placed = self._insist("POST", "/api/v1/orders", json=body, headers={"Idempotency-Key": key})
        if placed is None or placed.status_code != 201:
            return
        uid = placed.json()["order_uid"]
        self._report.acknowledged.add(uid)
        if method == "qris":
            self._pay(uid)

    def _pay(self, uid: str) -> None:
        attempt = self._wait_for_qr(uid)
        if attempt is None:
            return
        turn = self._dice.random()
        if turn < 0.1:
            self._http.post(f"{self._address}/orders/{uid}/cash", timeout=5, allow_redirects=False)
        elif turn < 0.2:
            self._http.post(f"{self._address}/orders/{uid}/cancel", timeout=5, allow_redirects=False)
        if turn < 0.9:
            self._simulator.http.post(
                f"{self._simulator.url}/simulator/transactions/{attempt['reference']}/pay",
                json={"notify": self._dice.random() < 0.7},
                timeout=5,
            )
        if turn > 0.8:
            self._simulator.refund(attempt["reference"], 1_000, secrets.token_hex(4))

    def _wait_for_qr(self, uid: str) -> dict[str, Any] | None:
        for _ in range(20):
            seen = self._insist("GET", f"/api/v1/orders/{uid}")
            payment = seen.json().get("payment") if seen is not None and seen.ok else None
            if payment and payment["state"] == "live":
                return payment
            if self.stop.wait(0.1):
                return None
        return None

    def _insist(self, method: str, path: str, **how: Any) -> requests.Response | None:
        """Try again while the program is down, with the same key."""
        while not self.stop.is_set():
            try:
                answer = self._http.request(method, f"{self._address}{path}", timeout=5, **how)
            except requests.RequestException:
                self.stop.wait(0.05)
                continue
            if answer.status_code != 503:
                return answer
            self.stop.wait(0.05)
        return None


@contextmanager
def serving(environment: dict[str, str], report: Report) -> Iterator[subprocess.Popen[bytes]]:
    """Run the program until the block ends, and wait until it is ready."""
    began = time.monotonic()
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "core", "serve"], env=environment, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            _wait_until_ready(environment["MEJA_BASE_URL"], process, log)
            report.start_seconds.append(time.monotonic() - began)
            yield process
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            process.wait(10)


def _wait_until_ready(address: str, process: subprocess.Popen[bytes], log: Any) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if process.poll() is not None:
            log.seek(0)
            raise AssertionError(log.read().decode()[-2000:])
        with suppress(requests.RequestException):
            if requests.get(f"{address}/healthz", timeout=1).ok:
                return
        time.sleep(0.05)
    message = "the program did not start"
    raise AssertionError(message)


def run(kills: int, database_url: str, folder: Path, *, seed: int = 1) -> Report:
    """Kill and restart a number of times under load, let it catch up, and look."""
    report = Report()
    dice = random.Random(seed)
    with running_simulator(time_scale=0.005) as simulator:
        shop, core = _shop(database_url, simulator)
        environment = _environment(database_url, simulator, folder)
        simulator.notify(f"{environment['MEJA_BASE_URL']}/api/v1/webhooks/midtrans")
        diners = [Diners(environment["MEJA_BASE_URL"], simulator, shop, report, seed + n) for n in range(DINERS)]
        for diner in diners:
            diner.start()
        for _ in range(kills):
            with serving(environment, report) as process:
                time.sleep(dice.uniform(0.05, 1.5))
                process.send_signal(signal.SIGKILL)
                report.kills += 1
        with serving(environment, report):
            time.sleep(1.0)
            for diner in diners:
                diner.stop.set()
            for diner in diners:
                diner.join(10)
            _catch_up(core, report)
        _look(core, simulator, report)
        core.close()
    return report


def _shop(database_url: str, simulator: Simulator) -> tuple[Shop, Core]:
    upgrade(database_url)
    settings = Settings(_env_file=None, database_url=database_url, midtrans_core_url=simulator.url)
    core = open_services(settings)
    shop = Shop(core, simulator, TestClock())
    furnish(shop)
    return shop, core


def _environment(database_url: str, simulator: Simulator, folder: Path) -> dict[str, str]:
    port = free_port()
    return os.environ | {
        "MEJA_DATABASE_URL": database_url,
        "MEJA_DATA_DIR": str(folder),
        "MEJA_PORT": str(port),
        "MEJA_BASE_URL": f"http://127.0.0.1:{port}",
        "MEJA_MIDTRANS_CORE_URL": simulator.url,
        "MEJA_LOG_FORMAT": "json",
    }


def _catch_up(core: Core, report: Report) -> None:
    """Wait until the books agree, as they must within a minute and a half."""
    began = time.monotonic()
    while time.monotonic() - began < CATCH_UP_SECONDS:
        if all(finding.holds for finding in core.books.check()):
            break
        time.sleep(0.5)
    report.catch_up_seconds = time.monotonic() - began


def _look(core: Core, simulator: Simulator, report: Report) -> None:
    report.broken = {finding.name: finding.faults for finding in core.books.check() if not finding.holds}
    with core.db.read() as session:
        known = set(session.scalars(select(Order.uid)))
        report.messages = session.scalar(select(func.count()).select_from(GatewayMessage)) or 0
        references = set(session.scalars(select(Attempt.reference)))
        claimed = set(session.scalars(select(OnceKey.result)))
    report.lost = report.acknowledged - known
    # Every key that a diner sent made one order at most: an order that no key names was made twice.
    report.doubled = len(known - claimed)
    book = simulator.book()["transactions"]
    report.paid_at_the_gateway = sum(1 for line in book if line["settled"] > 0)
    strangers = {line["order_id"] for line in book} - references
    if strangers:
        report.broken["charges_without_attempt"] = tuple(sorted(strangers)[:10])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument(
        "--database", default=None, help="address of an empty database; SQLite in a scratch folder by default"
    )
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = wanted.database or f"sqlite:///{folder}/meja.db"
        report = run(wanted.kills, url, Path(folder), seed=wanted.seed)
    print(report)  # noqa: T201 - what the command is for
    sys.exit(0 if report.is_clean else 1)


if __name__ == "__main__":
    main()
