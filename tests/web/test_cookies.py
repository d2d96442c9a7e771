"""Who a browser is stands in a cookie that it cannot make itself."""

import threading
from pathlib import Path

import pytest
from itsdangerous import Signer
from starlette.responses import Response
from starlette.testclient import TestClient

from core.base.settings import Settings
from core.web.cookies import Cookies, make_cookies
from tests.shop import Shop


def _settings(data_dir: Path) -> Settings:
    return Settings(_env_file=None, data_dir=data_dir)


def test_the_signing_key_is_made_once_and_read_by_nobody_else(tmp_path: Path) -> None:
    keys = []

    def make() -> None:
        keys.append(make_cookies(_settings(tmp_path / "new")).seal_guest("a" * 22))

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(keys)) == 1
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["secret.key"]
    assert (tmp_path / "new" / "secret.key").stat().st_mode & 0o077 == 0


def test_a_new_browser_gets_a_guests_cookie_and_keeps_it(client: TestClient, table: str) -> None:
    first = client.post(f"{table}/basket", data={"dish_id": "1", "quantity": "1"})
    cookie = first.headers["set-cookie"]
    before = client.cookies["meja_guest"]
    client.post(f"{table}/basket", data={"dish_id": "1", "quantity": "1"})

    assert {"HttpOnly", "Path=/", "SameSite=lax", "Max-Age=10800"} <= {part.strip() for part in cookie.split(";")}
    assert client.cookies["meja_guest"] == before


@pytest.mark.parametrize("forged", ["", "a" * 22, "a" * 22 + ".wrong", "x.y.z", "\x80", "." * 500])
def test_a_cookie_that_is_not_ours_is_nobody(client: TestClient, table: str, forged: str) -> None:
    answer = client.post(
        f"{table}/basket",
        data={"dish_id": "1", "quantity": "1"},
        headers={b"cookie": f"meja_guest={forged}".encode("latin-1")},
    )

    assert answer.status_code == 303
    assert "meja_guest=" in answer.headers["set-cookie"]


def test_one_browser_does_not_see_anothers_basket(client: TestClient, house: Shop, table: str) -> None:
    client.post(f"{table}/basket", data={"dish_id": "1", "quantity": "1"})
    mine = client.get(f"{table}/basket").text
    client.cookies.clear()
    theirs = client.get(f"{table}/basket").text

    assert "Sate Ayam" in mine
    assert "Sate Ayam" not in theirs


def test_over_https_a_session_is_bound_to_this_host_and_out_of_reach_of_scripts() -> None:
    answer = Response()

    Cookies(Signer("a key", salt="meja.guest"), is_https=True).write(answer, "meja_sid", "t" * 43, hours=12)

    name, *flags = answer.headers["set-cookie"].split("; ")
    assert name == f"__Host-meja_sid={'t' * 43}"
    assert {flag.lower() for flag in flags} >= {"secure", "httponly", "samesite=lax", "path=/"}
    assert not any(flag.lower().startswith("domain") for flag in flags)
