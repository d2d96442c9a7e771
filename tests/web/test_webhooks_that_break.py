"""Whatever breaks while a notification is stored, the gateway is asked to come again."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.shop import Shop, notification

ADDRESS = "/api/v1/webhooks/midtrans"


@pytest.fixture
def browserless(application: Any) -> TestClient:
    """The gateway: it sees whatever the program answers, a fault of ours included."""
    return TestClient(application, base_url="http://127.0.0.1", raise_server_exceptions=False)


def test_a_database_that_refuses_the_row_is_no_error_of_the_gateways(browserless: TestClient, house: Shop) -> None:
    with house.core.db.engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER refuse BEFORE INSERT ON gateway_messages BEGIN SELECT RAISE(ABORT, 'no'); END"
        )

    answer = browserless.post(
        ADDRESS,
        content=notification("K01HZX3J5Q8W9R2T4V6Y8Z0A1BCQ", 47_500, "settlement"),
        headers={"content-type": "application/json"},
    )

    assert answer.status_code == 503
    assert answer.headers["retry-after"]
