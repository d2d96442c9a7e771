"""What `/openapi.json` says is true of every answer, whatever a program sends.

MEJA_TEST_API_CASES sets how many wishes are made up for each call; a long run is 2,000 and more.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings

from cashier.payments_api import router as payments_router
from core.events.record import SYSTEM
from core.web.docs import describe
from core.web.webhooks import router as webhook_router
from kiosk.api import router as api_router
from main import create_app
from tests.ports import free_port
from tests.running_simulator import Simulator, running_app
from tests.shop import Shop, open_shop

CASES = int(os.environ.get("MEJA_TEST_API_CASES", "25"))


@pytest.fixture(scope="module")
def open_house(
    migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory, simulator_server: Simulator
) -> Iterator[Shop]:
    path = tmp_path_factory.mktemp("described") / "meja.db"
    shutil.copy(migrated_sqlite, path)
    shop = open_shop(f"sqlite:///{path}", simulator_server)
    yield shop
    shop.core.close()


@pytest.fixture(scope="module")
def address(open_house: Shop) -> Iterator[str]:
    with running_app(create_app(core=open_house.core), free_port()) as address:
        yield address


@pytest.fixture(scope="module")
def program_key(open_house: Shop) -> str:
    return open_house.core.keys.make(open_house.outlet.id, "description", SYSTEM)


schema = schemathesis.openapi.from_dict(describe((api_router, payments_router, webhook_router)))


@schema.parametrize()
@settings(max_examples=CASES, deadline=None, suppress_health_check=list(HealthCheck))
@pytest.mark.timeout(3600)
def test_every_answer_is_as_described(case: Any, open_house: Shop, address: str, program_key: str) -> None:
    _make_it_a_real_table(case, open_house)
    if case.path == "/api/v1/payments":
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {program_key}"}

    answer = case.call(base_url=address)

    # Which dish goes with which option no schema can say: a well-formed wish may still be refused.
    wishful = schemathesis.checks.CHECKS.get_one("positive_data_acceptance")
    # It takes our key for one of its own making; tests/api/test_payments.py knows whom no key lets in.
    ours = schemathesis.checks.CHECKS.get_one("ignored_auth")
    case.validate_response(answer, excluded_checks=[wishful, ours])


def _make_it_a_real_table(case: Any, shop: Shop) -> None:
    """Let what would be refused for its made-up ids alone get further in."""
    if not case.meta.generation.mode.is_positive:
        return
    token = shop.tables[0].token
    if isinstance(case.body, dict) and "table_token" in case.body:
        case.body["table_token"] = token
        for line in case.body["lines"]:
            line["dish_id"] = 1 + line["dish_id"] % 4
            line["option_ids"] = []
    if case.query and "table" in case.query:
        case.query["table"] = token


def test_the_description_knows_the_api_and_nothing_else(address: str) -> None:
    paths = set(requests.get(f"{address}/openapi.json", timeout=5).json()["paths"])

    assert paths == {
        "/api/v1/menu",
        "/api/v1/quotes",
        "/api/v1/orders",
        "/api/v1/orders/{order_uid}",
        "/api/v1/payments",
        "/api/v1/payments/qris",
        "/api/v1/webhooks/midtrans",
    }
