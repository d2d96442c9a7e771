"""Whatever is typed into a note, a name or the menu stands on every page as text, and as nothing else."""

import html
import json
import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

import pytest
import yaml
from sqlalchemy import update
from starlette.testclient import TestClient

from core.base.text import clean_text
from core.events.record import SYSTEM
from core.services.menu_files import MenuFiles, MenuFormat
from core.staff.models import StaffMember
from main import create_app
from tests.cheap_secrets import cheap_hash
from tests.kiosk.conftest import HERE, Diner
from tests.kiosk.payloads import PAYLOADS
from tests.kiosk.test_receipt_pdf import words_of
from tests.running_simulator import Simulator
from tests.shop import CASHIER, Shop, open_shop

_PASSWORD = "sandi-untuk-uji"
_NAME: Final = 60
_PAGES = ("menu", "dish", "basket", "order", "status", "receipt", "board", "desk", "kitchen", "refund")


class _Bones(HTMLParser):
    """A page without its words: its elements, and the names of their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, tuple[str, ...]]] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, tuple(name for name, _ in attrs)))
        self.words += [value for name, value in attrs if name in {"aria-label", "data-other"} and value]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


class _Evening:
    """One house, its menu imported and its dishes ordered with such texts, and all the pages that show them."""

    def __init__(self, shop: Shop, texts: list[str]) -> None:
        self.shop = shop
        browser = TestClient(create_app(core=shop.core), base_url=HERE, client=("127.0.0.1", 4711))
        self.diner = Diner(browser, shop)
        with shop.core.db.write() as session:
            session.execute(update(StaffMember).values(password_hash=cheap_hash(_PASSWORD)))
        self._imports(texts)
        self.pages = self._seen(texts)

    def _imports(self, texts: list[str]) -> None:
        dishes = [
            {
                "name": f"{number} {text}"[:_NAME],
                "name_en": f"en {number} {text}"[:_NAME],
                "description": text,
                "price": 10_000,
                "options": [{"name": text[:_NAME], "max": 1, "choices": [{"name": text[:_NAME]}]}],
            }
            for number, text in enumerate(texts)
        ]
        menu = {"categories": [{"name": texts[0][:_NAME], "dishes": dishes}]}
        files = MenuFiles(self.shop.core.db, self.shop.core.clock)
        files.import_menu(yaml.safe_dump(menu, allow_unicode=True), MenuFormat.YAML, SYSTEM)

    def _seen(self, texts: list[str]) -> dict[str, str]:
        diner, table = self.diner, self.diner.table
        menu = self.shop.core.menu.menu(self.shop.tables[0].token)
        dishes = [dish for category in menu.categories for dish in category.dishes if dish.price == 10_000]
        for dish, text in zip(dishes, texts, strict=True):
            option = str(dish.option_groups[0].options[0].id)
            form = {"dish_id": str(dish.id), "note": text, "option_ids": option}
            assert diner.browser.post(f"{table}/basket", data=form, follow_redirects=False).status_code == 303
        pages = {
            "menu": diner.opens().text,
            "dish": diner.opens(f"{table}/dishes/{dishes[0].id}").text,
            "basket": diner.opens(f"{table}/basket").text,
        }
        self.order = diner.order_at(diner.pays_by("qris", customer_name=texts[0][:40]))
        self.shop.gateway_works()
        pages["order"] = diner.opens(f"/orders/{self.order.uid}").text
        self.shop.wallet.pays(self.order)
        return pages | self._after_paying()

    def _after_paying(self) -> dict[str, str]:
        order, browser = self.order, self.diner.browser
        receipt = self.diner.opens(f"/orders/{order.uid}/receipt").text
        status = self.diner.opens(f"/orders/{order.uid}").text
        browser.post("/cashier/login", data={"username": "owner", "password": _PASSWORD})
        board = browser.get("/cashier").text
        desk = browser.get(f"/cashier?order={order.uid}").text
        refund = browser.get(f"/cashier/orders/{order.uid}/refund").text
        self.shop.core.kitchen.start(order.uid, CASHIER)
        kitchen = browser.get("/cashier/kitchen").text
        return {
            "status": status,
            "receipt": receipt,
            "board": board,
            "desk": desk,
            "kitchen": kitchen,
            "refund": refund,
        }


@pytest.fixture(scope="module")
def evenings(
    migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory, simulator_server: Simulator
) -> Iterator[dict[str, _Evening]]:
    """The same evening twice: with honest texts, and with hostile ones."""
    simulator_server.reset()
    shops = {}
    for kind, texts in (("honest", [f"teks {n}" for n in range(len(PAYLOADS))]), ("hostile", list(PAYLOADS))):
        path = tmp_path_factory.mktemp(kind) / "meja.db"
        shutil.copy(migrated_sqlite, path)
        shops[kind] = _Evening(open_shop(f"sqlite:///{path}", simulator_server), texts)
    yield shops
    for evening in shops.values():
        evening.shop.core.close()


@pytest.mark.parametrize("screen", _PAGES)
def test_a_page_full_of_hostile_text_has_the_bones_of_an_honest_one(evenings: dict[str, _Evening], screen: str) -> None:
    honest, hostile = (_Bones(evenings[kind].pages[screen]).found for kind in ("honest", "hostile"))

    assert hostile == honest


@pytest.mark.parametrize("screen", ["menu", "basket", "order", "status", "receipt", "desk", "kitchen"])
def test_every_letter_of_it_can_be_read(evenings: dict[str, _Evening], screen: str) -> None:
    words = "".join("\n".join(_Bones(evenings["hostile"].pages[screen]).words).split())

    for text in PAYLOADS:
        said = "".join(clean_text(text, limit=500, field="note").split())
        assert said in words, text


def test_no_template_language_reads_it(evenings: dict[str, _Evening]) -> None:
    for name, page in evenings["hostile"].pages.items():
        if name not in {"dish", "board", "refund"}:
            assert "{{7*7}}" in html.unescape(page), name
            assert "%(number)s %s %d" in html.unescape(page), name


def test_the_json_says_it_letter_by_letter(evenings: dict[str, _Evening]) -> None:
    evening = evenings["hostile"]
    token = evening.diner.table.removeprefix("/t/")

    menu = evening.diner.opens(f"/api/v1/menu?table={token}")
    order = evening.diner.opens(f"/api/v1/orders/{evening.order.uid}")

    assert menu.headers["content-type"] == order.headers["content-type"] == "application/json"
    assert menu.headers["x-content-type-options"] == "nosniff"
    notes = {line["note"] for line in json.loads(order.text)["lines"]}
    assert notes == {clean_text(text, limit=500, field="note") for text in PAYLOADS}


def test_the_receipt_on_paper_bears_it(evenings: dict[str, _Evening]) -> None:
    paper = evenings["hostile"].diner.opens(f"/orders/{evenings['hostile'].order.uid}/receipt.pdf")

    words = words_of(paper.content)
    assert "{{7*7}}" in words
    assert "<script>" in words


def test_ten_thousand_accents_in_a_note_are_a_short_note(diner: Diner) -> None:
    answer = diner.adds("Sate Ayam", note="pedas" + "\u0315" * 10_000)

    assert answer.status_code == 200
    assert "pedas" + "\u0315" * 4 + "<" in diner.opens(f"{diner.table}/basket").text


def test_a_shared_link_carries_a_hostile_name_only_as_text(evenings: dict[str, _Evening]) -> None:
    link = re.search(r'href="(https://wa\.me/[^"]*)"', evenings["hostile"].pages["receipt"])

    assert link is not None
    assert set("<>\"' ").isdisjoint(link[1])


def test_the_names_of_tables_and_orders_are_128_random_bits(diner: Diner) -> None:
    orders = [diner.shop.order("Es Teh", charge=False) for _ in range(20)]
    uids = {order.uid for order in orders} | {table.token for table in diner.shop.tables}

    assert len(uids) == 23
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{22}", uid) for uid in uids)
    # Any two of them share no more of their beginning than chance gives.
    assert len({uid[:4] for uid in uids}) > 20


@pytest.mark.parametrize(
    "path", ["/t/{}", "/t/{}/basket", "/orders/{}", "/orders/{}/receipt", "/orders/{}/receipt.pdf"]
)
def test_a_guess_that_is_nearly_right_is_answered_like_any_other(diner: Diner, path: str) -> None:
    order = diner.shop.order("Es Teh")
    right = order.uid if "orders" in path else diner.shop.tables[0].token
    guesses = (
        right[:-1] + ("A" if right[-1] != "A" else "B"),
        right.swapcase(),
        right[:-1],
        f"{right}x",
        "1",
        "A" * 22,
    )

    answers = {
        (answer.status_code, answer.text.replace(f"/{guess}", ""))
        for guess in guesses
        for answer in [diner.opens(path.format(guess))]
    }

    assert {status for status, _ in answers} == {404}
    assert len(answers) == 1
