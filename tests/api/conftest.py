"""The JSON API of a whole restaurant, on both databases, with its worker running."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from starlette.testclient import TestClient

from main import create_app
from tests.shop import Shop


@dataclass(slots=True)
class Program:
    """A program that orders for guests."""

    shop: Shop
    http: TestClient

    def wish(self, *names: str, **more: Any) -> dict[str, Any]:
        """Say what is wanted, as the API takes it."""
        lines = [
            {"dish_id": pick.dish_id, "quantity": pick.quantity, "option_ids": list(pick.option_ids)}
            for pick in self.shop.picks(*names)
        ]
        return {"table_token": self.shop.tables[0].token, "lines": lines, **more}

    def order(self, *names: str, pay_by: str = "qris", key: str | None = None) -> dict[str, Any]:
        answer = self.http.post(
            "/api/v1/orders",
            json=self.wish(*names, payment_method=pay_by),
            headers={} if key is None else {"Idempotency-Key": key},
        )
        assert answer.status_code == 201, answer.text
        placed: dict[str, Any] = answer.json()
        return placed

    def look(self, order: dict[str, Any]) -> dict[str, Any]:
        answer = self.http.get(f"/api/v1/orders/{order['order_uid']}")
        assert answer.status_code == 200, answer.text
        seen: dict[str, Any] = answer.json()
        return seen


@pytest.fixture
def program(shop: Shop) -> Iterator[Program]:
    with TestClient(create_app(core=shop.core), base_url="http://127.0.0.1") as http:
        yield Program(shop, http)
