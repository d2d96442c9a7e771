"""What operators copy fits the program: every figure that is drawn or alerted on exists, and every file can be read."""

import configparser
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from starlette.testclient import TestClient

from core.base.database import POOL_SIZE
from core.base.settings import Settings
from core.cli.serving import DATABASE_AWAY
from core.events.record import SYSTEM
from tests.shop import Shop, notification
from tests.web.patience import soon

ROOT = Path(__file__).resolve().parents[2]
FILES = ROOT / "docs" / "operation"
UNITS = sorted([*FILES.glob("*.service"), *FILES.glob("*.timer")])
_FIGURE = re.compile(r"(meja_[a-z_]+)(?:\{([^}]*)\})?")
_MATCHER = re.compile(r'(\w+)(=~|=)"([^"]*)"')
_OF_THE_COLLECTOR = {"job", "instance"}
_LATER = {"500", "503", "403"}
"""Answers that a healthy program has not given yet."""


def drawn() -> Iterator[str]:
    """Every expression of the dashboard and of the alerts."""
    for panel in json.loads((FILES / "grafana.json").read_text(encoding="utf-8"))["panels"]:
        yield from (target["expr"] for target in panel["targets"])
    for rule in rules():
        yield rule["expr"]


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load((FILES / "meja-alerts.yml").read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


@pytest.fixture
def told(client: TestClient, house: Shop) -> str:
    """The figures of a restaurant in which an order was placed, paid and served."""
    order = house.order("Sate Ayam")
    assert soon(lambda: house.attempt(order).qr_text is not None)
    attempt = house.attempt(order)
    house.simulator.pay(attempt.reference, notify=False)
    body = notification(attempt.reference, attempt.amount, "settlement")
    client.post("/api/v1/webhooks/midtrans", content=body, headers={"content-type": "application/json"})
    assert soon(lambda: house.status(order) == ("confirmed", "paid"))
    for step in (house.core.kitchen.start, house.core.kitchen.ready, house.core.kitchen.serve):
        step(order.uid, SYSTEM)
    assert soon(lambda: 'meja_notification_lag_seconds{quantile="0.95"}' in client.get("/metrics").text)
    return client.get("/metrics").text


def test_every_figure_that_is_drawn_or_alerted_on_exists(told: str) -> None:
    missing = {
        f"{name}{{{matchers}}}"
        for expression in drawn()
        for name, matchers in _FIGURE.findall(expression)
        if not _is_told(told, name, matchers)
    }

    assert missing == set()


def _is_told(told: str, name: str, matchers: str) -> bool:
    """Whether there is a line of this name with such labels; an answer that was not given yet may be any."""
    wanted = {
        label: value.replace("\\\\", "\\") if how == "=~" else re.escape(value)
        for label, how, value in _MATCHER.findall(matchers)
        if label not in _OF_THE_COLLECTOR
    }
    if wanted.get("status") in _LATER:
        wanted["status"] = ".*"
    lines = re.findall(rf"^{name}(?:\{{(.*)\}})? \S+$", told, re.MULTILINE)
    return any(all(re.search(f'{label}="{value}"', line) for label, value in wanted.items()) for line in lines)


def test_every_figure_of_ours_is_drawn(told: str) -> None:
    """A figure that nobody looks at is a figure too many."""
    ours = set(re.findall(r"^# TYPE (meja_[a-z_]+) (?:counter|gauge|histogram)$", told, re.MULTILINE))
    shown = {re.sub(r"_bucket$", "", name) for expression in drawn() for name, _ in _FIGURE.findall(expression)}
    behind_another = {"meja_worker_turned_monotonic_seconds", "meja_notifications_unmatched"}

    made_by_the_library = {name for name in ours if name.endswith("_created")}
    assert ours - made_by_the_library - shown - behind_another == set()


def test_every_alert_says_what_it_is_and_stands_in_the_page_for_operators() -> None:
    page = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")

    for rule in rules():
        assert rule["annotations"]["summary"]
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert f"`{rule['alert']}`" in page, rule["alert"]
        assert rule["expr"].count("(") == rule["expr"].count(")")


def test_what_is_alerted_on_by_its_increase_is_there_before_it_happens(client: TestClient) -> None:
    """Of a line that comes with its first count, a collector sees no increase: the first fault would wake nobody."""
    told = client.get("/metrics").text

    counted = [
        (name, matchers)
        for rule in rules()
        for span in re.findall(r"increase\(([^)]*)\[", rule["expr"])
        for name, matchers in _FIGURE.findall(span)
    ]

    assert len(counted) > 4
    for name, matchers in counted:
        for kind in re.findall(r"attempt\.\w+", matchers) or [matchers]:
            wanted = f'kind="{kind}"' if kind.startswith("attempt.") else matchers
            # What is asked of all answers at once is many long before it counts.
            assert _is_told_exactly(told, name, wanted) or matchers == 'status="503"', (name, wanted)


def _is_told_exactly(told: str, name: str, matchers: str) -> bool:
    wanted = set(matchers.split(",")) - {""}
    lines = re.findall(rf"^{name}(?:\{{(.*)\}})? \S+$", told, re.MULTILINE)
    return any(wanted <= set(line.split(",")) for line in lines)


def test_what_serves_in_containers_comes_again_with_the_machine() -> None:
    """Docker leaves a container with `on-failure` lying when the machine comes up again after a power cut."""
    services = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]

    once = {"prepare", "prepare-single", "rights"}
    assert {name for name, service in services.items() if service["restart"] == "no"} == once
    for name, service in services.items():
        assert name in once or service["restart"] in {"always", "unless-stopped"}, name


def test_operators_read_how_many_connections_a_process_may_open() -> None:
    page = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")

    assert f"up to {POOL_SIZE} connections to PostgreSQL" in page


def test_the_dashboard_stands_side_by_side_and_every_panel_asks_something() -> None:
    panels = json.loads((FILES / "grafana.json").read_text(encoding="utf-8"))["panels"]

    places = [(p["gridPos"]["x"] + column, p["gridPos"]["y"]) for p in panels for column in range(p["gridPos"]["w"])]
    assert len(set(places)) == len(places)
    assert max(column for column, _ in places) < 24
    assert all(panel["targets"] for panel in panels)
    assert len({panel["id"] for panel in panels}) == len(panels)


def test_compose_names_what_exists_and_settings_that_are_ours() -> None:
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    services = compose["services"]

    assert {profile for service in services.values() for profile in service["profiles"]} == {"single", "scale"}
    for name, service in services.items():
        assert set(service.get("depends_on", ())) <= set(services), name
        for volume in service.get("volumes", ()):
            source = volume.partition(":")[0]
            assert source in compose["volumes"] or (ROOT / source).exists(), volume
        if service.get("image") == "meja":
            names = {key.removeprefix("MEJA_").lower() for key in service["environment"] if key.startswith("MEJA_")}
            assert names <= set(Settings.model_fields), name


def test_the_image_is_not_root_pins_hashes_and_copies_what_is_there() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")

    assert "--require-hashes" in text
    assert "HEALTHCHECK" in text
    assert text.index("USER 10001") < text.index('CMD ["meja", "serve"]')
    copied = [
        words[:-1] for line in re.findall(r"^COPY (?!--from)(.*)$", text, re.MULTILINE) if (words := line.split())
    ]
    allowed = {
        line.removeprefix("!") for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")
    }
    for name in (name for names in copied for name in names):
        assert (ROOT / name).exists(), name
        assert name in allowed, name
    names = {name.lower() for name in re.findall(r"MEJA_(\w+)=", text)}
    assert names <= set(Settings.model_fields)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_units_of_systemd_can_be_read(unit: Path, tmp_path: Path) -> None:
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign] # names as they stand
    parser.read(unit, encoding="utf-8")
    assert parser["Unit"]["Description"]
    if unit.name == "meja.service":
        assert parser["Service"]["ExecReload"] == "/bin/kill -HUP $MAINPID"
        assert parser["Service"]["RestartPreventExitStatus"] == "2 3"
        assert str(DATABASE_AWAY) not in parser["Service"]["RestartPreventExitStatus"].split()
        assert parser["Unit"]["StartLimitIntervalSec"] == "0"

    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        return  # Where systemd is not, its own word is not to be had.
    for each in UNITS:
        # The program lies elsewhere on the machine of the test.
        (tmp_path / each.name).write_text(re.sub(r"/opt/meja/\S+/meja", "/bin/true", each.read_text(encoding="utf-8")))
    said = subprocess.run(
        [analyze, "verify", tmp_path / unit.name], capture_output=True, text=True, timeout=60, check=False
    )
    assert [line for line in said.stderr.splitlines() if unit.name in line] == []
