"""Every act with money, people, prices, settings, devices and keys can be read: who, who allowed it, before and after."""

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from cashier.event_words import WORDS
from core.base.paging import BadCursor, Period
from core.events.acts import ACTS, ActKind, WantedActs
from core.events.record import SYSTEM, Actor
from core.outlets.models import Outlet
from core.payments.models import CaseKind
from core.services.audit import ActPage
from core.services.menu_files import MenuFiles, MenuFormat
from core.services.outlet_desk import OutletDesk
from core.staff.models import Role
from tests.services.opening import opens, stand_at
from tests.services.test_refunds import MANAGER, paid
from tests.services.test_ways_out import honour, late
from tests.shop import CASHIER, Shop

ROOT = Path(__file__).resolve().parents[2]
OWNER = Actor("staff", 1, "Owner")
NO_ACTS = {
    # What guests, the gateway and the kitchen do; it stands in the order's own history.
    *("order.placed", "order.awaits_cash", "order.cash_wanted", "order.confirmed", "order.started", "order.made_ready"),
    *("order.served", "order.undone", "order.expired"),
    *(
        "attempt.started",
        "attempt.live",
        "attempt.settled",
        "attempt.unanswered",
        "attempt.bad_qr",
        "attempt.failed",
        "attempt.not_closed",
    ),
    *("attempt.conflicted", "case.opened", "case.taken_up"),
    *("ticket.started", "ticket.made_ready", "ticket.undone", "ticket.recalled", "ticket.seen"),
    *("line.cooked", "line.uncooked", "receipt.print_asked", "kitchen_slip.print_asked"),
    # What happens by itself, and at the tables.
    *("dish.ran_out", "dish.came_back", "printer.failed", "printer.recovered"),
    *("table.opened", "table.cleared", "table.called", "table.answered", "table.code_renewed"),
}
KIND = re.compile(
    r"(order|line|ticket|attempt|refund|case|cash|shift|drawer|settlement|staff|menu|dish|outlet|tables?|device|printer|key"
    r"|receipt|kitchen_slip)\.[a-z_]+"
)
NO_KINDS = {"staff.id", "tables.id", "tables.pdf", "refund.in_doubt", "refund.unanswered"}
"""Columns, a file, and lines of the log."""


def page(shop: Shop, cursor: str = "", size: int = 50, period: Period | None = None, **wanted: Any) -> ActPage:
    asked = WantedActs(**wanted)
    return shop.core.audit.page(shop.outlet.id, asked, period or Period(), cursor=cursor, size=size)


def kinds(shop: Shop, **wanted: Any) -> list[str]:
    return [act.event.kind for act in page(shop, **wanted).acts]


def newest(shop: Shop, kind: str) -> dict[str, Any]:
    """What the newest act of a kind says, with who did it."""
    event = next(act.event for act in page(shop).acts if act.event.kind == kind)
    return event.data | {"by": event.by}


def _literals() -> Iterator[str]:
    for path in (ROOT / "core").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and KIND.fullmatch(node.value):
                yield node.value


def test_every_kind_of_event_is_an_act_or_said_to_be_none_and_every_act_has_words() -> None:
    told = set(_literals()) - NO_KINDS
    acts = {kind for kinds in ACTS.values() for kind in kinds}

    assert told - acts - NO_ACTS == set()
    assert acts & NO_ACTS == set()
    assert acts - set(WORDS) == set()


def test_cash_is_told_with_what_was_taken_and_by_whom(shop: Shop) -> None:
    order = shop.order("Es Teh", pay_by="cash", charge=False)

    shop.core.cash.take(order.uid, 20_000, CASHIER)

    told = newest(shop, "order.paid")
    assert (told["amount"], told["tendered"], told["by"]) == (order.cash_total, 20_000, str(CASHIER))
    assert page(shop).acts[0].order is not None


def test_a_payment_by_qris_is_the_guests_doing_and_no_act(shop: Shop) -> None:
    paid(shop)

    assert kinds(shop) == ["shift.opened"]


def test_a_void_tells_what_was_paid_and_how_far_the_kitchen_was(shop: Shop) -> None:
    order = paid(shop)
    shop.core.kitchen.start(order.uid, CASHIER)

    shop.core.kitchen.cancel(order.uid, "Bahan habis", MANAGER, may_void=True)

    told = newest(shop, "order.cancelled")
    assert (told["amount"], told["before"], told["reason"]) == (order.total, "preparing", "Bahan habis")
    assert told["by"] == str(MANAGER)


def test_an_unpaid_order_that_staff_cancel_is_an_act_and_one_that_a_guest_gives_up_is_none(shop: Shop) -> None:
    mine, theirs = (shop.order("Es Teh", pay_by="cash", charge=False, table=table) for table in (0, 1))

    shop.core.kitchen.cancel(mine.uid, "Tamu pergi", CASHIER, may_void=False)
    shop.core.payments.cancel(theirs.uid)

    assert kinds(shop, kind=ActKind.MONEY) == ["order.cancelled", "shift.opened"]


def test_a_refund_tells_who_brought_it_who_allowed_it_and_what_is_left(shop: Shop) -> None:
    order = paid(shop)

    shop.core.refunds.ask(order.uid, 5_000, "Es tumpah", MANAGER, asked_by=CASHIER)

    told = newest(shop, "refund.asked")
    assert (told["before"], told["after"]) == (order.total, order.total - 5_000)
    assert (told["name"], told["asked_by"], told["asked_by_id"]) == ("Manager", "Kasir", CASHIER.id)


def test_whoever_allows_their_own_refund_brought_it_to_nobody(shop: Shop) -> None:
    order = paid(shop)

    shop.core.refunds.ask(order.uid, 5_000, "Es tumpah", MANAGER, asked_by=MANAGER)

    assert "asked_by" not in newest(shop, "refund.asked")


def test_a_write_off_tells_how_much_and_why(shop: Shop) -> None:
    order, case = late(shop)

    shop.core.cases.close(shop.outlet.id, case.uid, "tamu tidak kembali", MANAGER, asked_by=CASHIER)

    told = newest(shop, "case.settled")
    assert (told["before"], told["after"], told["reason"]) == (order.total, 0, "tamu tidak kembali")
    assert (told["by"], told["asked_by"], told["case_uid"]) == (str(MANAGER), "Kasir", case.uid)


def test_money_that_found_its_order_tells_of_the_case(shop: Shop) -> None:
    order, case = late(shop)

    honour(shop, case)

    told = newest(shop, "order.paid")
    assert (told["amount"], told["case_uid"], told["by"]) == (order.total, case.uid, str(CASHIER))


def test_cash_in_doubt_tells_on_whose_word_and_who_took_it(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    shop.simulator.misbehave({"call": "*", "kind": "http_503"})
    shop.core.payments.to_cash(order.uid)
    shop.passes(timedelta(minutes=2))
    shop.gateway_works()

    shop.core.cash.take(order.uid, 100_000, CASHIER, vouched_by=MANAGER)

    told = newest(shop, "cash.taken_in_doubt")
    assert (told["by"], told["asked_by"], told["amount"]) == (str(MANAGER), "Kasir", order.cash_total)
    shop.simulator.behave()
    assert [case.kind for case in shop.cases()] == [CaseKind.POSSIBLE_DOUBLE]


def test_the_drawer_tells_what_it_held_before_and_after(shop: Shop) -> None:
    shop.core.shifts.move(shop.outlet.id, -50_000, "Beli es", CASHIER)
    shop.core.shifts.close(shop.outlet.id, 149_000, CASHIER)

    moved, closed = newest(shop, "drawer.moved"), newest(shop, "shift.closed")
    assert (moved["before"], moved["after"], moved["by"]) == (200_000, 150_000, str(CASHIER))
    assert (closed["expected"], closed["counted"]) == (150_000, 149_000)
    assert kinds(shop) == ["shift.closed", "drawer.moved", "shift.opened"]


def test_a_menu_from_a_file_tells_every_price_before_and_after(shop: Shop) -> None:
    menu = """
categories:
  - name: Makanan
    dishes:
      - {name: Sate Ayam, price: 30000}
      - name: Mi Goreng
        price: 24000
        options:
          - {name: Level pedas, min: 1, choices: [{name: Biasa}, {name: Pedas, price: 3000}]}
      - {name: Gado-gado, price: 25000}
      - {name: Es Teh, price: 7000}
"""

    MenuFiles(shop.core.db, shop.clock).import_menu(menu, MenuFormat.YAML, OWNER, replace_all=True)

    told = newest(shop, "menu.imported")
    prices = {price["what"]: (price["before"], price["after"]) for price in told["prices"]}
    assert prices == {
        "Sate Ayam": (28_000, 30_000),
        "Mi Goreng · Level pedas · Pedas": (2_000, 3_000),
        "Gado-gado": (None, 25_000),
        "Rendang": (45_000, None),
    }
    assert (told["added"], told["updated"], told["taken_off"], told["by"]) == (1, 3, 1, str(OWNER))


def test_settings_and_hours_tell_what_was_before(shop: Shop) -> None:
    OutletDesk(shop.core.db, shop.clock).set_up({"tax_rate": 500, "name": "Warung Uji"}, OWNER)
    opens(shop, "daily 10:00-22:00")
    opens(shop)

    settings, hours = newest(shop, "outlet.set_up"), newest(shop, "outlet.hours_set")
    assert (settings["before"]["tax_rate"], settings["changed"]["tax_rate"]) == (1000, 500)
    assert hours["hours"] == []
    assert len(hours["before"]) == 1


def test_acts_are_sifted_by_what_they_are_about(shop: Shop) -> None:
    shop.core.keys.make(shop.outlet.id, "accounting", OWNER)
    shop.core.house.pause("Dapur penuh", 30, CASHIER)
    shop.core.menu.set_sold_out(shop.dishes["Es Teh"].id, sold_out=True, by=CASHIER)
    shop.core.door.add_member(shop.outlet.id, "budi", "Budi", Role.CASHIER, "soto-betawi-2", OWNER)

    found = {kind: kinds(shop, kind=kind) for kind in ActKind}

    assert found == {
        ActKind.MONEY: ["shift.opened"],
        ActKind.PEOPLE: ["staff.added"],
        ActKind.MENU: ["dish.sold_out"],
        ActKind.SETTINGS: ["outlet.paused"],
        ActKind.DEVICES: ["key.made"],
    }
    assert kinds(shop) == ["staff.added", "dish.sold_out", "outlet.paused", "key.made", "shift.opened"]


def test_a_person_is_found_by_what_they_did_what_they_brought_and_what_was_done_to_them(shop: Shop) -> None:
    order = paid(shop)
    shop.core.refunds.ask(order.uid, 5_000, "Es tumpah", MANAGER, asked_by=CASHIER)
    shop.core.door.set_pin("kasir", "246810", OWNER)
    shop.core.keys.make(shop.outlet.id, "accounting", SYSTEM)

    assert kinds(shop, by=str(CASHIER)) == ["staff.pin_changed", "refund.asked", "shift.opened"]
    assert kinds(shop, by=str(MANAGER)) == ["refund.asked"]
    assert kinds(shop, by=str(OWNER)) == ["staff.pin_changed"]
    assert kinds(shop, by="system") == ["key.made"]
    assert kinds(shop, by="staff:99999") == kinds(shop, by="staff:999999999999999") == []


def test_a_day_is_the_outlets_own_and_ends_at_its_cut_off(shop: Shop) -> None:
    stand_at(shop, 3, 30, day=8)
    shop.core.house.pause("Malam", None, CASHIER)
    stand_at(shop, 4, 30, day=8)
    shop.core.house.resume(CASHIER)

    days = {
        day: kinds(shop, kind=ActKind.SETTINGS, period=Period(date(2026, 12, day), date(2026, 12, day)))
        for day in (7, 8, 9)
    }

    assert days == {7: ["outlet.paused"], 8: ["outlet.resumed"], 9: []}


@pytest.mark.parametrize("day", [date.min, date.max])
def test_a_day_at_the_end_of_time_is_only_empty(shop: Shop, day: date) -> None:
    assert kinds(shop, period=Period(day, day)) == []


def test_pages_follow_each_other_whatever_comes_in_meanwhile(shop: Shop) -> None:
    for number in range(7):
        shop.core.house.pause(f"Istirahat {number}", None, CASHIER)

    first = page(shop, kind=ActKind.SETTINGS, size=3)
    shop.core.house.resume(CASHIER)
    second = page(shop, kind=ActKind.SETTINGS, size=3, cursor=first.cursor)
    third = page(shop, kind=ActKind.SETTINGS, size=3, cursor=second.cursor)

    read = [act.event.data["reason"] for each in (first, second, third) for act in each.acts]
    assert read == [f"Istirahat {number}" for number in reversed(range(7))]
    assert third.cursor == ""


def test_acts_of_the_same_moment_are_all_read(shop: Shop) -> None:
    frozen = shop.clock()
    desk = replace(shop.core.house, clock=lambda: frozen)
    for number in range(5):
        desk.pause(f"Istirahat {number}", None, CASHIER)

    first = page(shop, kind=ActKind.SETTINGS, size=2)
    second = page(shop, kind=ActKind.SETTINGS, size=9, cursor=first.cursor)

    assert len(first.acts) + len(second.acts) == 5


@pytest.mark.parametrize("cursor", ["nonsense", "20261201.999999999", "20261399.1"])
def test_a_page_that_nobody_named_is_refused(shop: Shop, cursor: str) -> None:
    with pytest.raises(BadCursor):
        page(shop, cursor=cursor)


def test_another_outlets_acts_are_not_read(shop: Shop) -> None:
    with shop.core.db.write() as session:
        other = Outlet(name="Cabang")
        session.add(other)
        session.flush()
    shop.core.door.add_member(other.id, "tetangga", "Tetangga", Role.OWNER, "soto-betawi-2")
    (theirs,) = shop.core.audit.page(other.id, WantedActs(), Period()).acts

    assert kinds(shop) == ["shift.opened"]
    with pytest.raises(BadCursor):
        page(shop, cursor=f"20261201.{theirs.event.id}")


def test_what_was_done_cannot_be_changed_afterwards(shop: Shop) -> None:
    with pytest.raises(Exception, match="append-only"), shop.core.db.write() as session:
        session.execute(text("UPDATE events SET kind = 'staff.renamed' WHERE kind = 'shift.opened'"))

    assert kinds(shop) == ["shift.opened"]
