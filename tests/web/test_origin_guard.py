"""A form of another website changes nothing here, and opens no socket."""

from typing import Any

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from tests.shop import Shop

SELF = "http://127.0.0.1"
EVIL = "https://evil.example"

# Origin, Sec-Fetch-Site, Host; may it pass?
TRUTH: list[tuple[str | None, str | None, str, bool]] = [
    (None, None, "127.0.0.1", True),  # no browser
    (SELF, None, "127.0.0.1", True),
    (SELF, "same-origin", "127.0.0.1", True),
    (None, "same-origin", "127.0.0.1", True),
    (None, "none", "127.0.0.1", True),  # typed by a person
    ("null", "same-origin", "127.0.0.1", True),  # a page that may not say where it comes from
    ("http://127.0.0.1:8000", "cross-site", "127.0.0.1", True),  # the configured public address
    ("http://192.168.1.20:8000", None, "192.168.1.20:8000", True),
    ("http://meja.example", None, "meja.example:80", True),
    ("https://meja.example", None, "meja.example", True),
    (EVIL, None, "127.0.0.1", False),
    (EVIL, "cross-site", "127.0.0.1", False),
    (EVIL, "same-site", "127.0.0.1", False),
    (None, "cross-site", "127.0.0.1", False),
    (None, "same-site", "127.0.0.1", False),
    (SELF, "cross-site", "127.0.0.1", False),
    ("null", None, "127.0.0.1", False),
    ("http://127.0.0.1.evil.example", None, "127.0.0.1", False),
    ("http://127.0.0.1:1234", None, "127.0.0.1", False),  # another program of this machine
    ("http://[::1", None, "127.0.0.1", False),
    ("", None, "127.0.0.1", False),
]


def _headers(origin: str | None, site: str | None, host: str) -> dict[str, str]:
    given = {"origin": origin, "sec-fetch-site": site, "host": host}
    return {name: value for name, value in given.items() if value is not None}


@pytest.mark.parametrize(("origin", "site", "host", "passes"), TRUTH)
def test_a_state_change_passes_only_from_our_own_pages(
    client: TestClient, origin: str | None, site: str | None, host: str, passes: bool
) -> None:
    answer = client.post("/cashier/logout", headers=_headers(origin, site, host))

    assert (answer.status_code != 403) == passes


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_every_unsafe_verb_is_guarded(client: TestClient, method: str) -> None:
    assert client.request(method, "/anything", headers={"origin": EVIL}).status_code == 403


@pytest.mark.parametrize("path", ["/t/x/basket", "/orders/x/cancel", "/cashier/login", "/api/v1/orders", "/language"])
def test_a_form_of_another_site_is_refused_everywhere(client: TestClient, path: str) -> None:
    answer = client.post(path, data={"a": "b"}, headers={"origin": EVIL, "sec-fetch-site": "cross-site"})

    assert answer.status_code == 403


def test_looking_is_free(client: TestClient, table: str) -> None:
    assert client.get(table, headers={"origin": EVIL, "sec-fetch-site": "cross-site"}).status_code == 200


def test_the_gateway_may_write_from_anywhere(client: TestClient) -> None:
    answer = client.post("/api/v1/webhooks/midtrans", json={}, headers={"origin": EVIL})

    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("origin", "passes"),
    [("http://testserver", True), ("http://127.0.0.1:8000", True), (EVIL, False), (None, False), ("null", False)],
)
def test_a_socket_opens_only_for_our_own_pages(
    client: TestClient, house: Shop, origin: str | None, passes: bool
) -> None:
    order = house.order("Es Teh", charge=False)
    headers: dict[str, Any] = {} if origin is None else {"origin": origin}

    # The test client always names "testserver" as the host of a socket.
    def open_socket() -> None:
        with client.websocket_connect(f"ws://testserver/live/orders/{order.uid}", headers=headers):
            pass

    if passes:
        open_socket()
    else:
        with pytest.raises(WebSocketDisconnect):
            open_socket()
