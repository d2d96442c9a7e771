"""A module fits in a head, a template on a screen, and no file is a drawer for odds and ends."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("core", "kiosk", "cashier", "simulator")
NO_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "constants", "manager", "managers"}


def _modules() -> list[Path]:
    found = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    found += [path for path in [ROOT / "main.py"] if path.exists()]
    return [path for path in found if "core/migrations/versions" not in path.as_posix()]


def _templates() -> list[Path]:
    return sorted((ROOT / "templates").rglob("*.html"))


def _is_partial(path: Path) -> bool:
    return path.name.startswith("_")


def _length(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def _named(paths: list[Path]) -> list[str]:
    return [path.relative_to(ROOT).as_posix() for path in paths]


def test_no_module_is_longer_than_three_hundred_lines() -> None:
    long = [path for path in _modules() if _length(path) > 300]

    assert _named(long) == []


@pytest.mark.parametrize(("kind", "most"), [("page", 80), ("partial", 40)])
def test_no_template_is_longer_than_a_screen(kind: str, most: int) -> None:
    of_this_kind = [path for path in _templates() if _is_partial(path) == (kind == "partial")]

    assert _named([path for path in of_this_kind if _length(path) > most]) == []


def test_every_file_is_named_for_what_is_in_it() -> None:
    drawers = [path for path in _modules() if path.stem in NO_NAMES or path.parent.name in NO_NAMES]

    assert _named(drawers) == []
