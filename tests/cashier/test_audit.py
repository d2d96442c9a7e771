"""The list of acts as managers and owners read it: in words, with links, sifted, page by page."""

import re
from typing import Any

import pytest

from core.events.record import Actor, board_topic, tell
from core.services.menu_files import MenuFiles, MenuFormat
from core.services.outlet_desk import OutletDesk
from core.staff.models import Role
from tests.cashier.conftest import Counter
from tests.shop import CASHIER

AUDIT = "/cashier/audit"
MANAGER = Actor("staff", 2, "Manager")
OWNER = Actor("staff", 1, "Owner")


@pytest.fixture
def reader(manager: Counter) -> Counter:
    """The manager before an audit with a little of everything."""
    shop = manager.shop
    core, outlet = shop.core, shop.outlet.id
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order)
    core.refunds.ask(order.uid, 5_000, "Es <b>tumpah</b>", MANAGER, asked_by=CASHIER)
    core.shifts.move(outlet, -50_000, "Beli es", CASHIER)
    core.door.edit("dapur", role=Role.CASHIER, by=OWNER)
    OutletDesk(core.db, shop.clock).set_up({"tax_rate": 500, "service_rate": 500})
    core.keys.make(outlet, "accounting", OWNER)
    return manager


def acts(counter: Counter, query: str = "") -> list[str]:
    """The lines of the list, without their markup, the newest first."""
    page = counter.sees(f"{AUDIT}{query}")
    lines = re.findall(r'<li class="act">(.*?)\n</li>', page, re.DOTALL)
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", line)).strip() for line in lines]


def test_each_act_says_what_who_and_what_changed(reader: Counter) -> None:
    key, settings, role, moved, refund, opened = acts(reader)

    assert "Kunci untuk program lain dibuat. accounting Owner" in key
    assert "Pengaturan outlet diubah." in settings
    assert "Pajak restoran (PB1): 10 % → 5 %" in settings
    assert "Biaya layanan" not in settings
    assert settings.endswith("Meja")
    assert "Peran seseorang diubah. Dapur Dapur → Kasir Owner" in role
    assert "Beli es Di dalam laci: Rp200.000 → Rp150.000 Kasir −Rp50.000" in moved
    assert "Kasir diizinkan oleh Manager Rp5.000" in refund
    assert "&lt;b&gt;tumpah&lt;/b&gt;" in refund
    assert "Sif dimulai dengan modal awal di laci." in opened


def test_the_same_in_english(reader: Counter) -> None:
    lines = acts(reader, "?lang=en")

    assert "A person's role was changed. Dapur Kitchen → Cashier Owner" in lines[2].replace("&#39;", "'")
    assert "Restaurant tax (PB1): 10 % → 5 %" in lines[1]
    assert "Kasir allowed by Manager" in lines[4]


def test_acts_lead_to_the_order_the_shift_and_the_person(reader: Counter) -> None:
    shop = reader.shop
    page = reader.sees(AUDIT)

    assert re.search(r'href="/cashier/history/[A-Za-z0-9_-]{22}">Pesanan A1', page)
    # The drawer is still open: its shift has no sheet yet.
    assert 'href="/cashier/shift">Sif 1' in page
    assert 'href="/cashier/people/dapur"' in page
    shop.core.shifts.close(shop.outlet.id, 149_000, CASHIER)
    closed = reader.sees(f"{AUDIT}?kind=money")
    assert 'href="/cashier/shift/sheets/1">Sif 1' in closed
    assert reader.opens("/cashier/shift/sheets/1").status_code == 200


def test_an_owner_is_named_to_a_manager_without_a_way_there(reader: Counter) -> None:
    reader.shop.core.door.edit("owner", name="Ibu Ratna")

    page = reader.sees(AUDIT)

    assert "Ibu Ratna" in page
    assert "/cashier/people/owner" not in page


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("?kind=people", 1),
        ("?kind=money", 3),
        (f"?by={OWNER}", 2),
        ("?by=staff%3A3", 3),
        ("?by=staff%3A4&kind=people", 1),
        ("?by=system", 1),
        ("?from=2020-01-01&to=2020-01-02", 0),
        ("?from=&to=&kind=&by=", 6),
    ],
)
def test_the_list_is_sifted_by_person_by_kind_and_by_day(reader: Counter, query: str, count: int) -> None:
    assert len(acts(reader, query)) == count


def test_what_was_looked_for_stays_in_the_fields(reader: Counter) -> None:
    page = reader.sees(f"{AUDIT}?by=staff%3A3&kind=money&from=2026-01-01")

    assert '<option value="staff:3" selected>' in page
    assert '<option value="money" selected>' in page
    assert 'value="2026-01-01"' in page
    assert "Tampilkan semua" in page


def test_a_period_that_ends_before_it_begins_is_said_beside_the_whole_list(reader: Counter) -> None:
    answer = reader.opens(f"{AUDIT}?from=2026-11-29&to=2026-11-28")

    assert answer.status_code == 422
    assert "act__what" in answer.text


@pytest.mark.parametrize("query", ["?by=staff%3Ax", "?kind=nonsense", "?from=yesterday", "?cursor=nonsense"])
def test_nonsense_is_refused_and_no_fault_of_ours(reader: Counter, query: str) -> None:
    assert reader.opens(f"{AUDIT}{query}").status_code == 422


def test_an_older_page_goes_on_where_the_first_one_ended(manager: Counter) -> None:
    for number in range(60):
        manager.shop.core.house.pause(f"Istirahat {number}", None, CASHIER)
    first = manager.sees(f"{AUDIT}?kind=settings")
    onward = re.search(r'href="(\?[^"]*cursor=[^"]*)"', first)
    assert onward is not None

    second = acts(manager, onward[1].replace("&amp;", "&"))

    assert len(second) == 10
    assert "Istirahat 9" in second[0]


def test_many_changed_prices_are_folded(manager: Counter) -> None:
    dishes = "\n".join(f"      - {{name: Menu {number}, price: {number}000}}" for number in range(1, 9))
    menu = f"categories:\n  - name: Makanan\n    dishes:\n{dishes}\n"

    MenuFiles(manager.shop.core.db, manager.shop.clock).import_menu(menu, MenuFormat.YAML, OWNER)

    (line,) = acts(manager, "?kind=menu")
    assert "8 perubahan" in line
    assert "Menu 8 : tidak ada → Rp8.000" in line


def test_the_history_leads_there_for_those_who_may_read_it(cashier: Counter) -> None:
    assert AUDIT not in cashier.sees("/cashier/history")
    cashier.signs_in("manager")
    assert f'href="{AUDIT}"' in cashier.sees("/cashier/history")


def test_old_events_without_a_before_are_told_all_the_same(manager: Counter) -> None:
    """As versions before this one wrote them."""
    shop = manager.shop
    told: dict[str, Any] = {
        "outlet_id": shop.outlet.id,
        "at": shop.clock(),
        "by": CASHIER,
        "topics": (board_topic(shop.outlet.id),),
    }
    with shop.core.db.write() as session:
        tell(session, "drawer.moved", **told, amount=5_000, reason="lama", name="Kasir", shift_id=1)
        tell(session, "outlet.set_up", **told, changed={"name": "Lama"})
        tell(session, "outlet.hours_set", **told, hours=["mon 08:00-10:00"])
        tell(session, "menu.imported", **told, added=3)
        tell(session, "case.settled", **told, case="late", resolution="written_off")
        tell(session, "order.cancelled", **told, reason="habis")
        tell(session, "staff.added", **told, username="lama", role="cashier")

    lines = acts(manager)

    assert len(lines) == 8
    assert "Seseorang ditambahkan sebagai staf. lama" in lines[0]
