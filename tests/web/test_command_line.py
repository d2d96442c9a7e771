"""`meja`: each command does one thing, and fails with one clear sentence."""

import json
import logging
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import text

from core.base.database import Database
from core.base.settings import Settings
from core.cli import app
from core.events.record import SYSTEM
from core.services import open_services
from core.services.printer_desk import PrinterPlan
from core.services.seed import seed_demo
from tests import servers
from tests.ports import free_port
from tests.printing.printer import open_printer
from tests.shop import Shop
from tests.web.loggers import forget_logging
from tests.web.patience import soon


@dataclass(frozen=True, slots=True)
class Done:
    """What a command left behind."""

    returncode: int
    stdout: str
    stderr: str


Meja = Callable[..., Done]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MEJA_") or "TEST" in name}
    # A `serve` of a test before may have left it here.
    clean.pop("RES_OPTIONS", None)
    return clean | {
        "MEJA_DATABASE_URL": f"sqlite:///{tmp_path / 'meja.db'}",
        "MEJA_DATA_DIR": str(tmp_path),
        "MEJA_MIDTRANS_CORE_URL": "http://127.0.0.1:1",
        "TERM": "dumb",
        "COLUMNS": "200",
    }


@pytest.fixture
def meja(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Meja:
    """The command in this process: starting Python anew for each would take most of the time."""

    def run(*arguments: str | Path, stdin: str = "", **more: str) -> Done:
        capsys.readouterr()
        handlers = logging.getLogger().handlers[:]
        with monkeypatch.context() as patched:
            for name, value in (environment | more).items():
                patched.setenv(name, value)
            patched.setattr("sys.stdin", StringIO(stdin))
            with pytest.raises(SystemExit) as ended:
                app([str(each) for each in arguments], prog_name="meja")
        # What `serve` says about its lines is not to be heard by the tests after it.
        logging.getLogger().handlers = handlers
        forget_logging()
        return Done(int(ended.value.code or 0), *capsys.readouterr())

    return run


@pytest.fixture
def seeded(meja: Meja, tmp_path: Path) -> Meja:
    """A command line whose database is there and full: filled once in a run, and copied for each test."""
    filled = servers.made_once("seeded-by-command", lambda: str(_filled(meja)))
    shutil.copytree(filled, tmp_path, dirs_exist_ok=True)
    return meja


def _filled(meja: Meja) -> Path:
    folder = servers.open_run()[0] / "seeded-by-command"
    folder.mkdir()
    place = {"MEJA_DATABASE_URL": f"sqlite:///{folder / 'meja.db'}", "MEJA_DATA_DIR": str(folder)}
    assert meja("migrate", **place).returncode == 0
    assert meja("seed", **place).returncode == 0
    return folder


def test_help_names_every_command(meja: Meja) -> None:
    told = meja("--help").stdout

    for command in [
        "demo",
        "serve",
        "simulator",
        "migrate",
        "seed",
        "staff",
        "key",
        "tables",
        "menu",
        "printers",
        "settlement",
        "check",
        "reconcile",
        "backup",
        "restore",
        "move",
        "config",
    ]:
        assert f" {command} " in told


def test_printers_are_listed_and_tried(seeded: Meja, environment: dict[str, str]) -> None:
    assert "There are no printers." in seeded("printers", "list").stdout
    with open_printer() as printer:
        host, port = printer.address
        core = open_services(Settings(_env_file=None, database_url=environment["MEJA_DATABASE_URL"]))
        outlet = core.house.opening().outlet
        core.printers.add(outlet.id, PrinterPlan("Dapur", host, port, prints_kitchen=True, opens_drawer=True), SYSTEM)
        core.close()

        listed = seeded("printers", "list").stdout
        printed = seeded("printers", "test", "Dapur")
        out_of_paper = replace(printer.paper.sensors, has_paper=False)
        printer.paper.sensors = out_of_paper
        failed = seeded("printers", "test", "Dapur")

    assert listed == f"Dapur\t{host}:{port}\t80 mm\tkitchen, drawer\tnever printed\n"
    assert printed.stdout == "Dapur has printed its test page.\n"
    assert "Cetak percobaan" in printer.text
    assert (failed.returncode, failed.stderr) == (2, "meja: Dapur printed nothing: no paper (1 waiting).\n")
    assert "There is no printer named Bar" in seeded("printers", "test", "Bar").stderr


def test_a_key_is_printed_once_listed_without_itself_and_revoked(seeded: Meja) -> None:
    token = seeded("key", "add", "accounting").stdout.strip()
    again = seeded("key", "add", "accounting")
    listed = seeded("key", "list").stdout
    revoked = seeded("key", "revoke", "accounting")

    assert token.startswith("meja_")
    assert (again.returncode, again.stdout) == (2, "")
    assert "accounting" in again.stderr
    assert "accounting\tmade 20" in listed
    assert "never used" in listed
    assert token not in listed
    assert "opens nothing any more" in revoked.stdout
    assert seeded("key", "list").stdout == "There are no keys.\n"
    assert seeded("key", "revoke", "accounting").returncode == 2


def test_a_database_grows_from_nothing_to_a_demo_that_adds_up(meja: Meja) -> None:
    before = meja("check")
    migrated = [meja("migrate"), meja("migrate")]
    seeded = [meja("seed"), meja("seed")]
    after = meja("check", "--json")

    assert (before.returncode, before.stderr) == (
        2,
        "meja: The database is not up to date. Run `meja migrate` first.\n",
    )
    assert [done.returncode for done in (*migrated, *seeded)] == [0, 0, 0, 0]
    assert "holds a restaurant already" in seeded[1].stdout
    assert after.returncode == 0
    told = json.loads(after.stdout)
    assert told["holds"] is True
    # No simulator is up here.
    assert [each["name"] for each in told["invariants"] if not each["compared"]] == [
        "gateway_agrees",
        "gateway_holds_no_more",
    ]
    assert meja("check").stdout.count("\n    (not compared: no simulator answers)") == 2


@pytest.mark.parametrize(
    ("setting", "value", "named"),
    [
        ("MEJA_PORT", "x", "MEJA_PORT"),
        ("MEJA_ENVIRONMENT", "staging", "MEJA_ENVIRONMENT"),
        ("MEJA_PAYMENT_WINDOW", "5s", "MEJA_PAYMENT_WINDOW"),
        ("MEJA_BASE_URL", "meja.example", "MEJA_BASE_URL"),
        ("MEJA_WORKERS", "2", "MEJA_WORKERS"),
        ("MEJA_MIDTRANS_SERVER_KEY", " ", "MEJA_MIDTRANS_SERVER_KEY"),
        ("MEJA_ENVIRONMENT", "production", "MEJA_SECRET_KEY"),
        ("MEJA_PORT", "x", "needs a whole number"),
        ("MEJA_DOCS", "perhaps", "MEJA_DOCS: needs true or false"),
        ("MEJA_PAYMENT_WINDOW", "15", "MEJA_PAYMENT_WINDOW: needs a span such as 90s, 15m or 1h"),
        ("MEJA_PAYMENT_WINDOW", "15min", "needs a span"),
        ("MEJA_REDIS_URL", "localhost:6379", "MEJA_REDIS_URL: needs an address such as redis://"),
        ("MEJA_DATABASE_URL", "postgresql+psycopg://meja:x@host:port/meja", "MEJA_DATABASE_URL: has a port"),
        ("MEJA_BASE_URL", "https://meja.example/order", "MEJA_BASE_URL: needs an address"),
        ("MEJA_BASE_URL", "https://meja:pass@meja.example", "MEJA_BASE_URL"),
        ("MEJA_MIDTRANS_SERVER_KEY", "Mid-client-abc", "in each other's place"),
        ("MEJA_MIDTRANS_CLIENT_KEY", "SB-Mid-server-abc", "in each other's place"),
        ("FORWARDED_ALLOW_IPS", "caddy", "meja: FORWARDED_ALLOW_IPS: needs addresses"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector", "meja: OTEL_EXPORTER_OTLP_ENDPOINT needs"),
    ],
)
def test_a_bad_setting_is_one_sentence_with_its_name(meja: Meja, setting: str, value: str, named: str) -> None:
    done = meja("config", **{setting: value})

    assert done.returncode == 2
    assert done.stderr.startswith("meja: ")
    assert named in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_settings_are_shown_without_their_secrets(meja: Meja) -> None:
    secrets = {
        "MEJA_SECRET_KEY": "a-very-secret-key-of-some-length-x",
        "MEJA_MIDTRANS_SERVER_KEY": "SB-Mid-server-secret",
        "MEJA_REDIS_URL": "redis://meja:a-password@127.0.0.1:6379/0",
    }

    told = meja("config", **secrets).stdout

    assert "MEJA_ENVIRONMENT=development" in told
    for secret in ("a-very-secret", "SB-Mid-server-secret", "a-password"):
        assert secret not in told


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://meja:a/hidden/word@host/meja",
        "postgresql+psycopg://meja:a@hidden@word@host/meja",
        "postgresql+psycopg://host/meja?user=meja&password=hidden-word",
    ],
)
def test_a_password_of_any_characters_is_masked(meja: Meja, url: str) -> None:
    told = meja("config", MEJA_DATABASE_URL=url).stdout

    assert "********" in told
    assert "hidden" not in told
    assert "word@" not in told


def test_a_setting_that_is_none_is_named(meja: Meja, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("MEJA_PROT=9000\nMEJA_DOMAIN=meja.example\nMEJA_PAYMENT_WINDOW=90s\n")

    done = meja("config", MEJA_PAYMENTWINDOW="15m")

    assert done.returncode == 0
    assert "MEJA_PAYMENT_WINDOW=90s\n" in done.stdout
    named = [line.split()[1] for line in done.stderr.splitlines()]
    assert named == ["MEJA_PAYMENTWINDOW", "MEJA_PROT"]


def test_what_the_system_refuses_is_one_sentence(meja: Meja, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the folder of the data was not made for the one who runs this: told with its name, and no traceback."""

    def refused(self: Path, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    with monkeypatch.context() as patched:
        patched.setattr(Path, "mkdir", refused)
        done = meja("migrate", MEJA_DATABASE_URL=f"sqlite:///{tmp_path}/none/meja.db")

    assert done.returncode == 2
    assert done.stderr.splitlines() == [f"meja: {tmp_path}/none: Permission denied. Who runs this, and may they?"]


def test_what_is_kept_is_for_its_owner_alone(meja: Meja, tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        assert meja("migrate").returncode == 0
        assert meja("outlet", "set", "--name", "Warung Uji").returncode == 0
    finally:
        os.umask(before)

    files = list(tmp_path.glob("meja.db*"))
    assert files
    assert [file.name for file in files if file.stat().st_mode & 0o077 and "serving" not in file.name] == []


def test_a_shop_without_a_name_is_not_set_up_yet(meja: Meja) -> None:
    meja("migrate")

    done = meja("outlet", "set", "--tax", "10")
    too_much = meja("outlet", "set", "--name", "Warung Uji", "--tax", "99")

    assert (done.returncode, too_much.returncode) == (2, 2)
    assert done.stderr == "meja: No restaurant has been set up here yet.\n"
    assert "--tax" in too_much.stderr
    assert "10" in too_much.stderr


def test_settings_that_may_not_be_read_are_told(meja: Meja, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", ".env")

    monkeypatch.setattr("core.cli.opening.Settings", refused)

    done = meja("config")

    assert (done.returncode, done.stderr) == (2, "meja: .env cannot be read: Permission denied.\n")


def test_why_a_database_cannot_be_used_is_said_in_its_own_words(meja: Meja) -> None:
    nobody = f"postgresql+psycopg://meja:a-password@127.0.0.1:{free_port()}/meja"
    check, serve = (meja(command, MEJA_DATABASE_URL=nobody) for command in ("check", "serve"))

    assert (check.returncode, serve.returncode) == (2, 75)
    for done in (check, serve):
        assert "Connection refused" in done.stderr
        assert "a-password" not in done.stderr
        assert len(done.stderr.splitlines()) == 1


def test_people_come_change_and_go(seeded: Meja) -> None:
    added = seeded("staff", "add", "budi", "--role", "cashier", stdin="a-long-password\n")
    twice = seeded("staff", "add", "budi", "--role", "cashier", stdin="a-long-password\n")
    weak = seeded("staff", "passwd", "budi", stdin="short\n")
    changed = seeded("staff", "passwd", "budi", stdin="another-password\n")
    pin = seeded("staff", "pin", "budi", stdin="135791\n")
    gone = seeded("staff", "disable", "budi")
    back = seeded("staff", "enable", "budi")
    nobody = seeded("staff", "disable", "nobody")

    assert [done.returncode for done in (added, changed, pin, gone, back)] == [0, 0, 0, 0, 0]
    assert [done.returncode for done in (twice, weak, nobody)] == [2, 2, 2]
    assert "already taken" in twice.stderr
    assert "nobody" in nobody.stderr


def test_the_last_owner_stays_and_codes_that_are_not_on_cannot_be_taken_off(seeded: Meja) -> None:
    last = seeded("staff", "disable", "owner")
    off = seeded("staff", "totp-off", "owner")

    assert (last.returncode, off.returncode) == (2, 2)
    assert "needs an owner" in last.stderr
    assert "not switched on" in off.stderr


def test_a_table_gets_a_new_sticker_and_the_old_one_is_dead(seeded: Meja) -> None:
    before = dict(line.split("\t") for line in seeded("tables", "list").stdout.splitlines())
    rotated = seeded("tables", "rotate", "3")
    after = dict(line.split("\t") for line in seeded("tables", "list").stdout.splitlines())
    unknown = seeded("tables", "rotate", "99")
    unsaid = seeded("tables", "rotate")

    assert rotated.returncode == 0
    assert {label for label in before if before[label] != after[label]} == {"3"}
    assert (unknown.returncode, unsaid.returncode) == (2, 2)
    assert "There is no table 99" in unknown.stderr


def test_the_sticker_sheet_is_a_pdf_with_every_table(seeded: Meja, tmp_path: Path) -> None:
    done = seeded("tables", "sheet", "--out", tmp_path / "sheet.pdf")
    nowhere = seeded("tables", "sheet", "--out", tmp_path / "none" / "sheet.pdf")

    assert done.returncode == 0, done.stderr
    pdf = (tmp_path / "sheet.pdf").read_bytes()
    assert pdf.startswith(b"%PDF-")
    assert pdf.count(b"/Type /Page\n") == 2
    assert nowhere.returncode == 2


def test_a_menu_goes_out_and_comes_back(seeded: Meja, tmp_path: Path) -> None:
    for name in ("menu.yaml", "menu.csv"):
        out = seeded("menu", "export", tmp_path / name)
        back = seeded("menu", "import", tmp_path / name)
        assert (out.returncode, back.returncode) == (0, 0), back.stderr
        assert back.stdout.startswith("0 added")

    (tmp_path / "bad.csv").write_text("nonsense\n1\n")
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00")
    bad = [
        seeded("menu", "import", tmp_path / name) for name in ("bad.csv", "binary.yaml", "missing.yaml", "menu.docx")
    ]
    assert [done.returncode for done in bad] == [2, 2, 2, 2]
    assert all(done.stderr.startswith("meja: ") for done in bad)


def test_a_backup_brings_yesterday_back(seeded: Meja, tmp_path: Path) -> None:
    copied = seeded("backup", "--folder", tmp_path / "copies")
    copy = next((tmp_path / "copies").iterdir())
    tokens = seeded("tables", "list").stdout
    seeded("tables", "rotate", "--all")

    restored = seeded("restore", copy, "--yes")

    assert (copied.returncode, restored.returncode) == (0, 0), restored.stderr
    assert copy.stat().st_mode & 0o077 == 0
    assert seeded("tables", "list").stdout == tokens
    assert len(list(tmp_path.glob("meja.db.before-restore-*"))) == 1
    assert seeded("check").returncode == 0


def test_a_house_moves_to_postgresql_and_its_books_hold_there(seeded: Meja, postgres_url: str) -> None:
    address = postgres_url.replace("//meja@", "//meja:a-password@")

    moved = seeded("move", "--to", address)
    again = seeded("move", "--to", address)
    checked = seeded("check", MEJA_DATABASE_URL=postgres_url)
    back = seeded("move", "--to", address, MEJA_DATABASE_URL=postgres_url)

    assert (moved.returncode, moved.stderr) == (0, "")
    assert "\norders                        24\n" in moved.stdout
    assert "heartbeats" not in moved.stdout
    assert "set MEJA_DATABASE_URL to the new database" in moved.stdout
    assert "a-password" not in moved.stdout
    assert (again.returncode, again.stdout) == (2, "")
    assert again.stderr.startswith("meja: This SQLite file was moved to PostgreSQL and is served no more")
    assert checked.returncode == 0
    assert back.stderr == "meja: MEJA_DATABASE_URL is no SQLite database: there is nothing to move.\n"


def test_a_database_that_was_never_made_is_not_moved(meja: Meja, tmp_path: Path) -> None:
    done = meja("move", "--to", "postgresql+psycopg://meja@127.0.0.1:1/meja")

    assert (done.returncode, done.stderr) == (2, "meja: The database is not up to date. Run `meja migrate` first.\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", [("migrate",), ("serve",), ("check",), ("reconcile",)])
def test_a_database_of_a_newer_version_is_refused_in_one_sentence(
    seeded: Meja, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    """As after going back to older code; to migrate is no help there."""
    # `serve` sets it where nobody else has.
    monkeypatch.setenv("RES_OPTIONS", "timeout:2")
    database = Database(environment["MEJA_DATABASE_URL"])
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()

    done = seeded(*command)

    assert done.returncode == 2
    assert done.stderr == (
        "meja: The database is of a newer version of Meja. "
        "Bring that version in again, or restore a copy from before it.\n"
    )


def test_a_start_without_its_database_is_to_be_repeated(
    meja: Meja, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Supervised, a start that was refused (2) is not tried again; a database that is only late must be waited for."""
    monkeypatch.setenv("RES_OPTIONS", "timeout:2")

    done = meja("serve", MEJA_DATABASE_URL=f"postgresql+psycopg://meja@127.0.0.1:{free_port()}/meja")

    assert (done.returncode, done.stdout) == (75, "")
    assert done.stderr.startswith("meja: the database does not answer (")
    assert "Start again when it does" in done.stderr
    # A file that cannot be opened will not open by itself.
    folder = Path(environment["MEJA_DATA_DIR"]) / "meja.db"
    folder.mkdir()
    assert meja("serve").returncode == 2


def test_what_is_no_backup_replaces_nothing(seeded: Meja, tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("not a database at all, but long enough to look at" * 50)
    with sqlite3.connect(tmp_path / "other.db") as other:
        other.execute("CREATE TABLE something (id INTEGER)")
    other.close()
    tokens = seeded("tables", "list").stdout

    refused = [seeded("restore", tmp_path / name, "--yes") for name in ("text.db", "other.db", "missing.db")]

    assert [done.returncode for done in refused] == [2, 2, 2]
    assert seeded("tables", "list").stdout == tokens


def test_a_sweep_tells_how_many_it_asked_about(seeded: Meja) -> None:
    done = seeded("reconcile")

    assert (done.returncode, done.stdout) == (0, "Asked about 0 payments.\n")


@pytest.mark.parametrize("arguments", [["nonsense"], ["staff", "add"], ["serve", "--port", "70000"], ["restore"]])
def test_a_wrong_command_line_is_exit_code_two(meja: Meja, arguments: list[str]) -> None:
    done = meja(*arguments)

    assert done.returncode == 2
    assert "Traceback" not in done.stderr


@pytest.mark.serial
def test_a_silent_name_server_is_not_waited_for_long_unless_somebody_wants_it(
    meja: Meja, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RES_OPTIONS", "timeout:9")
    meja("serve")
    assert os.environ["RES_OPTIONS"] == "timeout:9"

    monkeypatch.delenv("RES_OPTIONS")
    # It is refused: there is no database yet.
    assert meja("serve").returncode != 0
    assert os.environ["RES_OPTIONS"] == "timeout:2 attempts:1"


def test_serve_answers_and_ends_when_told(seeded: Meja, environment: dict[str, str]) -> None:
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "core", "serve", "--port", str(port)], env=environment)
    try:
        assert soon(lambda: _answers(port), seconds=30)
        second = seeded("serve", "--port", str(free_port()))
        restoring = seeded("restore", Path(environment["MEJA_DATA_DIR"]) / "meja.db", "--yes")
        moving = seeded("move", "--to", "postgresql+psycopg://meja@127.0.0.1:1/meja")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(15)

    for refused in (second, restoring, moving):
        assert refused.returncode == 2
        assert "Another Meja already serves" in refused.stderr


def _answers(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/healthz", timeout=1).ok
    except requests.ConnectionError:
        return False


@pytest.mark.serial
def test_the_demo_takes_an_order_and_its_money_and_stops_with_its_simulator(
    environment: dict[str, str], tmp_path: Path
) -> None:
    port, simulator_port = free_port(), free_port()
    command = [sys.executable, "-m", "core", "demo", "--port", str(port), "--simulator-port", str(simulator_port)]
    process = subprocess.Popen(
        [*command, "--data", str(tmp_path / "demo")], env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert soon(lambda: _answers(port), seconds=40)
        paid = _orders_and_pays(port, simulator_port)
        taken = subprocess.run(
            [*command, "--data", str(tmp_path / "other")], env=environment, capture_output=True, text=True, check=False
        )
    finally:
        process.send_signal(signal.SIGINT)
        told, _ = process.communicate(timeout=20)

    assert paid["payment_status"] == "paid"
    for expected in ("kasir", "meja-demo-1234", "246810", f"http://127.0.0.1:{port}/cashier", "Stopped."):
        assert expected in told
    assert process.returncode == 0
    assert taken.returncode == 2
    assert f"Port {port} on 127.0.0.1 cannot be used" in taken.stderr
    with pytest.raises(requests.ConnectionError):
        requests.get(f"http://127.0.0.1:{simulator_port}/simulator/book", timeout=1)


def _orders_and_pays(port: int, simulator_port: int) -> Any:
    base, gateway = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{simulator_port}"
    page = requests.get(base, timeout=5).text
    token = page.split("/t/")[1].split('"')[0]
    menu = requests.get(f"{base}/api/v1/menu", params={"table": token}, timeout=5).json()
    dish = next(
        dish
        for group in menu["categories"]
        for dish in group["dishes"]
        if dish["available"] and not dish["option_groups"]
    )
    wish = {"table_token": token, "lines": [{"dish_id": dish["id"], "quantity": 2}], "payment_method": "qris"}
    order = requests.post(f"{base}/api/v1/orders", json=wish, timeout=5).json()
    requests.post(f"{base}/api/v1/payments/qris", json={"order_id": order["order_uid"]}, timeout=8).raise_for_status()
    address = f"{base}/api/v1/orders/{order['order_uid']}"
    reference = requests.get(address, timeout=5).json()["payment"]["reference"]
    requests.post(f"{gateway}/simulator/transactions/{reference}/pay", json={}, timeout=5).raise_for_status()
    soon(lambda: requests.get(address, timeout=5).json()["payment_status"] == "paid")
    return requests.get(address, timeout=5).json()


def test_where_others_can_reach_the_demo_its_logins_are_drawn_by_lot(house: Shop, tmp_path: Path) -> None:
    from core.cli.logins import KNOWN, logins_for

    assert seed_demo(house.core.db, house.core.clock) is False

    drawn = logins_for(house.core, tmp_path, is_public=True)
    again = logins_for(house.core, tmp_path, is_public=True)
    home = logins_for(house.core, tmp_path, is_public=False)

    assert drawn == again
    assert {login.password for login in drawn}.isdisjoint({login.password for login in KNOWN})
    assert home == list(KNOWN)
    assert (tmp_path / "logins.json").stat().st_mode & 0o077 == 0


def test_a_settlement_file_that_is_none_is_refused_in_one_sentence(seeded: Meja, tmp_path: Path) -> None:
    file = tmp_path / "november.csv"
    file.write_text("Order ID,Amount,Date\nSHOP-1,28.50,2026-11-28\n")

    bad = seeded("settlement", "import", file)
    unknown = seeded("settlement", "import", file, "--column", "colour=Amount")
    missing = seeded("settlement", "import", tmp_path / "none.csv")

    assert (bad.returncode, unknown.returncode, missing.returncode) == (2, 2, 2)
    assert bad.stderr == "meja: Nothing was imported. Row 2, gross amount: 28.50 is not whole rupiah.\n"
    assert "no meaning colour" in unknown.stderr
    assert "cannot be read" in missing.stderr


@pytest.mark.serial
def test_help_does_not_wait_for_heavy_libraries(environment: dict[str, str]) -> None:
    loaded = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", "import core.cli"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stderr

    for heavy in ("fpdf", "alembic", "xlsxwriter", "fastapi", "uvicorn", "PIL", "midtransclient", "yaml"):
        assert not any(line.rpartition("|")[2].strip() == heavy for line in loaded.splitlines()), heavy


@pytest.mark.serial
def test_the_first_answer_comes(seeded: Meja, environment: dict[str, str]) -> None:
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "core", "serve", "--port", str(port)], env=environment)
    try:
        # How soon, `make bench` measures.
        assert soon(lambda: _answers(port), seconds=30)
    finally:
        process.terminate()
        process.wait(15)


def test_python_dash_m_core_is_meja(environment: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "core", "check"], env=environment, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (2, "meja: The database is not up to date. Run `meja migrate` first.\n")


def test_a_shop_gets_hours_and_a_pause_from_the_command_line(seeded: Meja) -> None:
    demo = seeded("outlet", "hours")
    given = seeded("outlet", "hours", "sen-jum 10:00-22:00", "sab,min 8:00-01:00")
    wrong = seeded("outlet", "hours", "mon 10-22")
    both = seeded("outlet", "hours", "mon 10:00-22:00", "--always")
    paused = seeded("outlet", "pause", "Dapur penuh", "--minutes", "25")
    shown = seeded("outlet", "show")
    nothing = seeded("outlet", "pause", " ")
    resumed = seeded("outlet", "resume")
    always = seeded("outlet", "hours", "--always")

    assert demo.stdout == "daily 00:00-24:00\n"
    assert given.stdout == "mon,tue,wed,thu,fri 10:00-22:00\nsat,sun 08:00-01:00\n"
    assert (wrong.returncode, both.returncode, nothing.returncode) == (2, 2, 2)
    assert "mon 10-22" in wrong.stderr
    assert (paused.returncode, resumed.returncode) == (0, 0)
    assert "hours\tmon,tue,wed,thu,fri 10:00-22:00; sat,sun 08:00-01:00" in shown.stdout
    assert "now\t" in shown.stdout
    assert always.stdout == "always\n"
