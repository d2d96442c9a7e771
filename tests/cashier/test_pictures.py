"""A manager shows guests what a dish looks like."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from core.cli import app
from core.menu.models import Dish
from tests.cashier.conftest import Counter
from tests.menu.test_pictures import bomb, photo


def uploads(counter: Counter, dish: Dish, picture: bytes, name: str = "sate.jpg") -> str:
    answer = counter.browser.post(f"/cashier/pictures/{dish.id}", files={"picture": (name, picture, "image/jpeg")})
    return counter.after(answer) if answer.status_code == 303 else answer.text


def pictures_of(page: str) -> list[str]:
    return re.findall(r"/pictures/small/upload-[0-9a-f]{20}\.webp", page)


def test_an_uploaded_picture_is_on_the_menu_at_once_in_two_sizes(running: Counter) -> None:
    manager = running
    manager.signs_in("manager")
    dish = manager.shop.dishes["Sate Ayam"]
    menu = f"/t/{manager.shop.tables[0].token}"
    before = manager.browser.get(menu)

    with manager.browser.websocket_connect(
        f"/live/menu/{manager.shop.tables[0].token}", headers={"origin": "http://testserver"}
    ) as phone:
        (address,) = pictures_of(uploads(manager, dish, photo()))
        assert phone.receive_json()

        after = manager.browser.get(menu)
        assert after.headers["etag"] != before.headers["etag"]
        assert pictures_of(after.text) == [address]
        small, large = manager.browser.get(address), manager.browser.get(address.replace("small", "large"))
        assert small.headers["content-type"] == large.headers["content-type"] == "image/webp"
        assert "immutable" in small.headers["cache-control"]
        assert len(small.content) < 8_001 < len(large.content)
        assert address.replace("small", "large") in manager.browser.get(f"{menu}/dishes/{dish.id}").text
        given = manager.browser.get(f"/api/v1/menu?table={manager.shop.tables[0].token}").json()
        urls = [each["image_url"] for category in given["categories"] for each in category["dishes"]]
        assert sum(bool(url) and url.endswith(address) for url in urls) == 1

    def test_a_picture_is_taken_down_and_the_dish_stays(manager: Counter) -> None:
        dish = manager.shop.dishes["Sate Ayam"]
        uploads(manager, dish, photo())

        page = manager.after(manager.browser.post(f"/cashier/pictures/{dish.id}/take-down"))

        assert pictures_of(page) == []
        assert "Sate Ayam" in manager.browser.get(f"/t/{manager.shop.tables[0].token}").text


@pytest.mark.parametrize(
    ("picture", "said"),
    [(b"<script>alert(1)</script>", "bukan gambar"), (bomb(9_000), "terlalu besar")],
    ids=["no picture", "a bomb"],
)
def test_what_cannot_be_shown_is_refused_in_one_sentence_and_nothing_changes(
    manager: Counter, picture: bytes, said: str
) -> None:
    dish = manager.shop.dishes["Sate Ayam"]

    page = uploads(manager, dish, picture)

    assert said in page
    assert pictures_of(manager.sees("/cashier/pictures")) == []


def test_a_form_without_a_picture_or_with_more_is_refused(manager: Counter) -> None:
    address = f"/cashier/pictures/{manager.shop.dishes['Sate Ayam'].id}"
    two = [("picture", ("a.jpg", photo(), "image/jpeg"))] * 2

    assert manager.browser.post(address, data={"picture": "text"}).status_code in {400, 422}
    assert manager.browser.post(address).status_code == 422
    assert manager.browser.post(address, files=two).status_code == 400


def test_more_than_any_photo_has_is_not_taken(manager: Counter) -> None:
    address = f"/cashier/pictures/{manager.shop.dishes['Sate Ayam'].id}"

    assert manager.browser.post(address, content=bytes(11 * 1024 * 1024)).status_code == 413


def test_a_dish_of_nobody_and_a_picture_of_nobody_are_not_found(manager: Counter) -> None:
    assert manager.browser.post("/cashier/pictures/999999", files={"picture": photo()}).status_code == 404
    assert manager.browser.post("/cashier/pictures/999999/take-down").status_code == 404
    for name in ("upload-00000000000000000000.webp", "..%2f..%2fmeja.db", "upload-.webp", "sate-ayam-madura.svg"):
        assert manager.browser.get(f"/pictures/small/{name}").status_code == 404
    assert manager.browser.get("/pictures/huge/upload-00000000000000000000.webp").status_code in {404, 422}


def test_the_command_line_hangs_up_a_picture_too(
    manager: Counter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "sate.jpg"
    file.write_bytes(photo())
    monkeypatch.setenv("MEJA_DATABASE_URL", manager.shop.core.settings.database_url)
    monkeypatch.setenv("MEJA_DATA_DIR", str(tmp_path))

    done = CliRunner().invoke(app, ["menu", "picture", "Sate Ayam", str(file)])
    unknown = CliRunner().invoke(app, ["menu", "picture", "Pizza", str(file)])

    assert done.exit_code == 0, done.output
    assert len(pictures_of(manager.sees("/cashier/pictures"))) == 1
    assert unknown.exit_code != 0
