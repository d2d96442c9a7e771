"""The matrix: every fault of a line against every call of the gateway, over HTTP and with the books looked at after each.

A round puts one fault on and has one guest run into it with each call; then the fault is lifted, and everything must
come right by itself.
"""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from random import Random
from urllib.parse import urlsplit

from core.gateways.bounded_session import BoundedSession
from core.gateways.midtrans import Midtrans
from core.payments.status import AttemptState
from core.services import breaker
from core.services.job_queue import THREADS
from tests.chaos.databases import Databases
from tests.chaos.fault_proxy import Fault, FaultProxy, http_answer, running_proxy
from tests.chaos.figures import Figures, broken_invariants
from tests.chaos.gateway_calls import CALLS, Call, Case, NotHonest
from tests.running_program import Program, running_program
from tests.running_simulator import running_simulator

RECOVERED_WITHIN = 90.0
"""Seconds of the restaurant's clock after a fault is lifted."""
LANES = 6
"""Restaurants that go through the matrix side by side: nearly all of it is waiting."""
_PAGE = b"<!DOCTYPE html><html><head><title>Maintenance</title></head><body><h1>Back soon</h1></body></html>"


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast time goes: at a tenth, every span of the fault and of our patience is a tenth as long."""

    scale: float
    strike_within: float = 15.0
    """Seconds of the restaurant's clock in which each call must have been made."""

    def session(self) -> BoundedSession:
        """What the program talks to the gateway with: its own spans, scaled."""
        return BoundedSession(connect=1.0 * self.scale, read=5.0 * self.scale, deadline=6.0 * self.scale, pool=THREADS)


REAL = Pace(1.0)
TENTH = Pace(0.1)

Made = Callable[[float], Fault]
FAULTS: dict[str, Sequence[Made]] = {
    "latency": [
        lambda scale: Fault("latency", seconds=0.2 * scale),
        lambda scale: Fault("latency", seconds=3 * scale),
        lambda scale: Fault("latency", seconds=20 * scale),
    ],
    "down": [lambda _: Fault("down")],
    "reset": [lambda _: Fault("reset")],
    "black_hole": [lambda _: Fault("black_hole")],
    "slow_close": [lambda scale: Fault("slow_close", seconds=20 * scale)],
    "bandwidth": [lambda scale: Fault("bandwidth", amount=int(1000 / scale)), lambda _: Fault("bandwidth", amount=100)],
    "slicer": [lambda _: Fault("slicer", amount=3)],
    "limit": [lambda _: Fault("limit", amount=300), lambda _: Fault("limit", amount=40)],
    "answer_lost": [lambda _: Fault("answer_lost")],
    "http_error": [
        lambda _: Fault("own_answer", answer=http_answer(500)),
        lambda _: Fault("own_answer", answer=http_answer(502, _PAGE)),
        lambda _: Fault("own_answer", answer=http_answer(429, b'{"status_code":"429"}', "application/json")),
    ],
    "html": [lambda _: Fault("own_answer", answer=http_answer(200, _PAGE))],
    "wrong_order": [],  # Only the simulator can sign another order's answer.
}


@dataclass(slots=True)
class Matrix:
    """What was done and found."""

    runs: int = 0
    struck: int = 0
    """Requests that a fault really met."""
    held_back: int = 0
    """Calls that were not made while the fault was on, because the breaker was open by then."""
    pages: int = 0
    slowest_page: float = 0.0
    slowest_recovery: float = 0.0
    """Seconds of the restaurant's clock from lifting a fault to everything being right."""
    broken: list[str] = field(default_factory=list)

    def add(self, other: "Matrix") -> None:
        self.runs += other.runs
        self.struck += other.struck
        self.held_back += other.held_back
        self.pages += other.pages
        self.slowest_page = max(self.slowest_page, other.slowest_page)
        self.slowest_recovery = max(self.slowest_recovery, other.slowest_recovery)
        self.broken += other.broken


@dataclass(slots=True)
class Scene:
    """One restaurant whose line to the gateway can be broken."""

    program: Program
    line: FaultProxy
    pace: Pace
    dice: Random
    done: Matrix = field(default_factory=Matrix)

    def play(self, name: str, turn: int) -> None:
        """Play one round: one fault, every call."""
        cases = {call: Case(self.program, Random(self.dice.random())) for call in CALLS}
        for call, case in cases.items():
            call.prepare(case)
        self._put_on(name, turn, cases)
        try:
            with ThreadPoolExecutor(len(cases)) as guests:
                acts = {call: guests.submit(call.act, case) for call, case in cases.items()}
                for call, act in acts.items():
                    self._note(name, call, act.exception())
            self._until_all_are_struck(name, cases)
        finally:
            self.done.struck += self.line.struck
            self.line.lift()
            self.program.simulator.behave()
        self._recover(name, cases)
        self._look(name)
        for case in cases.values():
            self.done.pages += case.pages
            self.done.slowest_page = max(self.done.slowest_page, case.slowest_page)
        self.done.runs += len(cases)

    def _put_on(self, name: str, turn: int, cases: dict[Call, Case]) -> None:
        if name == "wrong_order":
            faults = [
                {"call": call.name, "kind": "wrong_order", "order_id": case.reference or "*"}
                for call, case in cases.items()
            ]
            self.program.simulator.misbehave(*faults)
            return
        made = FAULTS[name]
        fault = made[turn % len(made)](self.pace.scale)
        self.line.put_on(fault, "" if name == "down" else "|".join(call.pattern(case) for call, case in cases.items()))

    def _note(self, name: str, call: Call, error: BaseException | None) -> None:
        if isinstance(error, NotHonest):
            self.done.broken.append(f"{name} × {call.name}: {error}")
        elif error is not None:
            raise error

    def _until_all_are_struck(self, name: str, cases: dict[Call, Case]) -> None:
        """Leave the fault on until it has met each call; one that is never made would prove nothing."""
        if name in {"down", "wrong_order"}:
            return
        left = dict(cases)
        for _ in self._time(self.pace.strike_within):
            hits = b"\n".join(self.line.hits).decode(errors="replace")
            left = {call: case for call, case in left.items() if not _was_made(call, case, hits)}
            if not left:
                return
        if self.program.core.worker.breaker.is_open:
            # The gateway counts as gone: nobody but the one who tries gets through to it, which is what it is for.
            self.done.held_back += len(left)
            return
        self.done.broken += [
            f"{name} × {call.name}: the call was never made, {_where(case)}" for call, case in left.items()
        ]

    def _recover(self, name: str, cases: dict[Call, Case]) -> None:
        left: dict[Call, str] = dict.fromkeys(cases, "")
        for seconds in self._time(RECOVERED_WITHIN):
            for call in list(left):
                try:
                    amiss = call.amiss(cases[call])
                except NotHonest as error:
                    self._note(name, call, error)
                    amiss = None
                if amiss is None:
                    del left[call]
                    self.done.slowest_recovery = max(self.done.slowest_recovery, seconds)
                else:
                    left[call] = amiss
            if not left:
                return
        for call, amiss in left.items():
            self.done.broken.append(f"{name} × {call.name}: after {RECOVERED_WITHIN:.0f} s still {amiss}")

    def _time(self, seconds: float) -> Iterator[float]:
        """Let so much of the restaurant's time go by in small steps; gives the seconds gone."""
        began = moved_at = time.monotonic()
        while (gone := (time.monotonic() - began) / self.pace.scale) < seconds:
            yield gone
            time.sleep(0.05)
            if self.pace.scale < 1:
                # The clock on the wall runs as fast as all the other spans.
                now = time.monotonic()
                self.program.shop.passes(timedelta(seconds=(now - moved_at) * (1 / self.pace.scale - 1)))
                moved_at = now
                self.program.core.worker.kick()

    def _look(self, name: str) -> None:
        """The books must agree with the simulator's, and no reference was charged twice."""
        self.done.broken += [f"{name}: {fault}" for fault in broken_invariants(self.program.core.books.check())]
        for row in self.program.simulator.book()["transactions"]:
            if row["charges"] > 1:
                self.done.broken.append(f"{name}: {row['order_id']} was charged {row['charges']} times")


def _was_made(call: Call, case: Case, hits: str) -> bool:
    if re.search(call.pattern(case), hits, re.MULTILINE):
        return True
    # Money had come before the QR was to be closed: then nothing is asked of the gateway.
    return bool(case.reference) and any(attempt.state is AttemptState.SETTLED for attempt in case.attempts())


def _where(case: Case) -> str:
    return f"its attempt is {case.attempts()[0].state}" if case.uid else "there is no order"


@contextmanager
def _breaker_pauses(seconds: float) -> Iterator[None]:
    usual, breaker.PAUSE = breaker.PAUSE, seconds
    try:
        yield
    finally:
        breaker.PAUSE = usual


@contextmanager
def open_scene(url: str, pace: Pace, seed: int) -> Iterator[Scene]:
    """Open a restaurant on an empty database, with a simulator of its own behind a line that can be broken."""
    with (
        running_simulator() as simulator,
        running_proxy(urlsplit(simulator.url).port or 0) as line,
        _breaker_pauses(breaker.PAUSE * pace.scale),
    ):
        gateway = Midtrans(
            core_url=line.url,
            server_key="SB-Mid-server-meja",
            client_key="SB-Mid-client-meja",
            acquirer="gopay",
            session=pace.session(),
        )
        with running_program(url, simulator, gateway=gateway) as program:
            yield Scene(program, line, pace, Random(seed))


def play_once(url: str, pace: Pace, *, names: Sequence[str] = tuple(FAULTS), seed: int = 1) -> Matrix:
    """Go through the whole matrix once."""
    with open_scene(url, pace, seed) as scene:
        for turn, name in enumerate(names):
            scene.play(name, turn)
        return scene.done


def _lane(url: str, seed: int, turns: "count[int]", until: float, say: Callable[[str], None]) -> Matrix:
    """Go on taking the next round until the time is over; the first times through the matrix are finished anyhow."""
    names = list(FAULTS)
    with open_scene(url, REAL, seed) as scene:
        while (turn := next(turns)) < len(names) or time.monotonic() < until:
            scene.play(names[turn % len(names)], turn // len(names))
            if turn % len(names) == 0:
                say(f"round {turn + 1}, {len(scene.done.broken)} faults found in this restaurant")
        return scene.done


def run(minutes: float, databases: Databases) -> list[Figures]:
    """Go through the matrix again and again at real timeouts, in several restaurants side by side."""
    return [_on(kind, minutes / len(databases.kinds), databases) for kind in databases.kinds]


def _on(kind: str, minutes: float, databases: Databases) -> Figures:
    urls = [databases.fresh(kind) for _ in range(LANES)]
    databases.say(f"{kind}: {len(FAULTS)} faults × {len(CALLS)} calls, {LANES} restaurants, {minutes:.1f} minutes")
    until = time.monotonic() + minutes * 60
    whole, turns = Matrix(), count()

    def say(text: str) -> None:
        databases.say(f"{kind}: {text}")

    with ThreadPoolExecutor(LANES) as lanes:
        for lane in [lanes.submit(_lane, url, seed, turns, until, say) for seed, url in enumerate(urls)]:
            whole.add(lane.result())
    say(f"{whole.runs} runs, {len(whole.broken)} faults found")
    counts = {
        "runs": whole.runs,
        "faults": len(FAULTS),
        "calls": len(CALLS),
        "requests_struck": whole.struck,
        "held_back_by_the_breaker": whole.held_back,
        "pages": whole.pages,
        "slowest_page_s": whole.slowest_page,
    }
    return Figures("faults", kind, counts, whole.broken, whole.slowest_recovery)
