"""Two phones at one table: what one of them types is its own, whatever the other one picks."""

from playwright.sync_api import Browser, expect

from core.menu.quote import Pick
from tests.e2e.phones import open_phone
from tests.running_program import Program

NEXT_LOOK = 8_000
"""Milliseconds, in which the page of a shared basket has looked again."""


def test_a_name_is_typed_while_the_others_go_on_picking(browser: Browser, program: Program) -> None:
    with open_phone(browser, program.url) as phone:
        phone.goto(program.table_url())
        phone.locator("li.dish", has_text="Sate Ayam").locator("button.plus").click()
        expect(phone.locator(".basket-bar__count")).to_have_text("1")
        phone.goto(f"{program.table_url()}/basket")
        phone.get_by_role("button", name="Pesan bersama semeja").click()
        phone.locator("details.note summary").click()
        phone.get_by_role("textbox", name="Nama").fill("Ani")
        baskets, parties, token = program.core.baskets, program.core.parties, program.table_url().rsplit("/", 1)[-1]
        parties.share(token, "phone-of-budi", shares=True)
        baskets.add(token, "phone-of-budi", Pick(program.shop.dishes["Es Teh"].id, 1))

        expect(phone.locator("ul.lines")).to_contain_text("Es Teh", timeout=NEXT_LOOK)

        expect(phone.get_by_role("textbox", name="Nama")).to_be_visible()
        expect(phone.get_by_role("textbox", name="Nama")).to_have_value("Ani")
