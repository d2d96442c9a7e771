"""A page that stood open while the program was brought up to date hears of it with the next answer."""

import re

from fastapi import FastAPI
from starlette.testclient import TestClient

from tests.shop import Shop


def test_a_page_knows_the_version_that_answers_carry(client: TestClient, house: Shop, application: FastAPI) -> None:
    address = f"/orders/{house.order('Es Teh').uid}"

    page = client.get(address)

    assert re.findall(r'id="newer"[^>]*data-version="(\w+)"', page.text) == [page.headers["meja-version"]]
    application.state.pages.version = "another"
    assert client.get(address).headers["meja-version"] == "another"
    assert client.get("/nowhere").headers["meja-version"] == "another"
