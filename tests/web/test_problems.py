"""Whatever goes wrong is said in one sentence, in the reader's language, with a way out."""

import pytest
from starlette.testclient import TestClient

from tests.shop import Shop


def test_an_unknown_page_says_so_and_offers_a_way_out(client: TestClient) -> None:
    answer = client.get("/nowhere")

    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert 'lang="id"' in answer.text
    assert 'href="/"' in answer.text


def test_the_sentence_is_in_the_readers_language(client: TestClient) -> None:
    indonesian = client.get("/t/unknown").text
    english = client.get("/t/unknown?lang=en").text

    assert "di meja Anda" in indonesian
    assert "scan the sticker" in english


def test_trouble_at_the_table_leads_back_to_the_menu(client: TestClient, table: str) -> None:
    answer = client.get(f"{table}/dishes/999999")

    assert answer.status_code == 404
    assert f'href="{table}"' in answer.text


@pytest.mark.parametrize("path", ["/t/gone", "/orders/gone"])
def test_below_an_address_that_is_gone_no_link_leads_back_to_it(client: TestClient, path: str) -> None:
    answer = client.get(f"{path}/basket" if path.startswith("/t") else f"{path}/receipt")

    assert answer.status_code == 404
    assert f'href="{path}"' not in answer.text
    assert 'href="/"' in answer.text


def test_htmx_gets_a_piece_of_a_page(client: TestClient) -> None:
    partial = client.get("/nowhere", headers={"hx-request": "true", "hx-request-type": "partial"})
    boosted = client.get("/nowhere", headers={"hx-request": "true", "hx-request-type": "full"})

    assert "<html" not in partial.text
    assert 'role="alert"' in partial.text
    assert "<html" in boosted.text


def test_programs_get_a_problem_document(client: TestClient) -> None:
    answer = client.get("/api/v1/nowhere")

    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "not-found",
        "title": "Not found",
        "status": 404,
        "detail": "This page does not exist.",
        "errors": [],
    }


def test_a_wrong_verb_is_told_which_verbs_there_are(client: TestClient, table: str) -> None:
    page = client.delete(table)
    document = client.delete("/api/v1/orders")

    assert page.status_code == 405
    assert "GET" in page.headers["allow"]
    assert (document.status_code, document.json()["type"]) == (405, "method-not-allowed")


def test_head_is_get_without_its_body(client: TestClient, table: str) -> None:
    got, asked = client.get(table), client.head(table)

    assert (asked.status_code, asked.content) == (200, b"")
    assert asked.headers["content-type"] == got.headers["content-type"]
    assert client.head("/api/v1/menu").status_code == 405


def test_an_unreadable_form_names_its_fields(client: TestClient, table: str) -> None:
    answer = client.post(f"{table}/basket/1", data={"quantity": "1_0"})

    assert answer.status_code == 422
    assert "quantity" in answer.text


def test_an_address_that_cannot_be_is_not_there(client: TestClient, table: str) -> None:
    for dish in ("1e3", "%00", "-1", "9" * 40, "é"):
        assert client.get(f"{table}/dishes/{dish}").status_code == 404, dish


@pytest.mark.parametrize("path", ["/cashier", "/cashier/kitchen", "/cashier/shift", "/cashier/money"])
def test_who_is_not_signed_in_is_led_to_the_login_and_back(client: TestClient, path: str) -> None:
    answer = client.get(path)

    assert answer.status_code == 303
    assert answer.headers["location"] == f"/cashier/login?next={path.replace('/', '%2F')}"


def test_a_board_whose_session_is_over_sends_its_whole_window_to_the_login(client: TestClient) -> None:
    answer = client.get("/cashier/board", headers={"hx-request": "true"})

    assert answer.status_code == 401
    assert answer.headers["hx-redirect"] == "/cashier/login"


def test_no_user_text_becomes_markup_on_an_error_page(client: TestClient, house: Shop) -> None:
    evil = "<script>alert(1)</script>"
    answers = [
        client.get(f"/{evil}"),
        client.get(f"/?lang={evil}"),
        client.post("/cashier/login", data={evil: evil}),
        client.get("/nowhere", headers={"referer": evil, "x-request-id": evil}),
    ]

    for answer in answers:
        assert evil not in answer.text
