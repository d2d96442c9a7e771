"""An operator sees how the program is."""

from pathlib import Path

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from core.services.readiness import readiness
from core.web.one_server import AlreadyServed, lock_database
from main import create_app
from tests.shop import Shop
from tests.web.patience import soon


def test_a_living_process_says_so(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


def test_a_ready_program_names_what_it_looked_at(client: TestClient) -> None:
    assert soon(lambda: client.get("/readyz").status_code == 200)
    assert set(client.get("/readyz").json()["checks"]) == {"database", "migrations", "worker", "disk"}


def test_a_worker_that_stands_still_is_told(house: Shop) -> None:
    checks = readiness(house.core.db, house.core.settings, worker_age=60)

    assert checks["worker"] == "has not turned for 60 s"


def test_a_database_that_is_gone_is_told(house: Shop, tmp_path: Path) -> None:
    settings = house.core.settings.model_copy(
        update={"database_url": f"sqlite:///{tmp_path / 'none.db'}", "data_dir": tmp_path / "none"}
    )

    checks = readiness(house.core.db, settings, worker_age=0)

    assert checks["migrations"] == "not up to date"
    assert checks["disk"] != "ok"


def test_redis_is_asked_when_it_is_needed(house: Shop) -> None:
    settings = house.core.settings.model_copy(update={"redis_url": "redis://127.0.0.1:1/0"})

    assert readiness(house.core.db, settings, worker_age=0)["redis"] == "ConnectionError"


def test_figures_are_for_this_machine(client: TestClient) -> None:
    client.get("/nowhere")

    figures = client.get("/metrics")

    assert figures.status_code == 200
    assert 'meja_requests_total{route="healthz"' in figures.text or "meja_requests_total" in figures.text
    assert "meja_worker_age_seconds" in figures.text


def test_others_need_the_token(house: Shop) -> None:
    settings = house.core.settings.model_copy(update={"metrics_token": SecretStr("a-long-token")})
    app = create_app(core=house.core)
    object.__setattr__(house.core, "settings", settings)
    away = TestClient(app, client=("203.0.113.5", 999))

    assert away.get("/metrics").status_code == 404
    assert away.get("/metrics", headers={"authorization": "Bearer wrong"}).status_code == 404
    assert away.get("/metrics", headers={"authorization": "Bearer é".encode()}).status_code == 404
    assert away.get("/metrics", headers={"authorization": "Bearer a-long-token"}).status_code == 200


def test_a_browser_that_refused_a_script_is_heard(client: TestClient, capsys: pytest.CaptureFixture[str]) -> None:
    report = {"csp-report": {"violated-directive": "script-src", "blocked-uri": "inline", "document-uri": "x" * 999}}

    answers = [
        client.post("/csp", json=report),
        client.post("/csp", content=b"nonsense"),
        client.post("/csp", json=[]),
        client.post("/csp", content=b"[" * 50_000),
    ]

    assert [answer.status_code for answer in answers] == [204] * 4
    assert "script-src" in capsys.readouterr().out


def test_a_file_has_one_server(tmp_path: Path) -> None:
    database = tmp_path / "meja.db"
    first = lock_database(database)

    with pytest.raises(AlreadyServed, match=r"meja\.db"):
        lock_database(database)

    assert first is not None
    first.close()
    second = lock_database(database)
    assert second is not None
    second.close()


def test_a_second_application_on_the_file_does_not_start(client: TestClient, house: Shop) -> None:
    with pytest.raises(AlreadyServed), TestClient(create_app(core=house.core)):
        pass


def test_in_production_a_stranger_host_is_refused_and_the_docs_are_off(house: Shop) -> None:
    settings = house.core.settings.model_copy(
        update={"environment": "production", "base_url": "https://meja.example", "secret_key": SecretStr("s" * 40)}
    )
    object.__setattr__(house.core, "settings", settings)
    http = TestClient(create_app(core=house.core), base_url="https://meja.example")

    assert http.get("/docs").status_code == 404
    assert http.get("/openapi.json").status_code == 404
    assert http.get("/healthz", headers={"host": "evil.example"}).status_code == 400
    assert http.get("/healthz").headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"


def test_over_https_cookies_are_bound_to_the_host(house: Shop) -> None:
    settings = house.core.settings.model_copy(update={"base_url": "https://meja.example"})
    object.__setattr__(house.core, "settings", settings)
    http = TestClient(create_app(core=house.core), base_url="https://meja.example", follow_redirects=False)

    answer = http.post("/language", data={"language": "en"}, headers={"origin": "https://meja.example"})

    cookie = answer.headers.get("set-cookie", "")
    assert cookie.startswith("__Host-meja_lang=en")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax"} <= {part.strip() for part in cookie.split(";")}
