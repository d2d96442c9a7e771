"""Nothing comes from where it should not: pinned packages, no foreign hosts, no scripts between the lines."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from requirements.digest import out_of_step
from tests.conftest import unavailable

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ("runtime.txt", "otel.txt", "dev.txt")

# Spelt in pieces, so that this file does not name them itself.
_PACKAGE_HOSTS = tuple(
    ".".join(pieces)
    for pieces in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("unpkg", "com"),
        ("jsdelivr", "net"),
        ("cdnjs", "cloudflare"),
        ("deb", "debian", "org"),
    )
)
_LOCAL_PATH = re.compile(r"(?<![\w.\-])/(?:root|work|home|Users)/\w")

_INLINE = {
    "a script between the lines": re.compile(r"<script(?![^>]*\ssrc=)", re.IGNORECASE),
    "a style between the lines": re.compile(r"<style|\sstyle\s*=\s*[\"']", re.IGNORECASE),
    "a handler in an attribute": re.compile(r"\s(?:on[a-z]+|hx-on[\w:.\-]*)\s*=\s*[\"']|javascript:", re.IGNORECASE),
    "htmx's own eval": re.compile(r"hx-(?:vals|headers)[\w:]*\s*=\s*[\"']\s*js:", re.IGNORECASE),
    "text taken for markup": re.compile(r"\|\s*safe\b|autoescape\s+false"),
    "a file from a foreign host": re.compile(
        r"\ssrc\s*=\s*[\"'](?:https?:)?//|<link[^>]*(?:https?:)?//", re.IGNORECASE
    ),
}


def _our_files() -> list[Path]:
    """Give every text file of the project, vendored ones left out."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        unavailable("not a git checkout, so what belongs to the project cannot be told from what does not")
    # The checkout may belong to another account than the tests'.
    command = ["git", "-c", "safe.directory=*", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    names = [name for name in listing.stdout.decode().split("\0") if name and not name.startswith("static/vendor/")]
    return [path for path in map(ROOT.joinpath, names) if path.is_file() and b"\0" not in path.read_bytes()[:8000]]


def _lines_with(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if pattern.search(line)
    ]


_PIN = re.compile(r"(?P<name>[\w.\-]+)(?:\[(?P<extras>[\w, \-]+)\])?==(?P<version>[^\s;\\]+)", re.ASCII)


def _pins(name: str) -> dict[str, str]:
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    return {pin["name"]: pin["version"] for pin in map(_PIN.match, text.splitlines()) if pin}


def _pinned_extras() -> dict[str, set[str]]:
    text = (ROOT / "requirements" / "dev.txt").read_text(encoding="utf-8")
    pins = filter(None, map(_PIN.match, text.splitlines()))
    return {pin["name"]: set((pin["extras"] or "").replace(" ", "").split(",")) for pin in pins}


def _wished_extras() -> Iterator[tuple[str, str]]:
    """Tell of each package that another one here wants with an extra."""
    for package in distributions():
        for wish in map(Requirement, package.requires or []):
            if wish.marker is None or wish.marker.evaluate({"extra": ""}):
                yield from ((canonicalize_name(wish.name), extra) for extra in wish.extras)


def test_no_file_names_a_package_host() -> None:
    hosts = re.compile("|".join(map(re.escape, _PACKAGE_HOSTS)), re.IGNORECASE)

    assert _lines_with(hosts, _our_files()) == []


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    assert _lines_with(_LOCAL_PATH, _our_files()) == []


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_every_package_is_pinned_and_hashed(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", text.partition("\n")[2].strip())

    assert len(entries) > 50
    assert [entry for entry in entries if not _PIN.match(entry) or "--hash=sha256:" not in entry] == []
    assert [line for line in text.splitlines() if "://" in line or line.startswith("-")] == []


def test_a_package_wanted_with_an_extra_is_pinned_with_it_or_an_older_pip_looks_for_the_newest() -> None:
    pinned, wished = _pinned_extras(), set(_wished_extras())

    assert ("coverage", "toml") in wished
    assert [(name, extra) for name, extra in wished if extra not in pinned[name]] == []


def test_the_compiled_requirements_are_in_step_with_the_project_file() -> None:
    assert out_of_step() == [], "run `make requirements`"


def test_what_is_tested_is_what_runs() -> None:
    runtime, otel, dev = map(_pins, REQUIREMENTS)

    assert {name: dev.get(name) for name in otel} == otel
    assert {name: otel.get(name) for name in runtime} == runtime


def test_what_sends_traces_is_brought_only_to_who_asks_for_it() -> None:
    runtime, otel = _pins("runtime.txt"), _pins("otel.txt")

    assert {"opentelemetry-sdk", "opentelemetry-exporter-otlp-proto-http"} <= set(otel) - set(runtime)


@pytest.mark.parametrize("fault", _INLINE)
def test_no_template_holds(fault: str) -> None:
    templates = sorted((ROOT / "templates").rglob("*.html"))

    assert _lines_with(_INLINE[fault], templates) == []
