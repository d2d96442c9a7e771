"""Webhook torture: everything a gateway, a bad line and a forger can post, in waves, at a real program over HTTP.

A wave is 200 orders that end in every way at the simulator. Their genuine notifications are taken from it, copied up to
twenty times, mixed with forged and malformed ones, shuffled, and delivered over 32 connections.
"""

import hashlib
import json
import secrets
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

import requests

from core.base.settings import Settings
from core.services import open_services
from tests.chaos.databases import Databases, environment
from tests.chaos.deliveries import Delivery, deliver
from tests.chaos.figures import Figures, broken_invariants
from tests.chaos.forgeries import FORGED, MALFORMED, Draw, Forgery, Sent, written
from tests.chaos.kept import Kept, kept_of, stored_digests
from tests.chaos.served import served
from tests.chaos.toll import HEARD_WITHIN, UNHEARD_WITHIN, Toll, figures_of
from tests.running_simulator import Simulator, running_simulator
from tests.shop import Shop, TestClock, furnish

MOST_COPIES = 20
FORGED_SHARE, MALFORMED_SHARE = 0.30, 0.05
DELIVERIES_A_WAVE = 5_000
_FATES = ["paid"] * 72 + ["unpaid"] * 12 + ["expired"] * 6 + ["cancelled"] * 4 + ["part_back"] * 3 + ["all_back"] * 3
_TOOK_MONEY = frozenset({"paid", "part_back", "all_back"})


@dataclass(slots=True)
class Placed:
    """One order and what became of it at the gateway."""

    uid: str
    fate: str
    is_unheard: bool
    """Whether all of its notifications are lost."""
    reference: str = ""
    paid_at: float = 0.0
    """When the gateway took the money, on the wall clock."""
    heard_at: float = 0.0
    """When the first notification that tells of the money was acknowledged; 0 when none was."""


@dataclass(slots=True)
class Torture:
    """One program under torture."""

    url: str
    shop: Shop
    simulator: Simulator
    dice: Random
    toll: Toll = field(default_factory=Toll)
    _old: list[bytes] = field(default_factory=list)
    """Genuine messages of earlier waves, for replays."""
    _numbers: "count[int]" = field(default_factory=count)

    def wave(self, orders: int, deliveries: int) -> None:
        """Place orders, let the gateway take money for most of them, deliver, wait, look."""
        placed = self._place(orders)
        self._meet_their_fates(placed)
        messages = self._messages({each.reference for each in placed})
        mixed = self._mix(placed, messages, deliveries)
        self.toll.delivering += deliver(mixed, urlsplit(self.url).port or 80)
        self._count(mixed, {each.reference: each for each in placed})
        kept = self._wait(placed)
        self._judge(placed, kept, mixed)
        self._old = [written(body) for bodies in messages.values() for body in bodies]

    def _place(self, orders: int) -> list[Placed]:
        """Order over HTTP, as guests do, and wait until every QR can be paid."""
        fates = [self.dice.choice(_FATES) for _ in range(orders)]
        with ThreadPoolExecutor(4) as guests:
            placed = list(guests.map(self._order, fates))
        waiting = {each.uid: each for each in placed}
        deadline = time.monotonic() + 60
        while waiting:
            assert time.monotonic() < deadline, f"{len(waiting)} orders got no QR"
            time.sleep(0.1)
            for uid, kept in kept_of(self.shop.core, waiting).items():
                if kept.state == "live":
                    waiting.pop(uid).reference = kept.reference
        self.toll.orders += len(placed)
        return placed

    def _order(self, fate: str) -> Placed:
        number = next(self._numbers)
        body = {
            "table_token": self.shop.tables[number % len(self.shop.tables)].token,
            "lines": [{"dish_id": self.shop.dishes["Es Teh"].id, "quantity": 1 + number % 7, "option_ids": []}],
            "payment_method": "qris",
        }
        key = {"Idempotency-Key": secrets.token_hex(8)}
        answer = requests.post(f"{self.url}/api/v1/orders", json=body, headers=key, timeout=20)
        assert answer.status_code == 201, f"{answer.status_code} {answer.text}"
        return Placed(answer.json()["order_uid"], fate, is_unheard=number % 17 == 0)

    def _meet_their_fates(self, placed: Sequence[Placed]) -> None:
        for each in placed:
            if each.fate in _TOOK_MONEY:
                self.simulator.pay(each.reference)
                each.paid_at = time.time()
                self.toll.paid += 1
            elif each.fate != "unpaid":
                self.simulator.call("POST", f"/simulator/transactions/{each.reference}/{_TURNS[each.fate]}", {})
            if each.fate == "part_back":
                self.simulator.call("POST", f"/simulator/transactions/{each.reference}/refund", {"amount": 1_000})
            elif each.fate == "all_back":
                self.simulator.call("POST", f"/simulator/transactions/{each.reference}/refund", {})

    def _messages(self, references: set[str]) -> dict[str, list[dict[str, Any]]]:
        """What the simulator would have posted, by reference: it signs, and never sends."""
        found: dict[str, list[dict[str, Any]]] = {}
        for post in self.simulator.call("GET", "/simulator/notifications")["notifications"]:
            if post["order_id"] in references:
                found.setdefault(post["order_id"], []).append(post["body"])
        return found

    def _mix(self, placed: Sequence[Placed], messages: dict[str, list[dict[str, Any]]], least: int) -> list[Delivery]:
        """Copy the genuine ones 0 to 20 times, add the others in their shares, and shuffle all of it."""
        genuine: list[Delivery] = []
        heard = [each for each in placed if not each.is_unheard]
        while len(genuine) < least * (1 - FORGED_SHARE - MALFORMED_SHARE):
            for each in heard:
                for body in messages[each.reference]:
                    genuine += self._copies(each.reference, body)
        forged = int(len(genuine) * FORGED_SHARE / (1 - FORGED_SHARE - MALFORMED_SHARE)) + 1
        malformed = int(len(genuine) * MALFORMED_SHARE / (1 - FORGED_SHARE - MALFORMED_SHARE)) + 1
        bodies = [bodies[0] for bodies in messages.values()]
        # Whoever has not paid is worth the most to a forger.
        bait = [messages[each.reference][0] for each in placed if each.fate not in _TOOK_MONEY] or bodies
        mixed = genuine + [self._forged(FORGED[n % len(FORGED)], bait, bodies, genuine) for n in range(forged)]
        mixed += [self._forged(MALFORMED[n % len(MALFORMED)], bait, bodies, genuine) for n in range(malformed)]
        self.toll.forged += forged
        self.toll.malformed += malformed
        self.dice.shuffle(mixed)
        return mixed

    def _copies(self, reference: str, body: dict[str, Any]) -> list[Delivery]:
        raw, said = written(body), str(body["transaction_status"])
        return [
            Delivery(Sent(raw), "genuine", frozenset({200}), reference, said)
            for _ in range(self.dice.randint(0, MOST_COPIES))
        ]

    def _forged(
        self,
        forgery: Forgery,
        bait: Sequence[dict[str, Any]],
        bodies: Sequence[dict[str, Any]],
        genuine: Sequence[Delivery],
    ) -> Delivery:
        victims = bait if self.dice.random() < 0.7 else bodies
        old = self.dice.choice(self._old) if self._old else self.dice.choice(genuine).sent.body
        draw = Draw(self.dice, self.dice.choice(victims), self.dice.choice(bodies), old)
        return Delivery(forgery.sent(draw), forgery.name, forgery.answers)

    def _count(self, mixed: Sequence[Delivery], placed: dict[str, Placed]) -> None:
        toll = self.toll
        for each in mixed:
            toll.deliveries += 1
            toll.kinds.add(each.kind)
            toll.spans.append(each.seconds)
            toll.answers_500 += each.status == 500
            if each.status not in each.answers:
                toll.unexpected[f"{each.kind} was answered {each.status or 'nothing'}"] += 1
            if each.said in {"settlement", "refund", "partial_refund"} and each.status == 200:
                order = placed[each.reference]
                order.heard_at = min(order.heard_at or each.answered_at, each.answered_at)

    def _wait(self, placed: Sequence[Placed]) -> dict[str, Kept]:
        """Wait until the ledger has what the gateway took, for as long as it may take at most."""
        money = {each.uid for each in placed if each.paid_at}
        deadline = max((each.paid_at for each in placed), default=0.0) + UNHEARD_WITHIN + HEARD_WITHIN
        while True:
            kept = kept_of(self.shop.core, {each.uid for each in placed})
            if all(kept[uid].settlements for uid in money) or time.time() > deadline:
                return kept
            time.sleep(0.2)

    def _judge(self, placed: Sequence[Placed], kept: dict[str, Kept], mixed: Sequence[Delivery]) -> None:
        toll = self.toll
        book = {row["order_id"]: row for row in self.simulator.book()["transactions"]}
        last_good = max((each.answered_at for each in mixed if each.kind == "genuine"), default=0.0)
        for each in placed:
            ours, took = kept[each.uid], book[each.reference]["settled"] > 0
            if not took and (ours.is_shown_paid or ours.settlements > 0 or ours.tickets > 0):
                toll.false_paid.add(each.uid)
            toll.missing += took and ours.settlements == 0
            toll.doubled += ours.settlements > 1 or ours.tickets > 1
            if not took or ours.settled_at == 0:
                continue
            if each.heard_at:
                toll.slowest_heard = max(toll.slowest_heard, ours.settled_at - each.heard_at)
                toll.caught_up = max(toll.caught_up, ours.settled_at - last_good)
            else:
                toll.unheard += 1
                toll.slowest_unheard = max(toll.slowest_unheard, ours.settled_at - each.paid_at)
        self._compare_with_the_inbox(mixed)
        for each in placed:
            if each.fate not in _TOOK_MONEY:
                self._see_that_it_is_unpaid(each)

    def _compare_with_the_inbox(self, mixed: Sequence[Delivery]) -> None:
        """What was acknowledged is stored to the byte; what was refused is not."""
        stored = stored_digests(self.shop.core)
        for each in mixed:
            is_stored = hashlib.sha256(each.sent.body).hexdigest() in stored
            if each.status == 200 and not is_stored:
                self.toll.unexpected[f"{each.kind} was acknowledged and not stored"] += 1
            elif 400 <= each.status < 500 and is_stored:
                self.toll.unexpected[f"{each.kind} was refused and stored"] += 1

    def _see_that_it_is_unpaid(self, order: Placed) -> None:
        answer = requests.get(f"{self.url}/api/v1/orders/{order.uid}", timeout=20)
        self.toll.answers_500 += answer.status_code == 500
        if answer.ok and answer.json()["payment_status"] in {"paid", "refunded", "partially_refunded"}:
            self.toll.false_paid.add(order.uid)

    def last_look(self) -> None:
        """When the last refund has been heard of, every invariant must hold and both books agree."""
        deadline = time.monotonic() + UNHEARD_WITHIN
        while (found := broken_invariants(self.shop.core.books.check())) and time.monotonic() < deadline:
            time.sleep(0.5)
        self.toll.broken += found


_TURNS = {"expired": "expire", "cancelled": "cancel"}


def torture(
    url: str, folder: Path, *, waves: int, orders: int, deliveries: int, seed: int = 1, say: Any = None
) -> Toll:
    """Run a program on a migrated, empty database and torture it for so many waves of so many deliveries each."""
    with running_simulator(seed=seed) as simulator:
        core = open_services(Settings(_env_file=None, database_url=url, midtrans_core_url=simulator.url))
        shop = Shop(core, simulator, TestClock())
        furnish(shop)
        start = environment(url, folder, simulator.url)
        simulator.notify(f"{start['MEJA_BASE_URL']}/api/v1/webhooks/midtrans")
        simulator.misbehave({"call": "notification", "kind": "lost"})
        with served(start, folder / "torture.log") as address:
            tortured = Torture(address, shop, simulator, Random(seed))
            for number in range(waves):
                tortured.wave(orders, deliveries)
                if say is not None:
                    say(f"wave {number + 1} of {waves}: {tortured.toll.deliveries:,} delivered so far")
            tortured.last_look()
        tortured.toll.broken += _errors_in(folder / "torture.log")
        core.close()
        return tortured.toll


def _errors_in(log: Path) -> list[str]:
    """Name the errors that the program itself wrote down."""
    found: Counter[str] = Counter()
    for line in log.read_text(encoding="utf-8").splitlines():
        try:
            said = json.loads(line)
        except ValueError:
            continue
        if said.get("level") in {"error", "critical"}:
            found[str(said.get("event"))] += 1
    return [f"logged {times} × {event}" for event, times in found.most_common(5)]


def run(minutes: float, databases: Databases) -> list[Figures]:
    """Torture a program on each kind of database: at an hour's share, 50,000 deliveries together at the least."""
    waves = max(1, round(minutes / len(databases.kinds) * WAVES_A_MINUTE))
    return [_on(kind, waves, databases) for kind in databases.kinds]


WAVES_A_MINUTE = 1.4


def _on(kind: str, waves: int, databases: Databases) -> Figures:
    folder = databases.folder / f"torture-{kind}"
    folder.mkdir()
    toll = torture(
        databases.fresh(kind),
        folder,
        waves=waves,
        orders=200,
        deliveries=DELIVERIES_A_WAVE,
        say=lambda text: databases.say(f"{kind}: {text}"),
    )
    return figures_of(toll, kind)
