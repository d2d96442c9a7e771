"""A manager takes settlement files in, and explains what does not agree."""

import re
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response
from typer.testing import CliRunner

from core.base.clock import GATEWAY_ZONE
from core.cli import app
from core.events.record import SYSTEM
from core.settlements.reading import LARGEST_FILE
from tests.cashier.conftest import Counter
from tests.services.test_settlement_files import listed, paid, strangers
from tests.settlement_files import STRANGE, csv_file, payment, xlsx_file
from tests.shop import Shop

SETTLEMENTS = "/cashier/money/settlements"


def hands_in(counter: Counter, raw: bytes, name: str = "settlement.csv", **columns: str) -> Response:
    return counter.browser.post(SETTLEMENTS, files={"file": (name, raw, "text/csv")}, data=columns)


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


def page_of(counter: Counter, answer: Response, language: str = "en") -> str:
    """The words of the page that a file leads to."""
    assert answer.status_code == 303, answer.text
    address = answer.headers["location"]
    return words(counter.sees(f"{address}{'&' if '?' in address else '?'}lang={language}"))


def chosen(page: str) -> Sequence[str]:
    return re.findall(r'name="chosen" value="([^"]+)"', page)


def test_a_file_is_handed_in_and_its_page_says_how_much_agrees(manager: Counter) -> None:
    orders = [paid(manager.shop), paid(manager.shop, "Es Teh", table=1)]
    rows = [listed(manager.shop, order, Fee="10", VAT="1", Net=order.total - 11) for order in orders]

    page = page_of(manager, hands_in(manager, csv_file(*rows)))

    gross = f"{sum(order.total for order in orders):,}".replace(",", ".")
    assert "100 %" in page
    assert "2 of 2 payments agree" in page
    assert f"Gross Rp{gross} Fee Rp20 VAT on the fee Rp2" in page
    assert "Nothing is open" in page
    assert "by Manager" in page
    assert "settlement.csv" in words(manager.sees(SETTLEMENTS))


def test_what_does_not_agree_is_told_with_row_amounts_and_order_in_both_languages(manager: Counter) -> None:
    order = paid(manager.shop)
    raw = csv_file(
        listed(manager.shop, order, gross=order.total + 1_000), payment(STRANGE, 45_000, manager.shop.clock())
    )

    answer = hands_in(manager, raw)

    english, indonesian = page_of(manager, answer), page_of(manager, answer, "id")
    assert "0 of 2 payments agree" in english
    assert "Another amount 1" in english
    assert f"{STRANGE} Rp45.000 – not one of our payments" in english
    assert "Jumlah berbeda 1" in indonesian
    assert "bukan pembayaran kita" in indonesian
    assert f"/cashier/history/{order.uid}" in manager.sees(answer.headers["location"])


def test_of_a_refund_that_is_not_ours_nobody_is_said_to_be_asked(manager: Counter) -> None:
    refund = payment(STRANGE, -5_000, manager.shop.clock())

    answer = hands_in(manager, csv_file(listed(manager.shop, paid(manager.shop)), refund))

    english, indonesian = page_of(manager, answer), page_of(manager, answer, "id")
    assert f"{STRANGE} Rp5.000 – not one of our payments" in english
    assert "About one that is not ours nobody is asked: look it up in Midtrans" in english
    assert "Yang bukan milik kita tidak ditanyakan: periksa di dashboard Midtrans." in indonesian
    assert manager.shop.gateway_works() == 0


def test_of_a_file_of_refunds_alone_no_days_are_named(manager: Counter) -> None:
    raw = csv_file(payment(manager.shop.attempt(paid(manager.shop)).reference, -1_000, manager.shop.clock()))

    page = page_of(manager, hands_in(manager, raw), "id")

    assert "0 dari 0 pembayaran cocok Hanya pengembalian dana" in page
    assert "Hanya pengembalian dana" in words(manager.sees(SETTLEMENTS))


def test_the_same_file_again_leads_to_the_same_page_and_says_so(manager: Counter) -> None:
    raw = csv_file(listed(manager.shop, paid(manager.shop)))
    first = hands_in(manager, raw).headers["location"]

    again = hands_in(manager, raw, "copy.csv")

    assert again.headers["location"] == f"{first}?taken=before"
    assert "taken in before" in page_of(manager, again)
    assert "taken in before" not in words(manager.sees(f"{first}?lang=en"))


def test_a_bad_file_is_refused_in_one_sentence_with_its_row_and_nothing_is_listed(manager: Counter) -> None:
    raw = csv_file(payment(STRANGE, "28.50", manager.shop.clock()))

    answer = hands_in(manager, raw)

    assert answer.status_code == 422
    assert "Baris 2, jumlah bruto: 28.50 bukan rupiah bulat." in answer.text
    assert "Belum ada berkas" in manager.sees(SETTLEMENTS)
    assert '<details class="more">' in answer.text


def test_names_of_columns_are_asked_for_where_they_are_not_known_and_then_used(manager: Counter) -> None:
    order = paid(manager.shop)
    row = listed(manager.shop, order)
    raw = csv_file({"Nomor": row["Order ID"], "Total bayar": row["Amount"], "Hari": row["Settlement time"]})

    unknown = hands_in(manager, raw, gross="Total bayar")
    named = hands_in(manager, raw, order_id="Nomor", gross="Total bayar", date="hari")

    assert unknown.status_code == 422
    assert '<details class="more" open>' in unknown.text
    assert 'value="Total bayar"' in unknown.text
    assert "1 of 1 payments agree" in page_of(manager, named)


def test_a_workbook_is_taken_too_and_a_form_without_a_file_is_not(manager: Counter) -> None:
    book = xlsx_file(listed(manager.shop, paid(manager.shop)))

    assert "100 %" in page_of(manager, hands_in(manager, book, "report.xlsx"))
    nothing: list[dict[str, Any]] = [
        {"data": {"file": "text"}},
        {"data": {}},
        {"files": {"file": ("", b"", "text/csv")}},
    ]
    for empty in nothing:
        answer = manager.browser.post(SETTLEMENTS, **empty)
        assert answer.status_code == 422
        assert "Pilih berkasnya dulu." in answer.text
    two = [("file", ("a.csv", book, "text/csv"))] * 2
    assert manager.browser.post(SETTLEMENTS, files=two).status_code == 400
    assert hands_in(manager, book, colour="red").status_code == 422


def test_a_file_larger_than_any_export_is_not_even_read(manager: Counter) -> None:
    assert hands_in(manager, bytes(LARGEST_FILE)).status_code == 422
    assert manager.browser.post(SETTLEMENTS, content=bytes(LARGEST_FILE + 65 * 1024)).status_code == 413
    assert manager.browser.post(f"{SETTLEMENTS}/x/close", content=bytes(70_000)).status_code == 413


def test_a_name_that_is_markup_is_shown_as_it_is(manager: Counter) -> None:
    raw = csv_file(listed(manager.shop, paid(manager.shop)), payment("<b>x", 5, manager.shop.clock()))

    answer = hands_in(manager, raw, "<script>alert(1)</script>.csv")

    page = manager.sees(answer.headers["location"]) + manager.sees(SETTLEMENTS)
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def differs(counter: Counter, count: int = 2) -> tuple[str, str]:
    """A file with wrong amounts; its address and its page."""
    shop = counter.shop
    orders = [paid(shop, table=table) for table in range(count)]
    rows = [listed(shop, order, gross=order.total + 5) for order in orders]
    address = hands_in(counter, csv_file(*rows)).headers["location"]
    return address, counter.sees(f"{address}?lang=en")


def closes(counter: Counter, address: str, **fields: Any) -> Response:
    return counter.browser.post(f"{address}/close", data={"kind": "wrong_amount", **fields})


def test_ticked_lines_are_closed_with_a_reason_and_the_name_of_who_did(manager: Counter) -> None:
    address, page = differs(manager)
    first, second = chosen(page)

    after = manager.after(closes(manager, address, chosen=[first], reason="Promo bank"))

    assert chosen(after) == [second]
    assert "Promo bank" in after
    assert "Manager" in words(after)


def test_all_of_a_kind_are_closed_at_once(manager: Counter) -> None:
    address, _ = differs(manager, count=3)

    after = manager.after(closes(manager, address, every="yes", reason="Promo bank"))

    assert chosen(after) == []
    assert after.count("Promo bank") == 3


def test_without_a_reason_or_a_tick_nothing_is_closed_and_what_was_typed_stays(manager: Counter) -> None:
    address, page = differs(manager)
    first, _ = chosen(page)

    speechless = closes(manager, address, chosen=[first])
    aimless = closes(manager, address, reason="Promo bank")

    assert (speechless.status_code, aimless.status_code) == (422, 422)
    assert f'value="{first}" aria-label' in speechless.text
    assert len(re.findall(r"<input type=\"checkbox\"[^>]* checked", speechless.text)) == 1
    assert 'value="Promo bank"' in aimless.text
    assert len(chosen(aimless.text)) == 2


def test_what_is_not_there_is_not_found(manager: Counter) -> None:
    assert manager.opens(f"{SETTLEMENTS}/nobody").status_code == 404
    assert closes(manager, f"{SETTLEMENTS}/nobody", reason="x", every="yes").status_code == 404
    assert manager.browser.post(f"{SETTLEMENTS}/nobody/compare").status_code == 404
    address, _ = differs(manager)
    assert manager.browser.post(f"{address}/close", data={"kind": "any", "reason": "x"}).status_code == 422


def test_comparing_again_brings_in_what_midtrans_has_confirmed_since(manager: Counter) -> None:
    shop = manager.shop
    order = shop.order("Sate Ayam")
    shop.simulator.pay(shop.attempt(order).reference)
    address = hands_in(manager, csv_file(listed(shop, order))).headers["location"]
    assert "ours, and not known as paid" in words(manager.sees(f"{address}?lang=en"))
    shop.passes(timedelta(seconds=10), at_the_gateway=False)
    shop.gateway_works()

    after = words(manager.after(manager.browser.post(f"{address}/compare")))

    assert "100 %" in after
    assert "selesai sendiri" in after


def test_the_money_desk_leads_there_and_says_how_many_are_open(manager: Counter) -> None:
    assert "Berkas settlement" in manager.sees("/cashier/money")
    hands_in(manager, csv_file(payment(STRANGE, 45_000, manager.shop.clock())))

    assert "Berkas settlement (1)" in words(manager.sees("/cashier/money"))
    # What differs in a file is no money that waits for somebody: the board counts the case alone.
    assert "Uang yang perlu ditangani (1)" in manager.sees()


def test_a_file_that_is_mostly_unknown_is_a_case_that_leads_to_it(manager: Counter) -> None:
    shop = manager.shop
    address = hands_in(manager, csv_file(*strangers(shop, 12)), "30 Nov.csv").headers["location"]
    (case,) = shop.cases()

    desk, page = manager.sees("/cashier/money?lang=en"), manager.sees(f"/cashier/money/{case.uid}?lang=en")

    for seen in (desk, page):
        assert "Most payments of a settlement file are unknown here." in seen
        assert f'<a href="{address.partition("?")[0]}">30 Nov.csv</a>' in seen
        assert "Unknown payments 12" in words(seen)
    assert "Rp12.000" in page


def test_a_cashier_sees_the_case_of_a_strange_file_and_no_way_to_it(cashier: Counter) -> None:
    shop = cashier.shop
    shop.core.settlement_files.take_in(shop.outlet.id, "30 Nov.csv", csv_file(*strangers(shop, 12)), SYSTEM)

    desk = cashier.sees("/cashier/money")

    assert "<dd>30 Nov.csv</dd>" in desk
    assert SETTLEMENTS not in desk


def test_a_cashier_sees_nothing_of_it(cashier: Counter) -> None:
    assert "Berkas settlement" not in cashier.sees("/cashier/money")
    assert cashier.opens(SETTLEMENTS).status_code == 403
    assert hands_in(cashier, b"x").status_code == 403


def test_a_file_of_another_website_is_not_taken(manager: Counter) -> None:
    answer = manager.browser.post(
        SETTLEMENTS, files={"file": ("a.csv", b"x", "text/csv")}, headers={"Origin": "https://evil.example"}
    )

    assert answer.status_code == 403


def test_the_list_goes_on_on_a_next_page(manager: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.services.settlement_reports.PAGE", 1)
    for number in range(2):
        hands_in(manager, csv_file(payment(f"SHOP-{number}", 5, manager.shop.clock())), f"{number}.csv")

    newest = manager.sees(SETTLEMENTS)
    older = re.findall(r'href="(\?cursor=[^"]+)"', newest)

    assert "1.csv" in newest
    assert "0.csv" in manager.sees(f"{SETTLEMENTS}{older[0]}")
    assert manager.opens(f"{SETTLEMENTS}?cursor=x").status_code == 422


def meja(shop: Shop, place: Path, monkeypatch: pytest.MonkeyPatch, *words: str) -> Any:
    monkeypatch.setenv("MEJA_DATABASE_URL", shop.core.settings.database_url)
    monkeypatch.setenv("MEJA_DATA_DIR", str(place))
    return CliRunner().invoke(app, list(words))


def test_the_command_line_takes_a_file_in_too(
    manager: Counter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = manager.shop
    file, today = tmp_path / "november.csv", f"{shop.clock().astimezone(GATEWAY_ZONE):%Y-%m-%d}"
    file.write_bytes(csv_file({"No": STRANGE, "Sum": "45.000", "Fee": "315", "MDR": "1", "Date": today}))

    unclear = meja(shop, tmp_path, monkeypatch, "settlement", "import", str(file))
    columns = ["--column", "order_id=No", "--column", "gross=Sum", "--column", "fee="]
    done = meja(shop, tmp_path, monkeypatch, "settlement", "import", str(file), *columns)
    again = meja(shop, tmp_path, monkeypatch, "settlement", "import", str(file), *columns)
    wrong = meja(shop, tmp_path, monkeypatch, "settlement", "import", str(file), "--column", "order_id")
    missing = meja(shop, tmp_path, monkeypatch, "settlement", "import", str(tmp_path / "none.csv"))

    assert done.exit_code == 0, done.output
    assert f"{today} to {today}: 1 payment, Rp45.000" in done.output
    assert f"missing_here\t1\n  {STRANGE}\trow 2\ttheirs=45000 what=unknown" in done.output
    assert "taken in before" in again.output
    assert all(one.exit_code != 0 for one in (unclear, wrong, missing))
    assert "november.csv" in manager.sees(SETTLEMENTS)


def test_the_command_line_sets_the_merchant_class(
    manager: Counter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = meja(manager.shop, tmp_path, monkeypatch, "outlet", "set", "--merchant-class", "small")
    shown = meja(manager.shop, tmp_path, monkeypatch, "outlet", "show")
    wrong = meja(manager.shop, tmp_path, monkeypatch, "outlet", "set", "--merchant-class", "huge")

    assert done.exit_code == 0, done.output
    assert "merchant_class\tsmall" in shown.output
    assert "usaha kecil" in manager.sees(SETTLEMENTS)
    assert wrong.exit_code != 0
    assert meja(manager.shop, tmp_path, monkeypatch, "outlet", "set", "--merchant-class", "unknown").exit_code == 0
    assert "belum diketahui" in manager.sees(SETTLEMENTS)
