"""People who order, pay, cook and give money back over HTTP, and remember what they were told."""

import random
import secrets
import threading
import time
from abc import ABC, abstractmethod
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import requests

from core.menu.models import Dish
from core.outlets.models import Table
from tests.running_simulator import Simulator

PASSWORD = "sandi-untuk-uji"
PIN = "135790"
STEPS = ("start", "ready", "serve")
_Guest = TypeVar("_Guest")
_PATIENCE_SECONDS = 12.0
"""How long a guest waits for a QR, and then for the word that it is paid: longer than the program is ever away."""
_PHONES = 6
_BREATH_SECONDS = 0.1
_PAID = {"paid", "partially_refunded", "refunded"}


@dataclass(slots=True)
class Told:
    """What the program acknowledged: it is held to every word of it."""

    orders: dict[str, str] = field(default_factory=dict)
    """The uid of each order a diner was told of, with how it was to be paid."""
    paid: set[str] = field(default_factory=set)
    """Orders that a diner saw as paid."""
    cash: set[str] = field(default_factory=set)
    """Orders for which the counter took money and was told so."""
    steps: set[tuple[str, str]] = field(default_factory=set)
    """Steps of the kitchen that were answered with success."""
    refunds: int = 0
    """Refunds asked for in Meja that were taken on."""
    answers: Counter[int] = field(default_factory=Counter)
    broken_off: int = 0
    """Requests that no answer came to."""
    failures: deque[tuple[float, int, str]] = field(default_factory=lambda: deque(maxlen=10_000))
    """Every answer from 500 on: when (monotonic seconds), which, to what."""
    without_retry_after: list[str] = field(default_factory=list)
    """Answers 503 that do not say when to come again, by what was asked."""
    slowest: float = 0.0
    """The longest wait for any answer, in seconds."""

    @property
    def bugs(self) -> list[str]:
        """Answers that say a bug of ours: 500."""
        return [what for _, status, what in self.failures if status == 500]

    def note(self, what: str, answer: requests.Response, seconds: float) -> None:
        self.answers[answer.status_code] += 1
        self.slowest = max(self.slowest, seconds)
        if answer.status_code >= 500:
            self.failures.append((time.monotonic(), answer.status_code, what))
        if answer.status_code == 503 and "retry-after" not in answer.headers:
            self.without_retry_after.append(what)


@dataclass(frozen=True, slots=True)
class Habits:
    """What guests do, as shares of all visits."""

    cash: float = 0.25
    switch_to_cash: float = 0.1
    cancel: float = 0.1
    pay: float = 0.9
    notified: float = 0.7
    """Of payments, those the gateway tells of at once; the rest must be found."""
    refunded: float = 0.1
    """By the gateway's own dashboard."""
    complain: float = 0.3
    """Of those seen as paid; a manager gives some of it back in Meja."""


@dataclass(slots=True)
class Scene:
    """Where the guests are: addresses of the program, the gateway, tables, a dish, and what was told."""

    addresses: Sequence[str]
    simulator: Simulator
    tables: Sequence[Table]
    dish: Dish
    habits: Habits
    told: Told = field(default_factory=Told)
    browser: Callable[[], requests.Session] = requests.Session
    """What each person asks with."""
    phones: deque["Waiting"] = field(default_factory=deque)
    """Guests who ordered and look at their phones, the longest wait first."""
    counter: deque[str] = field(default_factory=deque)
    """Orders whose guests stand at the counter with cash."""
    kitchen: deque[str] = field(default_factory=deque)
    """Paid orders that nobody has cooked yet."""
    returns: deque[str] = field(default_factory=deque)
    """Paid orders whose guests want something back."""
    stop: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A guest who waits for the QR of an order; once it is paid, for the page to say so."""

    uid: str
    until: float
    """When patience ends, in monotonic seconds."""
    paid: str = ""
    """The reference of the QR that the wallet paid."""


class Person(threading.Thread, ABC):
    """Somebody with a browser. Whoever gets no answer asks the next copy the same thing again."""

    def __init__(self, scene: Scene, seed: int) -> None:
        super().__init__(daemon=True)
        self.scene, self.told = scene, scene.told
        self.dice = random.Random(seed)
        self.http = scene.browser()
        self._at = seed % len(scene.addresses)

    def run(self) -> None:
        while not self.scene.stop.is_set():
            self.act()

    @abstractmethod
    def act(self) -> None: ...

    def insist(self, method: str, path: str, **how: Any) -> requests.Response | None:
        """Ask until there is an answer other than "busy". None when the day is over before."""
        while not self.scene.stop.is_set():
            answer = self._ask(method, path, **how)
            if answer is not None and answer.status_code != 503:
                return answer
            self.scene.stop.wait(_BREATH_SECONDS)
        return None

    def _ask(self, method: str, path: str, **how: Any) -> requests.Response | None:
        began = time.monotonic()
        address = self.scene.addresses[self._at]
        try:
            answer = self.http.request(method, f"{address}{path}", timeout=15, allow_redirects=False, **how)
        except requests.RequestException:
            self.told.broken_off += 1
            self._at = (self._at + 1) % len(self.scene.addresses)
            return None
        self.told.note(f"{method} {path}", answer, time.monotonic() - began)
        return answer


class Diner(Person):
    """Orders again and again, as often a second as told."""

    def __init__(self, scene: Scene, seed: int, pace: float) -> None:
        super().__init__(scene, seed)
        self._gap = 1 / pace
        self._next = time.monotonic() + self.dice.random() * self._gap

    def act(self) -> None:
        if self.scene.stop.wait(max(0.0, self._next - time.monotonic())):
            return
        # Whoever was held up does not make up for it: the load stays what it is.
        self._next = max(self._next, time.monotonic() - self._gap) + self._gap
        is_cash = self.dice.random() < self.scene.habits.cash
        uid = self._order("cash" if is_cash else "qris")
        if uid is not None and is_cash:
            self.scene.counter.append(uid)
        elif uid is not None:
            self.scene.phones.append(Waiting(uid, time.monotonic() + _PATIENCE_SECONDS))

    def _order(self, method: str) -> str | None:
        body = {
            "table_token": self.dice.choice(self.scene.tables).token,
            "lines": [{"dish_id": self.scene.dish.id, "quantity": 1, "option_ids": []}],
            "payment_method": method,
        }
        key = {"Idempotency-Key": secrets.token_hex(8)}
        placed = self.insist("POST", "/api/v1/orders", json=body, headers=key)
        if placed is None or placed.status_code != 201:
            return None
        uid: str = placed.json()["order_uid"]
        self.told.orders[uid] = method
        return uid


class Phone(Person):
    """Looks at one waiting guest's page after the other, and holds the wallet that pays."""

    def act(self) -> None:
        waiting = _first(self.scene.phones)
        if waiting is None:
            self.scene.stop.wait(0.05)
        elif time.monotonic() < waiting.until and (still := self._look(waiting)) is not None:
            self.scene.phones.append(still)
            # So many guests share a phone that each is looked at about ten times a second, as the page would.
            self.scene.stop.wait(_BREATH_SECONDS / max(1, len(self.scene.phones) // _PHONES))

    def _look(self, waiting: Waiting) -> Waiting | None:
        """Look at the page once; None when there is nothing more to wait for."""
        seen = self.insist("GET", f"/api/v1/orders/{waiting.uid}")
        if seen is None or not seen.ok:
            return waiting
        page = seen.json()
        if waiting.paid:
            if page["payment_status"] not in _PAID:
                return waiting
            self._has_paid(waiting)
            return None
        payment = page.get("payment")
        return self._decide(waiting, str(payment["reference"])) if payment and payment["state"] == "live" else waiting

    def _decide(self, waiting: Waiting, reference: str) -> Waiting | None:
        habits, turn = self.scene.habits, self.dice.random()
        if turn < habits.switch_to_cash:
            self._ask("POST", f"/orders/{waiting.uid}/cash")
            self.scene.counter.append(waiting.uid)
        elif turn < habits.switch_to_cash + habits.cancel:
            self._ask("POST", f"/orders/{waiting.uid}/cancel")
        if self.dice.random() < habits.pay and self._wallet_pays(reference):
            return Waiting(waiting.uid, time.monotonic() + _PATIENCE_SECONDS, reference)
        return None

    def _has_paid(self, waiting: Waiting) -> None:
        self.told.paid.add(waiting.uid)
        self.scene.kitchen.append(waiting.uid)
        self.scene.returns.append(waiting.uid)
        if self.dice.random() < self.scene.habits.refunded:
            self._at_the_gateway(f"/v2/{waiting.paid}/refund", refund_key=secrets.token_hex(8), amount=1_000)

    def _wallet_pays(self, reference: str) -> bool:
        notify = self.dice.random() < self.scene.habits.notified
        return self._at_the_gateway(f"/simulator/transactions/{reference}/pay", notify=notify)

    def _at_the_gateway(self, path: str, **body: Any) -> bool:
        try:
            answer = self.http.post(
                f"{self.scene.simulator.url}{path}", json=body, auth=("SB-Mid-server-meja", ""), timeout=5
            )
        except requests.RequestException:
            return False
        return answer.ok


class Member(Person):
    """Somebody of the staff, signed in."""

    username = ""

    def act(self) -> None:
        if self._token is None:
            self._sign_in()
        elif (uid := self.next_order()) is not None:
            self.serve(uid)
        else:
            self.scene.stop.wait(0.05)

    def __init__(self, scene: Scene, seed: int) -> None:
        super().__init__(scene, seed)
        self._token: str | None = None

    @property
    def is_signed_in(self) -> bool:
        return self._token is not None

    @abstractmethod
    def next_order(self) -> str | None: ...

    @abstractmethod
    def serve(self, uid: str) -> None: ...

    def press(self, uid: str, step: str, **fields: str) -> int:
        """Press a button of an order until it is answered; gives the status, 0 when the day is over."""
        answer = self.insist(
            "POST", f"/cashier/orders/{uid}/{step}", data=fields, headers={"Cookie": f"meja_sid={self._token}"}
        )
        return answer.status_code if answer is not None else 0

    def _sign_in(self) -> None:
        login = {"username": self.username, "password": PASSWORD}
        answer = self.insist("POST", "/cashier/login", data=login)
        self._token = answer.cookies.get("meja_sid") if answer is not None else None


def _first(queue: deque[_Guest]) -> _Guest | None:
    try:
        return queue.popleft()
    except IndexError:
        return None


class Cashier(Member):
    """Takes cash at the counter."""

    username = "kasir"

    def next_order(self) -> str | None:
        return _first(self.scene.counter)

    def serve(self, uid: str) -> None:
        # 409: its QR is still being closed, or it was paid already; a guest who switched comes again.
        if self.press(uid, "cash", tendered="100000") == 303:
            self.told.cash.add(uid)
            self.scene.kitchen.append(uid)


class Cook(Member):
    """Cooks what is paid, and brings it to the table too: somebody who may do both."""

    username = "owner"

    def next_order(self) -> str | None:
        return _first(self.scene.kitchen)

    def serve(self, uid: str) -> None:
        for step in STEPS:
            if self.press(uid, step) == 303:
                self.told.steps.add((uid, step))


class Manager(Member):
    """Gives money back, where Meja offers that."""

    username = "manager"
    _offers_refunds = True

    def next_order(self) -> str | None:
        uid = _first(self.scene.returns)
        return uid if self._offers_refunds and self.dice.random() < self.scene.habits.complain else None

    def serve(self, uid: str) -> None:
        # The one place where refunds are asked for in Meja itself.
        status = self.press(uid, "refund", amount="1000", reason="Es habis", pin=PIN)
        self._offers_refunds = status not in {404, 405}
        self.told.refunds += status == 303


def open_crowd(scene: Scene, *, diners: int, pace: float, seed: int = 1) -> list[Person]:
    """Let diners come, so many orders a second in all, and the staff take their places."""
    people: list[Person] = [Diner(scene, seed + n, pace / diners) for n in range(diners)]
    people += [Phone(scene, seed + 100 + n) for n in range(_PHONES)]
    people += [Cashier(scene, seed), Cook(scene, seed + 1), Manager(scene, seed + 2)]
    for person in people:
        person.start()
    return people


def close_crowd(scene: Scene, people: Sequence[Person]) -> None:
    """Send everybody home, and wait until they have gone."""
    scene.stop.set()
    for person in people:
        person.join(20)
