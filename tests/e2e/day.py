"""The people of one working day before their screens: what they press, one method each."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from core.orders.models import Order
from tests.e2e.phones import orders_in
from tests.running_program import PASSWORD, Program
from tests.web.patience import soon

COUNTER: ViewportSize = {"width": 1366, "height": 768}
_BOUNCE = 700
"""Milliseconds in which a second press on a ticket counts as the first one's echo."""


@contextmanager
def at_a_screen(browser: Browser, program: Program, who: str, place: str) -> Iterator[Page]:
    """Sign somebody in and leave them before one screen. A script error or a broken CSP fails the test."""
    context = browser.new_context(viewport=COUNTER, locale="id-ID")
    page = context.new_page()
    page.set_default_timeout(20_000)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda line: wrong.append(line.text) if "Content Security Policy" in line.text else None)
    page.goto(f"{program.url}/cashier/login")
    page.fill("[name=username]", who)
    page.fill("[name=password]", PASSWORD)
    page.click("button[type=submit], form button")
    page.wait_for_url(re.compile(r"/cashier(/kitchen)?$"))
    page.goto(f"{program.url}/cashier{place}")
    yield page
    context.close()
    assert wrong == []


@dataclass(frozen=True, slots=True)
class Till:
    """Whoever stands at the counter."""

    page: Page
    program: Program

    def opens(self, order: Order) -> None:
        self.page.goto(f"{self.program.url}/cashier?order={order.uid}")
        expect(self.page.locator("#desk")).to_contain_text(order.label)

    def goes_to_the_board(self) -> None:
        self.page.goto(f"{self.program.url}/cashier")
        expect(self.page.locator("#light")).to_have_attribute("data-state", "live")

    def sees(self, order: Order, lane: str) -> Locator:
        card = self.page.locator(f"#lane-{lane} #o-{order.uid}")
        expect(card).to_have_count(1)
        return card

    def takes_cash(self, order: Order, note: str = "100000") -> None:
        """Type the guest's code and press a note: the desk says what goes back."""
        self.page.goto(f"{self.program.url}/cashier")
        self.page.fill("#find", order.claim_code or "")
        self.page.press("#find", "Enter")
        self._takes(order, self.page.locator(f"[data-note='{note}']"))

    def takes_exactly(self, order: Order) -> None:
        self._takes(order, self.page.locator("[data-exact]"))

    def _takes(self, order: Order, key: Locator) -> None:
        expect(self.page.locator("#desk")).to_contain_text(order.label)
        key.click()
        self.page.locator("[data-confirm]").click()
        expect(self.page.locator(".change__amount")).to_be_visible()

    def types_an_order(self, dish: str, method: str) -> Order:
        """Take an order from somebody who stands before the counter; its desk is open then."""
        before = len(orders_in(self.program.shop))
        self.page.goto(f"{self.program.url}/cashier/new?fresh=yes")
        self.page.locator(".pick", has_text=dish).click()
        self.page.locator(f"button[name=method][value={method}]").click()
        assert soon(lambda: len(orders_in(self.program.shop)) > before)
        order = orders_in(self.program.shop)[-1]
        expect(self.page.locator("#desk")).to_contain_text(order.label)
        return order

    def cancels(self, order: Order, reason: str, *, pin: str = "") -> None:
        self.opens(order)
        self.page.locator("details.cancel summary").click()
        self.page.fill("details.cancel [name=reason]", reason)
        if pin:
            self.page.fill("#cancel-pin", pin)
        self.page.locator("details.cancel button").click()
        expect(self.page.locator("#desk")).to_contain_text(reason)

    def gives_back(self, order: Order, pin: str, *, amount: str = "") -> None:
        self.opens(order)
        self.page.locator(".give-back summary").click()
        if amount:
            self.page.fill("#refund-amount", amount)
        self.page.fill("#refund-reason", "Salah masak")
        self.page.fill("#refund-pin", pin)
        self.page.locator(".give-back form button").click()
        expect(self.page.locator("#order-money")).to_contain_text("Salah masak")

    def pauses(self, reason: str) -> None:
        self.page.goto(f"{self.program.url}/cashier/menu")
        self.page.locator("details.pause summary").click()
        self.page.fill("details.pause [name=reason]", reason)
        self.page.locator("details.pause button[name=minutes]").first.click()
        expect(self.page.locator("main")).to_contain_text(reason)

    def resumes(self) -> None:
        self.page.goto(f"{self.program.url}/cashier/menu")
        self.page.locator("form[action$='/resume'] button").click()
        expect(self.page.locator("details.pause")).to_have_count(1)
        self.goes_to_the_board()

    def counts_and_closes(self, amount: int) -> None:
        self.page.goto(f"{self.program.url}/cashier/shift")
        self.page.fill("#count-counted", str(amount))
        self.page.locator("form[action$='/close'] button").click()
        expect(self.page.locator("form[action$='/open']").first).to_be_visible()

    def hands_over_to(self, username: str, pin: str) -> None:
        self.page.goto(f"{self.program.url}/cashier/switch?next=/cashier/shift")
        self.page.locator(f"input[name=username][value={username}]").check()
        self.page.fill("[name=pin]", pin)
        self.page.locator("form[action$='/switch'] button").click()
        self.page.wait_for_url(re.compile(r"/cashier/shift$"))

    def begins_with_what_was_counted(self) -> None:
        self.page.locator("button[name=opening_float]").click()
        expect(self.page.locator("form[action$='/close']")).to_be_visible()

    def serves_everything(self) -> None:
        self.goes_to_the_board()
        steps = self.page.locator("#lane-ready .slip__step")
        while (left := steps.count()) > 0:
            steps.first.click()
            expect(steps).to_have_count(left - 1)


@dataclass(frozen=True, slots=True)
class Stove:
    """Whoever stands before one station's screen."""

    page: Page

    def makes_everything(self) -> None:
        """Start each ticket, and call each ready."""
        self._presses(".ticket:not(.ticket--started):not(.ticket--stopped)")
        self.page.wait_for_timeout(_BOUNCE)
        self._presses(".ticket--started:not(.ticket--stopped)")

    def _presses(self, which: str) -> None:
        tickets = self.page.locator(which)
        while (left := tickets.count()) > 0:
            tickets.first.locator(".ticket__bump").click()
            expect(tickets).to_have_count(left - 1)

    def has_seen_what_was_stopped(self) -> None:
        self._presses(".ticket--stopped")
