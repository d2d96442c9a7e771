"""A page that stood open while the program was brought up to date hears of it with the next answer."""

import re
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from core.web.pages import Pages
from tests.shop import Shop


def test_a_page_knows_the_version_that_answers_carry(client: TestClient, house: Shop, application: FastAPI) -> None:
    address = f"/orders/{house.order('Es Teh').uid}"

    page = client.get(address)

    assert re.findall(r'id="newer"[^>]*data-version="(\w+)"', page.text) == [page.headers["meja-version"]]
    application.state.pages.version = "another"
    assert client.get(address).headers["meja-version"] == "another"
    assert client.get("/nowhere").headers["meja-version"] == "another"


def test_until_newer_code_is_taken_up_pages_are_those_of_the_old(
    application: FastAPI, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An upgrade lays the new files down minutes before the reload; a page that nobody had asked for yet waits for its."""
    page = tmp_path / "templates" / "cashier" / "seldom.html"
    page.parent.mkdir(parents=True)
    page.write_text("{{ _('Board') }} {{ told }}")
    here = application.state.pages
    monkeypatch.setattr("core.web.pages.folder", tmp_path.__truediv__)
    in_production = Pages(application.router, application.state.assets, here.languages, reload=False)

    page.write_text("{{ what_only_newer_code_tells }}")

    written = in_production.write("cashier/seldom.html", {"told": 5}, language="en", zone="Asia/Jakarta")
    assert written == "Board 5"
