"""Who names no collector has no library of traces loaded; who names one and lacks the library is told at the start."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from core.base.settings import Settings
from core.base.traces import note, span, traced, was_told_of
from tests.chaos.serving import ROOT
from tests.traces.collector import ENDPOINT, open_collector

# What pip leaves out without meja[otel] is not found, by whatever asks for it.
_WITHOUT_THE_EXTRA = """
import sys
from importlib.machinery import PathFinder

LEFT_OUT = ("opentelemetry.sdk", "opentelemetry.exporter", "opentelemetry.instrumentation", "opentelemetry.proto")

class Finder(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        is_left_out = any(name == package or name.startswith(package + ".") for package in LEFT_OUT)
        return None if is_left_out else super().find_spec(name, path, target)

sys.meta_path[sys.meta_path.index(PathFinder)] = Finder
"""
_OPENS = """
import sys
from core.base.settings import Settings
from main import create_app
create_app(Settings(_env_file=None, database_url="sqlite://{database}"))
print([name for name in sys.modules if name.startswith("opentelemetry.") and name.split(".")[1] in {left_out}])
"""
_LEFT_OUT = {"sdk", "exporter", "instrumentation", "proto"}


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MEJA_") or "TEST" in name}
    return clean | {"MEJA_DATABASE_URL": f"sqlite:///{tmp_path / 'meja.db'}", "MEJA_DATA_DIR": str(tmp_path)}


@pytest.fixture
def without_the_extra(environment: dict[str, str], tmp_path: Path) -> dict[str, str]:
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(_WITHOUT_THE_EXTRA)
    return environment | {"PYTHONPATH": str(folder)}


def _run(environment: dict[str, str], *command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *command], env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )


def test_a_start_with_a_collector_and_without_the_extra_is_refused_in_one_sentence(
    without_the_extra: dict[str, str],
) -> None:
    done = _run(without_the_extra | {ENDPOINT: "http://127.0.0.1:4318"}, "-m", "core", "serve")

    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "meja: OTEL_EXPORTER_OTLP_ENDPOINT is set, but what sends traces is not installed: "
        "install meja[otel] (requirements/otel.txt), or take the variable away."
    ]


def test_an_address_that_is_none_is_refused(environment: dict[str, str]) -> None:
    done = _run(environment | {ENDPOINT: "127.0.0.1:4318"}, "-m", "core", "serve")

    assert done.returncode == 2
    assert "OTEL_EXPORTER_OTLP_ENDPOINT needs an address such as http://127.0.0.1:4318" in done.stderr


@pytest.mark.parametrize("place", ["environment", "without_the_extra"])
def test_without_a_collector_nothing_of_the_library_is_loaded(
    place: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    program = _OPENS.format(database=tmp_path / "meja.db", left_out=_LEFT_OUT)

    done = _run(request.getfixturevalue(place) | {"FASTAPI_OTEL_AUTO_CONFIGURE": "true"}, "-c", program)

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "[]"


def test_without_a_collector_a_span_is_nothing() -> None:
    @traced("work")
    def work(count: int) -> int:
        note(tries=count)
        was_told_of("K")
        with span("part", follows="K", reference="K") as tell:
            tell(outcome="done")
        return count + 1

    assert work(1) == 2
    assert span("one") is span("another")


def test_the_collector_is_shown_among_the_settings_without_its_password(environment: dict[str, str]) -> None:
    done = _run(environment | {ENDPOINT: "https://meja:canary@collector.example"}, "-m", "core", "config")

    assert "OTEL_EXPORTER_OTLP_ENDPOINT=https://********@collector.example" in done.stdout.splitlines()


def test_the_librarys_other_names_may_stand_in_the_file_of_settings(
    environment: dict[str, str], tmp_path: Path
) -> None:
    program = """
import os
from core.base.database import Database
from core.base.settings import Settings
from core.base.traces import span
from core.gateways.open_telemetry import Traces

before = dict(os.environ)
traces = Traces(Settings(), Database("sqlite:///meja.db").engine)
with span("work"):
    pass
traces.close()
assert os.environ == before
"""
    with open_collector() as collector:
        names = {
            ENDPOINT: collector.address,
            "OTEL_SERVICE_NAME": "warung",
            "OTEL_RESOURCE_ATTRIBUTES": "place=bandung",
        }
        (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name, value in names.items()))
        done = subprocess.run(
            [sys.executable, "-c", program],
            env=environment | {"PYTHONPATH": str(ROOT)},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

        assert done.returncode == 0, done.stderr
        (told,) = collector.resources
        assert (told["service.name"], told["place"]) == ("warung", "bandung")


def test_the_address_may_end_in_a_slash() -> None:
    named: dict[str, Any] = {ENDPOINT: "http://127.0.0.1:4318/"}

    assert Settings(_env_file=None, **named).otlp_endpoint == "http://127.0.0.1:4318"
