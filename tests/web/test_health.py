"""An operator sees how the program is."""

import math
import sqlite3
import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import structlog
from pydantic import SecretStr
from sqlalchemy import text
from starlette.testclient import TestClient

from core.base.settings import Settings
from core.services.backups import back_up
from core.services.readiness import Worker, oldest_message_age, readiness
from core.web.logs import configure_logging
from core.web.one_server import AlreadyServed, lock_database
from main import create_app
from tests.shop import Shop, notification
from tests.web.patience import soon


def test_a_living_process_says_so(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


def test_a_ready_program_names_what_it_looked_at(client: TestClient) -> None:
    assert soon(lambda: client.get("/readyz").status_code == 200)
    seen = client.get("/readyz").json()
    assert set(seen["checks"]) == {"database", "migrations", "worker", "heartbeat", "clock", "disk", "gateway"}
    assert seen["status"] == "ok"
    assert seen["seconds"]["worker"] < 15
    assert seen["seconds"]["oldest_message"] is None


def checks_of(house: Shop, *, age: float = 0, now: datetime | None = None, **changed: object) -> dict[str, str]:
    settings = house.core.settings.model_copy(update=changed)
    return readiness(house.core.db, settings, Worker(house.core.worker.name, age), now or house.clock())


def test_a_worker_that_stands_still_is_told(house: Shop) -> None:
    assert checks_of(house, age=60)["worker"] == "has not turned for 60 s"


def test_a_sign_of_life_that_is_not_written_any_more_is_told(house: Shop) -> None:
    assert checks_of(house)["heartbeat"] == "not written yet"
    house.core.worker._make_rounds()
    assert checks_of(house)["heartbeat"] == "ok"
    house.passes(timedelta(seconds=42), at_the_gateway=False)
    assert checks_of(house)["heartbeat"] == "written 42 s ago"


def test_a_clock_that_fell_behind_is_told(house: Shop) -> None:
    house.order("Sate Ayam")
    assert checks_of(house)["clock"] == "ok"
    assert checks_of(house, now=house.clock() - timedelta(hours=1))["clock"].endswith("s behind the newest event")


def test_a_database_that_is_gone_is_told(house: Shop, tmp_path: Path) -> None:
    checks = checks_of(house, database_url=f"sqlite:///{tmp_path / 'none.db'}", data_dir=tmp_path / "none")

    assert checks["migrations"] == "not up to date"
    assert checks["disk"] != "ok"


@pytest.mark.parametrize(("shape", "word"), [("9999", "ok"), ("0001", "not up to date"), ("none", "not up to date")])
def test_code_that_still_runs_after_a_newer_migration_is_ready(house: Shop, shape: str, word: str) -> None:
    """An upgrade migrates before it reloads: a proxy that asks every server of the house must not give up all of them."""
    with house.core.db.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = :shape"), {"shape": shape})

    assert checks_of(house)["migrations"] == word


def test_a_database_that_somebody_holds_is_told(house: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    with sqlite3.connect(house.core.db.url.database or "") as holder:
        holder.execute("BEGIN EXCLUSIVE")
        assert checks_of(house)["database"] == "does not answer in time"
    holder.close()
    # In its own words: a full disk, a lock and a wrong password have the same name in Python.
    assert "database is locked" in capsys.readouterr().out


def test_a_message_that_nobody_has_looked_after_is_told(house: Shop) -> None:
    order = house.order("Sate Ayam")
    house.core.inbox.receive(notification(house.attempt(order).reference, order.total, "settlement"))
    now = house.clock()

    age = oldest_message_age(house.core.db, now + timedelta(seconds=90))

    assert age is not None
    assert 85 < age < 95


def test_without_redis_the_program_is_ready_and_says_what_is_missing(house: Shop, client: TestClient) -> None:
    settings = house.core.settings.model_copy(update={"redis_url": "redis://127.0.0.1:1/0"})
    object.__setattr__(house.core, "settings", settings)

    assert soon(lambda: client.get("/readyz").status_code == 200)
    seen = client.get("/readyz").json()
    assert (seen["status"], seen["checks"]["redis"]) == ("degraded", "ConnectionError")


def test_a_key_that_is_refused_is_told_and_cash_is_taken_all_the_same(house: Shop, client: TestClient) -> None:
    house.core.worker.breaker.key_was_refused()

    assert soon(lambda: client.get("/readyz").status_code == 200)
    seen = client.get("/readyz").json()
    assert (seen["status"], seen["checks"]["gateway"]) == ("degraded", "wrong_key")


def test_who_asks_again_and_again_whether_we_are_ready_keeps_no_collector_waiting(
    house: Shop, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Anybody may ask; late figures would say of a database that it is silent, and wake somebody."""
    is_over = threading.Event()

    def look_for_long(*_: object) -> tuple[dict[str, str], dict[str, str], None]:
        is_over.wait(30)
        return {"database": "ok"}, {}, None

    monkeypatch.setattr("core.web.health._looked_at", look_for_long)
    askers = [threading.Thread(target=client.get, args=("/readyz",)) for _ in range(5)]
    for asker in askers:
        asker.start()
    try:
        assert figure(client, "meja_database_answers") == 1
    finally:
        is_over.set()
        monkeypatch.undo()
        for asker in askers:
            asker.join()


def test_figures_are_for_this_machine(client: TestClient) -> None:
    client.get("/nowhere")

    figures = client.get("/metrics")

    assert figures.status_code == 200
    assert "meja_requests_total" in figures.text
    assert "meja_worker_age_seconds" in figures.text


def figure(client: TestClient, name: str) -> float:
    told = client.get("/metrics").text
    return float(next(line.rpartition(" ")[2] for line in told.splitlines() if line.startswith(f"{name} ")))


def test_figures_tell_each_part_that_readyz_names(client: TestClient, house: Shop) -> None:
    assert soon(lambda: client.get("/readyz").status_code == 200)
    parts = client.get("/readyz").json()["checks"]
    del parts["gateway"]  # It has a figure of its own.
    assert {part: figure(client, f'meja_ready{{part="{part}"}}') for part in parts} == dict.fromkeys(parts, 1)

    object.__setattr__(house.core, "settings", house.core.settings.model_copy(update={"data_dir": Path("/nowhere")}))
    assert figure(client, 'meja_ready{part="disk"}') == 0
    assert figure(client, 'meja_ready{part="database"}') == 1


def test_figures_tell_why_nobody_gets_a_qr(client: TestClient, house: Shop) -> None:
    silent, refused = 'meja_gateway_trouble{kind="silent"}', 'meja_gateway_trouble{kind="wrong_key"}'
    assert (figure(client, silent), figure(client, refused)) == (0, 0)
    house.core.worker.breaker.key_was_refused()
    assert (figure(client, silent), figure(client, refused)) == (0, 1)
    house.core.worker.breaker.was_answered()
    for _ in range(5):
        house.core.worker.breaker.was_silent()
    assert (figure(client, silent), figure(client, refused)) == (1, 0)


def test_figures_tell_the_room_on_the_disk_and_the_age_of_the_newest_copy(
    client: TestClient, house: Shop, tmp_path: Path
) -> None:
    object.__setattr__(house.core, "settings", house.core.settings.model_copy(update={"data_dir": tmp_path}))
    folder = tmp_path / "backups"
    assert 0 < figure(client, "meja_disk_free_bytes") < figure(client, "meja_disk_bytes")
    assert figure(client, "meja_copy_age_seconds") == math.inf
    back_up(house.core.settings.database_url, folder, house.clock() - timedelta(hours=3))
    # Broken off: the name was taken, and nothing came of it.
    (folder / f"meja-{house.clock():%Y%m%d-%H%M%S}.db").touch()
    assert 3 * 3600 <= figure(client, "meja_copy_age_seconds") < 3 * 3600 + 60


def test_a_fault_of_the_program_is_counted(client: TestClient) -> None:
    before = figure(client, "meja_faults_total")
    configure_logging(Settings(_env_file=None))
    try:
        raise RuntimeError
    except RuntimeError:
        structlog.get_logger().exception("worker.failed")
    structlog.get_logger().error("gateway.refused")
    assert figure(client, "meja_faults_total") == before + 1


def test_others_need_the_token(house: Shop) -> None:
    settings = house.core.settings.model_copy(update={"metrics_token": SecretStr("a-long-token")})
    app = create_app(core=house.core)
    object.__setattr__(house.core, "settings", settings)
    away = TestClient(app, client=("203.0.113.5", 999))

    assert away.get("/metrics").status_code == 404
    assert away.get("/metrics", headers={"authorization": "Bearer wrong"}).status_code == 404
    assert away.get("/metrics", headers={b"authorization": "Bearer é".encode()}).status_code == 404
    assert away.get("/metrics", headers={"authorization": "Bearer a-long-token"}).status_code == 200


@pytest.mark.parametrize("by_way_of", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
def test_nobody_who_comes_through_a_proxy_is_taken_for_this_machine(house: Shop, by_way_of: str) -> None:
    """A proxy adds to what it was sent, and a server that believes every proxy reads the first name of the list."""
    here = TestClient(create_app(core=house.core), client=("127.0.0.1", 50_000))

    assert here.get("/metrics").status_code == 200
    assert here.get("/metrics", headers={by_way_of: "127.0.0.1, 203.0.113.9"}).status_code == 404


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


def test_a_collector_on_another_machine_reads_figures_under_the_name_it_has_for_this_one(house: Shop) -> None:
    settings = house.core.settings.model_copy(
        update={
            "environment": "production",
            "base_url": "https://meja.example",
            "secret_key": SecretStr("s" * 40),
            "metrics_token": SecretStr("a-long-token"),
        }
    )
    object.__setattr__(house.core, "settings", settings)
    away = TestClient(create_app(core=house.core), base_url="http://10.0.0.5:8000", client=("10.0.0.9", 999))
    token = {"authorization": "Bearer a-long-token"}

    assert away.get("/metrics", headers=token).status_code == 200
    assert away.get("/metrics", headers={"authorization": "Bearer wrong"}).status_code == 400
    assert away.get("/metrics").status_code == 400
    assert away.get("/readyz", headers=token).status_code == 400
    # Nor is a foreign page that gave itself the address of this machine taken for a collector on it.
    here = TestClient(create_app(core=house.core), base_url="http://evil.example", client=("127.0.0.1", 999))
    assert here.get("/metrics").status_code == 400


def test_a_guest_who_is_turned_away_for_the_address_stands_in_the_log(
    house: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    """With a wrong MEJA_BASE_URL this is every guest, and whoever has to mend it looks into the log."""
    settings = house.core.settings.model_copy(
        update={"environment": "production", "base_url": "https://meja.example", "secret_key": SecretStr("s" * 40)}
    )
    object.__setattr__(house.core, "settings", settings)
    http = TestClient(create_app(core=house.core), base_url="https://warung.example")

    assert http.get("/").status_code == 400

    said = capsys.readouterr().out
    assert "request.strange_host" in said
    assert "warung.example" in said
    assert "meja.example" in said
    assert "status=400" in said or '"status": 400' in said


def test_over_https_cookies_are_bound_to_the_host(house: Shop) -> None:
    settings = house.core.settings.model_copy(update={"base_url": "https://meja.example"})
    object.__setattr__(house.core, "settings", settings)
    http = TestClient(create_app(core=house.core), base_url="https://meja.example", follow_redirects=False)

    answer = http.post("/language", data={"language": "en"}, headers={"origin": "https://meja.example"})

    cookie = answer.headers.get("set-cookie", "")
    assert cookie.startswith("__Host-meja_lang=en")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax"} <= {part.strip() for part in cookie.split(";")}
