"""No rule is left behind: each can match something on a page that loads it."""

import re
from pathlib import Path

import pytest

from tests.web.style_sheets import STATIC, Vocabulary, selectors, style_sheets, unknown_parts, vocabulary_of

ALL = "\n".join(path.read_text(encoding="utf-8") for path in style_sheets())


@pytest.mark.parametrize("sheet", style_sheets(), ids=lambda path: path.relative_to(STATIC).as_posix())
def test_every_rule_can_match_something_on_a_page_that_loads_it(sheet: Path) -> None:
    known = vocabulary_of(sheet)

    idle = {
        selector.strip(): missing
        for selector in selectors(sheet.read_text(encoding="utf-8"))
        if (missing := unknown_parts(selector, known))
    }

    assert idle == {}


def test_every_motion_is_used() -> None:
    idle = [
        name
        for name in re.findall(r"@keyframes ([\w-]+)", ALL)
        if not re.search(rf"animation[\w-]*:[^;]*\b{name}\b", ALL)
    ]

    assert idle == []


def test_every_token_is_used() -> None:
    idle = {name for name in re.findall(r"(?<![\w-])(--[\w-]+):", ALL) if f"var({name}" not in ALL}

    assert idle == set()


@pytest.mark.parametrize(
    "selector",
    [".gone", ".menu .gone", ".menu:has(.gone)", "#gone", "[data-gone]", "video", ".slip--gone", ":is(.menu, .gone)"],
)
def test_what_no_page_has_is_noticed(selector: str) -> None:
    known = Vocabulary()
    known.reads_template('<p class="menu slip--{{ age }}" data-state="live">{# .gone #}</p>')

    assert unknown_parts(selector, known) != []


@pytest.mark.parametrize(
    "selector", [".menu", ".menu:hover::before", "p.menu[data-state='live']", ".slip--late", ".sent p"]
)
def test_what_a_page_may_have_is_left_alone(selector: str) -> None:
    known = Vocabulary(values={"late"})
    known.reads_template('<p class="menu slip--{{ age }}" data-state="live"></p>')
    known.reads_script('button.classList.add("sent"); document.querySelector(".gone");')

    assert unknown_parts(selector, known) == []
    assert not known.has_name("gone")
