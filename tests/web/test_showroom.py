"""The page of all components: complete, and only where there is no real money."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from core.base.settings import Settings
from core.web.places import folder
from main import create_app
from tests.shop import Shop
from tests.web.conftest import HERE

TEMPLATES = folder("templates")
MACRO = re.compile(r"macro (\w+)\(")
CLASSES = "button|tile|chip|sheet|stepper|badge|toast|banner|empty|keypad|countdown|field"
BY_HAND = re.compile(rf'class="(?:{CLASSES})[ "]')


def _components() -> set[str]:
    files = (TEMPLATES / "shared/components").glob("*.html")
    return {name for file in files for name in MACRO.findall(file.read_text(encoding="utf-8"))}


def _pages() -> Iterator[tuple[str, str]]:
    """Give every template of ours that is no component itself. The simulator's are an outside party's."""
    for path in sorted(TEMPLATES.rglob("*.html")):
        name = path.relative_to(TEMPLATES).as_posix()
        if not name.startswith(("shared/components/", "simulator/")):
            yield name, path.read_text(encoding="utf-8")


def _calls(component: str) -> re.Pattern[str]:
    return re.compile(rf"\{{[{{%][^}}]*(?<![\w.])(?:{component})\(")


@pytest.fixture
def serious(house: Shop) -> TestClient:
    """The same house, where money is real."""
    settings = Settings(
        _env_file=None,
        environment="production",
        secret_key=SecretStr("s" * 32),
        midtrans_environment="production",
        midtrans_server_key=SecretStr("Mid-server-own"),
    )
    return TestClient(create_app(core=replace(house.core, settings=settings)), base_url=HERE)


def test_every_component_is_shown_under_its_name(client: TestClient) -> None:
    page = client.get("/components")

    assert page.status_code == 200
    assert set(re.findall(r'data-component="(\w+)"', page.text)) == _components()


@pytest.mark.parametrize("component", sorted(_components()))
def test_what_is_shown_is_the_component_itself_and_pages_use_it(component: str) -> None:
    shown = [name for name, text in _pages() if name.startswith("shared/showroom/") and _calls(component).search(text)]
    using = [
        name
        for name, text in _pages()
        if not name.startswith("shared/showroom") and re.search(rf"import [^%]*\b{component}\b", text)
    ]

    assert shown
    assert using, f"nobody uses {component}"


def test_no_page_writes_a_component_by_hand() -> None:
    by_hand = [name for name, text in _pages() if BY_HAND.search(text)]

    assert by_hand == []


@pytest.mark.parametrize(("language", "words"), [("id", "Komponen"), ("en", "Components")])
def test_the_components_speak_both_languages(client: TestClient, language: str, words: str) -> None:
    page = client.get(f"/components?lang={language}").text

    assert f"<h1>{words}</h1>" in page
    assert f'<html lang="{language}"' in page


def test_a_button_that_is_tried_leads_nowhere(client: TestClient) -> None:
    answer = client.post("/components", headers={"sec-fetch-site": "same-origin"})

    assert (answer.status_code, answer.headers["location"]) == (303, "/components")


def test_the_demo_leads_to_the_components(client: TestClient) -> None:
    assert 'href="/components"' in client.get("/").text


def test_where_money_is_real_nobody_sees_them(serious: TestClient) -> None:
    assert serious.get("/healthz").status_code == 200
    assert serious.get("/components").status_code == 404
    assert 'href="/components"' not in serious.get("/").text
