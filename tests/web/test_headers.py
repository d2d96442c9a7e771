"""Every answer carries the headers that protect whoever reads it."""

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from core.web.guards import CONTENT_SECURITY_POLICY
from tests.web.conftest import HERE
from tests.web.routes import routes_of

OF_A_PART = {"x-content-type-options": "nosniff", "cross-origin-resource-policy": "same-origin"}
OF_A_DOCUMENT = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
    "cross-origin-opener-policy": "same-origin",
}
PROTECTIVE = OF_A_PART | OF_A_DOCUMENT


def guest(application: FastAPI, number: int) -> TestClient:
    """Ask from an address of their own: who asks for much that is not there is made to wait."""
    return TestClient(application, base_url=HERE, follow_redirects=False, client=(f"10.0.0.{number}", 4711))


@pytest.mark.usefixtures("client")
def test_every_route_answers_with_the_protective_headers(application: FastAPI) -> None:
    routes = list(routes_of(application))
    assert len(routes) > 40

    for number, (method, path) in enumerate(routes):
        answer = guest(application, number).request(method, path)

        found = {name: answer.headers.get(name) for name in PROTECTIVE}
        assert found == PROTECTIVE, f"{method} {path}"
        assert answer.headers["referrer-policy"] in {"no-referrer", "same-origin"}
        assert answer.headers["x-request-id"]


@pytest.mark.parametrize(
    "name",
    ["shared/base.css", "shared/line.js", "vendor/plus-jakarta-sans-5.3.0/plus-jakarta-sans-latin-wght-normal.woff2"],
)
def test_what_a_page_is_made_of_carries_no_policy_for_pages(client: TestClient, name: str) -> None:
    answer = client.get(f"/static/{name}")

    assert answer.status_code == 200
    assert {each: answer.headers.get(each) for each in OF_A_PART} == OF_A_PART
    assert not OF_A_DOCUMENT.keys() & answer.headers.keys()


@pytest.mark.parametrize("path", ["/sw.js", "/static/nowhere.css", "/static/shared/icon.svg"])
def test_what_can_be_opened_by_itself_carries_all_of_them(client: TestClient, path: str) -> None:
    answer = client.get(path)

    assert {each: answer.headers.get(each) for each in PROTECTIVE} == PROTECTIVE


@pytest.mark.usefixtures("client")
def test_no_route_answers_garbage_with_a_fault_of_ours(application: FastAPI) -> None:
    for number, (method, path) in enumerate(routes_of(application)):
        for body in (b"", b"\xff\xfe", b'{"a":', b"x" * 1000):
            answer = guest(application, number).request(
                method, path, content=body, headers={"content-type": "application/json"}
            )
            assert answer.status_code < 500 or path == "/readyz", f"{method} {path} {body[:10]!r}"


def test_personal_pages_are_kept_nowhere(client: TestClient, table: str) -> None:
    for path in ("/orders/unknown", "/cashier/login", f"{table}/basket", "/nowhere"):
        assert client.get(path).headers["cache-control"] == "no-store"


def test_an_address_that_is_a_key_does_not_travel_on(client: TestClient, table: str) -> None:
    assert client.get(table).headers["referrer-policy"] == "no-referrer"
    assert client.get("/orders/unknown").headers["referrer-policy"] == "no-referrer"
    assert client.get("/cashier/login").headers["referrer-policy"] == "same-origin"


def test_on_plain_http_in_the_shops_network_forms_still_say_where_they_come_from(
    client: TestClient, table: str
) -> None:
    # Under no-referrer a client sends "Origin: null", and there it sends nothing else by which to know our forms.
    answer = client.get(table, headers={"host": "192.168.1.20:8000"})

    assert answer.headers["referrer-policy"] == "same-origin"


def test_an_answer_to_a_bug_has_a_page_a_way_out_and_all_headers(application: FastAPI, client: TestClient) -> None:
    @application.get("/broken")
    def broken() -> None:
        message = "a secret detail"
        raise RuntimeError(message)

    answer = client.get("/broken")

    assert answer.status_code == 500
    assert "a secret detail" not in answer.text
    assert 'href="/"' in answer.text
    assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY


@pytest.mark.parametrize("given", ["abcdef-123456", "bad id with spaces", "x" * 500])
def test_a_request_id_is_taken_over_only_when_it_is_one(client: TestClient, given: str) -> None:
    answer = client.get("/healthz", headers={"x-request-id": given})

    assert (answer.headers["x-request-id"] == given) == (given == "abcdef-123456")
