"""What was ordered and paid before, as staff look it up."""

import re
from datetime import timedelta
from html import escape

import pytest
from sqlalchemy import update

from core.events.record import GATEWAY
from core.orders.history import place_of
from core.orders.models import Order
from core.orders.steps import tell_of
from core.staff.models import StaffMember
from tests.cashier.conftest import Counter
from tests.services.test_refunds import MANAGER, ask, paid
from tests.services.test_ways_out import credit, late
from tests.shop import CASHIER, Shop, notification

HISTORY = "/cashier/history"
PAYMENTS = f"{HISTORY}/payments"


def in_cash(shop: Shop) -> Order:
    order = shop.order("Es Teh", pay_by="cash")
    shop.core.cash.take(order.uid, 20_000, CASHIER)
    return order


def labels(page: str) -> list[str]:
    return re.findall(r'log__number">([^<]+)<', page)


def test_orders_are_listed_newest_first_and_lead_to_their_story(cashier: Counter) -> None:
    first, second = in_cash(cashier.shop), paid(cashier.shop)

    page = cashier.sees(HISTORY)

    assert labels(page) == [second.label, first.label]
    assert f'href="{HISTORY}/{first.uid}"' in page
    assert f'href="{HISTORY}"' in cashier.sees("/cashier")


def test_what_is_looked_for_stays_in_the_form(cashier: Counter) -> None:
    order, _ = in_cash(cashier.shop), paid(cashier.shop)
    day = order.business_day

    page = cashier.sees(f"{HISTORY}?find=&from={day}&to={day}&ending=paid&method=cash")

    assert labels(page) == [order.label]
    assert f'value="{day}"' in page
    assert '<option value="cash" selected>' in page
    assert '<option value="paid" selected>' in page


def test_older_orders_are_a_link_away_and_what_was_looked_for_goes_along(
    cashier: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    page_of = type(cashier.shop.core.past_orders).page
    monkeypatch.setattr(page_of, "__kwdefaults__", (page_of.__kwdefaults__ or {}) | {"size": 2})
    orders = [in_cash(cashier.shop) for _ in range(3)]

    newest = cashier.sees(f"{HISTORY}?method=cash")
    older = re.search(r'href="(\?[^"]*cursor=[^"]*)"', newest)
    assert older is not None
    oldest = cashier.sees(HISTORY + older[1].replace("&amp;", "&"))

    assert "method=cash" in older[1]
    assert labels(newest) + labels(oldest) == [order.label for order in reversed(orders)]
    assert "Lebih lama" not in oldest


@pytest.mark.parametrize("page", [HISTORY, PAYMENTS])
def test_nothing_found_says_so(cashier: Counter, page: str) -> None:
    empty = cashier.sees(page)
    in_cash(cashier.shop)
    sifted = cashier.sees(f"{page}?from=2020-01-01&to=2020-01-02")

    assert "Belum ada" in empty
    assert "Tidak ada yang cocok" in sifted


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("from=2026-11-29&to=2026-11-28", "Akhir periode mendahului awalnya"),
        ("cursor=nowhere", "Mulai lagi dari awal"),
    ],
)
@pytest.mark.parametrize("page", [HISTORY, PAYMENTS])
def test_what_cannot_be_looked_up_is_said_above_the_list(cashier: Counter, page: str, query: str, says: str) -> None:
    order = in_cash(cashier.shop)

    answer = cashier.opens(f"{page}?{query}")

    assert answer.status_code == 422
    assert says in answer.text
    assert labels(answer.text) == [order.label]


@pytest.mark.parametrize("query", ["from=yesterday", "method=card", "ending=maybe"])
def test_what_no_form_of_ours_sends_is_refused_by_name(cashier: Counter, query: str) -> None:
    answer = cashier.opens(f"{HISTORY}?{query}")

    assert answer.status_code == 422
    assert query.partition("=")[0] in answer.text


def test_payments_say_who_paid_and_what_became_of_it(cashier: Counter) -> None:
    shop = cashier.shop
    in_cash(shop)
    order = paid(shop, issuer="gopay")
    ask(shop, order, 1_000)

    page = cashier.sees(PAYMENTS)

    reference = shop.attempt(order).reference
    assert f"GoPay · …{reference[-4:]}" in page
    assert "KEMBALI SEBAGIAN" in page
    assert "−Rp1.000" in page
    assert "Tunai · Kasir" in page


def test_the_story_tells_what_the_gateway_said_and_what_was_done(cashier: Counter) -> None:
    shop = cashier.shop
    order, case = late(shop)

    page = cashier.sees(f"{HISTORY}/{order.uid}")

    attempt = shop.attempt(order)
    for said in ("Dipesan.", "QR habis waktu.", "Pemberitahuan masuk.", "settlement", "Masuk ke meja uang."):
        assert said in page
    assert attempt.reference in page
    assert attempt.transaction_id is not None
    assert attempt.transaction_id in page
    assert f"/cashier/money/{case.uid}" in page


def test_a_notification_that_waits_is_told_as_waiting(cashier: Counter) -> None:
    shop = cashier.shop
    order = shop.order("Es Teh")
    attempt = shop.attempt(order)
    shop.core.inbox.receive(notification(attempt.reference, attempt.amount, "settlement"))

    assert "Menunggu diperiksa." in cashier.sees(f"{HISTORY}/{order.uid}")


def test_the_gateway_is_asked_again_from_there_and_the_page_comes_back(cashier: Counter) -> None:
    shop = cashier.shop
    order = shop.order("Es Teh")
    shop.simulator.pay(shop.attempt(order).reference)
    # Somebody looked a moment ago: a person may ask every ten seconds.
    shop.clock.added += timedelta(seconds=11)

    answer = cashier.does(order, "check", back="history")
    shop.gateway_works()

    assert answer.headers["location"] == f"{HISTORY}/{order.uid}?asked=now"
    page = cashier.sees(answer.headers["location"])
    assert "Midtrans sedang ditanya." in page
    assert "QRIS LUNAS" in page
    assert "/check" not in page


def test_who_asks_again_at_once_is_told_that_it_waits(cashier: Counter) -> None:
    order = cashier.shop.order("Es Teh")

    answer = cashier.does(order, "check", back="history")

    assert answer.headers["location"] == f"{HISTORY}/{order.uid}?asked=soon"
    assert "Midtrans baru saja ditanya" in cashier.sees(answer.headers["location"])


def test_a_name_is_printed_as_it_is(cashier: Counter) -> None:
    shop = cashier.shop
    for name in ("<b>Kasir</b>", "100% Kasir %(x)s %d", "Cash"):
        with shop.core.db.write() as session:
            session.execute(update(StaffMember).where(StaffMember.id == 3).values(name=name))
        order = in_cash(shop)

        assert f"<bdi hx-ignore>{escape(name)}</bdi>" in cashier.sees(f"{HISTORY}/{order.uid}")


def test_an_order_begun_by_qris_and_paid_in_cash_shows_both(cashier: Counter) -> None:
    shop = cashier.shop
    order = shop.order("Es Teh")
    shop.core.payments.to_cash(order.uid)
    shop.gateway_works()
    shop.core.cash.take(order.uid, 20_000, CASHIER)

    page = cashier.sees(f"{HISTORY}/{order.uid}")

    assert shop.attempt(order).reference in page
    assert "Rp20.000" in page
    assert "Tidak ada yang dibayar" not in page


def test_an_order_paid_with_cash_that_lay_on_the_desk_was_not_paid_with_nothing(cashier: Counter) -> None:
    first = in_cash(cashier.shop)
    cashier.shop.core.kitchen.cancel(first.uid, "Habis", MANAGER, may_void=True)
    (case,) = cashier.shop.cases()
    order = cashier.shop.order("Es Teh", pay_by="cash")
    credit(cashier.shop, case, order)

    page = cashier.sees(f"{HISTORY}/{order.uid}")

    assert "Dibayar dengan uang dari pembayaran sebelumnya." in page
    assert "Tidak ada yang dibayar." not in page
    assert "Paid with money of an earlier payment." in cashier.sees(f"{HISTORY}/{order.uid}?lang=en")


def test_refunds_are_listed_with_their_state(cashier: Counter) -> None:
    order = paid(cashier.shop)
    ask(cashier.shop, order, 1_000)

    page = cashier.sees(f"{HISTORY}/{order.uid}")

    assert "Rp1.000" in page
    assert "Sudah dikirim ke bank" in page


def test_codes_are_told_in_words(cashier: Counter) -> None:
    shop = cashier.shop
    order = in_cash(shop)
    with shop.core.db.write() as session:
        row = session.get_one(Order, order.id)
        for kind, told in (
            ("refund.refused", {"reason": "denied", "amount": 5}),
            ("refund.refused", {"reason": "412"}),
            ("attempt.conflicted", {"difference": "merchant"}),
            ("attempt.conflicted", {"difference": "pending after settled"}),
            ("case.opened", {"amount": 0, "case": "conflicting"}),
        ):
            tell_of(session, row, kind, at=shop.clock(), by=GATEWAY, **told)

    page = cashier.sees(f"{HISTORY}/{order.uid}")

    assert "<q" not in page
    for said in (
        "Bank atau dompet pembayar menolak.",
        "Midtrans menolaknya.",
        "Nama merchant-nya lain.",
        "Tidak cocok",
    ):
        assert said in page, said
    assert re.search(r"Masuk ke meja uang\.\s*<span", page)


def test_the_other_list_is_opened_for_the_same_days_and_from_its_beginning(manager: Counter) -> None:
    order = in_cash(manager.shop)
    day = order.business_day

    page = manager.sees(f"{HISTORY}?from={day}&to=&method=cash&ending=paid&find=A&cursor={place_of(order)}")
    undated = manager.sees(f"{HISTORY}?method=cash")

    assert f'href="{PAYMENTS}?from={day}"' in page
    assert f'href="{HISTORY}/orders.csv?from={day}"' in page
    assert f'href="{PAYMENTS}"' in undated
    assert "31 hari terakhir" in undated
    # A refusal is read, not saved as a file.
    assert re.search(r"<a [^>]*\bdownload", page) is None


def test_what_the_list_is_sifted_by_is_unfolded_while_it_is_used(cashier: Counter) -> None:
    plain, found = cashier.sees(HISTORY), cashier.sees(f"{HISTORY}?find=A1")
    sifted = cashier.sees(f"{HISTORY}?method=cash")

    assert "<details><summary>Periode" in plain
    assert "<details><summary>Periode" in found
    assert "<details open><summary>Periode" in sifted


def test_what_guests_typed_is_shown_as_text(cashier: Counter) -> None:
    order = in_cash(cashier.shop)
    cashier.shop.core.kitchen.cancel(order.uid, "<img src=x onerror=alert(1)>", CASHIER, may_void=True)

    page = cashier.sees(f"{HISTORY}/{order.uid}")

    assert "<img src=x" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page


@pytest.mark.parametrize("uid", ["nothing", "%00", "%00" + "a" * 21, "é" * 22, "x" * 100])
def test_an_order_that_is_not_there_is_not_found(cashier: Counter, uid: str) -> None:
    assert cashier.opens(f"{HISTORY}/{uid}").status_code == 404


@pytest.mark.parametrize("what", ["orders", "payments"])
def test_a_manager_takes_files_home(manager: Counter, what: str) -> None:
    order = in_cash(manager.shop)
    day = order.business_day

    plain = manager.opens(f"{HISTORY}/{what}.csv?from={day}&to={day}")
    book = manager.opens(f"{HISTORY}/{what}.xlsx")

    assert plain.headers["content-disposition"] == f'attachment; filename="{what}_{day}_{day}.csv"'
    assert plain.headers["content-length"] == str(len(plain.content))
    assert order.uid in plain.content.decode("utf-8-sig")
    assert book.content.startswith(b"PK")
    assert f"{HISTORY}/{what}.xlsx" in manager.sees(HISTORY if what == "orders" else PAYMENTS)


def test_a_cashier_is_offered_no_files(cashier: Counter) -> None:
    assert ".csv" not in cashier.sees(HISTORY)
    assert cashier.opens(f"{HISTORY}/orders.csv").status_code == 403


@pytest.mark.parametrize("path", ["orders.exe", "staff.csv", "..csv"])
def test_other_files_are_not_there(manager: Counter, path: str) -> None:
    assert manager.opens(f"{HISTORY}/{path}").status_code == 404


def test_a_file_of_too_many_days_is_refused_with_a_way_back(manager: Counter) -> None:
    answer = manager.opens(f"{HISTORY}/orders.csv?from=2020-01-01&to=2026-01-01")

    assert answer.status_code == 422
    assert "paling banyak 366 hari" in answer.text
