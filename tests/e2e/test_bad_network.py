"""A bad line: the order survives at every step, nothing is sent twice, and no page lies."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.chaos.fault_proxy import Fault, FaultProxy, running_proxy
from tests.e2e.phones import adds, open_phone, opens_the_basket, order_on, orders_in, slow_down
from tests.running_program import Program
from tests.shop import CASHIER
from tests.web.patience import soon

SOON = 8_000
PRESS_TEN_TIMES = "button => { for (let press = 0; press < 10; press++) button.click(); }"
QRIS = "button[name=method][value=qris]"


@pytest.fixture
def database_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """SQLite alone: the line between phone and program is the same on both."""
    shutil.copy(migrated_sqlite, tmp_path / "meja.db")
    return f"sqlite:///{tmp_path / 'meja.db'}"


@pytest.fixture
def line(program: Program) -> Iterator[FaultProxy]:
    """The line between the phone and the restaurant."""
    with running_proxy(int(program.url.rpartition(":")[2])) as proxy:
        yield proxy


@pytest.fixture
def table(program: Program, line: FaultProxy) -> str:
    return program.table_url().replace(program.url, line.url)


@pytest.fixture
def phone(browser: Browser, line: FaultProxy) -> Iterator[Page]:
    with open_phone(browser, line.url) as phone:
        yield phone


def is_ready_for_the_worst(phone: Page) -> None:
    phone.evaluate("navigator.serviceWorker.ready.then(() => true)")


def test_without_a_line_a_page_says_so_in_both_languages_and_goes_on_by_itself(phone: Page, table: str) -> None:
    phone.goto(table)
    is_ready_for_the_worst(phone)

    phone.context.set_offline(True)
    phone.reload()
    expect(phone.locator("main")).to_contain_text("Tidak ada sambungan")
    expect(phone.locator("main")).to_contain_text("No connection")
    phone.context.set_offline(False)

    expect(phone.locator("#menu")).to_be_visible(timeout=SOON)


def test_what_the_phone_keeps_is_the_shell_and_nothing_of_anybodys(phone: Page, table: str) -> None:
    opens_the_basket(phone, table)
    is_ready_for_the_worst(phone)
    phone.reload()
    phone.locator(QRIS).click()
    expect(phone.locator("figure.qr img")).to_be_visible()

    kept = phone.evaluate(
        """async () => {
          const caches_here = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
          const requests = await Promise.all(caches_here.map((cache) => cache.keys()));
          return requests.flat().map((request) => request.url);
        }"""
    )

    paths = [address.partition("//")[2].partition("/")[2] for address in kept]
    assert "offline" in paths
    assert all(path == "offline" or path.startswith("static/") for path in paths), paths
    assert all("?v=" in path or "vendor/" in path for path in paths if path != "offline"), paths


def test_only_pages_and_the_shell_wake_the_worker(phone: Page, table: str) -> None:
    phone.goto(table)
    is_ready_for_the_worst(phone)
    phone.wait_for_function("navigator.serviceWorker.controller")

    asked_of = phone.evaluate("""async (asked) => {
      for (const address of asked) await (await fetch(address)).text();
      return asked.map((address) => performance.getEntriesByName(new URL(address, location)).at(-1).workerMatchedSourceType);
    }""", ["/static/shared/icon.svg?v=1", "/api/v1/nowhere", "/healthz"])  # fmt: skip

    assert asked_of == ["fetch-event", "network", "network"]
    phone.context.set_offline(True)
    phone.reload()
    expect(phone.locator("main")).to_contain_text("No connection")


def test_a_menu_that_was_away_catches_up_quietly(phone: Page, table: str, program: Program) -> None:
    adds(phone, table)

    phone.context.set_offline(True)
    expect(phone.locator("#connection")).to_be_visible()
    phone.locator("li.dish", has_text="Es Teh").locator("button.plus").click()
    expect(phone.locator("#toast")).to_contain_text("Keranjang Anda aman")
    dish = program.shop.dishes["Rendang"].id
    program.core.menu.set_sold_out(dish, sold_out=True, by=CASHIER)
    phone.context.set_offline(False)

    expect(phone.locator("#connection")).to_be_hidden(timeout=SOON)
    expect(phone.locator("li.dish--out", has_text="Rendang")).to_be_visible(timeout=SOON)
    expect(phone.locator("#basket-bar")).to_have_attribute("data-count", "1")


def test_a_plus_whose_answer_was_lost_is_in_the_bar(phone: Page, table: str, line: FaultProxy) -> None:
    phone.goto(table)
    expect(phone.locator("#basket-bar")).to_have_attribute("data-count", "0")

    line.put_on(Fault("answer_lost"), only=r"^POST /t/")
    phone.locator("li.dish", has_text="Sate Ayam").locator("button.plus").click()
    expect(phone.locator("#toast")).to_be_visible()
    line.lift()

    expect(phone.locator("#basket-bar")).to_have_attribute("data-count", "1", timeout=SOON)


@pytest.mark.parametrize("lost", ["down", "answer_lost"], ids=["before it got there", "after it got there"])
def test_an_order_that_is_lost_on_the_way_is_placed_once(
    phone: Page, table: str, line: FaultProxy, program: Program, lost: str
) -> None:
    opens_the_basket(phone, table)

    line.put_on(Fault(lost), only=r"^POST /t/" if lost == "answer_lost" else "")
    phone.locator(QRIS).click()
    expect(phone.locator("[data-patience]")).to_contain_text("dikirim begitu tersambung lagi")
    phone.locator(QRIS).evaluate(PRESS_TEN_TIMES)
    line.lift()

    expect(phone.locator("figure.qr img")).to_be_visible(timeout=SOON)
    (order,) = orders_in(program.shop)
    assert order.uid == order_on(phone, program).uid
    assert program.simulator.charges_of(program.shop.attempt(order).reference) == 1


@pytest.mark.parametrize("way", ["by the basket", "by the menu"])
def test_who_gives_up_waiting_finds_the_order_again(
    phone: Page, table: str, line: FaultProxy, program: Program, way: str
) -> None:
    opens_the_basket(phone, table)
    line.put_on(Fault("answer_lost"), only=r"^POST /t/")
    phone.locator(QRIS).click()
    assert soon(lambda: orders_in(program.shop) != [])
    line.lift()

    phone.goto(f"{table}/basket" if way == "by the basket" else table)
    phone.locator("a.banner[href*='/orders/'], #basket-bar a[href*='/orders/']").first.click()

    expect(phone.locator("figure.qr img")).to_be_visible()
    assert len(orders_in(program.shop)) == 1


def test_ten_quick_presses_without_any_script_of_ours_order_once(browser: Browser, program: Program) -> None:
    with open_phone(browser, program.url, service_workers="block") as phone:
        phone.route(re.compile(r"/static/(shared|kiosk)/.*\.js"), lambda route: route.abort())
        program.core.baskets.add(*_guest_of(phone, program), program.shop.picks("Sate Ayam")[0])
        phone.goto(f"{program.table_url()}/basket")

        phone.locator(QRIS).evaluate(PRESS_TEN_TIMES)

        phone.wait_for_url(re.compile(r"/orders/"))
        assert len(orders_in(program.shop)) == 1


def _guest_of(phone: Page, program: Program) -> tuple[str, str]:
    """Let the phone become a guest of table 1; gives the table's token and the guest."""
    table = program.shop.tables[0].token
    phone.goto(program.table_url())
    phone.locator("li.dish", has_text="Es Teh").locator("button.plus").click()
    phone.wait_for_url(re.compile(r"/basket$"))
    (cookie,) = [cookie for cookie in phone.context.cookies() if cookie["name"] == "meja_guest"]
    return table, cookie["value"].rpartition(".")[0]


def test_the_payment_page_says_that_the_line_is_gone_and_then_that_it_is_paid(
    phone: Page, table: str, program: Program
) -> None:
    opens_the_basket(phone, table)
    phone.locator(QRIS).click()
    expect(phone.locator("figure.qr img")).to_be_visible()
    order = order_on(phone, program)

    phone.context.set_offline(True)
    expect(phone.locator("#connection")).to_be_visible()
    program.simulator.pay(program.shop.attempt(order).reference)
    assert soon(lambda: program.shop.status(order) == ("confirmed", "paid"))
    expect(phone.locator("main")).not_to_contain_text("gagal", ignore_case=True)
    phone.context.set_offline(False)

    expect(phone.locator(".ticket__paid")).to_be_visible(timeout=SOON)
    expect(phone.locator("#connection")).to_be_hidden(timeout=SOON)


@pytest.mark.parametrize("act", ["cash", "cancel"])
def test_a_button_of_the_payment_page_whose_answer_was_lost_leads_back_to_the_truth(
    phone: Page, table: str, line: FaultProxy, program: Program, act: str
) -> None:
    opens_the_basket(phone, table)
    is_ready_for_the_worst(phone)
    phone.reload()
    phone.locator(QRIS).click()
    expect(phone.locator("figure.qr img")).to_be_visible()
    order = order_on(phone, program)
    phone.locator(".giveup summary").click()

    line.put_on(Fault("answer_lost"), only=rf"^(POST|GET) /orders/{order.uid}(/{act})? ")
    phone.locator(f"form[action$='/{act}'] button").click()
    expect(phone.locator("main")).to_contain_text("Tidak ada sambungan")
    line.lift()

    stage = {"cash": "awaiting_cash", "cancel": "cancelled"}[act]
    expect(phone.locator(f"[data-stage={stage}]")).to_be_visible(timeout=SOON)
    assert len(orders_in(program.shop)) == 1
    assert len(program.shop.attempts(order)) == 1


@pytest.mark.parametrize("act", ["check", "cash"])
def test_ten_quick_presses_on_the_payment_page_do_what_one_does(phone: Page, program: Program, act: str) -> None:
    order = program.shop.order("Sate Ayam")
    phone.goto(f"{program.url}/orders/{order.uid}")

    phone.locator(f"form[action$='/{act}'] button").evaluate(PRESS_TEN_TIMES)

    stage = {"cash": "awaiting_cash", "check": "qr"}[act]
    expect(phone.locator(f"[data-stage={stage}]")).to_be_visible(timeout=SOON)
    assert program.simulator.charges_of(program.shop.attempt(order).reference) == 1


def test_a_paid_order_is_followed_again_when_the_line_is_back(phone: Page, table: str, program: Program) -> None:
    order = program.shop.order("Sate Ayam")
    program.shop.wallet.pays(order)
    phone.goto(f"{table.partition('/t/')[0]}/orders/{order.uid}")
    expect(phone.locator("#progress[data-stage=confirmed]")).to_be_visible()

    phone.context.set_offline(True)
    expect(phone.locator("#connection")).to_be_visible()
    program.core.kitchen.start(order.uid, CASHIER)
    program.core.kitchen.ready(order.uid, CASHIER)
    phone.context.set_offline(False)

    expect(phone.locator("#progress[data-stage=ready]")).to_be_visible(timeout=SOON)


def test_on_slow_3g_impatient_thumbs_order_once_and_everything_is_reached(browser: Browser, program: Program) -> None:
    with open_phone(browser, program.url, service_workers="block") as phone:
        slow_down(phone)
        phone.goto(program.table_url())
        # A phone that is new here: both presses must be the same guest's.
        for dish in ("Sate Ayam", "Es Teh"):
            phone.locator("li.dish", has_text=dish).locator("button.plus").click()
        expect(phone.locator("#basket-bar")).to_have_attribute("data-count", "2", timeout=2 * SOON)

        phone.goto(f"{program.table_url()}/basket")
        phone.locator(QRIS).evaluate(PRESS_TEN_TIMES)
        expect(phone.locator("figure.qr img")).to_be_visible(timeout=2 * SOON)
        (order,) = orders_in(program.shop)
        assert len(program.shop.attempts(order)) == 1

        program.simulator.pay(program.shop.attempt(order).reference)
        expect(phone.locator(".ticket__number")).to_contain_text(order.label, timeout=2 * SOON)
