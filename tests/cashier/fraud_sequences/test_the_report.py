"""The report itself: sums by person, what it is sifted by, its days, its pages and its file."""

import csv
import re
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest

from core.events.record import board_topic, tell
from core.outlets.models import Outlet
from core.services.exception_report import ExceptionReport
from core.staff.models import Role
from tests.cashier.conftest import MANAGERS_PIN
from tests.cashier.fraud_sequences.report import EXCEPTIONS, REASON, House, browser_of, rupiah
from tests.cashier.test_case_steps import late
from tests.services.opening import stand_at
from tests.shop import CASHIER


def _people(page: str) -> list[str]:
    cards = re.findall(r'<li class="card suspect">(.*?)\n    </li>', page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]*>", " ", card).split()) for card in cards]


def _qris(page: str) -> str:
    found = re.search(r"<h2>QRIS against orders.*?</section>", page, re.DOTALL)
    assert found is not None
    return " ".join(re.sub(r"<[^>]*>", " ", found[0]).split())


def test_an_honest_day_leaves_nothing_to_look_at(place: House) -> None:
    place.served(place.sold_in_cash())
    place.served(place.sold_by_qris("Es Teh", table=1))
    place.shop.core.payments.cancel(place.shop.order("Rendang", table=2).uid)
    place.shop.gateway_works()
    current = place.shop.core.shifts.current(place.shop.outlet.id)
    assert current is not None
    place.counts(place.cashier, 200_000 + current.cash)

    page = place.page()

    assert "Nothing to look at" in page
    assert _people(page) == []
    assert "agrees" in _qris(page)


def test_whoever_has_had_to_do_with_most_money_stands_first_and_whoever_allowed_it_beside(place: House) -> None:
    small, large = place.sold_in_cash("Es Teh"), place.sold_in_cash("Rendang")
    place.gives_back(place.manager, small, 5_000)
    place.cancels(place.cashier, large, pin=MANAGERS_PIN)
    place.carries(place.cashier, "out", 20_000)
    place.carries(place.cashier, "in", 3_000)

    kasir, manager = _people(place.page())

    together = rupiah(large.cash_total + 20_000)
    assert kasir == f"Kasir {together} Cancellations 1 {rupiah(large.cash_total)} Drawer 2 Rp20.000"
    assert manager == f"Manager Rp5.000 Refunds 1 Rp5.000 Allowed for others 1 {rupiah(large.cash_total)}"


def test_what_ran_out_by_itself_stands_behind_the_people(place: House) -> None:
    place.shop.order("Rendang", pay_by="cash")
    place.carries(place.cashier, "out", 1_000)
    place.shop.passes(timedelta(hours=2, minutes=1))
    place.shop.gateway_works()

    assert [card.split()[0] for card in _people(place.page())] == ["Kasir", "Meja"]


def test_events_as_versions_before_this_one_wrote_them_are_told_all_the_same(place: House) -> None:
    shop = place.shop
    told: dict[str, Any] = {
        "outlet_id": shop.outlet.id,
        "at": shop.clock(),
        "by": CASHIER,
        "topics": (board_topic(shop.outlet.id),),
    }
    with shop.core.db.write() as session:
        tell(session, "drawer.moved", **told, amount=-5_000, reason="lama", name="Kasir", shift_id=1)
        tell(session, "outlet.set_up", **told, changed={"name": "Lama"})
        tell(session, "menu.imported", **told, added=3)
        tell(session, "case.settled", **told, case="late", resolution="written_off")
        tell(session, "order.cancelled", **told, reason="habis")
        tell(session, "staff.added", **told, username="lama", role="cashier")

    assert [line.what for line in place.reads()] == [
        "Somebody was added to the staff.",
        "Staff cancelled an unpaid order.",
        "A money case was closed with a reason.",
        "Cash was carried out of the drawer.",
    ]
    assert place.manager.opens("/cashier/history/exceptions.csv").status_code == 200


def test_the_list_is_sifted_by_who_did_brought_or_allowed_it_and_by_what_it_is_about(place: House) -> None:
    order = place.sold_in_cash()
    place.gives_back(place.cashier, order, 5_000)
    place.carries(place.manager, "in", 10_000)
    place.manager.browser.post("/cashier/people/kasir", data={"act": "pin", "pin": MANAGERS_PIN})

    def found(query: str) -> list[str]:
        return [line.what.split()[0] for line in place.reads(query)]

    assert found("") == ["A", "Cash", "Money"]
    assert found("&by=staff:3") == ["A", "Money"]
    assert found("&by=staff:2") == ["A", "Cash", "Money"]
    assert found("&by=staff:4") == found("&by=staff:999999999999999") == []
    assert found("&topic=drawer") == ["Cash"]
    assert found("&topic=refunds&by=staff:2") == ["Money"]
    assert len(_people(place.page("&by=staff:4"))) == 2
    assert "Nothing matches" in place.page("&by=staff:4")


def test_a_line_leads_to_its_order_its_shift_its_case_and_its_person(place: House) -> None:
    _, case = late(place.manager)
    order = place.sold_in_cash()
    place.cancels(place.manager, order, pin=MANAGERS_PIN)
    place.carries(place.cashier, "out", 1_000)
    place.manager.browser.post(f"/cashier/money/{case.uid}/close", data={"reason": REASON, "pin": MANAGERS_PIN})
    place.manager.browser.post("/cashier/people/dapur", data={"act": "pin", "pin": MANAGERS_PIN})

    page = place.page()

    addresses = (
        f"/cashier/history/{order.uid}",
        "/cashier/shift",
        f"/cashier/money/{case.uid}",
        "/cashier/people/dapur",
    )
    for address in addresses:
        assert f'href="{address}"' in page
        assert place.manager.opens(address).status_code == 200


def test_a_day_is_the_outlets_own_and_the_usual_report_has_seven(place: House) -> None:
    stand_at(place.shop, 3, 30, day=8)
    place.cashier.signs_in("kasir")
    place.carries(place.cashier, "out", 1_000)
    stand_at(place.shop, 4, 30, day=8)
    place.cashier.signs_in("kasir")
    place.carries(place.cashier, "out", 2_000)

    def amounts(query: str) -> list[str]:
        return [line.amount for line in place.reads(query)]

    assert amounts("&from=2026-12-07&to=2026-12-07") == ["−Rp1.000"]
    assert amounts("&from=2026-12-08&to=2026-12-08") == ["−Rp2.000"]
    assert amounts("") == ["−Rp2.000", "−Rp1.000"]
    place.shop.passes(timedelta(days=6), at_the_gateway=False)
    assert amounts("") == ["−Rp2.000"]
    place.shop.passes(timedelta(days=1), at_the_gateway=False)
    assert amounts("") == []


@pytest.mark.parametrize(
    "query",
    ["&from=2026-11-29&to=2026-11-28", "&from=2026-01-01&to=2026-12-31", "&from=2026-01-01", "&cursor=20261201.9"],
)
def test_a_period_that_cannot_be_is_said_beside_the_usual_report(place: House, query: str) -> None:
    place.carries(place.cashier, "out", 1_000)

    answer = place.manager.opens(f"{EXCEPTIONS}?lang=en{query}")

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert "−Rp1.000" in answer.text


@pytest.mark.parametrize("query", ["by=staff%3Ax", "topic=nonsense", "from=yesterday", "colour=red&cursor=nonsense"])
def test_nonsense_is_refused_and_no_fault_of_ours(place: House, query: str) -> None:
    assert place.manager.opens(f"{EXCEPTIONS}?{query}").status_code == 422


@pytest.mark.parametrize("day", [date.min, date.max])
def test_a_day_at_the_end_of_time_is_only_empty(place: House, day: date) -> None:
    assert place.reads(f"&from={day}&to={day}") == []


def test_an_older_page_goes_on_where_the_first_one_ended_whatever_comes_in_meanwhile(
    place: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        ExceptionReport.page, "__kwdefaults__", (ExceptionReport.page.__kwdefaults__ or {}) | {"size": 2}
    )
    for amount in range(1_000, 6_000, 1_000):
        place.carries(place.cashier, "out", amount)
    first = place.page("&by=staff:3")

    place.carries(place.cashier, "out", 9_000)
    onward = re.search(r'href="\?([^"]*cursor=[^"]*)"', first)
    assert onward is not None
    second = place.reads("&" + onward[1].replace("&amp;", "&"))

    assert [line.amount for line in second] == ["−Rp3.000", "−Rp2.000"]
    assert "by=staff%3A3" in onward[1]
    assert re.search(r"from=[0-9-]{10}&amp;to=[0-9-]{10}", onward[1])


def test_the_day_that_holds_too_much_is_said_to_be_cut(place: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.services.exception_report.MOST_EVENTS", 2)
    for amount in (1_000, 2_000, 3_000):
        place.carries(place.cashier, "out", amount)

    page = place.page()

    assert "the oldest days are left out" in page
    assert [line.amount for line in place.reads()] == ["−Rp3.000", "−Rp2.000"]


def test_qris_that_came_is_laid_beside_the_orders_it_paid(place: House) -> None:
    order = place.sold_by_qris()
    late_order, _ = late(place.cashier)

    said = _qris(place.page())

    assert f"Came by QRIS, 2 payments {rupiah(order.total + late_order.total)}" in said
    assert f"Paid by QRIS, 1 order {rupiah(order.total)}" in said
    assert f"Came beside the orders: late, twice, another amount {rupiah(late_order.total)}" in said
    assert f"Ordered and never paid, 1 order {rupiah(late_order.total)}" in said
    assert "agrees" in said
    assert "Nobody can explain" not in said


def test_money_that_found_its_order_is_no_difference(place: House) -> None:
    place.sold_by_qris()
    _, case = late(place.cashier, "Es Teh")
    place.cashier.browser.post(f"/cashier/money/{case.uid}/honour")

    said = _qris(place.page())

    assert "Paid by QRIS, 2 orders" in said
    assert "Nobody can explain" not in said


def test_what_a_cancelled_order_left_behind_pays_another_and_is_no_difference(place: House) -> None:
    order = place.sold_by_qris()
    place.cancels(place.manager, order)
    other = place.shop.order("Es Teh", pay_by="cash")
    (case,) = place.shop.cases()
    place.cashier.browser.post(f"/cashier/money/{case.uid}/credit", data={"order_uid": other.uid})
    assert place.shop.status(other)[1] == "paid"

    assert "Nobody can explain" not in _qris(place.page())


def test_the_file_has_every_line_and_no_formula(place: House) -> None:
    order = place.sold_in_cash()
    place.cashier.does(order, "cancel", reason="=HYPERLINK(1)", pin=MANAGERS_PIN)
    place.carries(place.cashier, "out", 35_000)

    answer = place.manager.opens("/cashier/history/exceptions.csv")
    carried, cancelled = csv.DictReader(StringIO(answer.content.decode("utf-8-sig")))

    assert (carried["exception"], carried["by"], carried["amount"], carried["shift"]) == (
        "cash_out",
        "Kasir",
        "-35000",
        "1",
    )
    assert (cancelled["exception"], cancelled["marks"]) == ("paid_cancelled", "cash_taken")
    assert (cancelled["by"], cancelled["allowed_by"]) == ("Kasir", "Manager")
    assert (cancelled["order_uid"], cancelled["order_number"]) == (order.uid, order.label)
    assert cancelled["reason"] == "'=HYPERLINK(1)"


def test_a_workbook_is_given_too(place: House) -> None:
    place.carries(place.cashier, "out", 35_000)

    assert place.manager.opens("/cashier/history/exceptions.xlsx").content.startswith(b"PK")
    assert place.manager.opens("/cashier/history/exceptions.csv?from=2020-01-01&to=2026-12-31").status_code == 422


def test_neither_cashier_nor_cook_reads_it_or_takes_it_home(place: House) -> None:
    cook = browser_of(place.shop, "dapur")

    for who in (place.cashier, cook):
        assert who.opens(EXCEPTIONS).status_code == 403
        assert who.opens("/cashier/history/exceptions.csv").status_code == 403
    assert EXCEPTIONS not in place.cashier.sees("/cashier/history")
    assert EXCEPTIONS in place.owner.sees("/cashier/history")


def test_another_outlets_exceptions_are_not_read(place: House) -> None:
    with place.shop.core.db.write() as session:
        other = Outlet(name="Cabang")
        session.add(other)
        session.flush()
    place.shop.core.door.add_member(other.id, "tetangga", "Tetangga", Role.OWNER, "nasi-goreng-1")
    theirs = browser_of(place.shop, "tetangga")
    place.carries(place.cashier, "out", 1_000)

    assert [line.amount for line in place.reads()] == ["−Rp1.000"]
    assert "−Rp1.000" not in theirs.sees(EXCEPTIONS)
    assert "Tetangga" in theirs.sees(EXCEPTIONS)


def test_it_is_said_in_indonesian_too(place: House) -> None:
    place.cancels(place.cashier, place.sold_in_cash(), pin=MANAGERS_PIN)

    page = place.manager.sees(f"{EXCEPTIONS}?lang=id")

    for words in (
        "Laporan pengecualian",
        "Pesanan yang sudah dibayar dibatalkan.",
        "uang tunai sudah diterima",
        "Pembatalan",
        "diizinkan oleh Manager",
        "QRIS terhadap pesanan",
        "Diizinkan untuk orang lain",
    ):
        assert words in page


def test_nothing_is_written_by_looking(place: House) -> None:
    place.carries(place.cashier, "out", 1_000)
    place.reads()
    with place.shop.core.db.read() as session:
        before = session.connection().exec_driver_sql("SELECT max(id) FROM events").scalar()

    place.manager.sees(EXCEPTIONS)
    place.manager.opens("/cashier/history/exceptions.csv")

    with place.shop.core.db.read() as session:
        assert session.connection().exec_driver_sql("SELECT max(id) FROM events").scalar() == before
