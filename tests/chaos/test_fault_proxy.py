"""The bad line itself: every fault does what its name says, and nothing once it is lifted."""

import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg
import pytest
import redis
import requests
from redis.backoff import NoBackoff
from redis.retry import Retry

from core.gateways.bounded_session import BoundedSession, TookTooLong
from tests.chaos.fault_proxy import Fault, FaultProxy, http_answer, running_proxy
from tests.postgres import Postgres
from tests.running_simulator import Simulator


@pytest.fixture
def line(simulator: Simulator) -> Iterator[FaultProxy]:
    with running_proxy(urlsplit(simulator.url).port or 0) as proxy:
        yield proxy


@pytest.fixture
def caller() -> Iterator[BoundedSession]:
    with BoundedSession(connect=0.2, read=0.5, deadline=0.6) as session:
        yield session


def _ask(caller: BoundedSession, line: FaultProxy) -> requests.Response:
    return caller.request("GET", f"{line.url}/simulator/book")


@pytest.mark.parametrize(
    "fault",
    [
        Fault("down"),
        Fault("reset"),
        Fault("black_hole"),
        Fault("latency", seconds=10.0),
        Fault("slow_close", seconds=10.0),
        Fault("bandwidth", amount=20),
        Fault("limit", amount=150),
        Fault("answer_lost"),
    ],
    ids=lambda fault: fault.kind,
)
def test_a_call_over_a_broken_line_ends_in_time_and_the_next_one_over_a_good_line_works(
    line: FaultProxy, caller: BoundedSession, fault: Fault
) -> None:
    assert _ask(caller, line).ok

    line.put_on(fault)
    began = time.monotonic()
    with pytest.raises(OSError):  # noqa: PT011 - whichever; what counts is that it is told
        _ask(caller, line)
    took = time.monotonic() - began
    line.lift()

    assert took < 5
    assert _ask(caller, line).json()["transactions"] == []


@pytest.mark.parametrize(
    "fault",
    [Fault("latency", seconds=0.1), Fault("slicer", amount=1), Fault("bandwidth", amount=2_000)],
    ids=lambda fault: fault.kind,
)
def test_an_answer_over_a_poor_line_arrives_whole(line: FaultProxy, caller: BoundedSession, fault: Fault) -> None:
    line.put_on(fault)

    assert _ask(caller, line).json()["transactions"] == []
    assert line.struck == 1


def test_only_the_calls_that_are_named_are_struck(line: FaultProxy, caller: BoundedSession) -> None:
    line.put_on(Fault("own_answer", answer=http_answer(502, b"<h1>502</h1>")), only=r"^POST /v2/[^/]+/cancel ")

    kept = [_ask(caller, line).status_code for _ in range(2)]
    struck = caller.request("POST", f"{line.url}/v2/K1Q/cancel", json={"any": "body"})
    after = _ask(caller, line)

    assert (kept, struck.status_code, struck.text) == ([200, 200], 502, "<h1>502</h1>")
    assert after.ok
    assert line.struck == 1


def test_what_a_lost_answer_told_of_was_done(simulator: Simulator, line: FaultProxy, caller: BoundedSession) -> None:
    line.put_on(Fault("answer_lost"))

    with pytest.raises(OSError):  # noqa: PT011 - as above
        caller.request("PUT", f"{line.url}/simulator/faults", json={"faults": [{"call": "charge", "kind": "http_500"}]})

    assert simulator.call("GET", "/simulator/faults")["faults"]
    simulator.behave()


def test_a_frozen_line_is_noticed_by_the_deadline_of_the_call(line: FaultProxy) -> None:
    with BoundedSession(connect=0.2, read=5.0, deadline=0.5) as caller:
        line.put_on(Fault("black_hole"))
        with pytest.raises(TookTooLong):
            _ask(caller, line)


def test_it_stands_before_a_database_as_well(postgres: Postgres) -> None:
    address = urlsplit(postgres.address.replace("+psycopg", "", 1))
    with running_proxy(address.port or 0) as line:
        behind = address._replace(netloc=f"{address.username}@127.0.0.1:{line.port}").geturl()
        with psycopg.connect(behind, autocommit=True) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
            line.put_on(Fault("reset"), only="SELECT 2")
            assert connection.execute("SELECT 1").fetchone() == (1,)
            with pytest.raises(psycopg.OperationalError):
                connection.execute("SELECT 2")


def test_it_stands_before_redis_as_well(redis_url: str) -> None:
    port = urlsplit(redis_url).port or 0
    once = Retry(NoBackoff(), 0)
    with running_proxy(port) as line, redis.Redis(port=line.port, socket_timeout=0.5, retry=once) as client:
        client.set("dish", "sate")
        line.put_on(Fault("black_hole"), only="(?i)get")
        with pytest.raises(redis.RedisError):
            client.get("dish")
        line.lift()
        assert client.get("dish") == b"sate"
