"""The tables as staff see them, and the calls on their board."""

import re

import pytest

from core.orders.models import CallFor, Sitting
from core.outlets.models import Outlet, Table
from tests.cashier.conftest import Counter


def sitting_at(counter: Counter, table: int = 0) -> Sitting:
    sitting = counter.shop.core.parties.party(counter.shop.tables[table].token, None).sitting
    assert sitting is not None
    return sitting


def test_a_table_is_opened_before_any_phone_is_out_and_cleared_again(cashier: Counter) -> None:
    label = cashier.shop.tables[0].label
    assert cashier.sees("/cashier/tables").count("Kosongkan meja") == 0

    opened = cashier.after(cashier.browser.post("/cashier/tables/open", data={"table": label}))
    assert opened.count("Kosongkan meja") == 1
    cleared = cashier.after(cashier.browser.post(f"/cashier/tables/{sitting_at(cashier).uid}/end"))

    assert cleared.count("Kosongkan meja") == 0


def test_a_call_stands_on_the_board_until_it_is_answered_there(cashier: Counter) -> None:
    shop = cashier.shop
    shop.core.parties.call(shop.tables[0].token, "phone", CallFor.BILL)
    board = cashier.sees()
    assert "minta bon" in board
    assert "Sudah saya datangi" in cashier.sees("/cashier/tables/list")

    answer = cashier.browser.post(f"/cashier/tables/{sitting_at(cashier).uid}/answer", data={"back": "cashier"})

    assert answer.headers["location"] == "/cashier"
    assert "minta bon" not in cashier.sees()


def test_the_code_is_shown_only_where_it_is_asked_for(manager: Counter) -> None:
    manager.browser.post("/cashier/tables/open", data={"table": manager.shop.tables[0].label})
    code = sitting_at(manager).code
    assert f"</small> {code}<" not in manager.sees("/cashier/tables")

    page = manager.after(manager.browser.post("/cashier/tables/codes", data={"asks": "yes"}))
    assert f"</small> {code}<" in page
    manager.after(manager.browser.post(f"/cashier/tables/{sitting_at(manager).uid}/code"))
    renewed = sitting_at(manager).code

    assert f"</small> {renewed}<" in manager.sees("/cashier/tables")
    off = manager.after(manager.browser.post("/cashier/tables/codes", data={"asks": "no"}))
    assert f"</small> {renewed}<" not in off


def test_a_cashier_is_not_offered_what_only_a_manager_decides(cashier: Counter) -> None:
    assert 'name="asks"' not in cashier.sees("/cashier/tables")


def test_a_party_that_has_left_is_said_to_have_left(cashier: Counter) -> None:
    cashier.browser.post("/cashier/tables/open", data={"table": cashier.shop.tables[0].label})
    uid = sitting_at(cashier).uid
    cashier.browser.post(f"/cashier/tables/{uid}/end")

    for act in ("end", "answer", "code"):
        again = cashier.browser.post(f"/cashier/tables/{uid}/{act}")
        assert again.status_code == 404
        assert "Tamu meja ini sudah pergi" in again.text
    unknown = cashier.browser.post("/cashier/tables/open", data={"table": "no such table"})
    assert unknown.status_code == 404


@pytest.mark.parametrize("language", ["id", "en"])
def test_who_says_what_a_button_shows_presses_it(manager: Counter, language: str) -> None:
    shop = manager.shop
    shop.core.parties.call(shop.tables[0].token, "phone", CallFor.BILL)
    manager.browser.post("/cashier/tables/codes", data={"asks": "yes"})
    manager.browser.cookies.set("meja_lang", language)

    for page in (manager.sees(), manager.sees("/cashier/tables")):
        named = re.findall(
            r'<button[^>]* aria-label="([^"]+)"[^>]*>(?:<svg.*?</svg>)?(?:<span>)?([^<]+)<', page, re.DOTALL
        )
        assert named
        assert [name for name, shown in named if shown.strip().lower() not in name.lower()] == []


@pytest.mark.parametrize("act", ["end", "answer", "code"])
def test_a_table_of_another_house_cannot_be_touched(cashier: Counter, act: str) -> None:
    shop = cashier.shop
    with shop.core.db.write() as session:
        other = Outlet(name="Warung sebelah")
        session.add(other)
        session.flush()
        theirs = Table(outlet_id=other.id, label="1")
        session.add(theirs)
    shop.core.parties.call(theirs.token, "phone", CallFor.HELP)
    before = shop.core.parties.party(theirs.token, None).sitting
    assert before is not None

    form = {"back": "floor"} if act == "answer" else None
    assert cashier.browser.post(f"/cashier/tables/{before.uid}/{act}", data=form).status_code == 404

    after = shop.core.parties.party(theirs.token, None).sitting
    assert after is not None
    assert (after.uid, after.called_at, after.code) == (before.uid, before.called_at, before.code)
