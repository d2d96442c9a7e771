"""A collector that refuses, hangs or comes late costs the restaurant nothing, and several processes tell of each other's."""

import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests

from core.payments.status import AttemptState
from tests.chaos.house import House, open_house
from tests.chaos.own_servers import own_redis
from tests.chaos.serving import GRACE_SECONDS
from tests.conftest import unavailable
from tests.ports import free_port
from tests.servers import NoServer
from tests.traces.collector import ENDPOINT, Collector, names, open_collector
from tests.web.patience import soon

WITHIN = 60
ORDERS = 6
pytestmark = pytest.mark.serial


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(f"sqlite:///{tmp_path / 'meja.db'}", tmp_path) as house:
        # The queue is full at once, and a try is over in a moment: what could flood the log would.
        house.copy.environment |= {
            "OTEL_BSP_MAX_QUEUE_SIZE": "16",
            "OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "16",
            "OTEL_EXPORTER_OTLP_TIMEOUT": "1",
        }
        yield house


@pytest.fixture(params=["refuses", "hangs"])
def away(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a collector that takes nothing."""
    if request.param == "refuses":
        yield f"http://127.0.0.1:{free_port()}"
    else:
        with open_collector(answers=False) as collector:
            yield collector.address


def _order_and_pay(house: House) -> None:
    body = {
        "table_token": house.shop.tables[0].token,
        "lines": [{"dish_id": house.shop.dishes["Es Teh"].id, "quantity": 1}],
        "payment_method": "qris",
    }
    keys = {"Idempotency-Key": secrets.token_hex(8)}
    answer = requests.post(f"{house.copy.address}/api/v1/orders", json=body, headers=keys, timeout=30)
    assert answer.status_code == 201, answer.text
    look = f"{house.copy.address}/api/v1/orders/{answer.json()['order_uid']}"
    assert soon(lambda: requests.get(look, timeout=30).json()["payment"]["state"] == AttemptState.LIVE, WITHIN)
    house.simulator.pay(requests.get(look, timeout=30).json()["payment"]["reference"])
    assert soon(lambda: requests.get(look, timeout=30).json()["payment_status"] == "paid", WITHIN)


def test_orders_go_on_and_the_program_ends_in_time_though_nobody_takes_its_traces(house: House, away: str) -> None:
    house.copy.environment[ENDPOINT] = away
    house.copy.start()
    for _ in range(ORDERS):
        _order_and_pay(house)
    assert soon(lambda: _complaints(house) > 0, WITHIN)

    took = house.copy.terminate()

    assert took < GRACE_SECONDS
    assert house.copy.process is not None
    assert house.copy.process.returncode == 0
    assert _complaints(house) == 1


def test_a_collector_that_hangs_does_not_hold_up_the_end(house: House) -> None:
    with open_collector(answers=False) as collector:
        # Longer than the end of a program may take.
        house.copy.environment |= {ENDPOINT: collector.address, "OTEL_EXPORTER_OTLP_TIMEOUT": "60"}
        house.copy.start()
        _order_and_pay(house)

        took = house.copy.terminate()

    assert took < GRACE_SECONDS
    assert house.copy.process is not None
    assert house.copy.process.returncode == 0


def _complaints(house: House) -> int:
    return house.copy.log.read_text().count('"logger": "opentelemetry')


def test_a_collector_that_comes_back_is_told_again(house: House) -> None:
    with open_collector(answers=False) as collector:
        house.copy.environment[ENDPOINT] = collector.address
        house.copy.start()
        _order_and_pay(house)
        collector.answers.set()
        del collector.bodies[:]

        assert soon(lambda: _asks(house) and bool(collector.named("GET /api/v1/orders/{order_uid}")), WITHIN)
        house.copy.terminate()


def _asks(house: House) -> bool:
    return (
        requests.get(f"{house.copy.address}/api/v1/orders/{secrets.token_urlsafe(16)}", timeout=30).status_code == 404
    )


@pytest.fixture
def two(postgres_url: str, tmp_path: Path) -> Iterator[House]:
    """A restaurant that two processes serve."""
    with ExitStack() as servers:
        try:
            redis = servers.enter_context(own_redis())
        except NoServer as missing:
            unavailable(str(missing))
        yield servers.enter_context(open_house(postgres_url, tmp_path, redis_url=redis.url, workers="2"))


def test_each_of_several_processes_tells_under_a_name_of_its_own(two: House) -> None:
    with open_collector() as collector:
        two.copy.environment |= {ENDPOINT: collector.address, "OTEL_BSP_SCHEDULE_DELAY": "200"}
        two.copy.start()

        assert soon(lambda: _asks(two) and len(_processes(collector)) == 2, WITHIN)
        _order_and_pay(two)
        two.copy.terminate()

        assert {"notification", "gateway.charge", "settlement", "INSERT gateway_messages"} <= names(collector.spans)
        # The one that looks after the others traces nothing.
        assert len(_processes(collector)) == 2


def _processes(collector: Collector) -> set[str]:
    return {resource["service.instance.id"] for resource in collector.resources}
