"""Whoever guesses at tables and orders waits; whoever has a right address never does."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from core.base.ids import new_uid
from core.web.slow_lane import FREE_MISSES, LONGEST_WAIT, SECONDS_A_MISS, SlowLane
from main import create_app
from tests.shop import Shop
from tests.web.conftest import HERE

HELD = int(LONGEST_WAIT / SECONDS_A_MISS)


@dataclass
class Watch:
    """A clock that stands until it is moved."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def application(house: Shop, watch: Watch, monkeypatch: pytest.MonkeyPatch) -> FastAPI:
    """The whole application, whose slow lane goes by a clock of the test's own."""
    monkeypatch.setattr(SlowLane.__init__, "__kwdefaults__", {"clock": watch})
    return create_app(core=house.core)


@pytest.fixture
def elsewhere(application: FastAPI, client: TestClient) -> TestClient:
    """A browser at another IP address; the application runs for the first one."""
    return TestClient(application, base_url=HERE, client=("10.1.2.3", 4711))


def guess(client: TestClient, times: int) -> Counter[int]:
    """Ask for tables that are not there, all at once, and count the answers by status."""
    with ThreadPoolExecutor(times) as guessers:
        return Counter(guessers.map(lambda _: client.get(f"/t/{new_uid()}").status_code, range(times)))


def test_the_thirty_first_wrong_address_waits(client: TestClient) -> None:
    assert guess(client, FREE_MISSES) == {404: FREE_MISSES}
    began = time.monotonic()

    assert client.get(f"/orders/{new_uid()}").status_code == 404

    assert time.monotonic() - began >= SECONDS_A_MISS


@pytest.mark.parametrize("path", ["/t/{}", "/t/{}/basket", "/orders/{}", "/api/v1/orders/{}", "/api/v1/menu?table={}"])
def test_whoever_would_wait_too_long_is_told_so(client: TestClient, watch: Watch, path: str) -> None:
    assert guess(client, FREE_MISSES + HELD) == {404: FREE_MISSES + HELD}

    refused = client.get(path.format(new_uid()))

    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "3"
    assert refused.headers["cache-control"] == "no-store"
    watch.seconds += (FREE_MISSES + HELD) * SECONDS_A_MISS
    assert client.get(path.format(new_uid())).status_code == 404


def test_the_refusal_is_worded_for_a_person_and_for_a_program(client: TestClient) -> None:
    guess(client, FREE_MISSES + HELD)

    page = client.get(f"/t/{new_uid()}?lang=id")
    document = client.post("/api/v1/quotes", json={"table_token": new_uid(), "lines": [{"dish_id": 1, "quantity": 1}]})

    assert "QR di meja" in page.text
    assert document.status_code == 429
    assert document.json()["type"] == "too-many-misses"


def test_a_right_address_is_answered_at_once_whatever_was_guessed(client: TestClient, table: str) -> None:
    guess(client, FREE_MISSES + HELD)

    assert client.get(table).status_code == 200
    assert client.get("/nowhere").status_code == 404


def test_guesses_from_one_place_cost_nobody_else(client: TestClient, elsewhere: TestClient) -> None:
    guess(client, FREE_MISSES + HELD)

    assert client.get(f"/t/{new_uid()}").status_code == 429
    assert elsewhere.get(f"/t/{new_uid()}").status_code == 404


def test_strangers_are_forgotten_when_there_are_too_many(
    client: TestClient, elsewhere: TestClient, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.web.slow_lane.MOST_REMEMBERED", 1)
    guess(client, FREE_MISSES + HELD)
    guess(elsewhere, 1)
    assert client.get(f"/t/{new_uid()}").status_code == 429

    watch.seconds += (FREE_MISSES + HELD) * SECONDS_A_MISS
    guess(elsewhere, FREE_MISSES)

    assert guess(client, FREE_MISSES) == {404: FREE_MISSES}
