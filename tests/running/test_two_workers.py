"""Two processes on one database: whoever has an attempt in hand does its step, and nobody does it again."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from core.base.heartbeat import last_beat
from core.payments.gateway import Charge, ChargeRequest, PaymentReport
from core.payments.schedule import LEASE
from core.payments.status import AttemptState
from core.services import Core, midtrans, open_services
from tests.passed_on import PassedOn
from tests.shop import Shop

WITHIN = 20


@dataclass
class Line(PassedOn):
    """The way to the gateway, on which one call can be held up."""

    is_held: bool = False
    entered: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)

    def charge(self, request: ChargeRequest) -> Charge:
        self._wait()
        return super().charge(request)

    def fetch_report(self, reference: str) -> PaymentReport:
        self._wait()
        return super().fetch_report(reference)

    def _wait(self) -> None:
        if self.is_held:
            self.entered.set()
            assert self.released.wait(WITHIN)


@dataclass
class Process:
    """Another copy of the program, whose calls to the gateway can be held up."""

    core: Core
    line: Line

    def works(self) -> threading.Thread:
        """Start one sweep; gives back when its first call is on the way."""
        self.line.is_held = True
        sweep = threading.Thread(target=self.core.worker.sweep_once)
        sweep.start()
        assert self.line.entered.wait(WITHIN)
        return sweep

    def goes_on(self, sweep: threading.Thread) -> None:
        self.line.is_held = False
        self.line.released.set()
        sweep.join(WITHIN)
        assert not sweep.is_alive()


@pytest.fixture
def processes(shop: Shop) -> Iterator[list[Process]]:
    settings = shop.core.settings
    started = []
    for _ in range(2):
        line = Line(midtrans(settings))
        started.append(Process(open_services(settings, clock=shop.clock, gateway=line), line))
    yield started
    for process in started:
        process.core.close()


def test_a_process_that_slept_past_its_lease_writes_nothing(
    shop: Shop, processes: list[Process], capsys: pytest.CaptureFixture[str]
) -> None:
    order = shop.order("Sate Ayam", charge=False)
    sleeper = processes[0]
    sweep = sleeper.works()

    shop.passes(LEASE + timedelta(seconds=1), at_the_gateway=False)
    shop.gateway_works()
    made = shop.attempt(order)
    sleeper.goes_on(sweep)

    after = shop.attempt(order)
    assert made.state is AttemptState.LIVE
    assert (after.state, after.transaction_id, after.due_at) == (made.state, made.transaction_id, made.due_at)
    assert len(shop.attempts(order)) == 1
    assert "worker.lease_lost" in capsys.readouterr().out


def test_a_process_that_slept_past_its_lease_does_not_take_the_next_ones_away(
    shop: Shop, processes: list[Process]
) -> None:
    order = shop.order("Sate Ayam")
    first, second = processes
    shop.passes(timedelta(seconds=15), at_the_gateway=False)
    sweep = first.works()
    shop.passes(LEASE + timedelta(seconds=1), at_the_gateway=False)
    later = second.works()
    lease = shop.attempt(order).lease

    first.goes_on(sweep)

    assert lease is not None
    assert shop.attempt(order).lease == lease
    second.goes_on(later)
    assert shop.attempt(order).lease is None


def test_news_of_money_is_taken_from_a_process_that_slept_past_its_lease(shop: Shop, processes: list[Process]) -> None:
    order = shop.order("Sate Ayam")
    shop.simulator.pay(shop.attempt(order).reference, notify=False)
    first, second = processes
    shop.passes(timedelta(seconds=15), at_the_gateway=False)
    sweep = first.works()
    shop.passes(LEASE + timedelta(seconds=1), at_the_gateway=False)
    later = second.works()

    first.goes_on(sweep)
    assert shop.status(order) == ("confirmed", "paid")
    second.goes_on(later)

    assert shop.status(order) == ("confirmed", "paid")
    assert shop.received(order) == order.total


def test_two_processes_make_each_qr_once(shop: Shop, processes: list[Process]) -> None:
    orders = [shop.order("Es Teh", charge=False, table=turn % 3) for turn in range(30)]

    with ThreadPoolExecutor(2) as pool:
        sweeps = [pool.submit(process.core.worker.sweep_once) for process in processes]
        looks = sum(sweep.result(WITHIN) for sweep in sweeps)

    assert looks == len(orders)
    for order in orders:
        assert [attempt.state for attempt in shop.attempts(order)] == [AttemptState.LIVE]
        assert shop.simulator.charges_of(shop.attempt(order).reference) == 1


def test_two_processes_take_each_payment_once(shop: Shop, processes: list[Process]) -> None:
    orders = [shop.order("Es Teh", table=turn % 3) for turn in range(12)]
    for order in orders:
        shop.simulator.pay(shop.attempt(order).reference, notify=False)
    shop.passes(timedelta(seconds=15), at_the_gateway=False)

    with ThreadPoolExecutor(4) as pool:
        for sweep in [pool.submit(processes[turn % 2].core.worker.sweep_once) for turn in range(4)]:
            sweep.result(WITHIN)

    for order in orders:
        assert shop.status(order) == ("confirmed", "paid")
        assert shop.received(order) == order.total


def test_a_worker_leaves_a_sign_of_life_where_others_see_it(shop: Shop) -> None:
    worker = shop.core.worker
    worker._make_rounds()
    with shop.core.db.read() as session:
        before = last_beat(session, worker.name)
    shop.passes(timedelta(seconds=7))
    worker._make_rounds()
    with shop.core.db.read() as session:
        after = last_beat(session, worker.name)

    assert before is not None
    assert after is not None
    assert after - before >= timedelta(seconds=7)
