"""The gateway frozen under a busy menu: what it does to everybody who does not need the gateway.

python -m tests.chaos.frozen_gateway --rounds 10
"""

import argparse
import secrets
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import requests

from tests.chaos.figures import Figures
from tests.chaos.findings import Findings
from tests.chaos.guests import Habits, Told
from tests.chaos.house import House, open_house

MENU_RISES_LESS_THAN = 20.0
"""Per cent that a frozen gateway may add to the menu's p99; judged over many rounds on a machine that does nothing else."""
QRIS_ANSWERS_WITHIN = 6.0
"""Seconds until somebody who wants to pay by QRIS is told how it stands."""
_WINDOW_SECONDS = 2.0
_MENUS_A_SECOND = 50
_WARM_UP_SECONDS = 1.0


@dataclass(slots=True)
class Report:
    """Menus and cash with a gateway that lives, and with one that is frozen, in turns within one run."""

    menu_seconds: dict[bool, list[float]] = field(default_factory=lambda: {False: [], True: []})
    """How long each menu took, by whether the gateway was frozen."""
    cash_orders: dict[bool, int] = field(default_factory=lambda: {False: 0, True: 0})
    qris_seconds: list[float] = field(default_factory=list)
    """How long it took until a wish for a QR was answered, while the gateway was frozen."""
    told: Told = field(default_factory=Told)
    found: Findings = field(default_factory=Findings)

    def p99(self, *, is_frozen: bool) -> float:
        """The 99th percentile of a menu, in milliseconds."""
        return self._percentile(0.99, is_frozen=is_frozen)

    def median(self, *, is_frozen: bool) -> float:
        """The usual time of a menu, in milliseconds."""
        return self._percentile(0.5, is_frozen=is_frozen)

    def _percentile(self, share: float, *, is_frozen: bool) -> float:
        times = sorted(self.menu_seconds[is_frozen])
        return 1000 * times[min(len(times) - 1, int(len(times) * share))]

    @property
    def p99_rise(self) -> float:
        """By how many per cent a frozen gateway makes the menu slower; negative when it is faster."""
        return 100 * (self.p99(is_frozen=True) / self.p99(is_frozen=False) - 1)

    @property
    def faults(self) -> list[str]:
        slow = [seconds for seconds in self.qris_seconds if seconds > QRIS_ANSWERS_WITHIN]
        return [
            *self.found.faults,
            *(f"answered 500: {what}" for what in self.told.bugs),
            *(f"a wish for a QR was answered after {seconds:.1f} s" for seconds in slow),
        ]

    def figures(self) -> Figures:
        counts = {
            "menus": sum(len(times) for times in self.menu_seconds.values()),
            "menu_p99_ms": self.p99(is_frozen=False),
            "menu_p99_frozen_ms": self.p99(is_frozen=True),
            "menu_p99_rise_percent": self.p99_rise,
            "cash_orders": self.cash_orders[False],
            "cash_orders_frozen": self.cash_orders[True],
            "qris_answer_worst_s": max(self.qris_seconds, default=0.0),
        }
        return Figures("storage: gateway frozen", "sqlite", counts, self.faults, self.found.catch_up_seconds)


def freeze_under_load(database_url: str, folder: Path, *, rounds: int = 2) -> Report:
    """Measure the menu while the gateway lives and while it is frozen, in turns."""
    report = Report()
    with open_house(database_url, folder, habits=Habits(cash=0.7)) as house:
        report.told = house.told
        house.copy.start()
        house.let_guests_in(diners=6, pace=8)
        _measure(house, _WARM_UP_SECONDS)
        for _ in range(rounds):
            _one_window(house, report, is_frozen=False)
            house.gateway.freeze()
            try:
                _one_window(house, report, is_frozen=True)
            finally:
                house.gateway.thaw()
        report.found = house.close_and_look()
    return report


def _one_window(house: House, report: Report, *, is_frozen: bool) -> None:
    before = len(house.told.cash)
    asking = threading.Thread(target=_ask_for_a_qr, args=(house, report), daemon=True)
    if is_frozen:
        asking.start()
    report.menu_seconds[is_frozen] += _measure(house, _WINDOW_SECONDS)
    report.cash_orders[is_frozen] += len(house.told.cash) - before
    if is_frozen:
        asking.join(3 * QRIS_ANSWERS_WITHIN)


def _measure(house: House, seconds: float) -> list[float]:
    """Open the menu so many times a second, on the beat, whatever the answer before took."""
    times, gap = [], 1 / _MENUS_A_SECOND
    path = f"{house.copy.address}/api/v1/menu?table={house.scene.tables[0].token}"
    with requests.Session() as http:
        began = beat = time.monotonic()
        while beat - began < seconds:
            time.sleep(max(0.0, beat - time.monotonic()))
            http.get(path, timeout=20).raise_for_status()
            # From the beat on: a menu that had to wait for the one before waited for the program.
            times.append(time.monotonic() - beat)
            beat += gap
    return times


def _ask_for_a_qr(house: House, report: Report) -> None:
    scene = house.scene
    body = {
        "table_token": scene.tables[0].token,
        "lines": [{"dish_id": scene.dish.id, "quantity": 1, "option_ids": []}],
        "payment_method": "qris",
    }
    key = {"Idempotency-Key": secrets.token_hex(8)}
    placed = requests.post(f"{house.copy.address}/api/v1/orders", json=body, headers=key, timeout=20)
    uid = placed.json()["order_uid"]
    house.told.orders[uid] = "qris"
    began = time.monotonic()
    answer = requests.post(f"{house.copy.address}/api/v1/payments/qris", json={"order_id": uid}, timeout=20)
    house.told.note("POST /api/v1/payments/qris", answer, time.monotonic() - began)
    report.qris_seconds.append(time.monotonic() - began)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=4)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report = freeze_under_load(f"sqlite:///{folder}/meja.db", Path(folder), rounds=wanted.rounds)
    print(report.figures())  # noqa: T201 - what the command is for
    sys.exit(1 if report.faults or report.p99_rise >= MENU_RISES_LESS_THAN else 0)


if __name__ == "__main__":
    main()
