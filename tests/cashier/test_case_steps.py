"""Every way out of a money case, taken over HTTP on both databases. The books hold after each of them."""

import re
from datetime import timedelta
from typing import Any

import pytest
from httpx2 import Response
from sqlalchemy import select

from core.ledger.models import Account
from core.orders.models import Order
from core.outlets.models import Outlet
from core.payments.models import MoneyCase
from core.staff.models import Role, StaffMember
from tests.cashier.conftest import MANAGERS_PIN as PIN
from tests.cashier.conftest import Counter, with_pins
from tests.services.test_money_taken_back import bank_takes_back, bank_takes_more
from tests.shop import CASHIER, Shop


@pytest.fixture
def house(shop: Shop) -> Shop:
    """Everything here moves money: on both databases."""
    return with_pins(shop)


def late(counter: Counter, *dishes: str, **how: Any) -> tuple[Order, MoneyCase]:
    """An order that ran out of time, and whose money came afterwards."""
    shop = counter.shop
    order = shop.order(*(dishes or ("Sate Ayam",)))
    for minutes in (16, 31):
        shop.passes(timedelta(minutes=minutes))
        shop.gateway_works()
    shop.wallet.pays(order, late=True, **how)
    (case,) = shop.cases()
    return order, case


def step(counter: Counter, case: MoneyCase, way: str, /, **fields: str) -> Response:
    return counter.browser.post(f"/cashier/money/{case.uid}/{way}", data=fields)


def give_back(counter: Counter, case: MoneyCase, amount: int, **fields: str) -> Response:
    wish = {"amount": str(amount), "reason": "Habis", "pin": PIN, "way": "gateway"} | fields
    return step(counter, case, "refund", **wish)


def page_of(counter: Counter, case: MoneyCase) -> str:
    return counter.sees(f"/cashier/money/{case.uid}")


def test_the_list_says_what_came_from_whom_and_how_long_there_is(cashier: Counter) -> None:
    order, case = late(cashier, issuer="dana")

    page = cashier.sees("/cashier/money")

    assert f"/cashier/money/{case.uid}" in page
    for words in (order.label, "Meja 1", "DANA", case.reference, "Sisa 6 hari", "Belum ada yang menangani"):
        assert words in page
    assert "case--urgent" not in page
    assert "kurang dari 24 jam" not in cashier.sees()


def test_under_a_day_the_list_and_the_board_say_so_in_words_and_red(cashier: Counter) -> None:
    late(cashier, issuer="dana")
    cashier.shop.clock.added += timedelta(days=6, hours=2)
    cashier.signs_in("kasir")

    page = cashier.sees("/cashier/money")

    assert re.search(r"badge--bad.*Mendesak: sisa 2\d jam", page)
    assert "case--urgent" in page
    assert "1 kurang dari 24 jam" in cashier.sees()
    cashier.shop.clock.added += timedelta(days=2)
    cashier.signs_in("kasir")
    assert "Batas pengembalian lewat" in cashier.sees("/cashier/money?lang=id")


def test_somebody_takes_a_case_up_by_name(cashier: Counter) -> None:
    _, case = late(cashier)

    assert "Anda yang menangani" in cashier.after(step(cashier, case, "take"))
    assert "Ditangani Kasir" in cashier.sees("/cashier/money")


def test_the_order_is_cooked_after_all(cashier: Counter) -> None:
    order, case = late(cashier)

    page = cashier.after(step(cashier, case, "honour"))

    assert cashier.shop.status(order) == ("confirmed", "paid")
    assert "Tetap dimasak" in page
    assert "Yang bisa dilakukan" not in page
    assert "Tetap dimasak" in cashier.sees("/cashier/money")


def test_another_order_of_the_table_is_paid_with_it(cashier: Counter) -> None:
    _, case = late(cashier)
    following = cashier.shop.order("Es Teh", pay_by="cash")
    assert following.uid in page_of(cashier, case)

    cashier.after(step(cashier, case, "credit", order_uid=following.uid))

    assert cashier.shop.status(following) == ("confirmed", "paid")


def test_it_goes_back_to_the_wallet_and_each_state_is_told(manager: Counter) -> None:
    order, case = late(manager)

    assert "Sudah diminta. Midtrans belum menjawab." in manager.after(give_back(manager, case, order.total))
    manager.shop.gateway_works()
    assert "belum dikonfirmasi" in page_of(manager, case)
    manager.shop.simulator.call("POST", f"/simulator/transactions/{case.reference}/confirm-refund")
    manager.shop.hears_of(manager.shop.attempt(order), said="refund")

    assert "Dikonfirmasi bank" in page_of(manager, case)
    assert manager.shop.cases() == []


def test_a_form_that_is_sent_twice_gives_the_money_back_once(manager: Counter) -> None:
    _, case = late(manager)
    key = re.search(r'name="key" value="([^"]+)"', page_of(manager, case))
    assert key is not None

    answers = [give_back(manager, case, 5_000, key=key[1]).status_code for _ in range(2)]
    manager.shop.gateway_works()

    assert answers == [303, 303]
    (line,) = [one for one in manager.shop.simulator.book()["transactions"] if one["order_id"] == case.reference]
    assert line["refunded"] == 5_000


def test_a_wrong_pin_is_said_beside_its_field_and_what_was_typed_stays(manager: Counter) -> None:
    _, case = late(manager)

    answer = give_back(manager, case, 5_000, pin="000000", reason="Sate gosong & asin")

    assert answer.status_code == 403
    assert "PIN ini bukan PIN manajer." in answer.text
    assert 'aria-describedby="refund-pin-says"' in answer.text
    assert 'value="Sate gosong &amp; asin"' in answer.text
    assert 'value="5000"' in answer.text
    assert "000000" not in answer.text
    assert (
        "This PIN is not"
        in manager.browser.post(
            f"/cashier/money/{case.uid}/refund?lang=en", data={"amount": "1", "reason": "x", "pin": "000000"}
        ).text
    )
    assert len(manager.shop.cases()) == 1


def test_five_wrong_pins_lock_the_form_for_a_while(manager: Counter) -> None:
    _, case = late(manager)

    codes = [step(manager, case, "close", reason="x", pin=f"00000{n}").status_code for n in range(6)]

    assert codes == [403] * 5 + [429]
    assert step(manager, case, "close", reason="x", pin=PIN).status_code == 429
    assert len(manager.shop.cases()) == 1


def test_a_manager_allows_it_on_the_cashiers_screen_and_both_names_are_kept(cashier: Counter) -> None:
    order, case = late(cashier)
    assert "PIN manajer" in page_of(cashier, case)

    assert give_back(cashier, case, 5_000).status_code == 303
    cashier.shop.gateway_works()

    (event,) = [event for event in cashier.shop.page(order).history if event.kind == "refund.asked"]
    assert (event.data["name"], event.data["asked_by"]) == ("Manager", "Kasir")


@pytest.mark.parametrize(
    ("amount", "says"),
    [("", "Tulis rupiah bulat"), ("10,5", "Tulis rupiah bulat"), ("0", "antara Rp1"), ("99999999", "antara Rp1")],
)
def test_an_amount_that_cannot_be_right_is_refused_beside_its_field(manager: Counter, amount: str, says: str) -> None:
    _, case = late(manager)

    answer = step(manager, case, "refund", amount=amount, reason="Habis", pin=PIN)

    assert answer.status_code == 422
    assert says in answer.text.split('id="refund-amount-says"')[1][:200]


def test_a_manager_writes_it_off_with_a_reason(manager: Counter) -> None:
    order, case = late(manager)
    assert step(manager, case, "close", reason=" ", pin=PIN).status_code == 422

    page = manager.after(step(manager, case, "close", reason="Tamu mengikhlaskan", pin=PIN))

    assert "Tamu mengikhlaskan" in page
    assert "Ditutup dengan alasan" in page
    assert manager.shop.balance(Account.WRITTEN_OFF) == -order.total
    assert "Tamu mengikhlaskan" in manager.sees("/cashier/money")


def test_what_a_partial_chargeback_took_is_asked_for(manager: Counter) -> None:
    shop = manager.shop
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order)
    reference = shop.attempt(order).reference
    shop.simulator.call("POST", f"/simulator/transactions/{reference}/chargeback", {"amount": 9_000})
    shop.hears_of(shop.attempt(order))
    (case,) = shop.cases()
    assert 'name="lost"' in page_of(manager, case)
    refused = step(manager, case, "close", reason="x", pin=PIN, lost="99.000.000")
    assert refused.status_code == 422
    assert 'id="close-lost-says"' in refused.text

    manager.after(step(manager, case, "close", reason="Dilihat di dasbor", pin=PIN, lost="9.000"))

    assert shop.balance(Account.LOSSES) == 9_000


def test_a_bank_that_takes_more_is_asked_about_once_more_on_the_page(manager: Counter) -> None:
    shop = manager.shop
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order)
    bank_takes_back(shop, order, 9_000)
    (case,) = shop.cases()
    manager.after(step(manager, case, "close", reason="Dilihat di dasbor", pin=PIN, lost="9.000"))

    bank_takes_more(shop, order, 5_000)

    page = page_of(manager, case)
    assert "Berapa lagi yang ditarik bank?" in page
    assert "Rp9.000 sudah dibukukan" in page.replace("\u00a0", "").replace("Rp ", "Rp")
    assert step(manager, case, "close", reason="Dilihat di dasbor", pin=PIN).status_code == 422
    manager.after(step(manager, case, "close", reason="Dilihat di dasbor", pin=PIN, lost="5.000"))
    assert shop.balance(Account.LOSSES) == 14_000


def test_money_of_which_a_bank_took_nobody_knows_how_much_waits_for_that_word(manager: Counter) -> None:
    shop = manager.shop
    order, case = late(manager)
    reference = shop.attempt(order).reference
    shop.simulator.call("POST", f"/simulator/transactions/{reference}/chargeback", {"amount": 9_000})
    shop.hears_of(shop.attempt(order))
    (taken,) = (one for one in shop.cases() if one.uid != case.uid)
    page = page_of(manager, case)
    assert page.count("Isi di meja uang berapa jumlahnya") == 3
    for form in ("/honour", "/close", "/refund"):
        assert f'action="http://127.0.0.1/cashier/money/{case.uid}{form}"' not in page
    refused = step(manager, case, "honour")
    assert refused.status_code == 409
    assert "Bank pembayar menarik sebagian pembayaran ini." in refused.text

    manager.after(step(manager, taken, "close", reason="Dilihat di dasbor", pin=PIN, lost="9.000"))

    assert "Isi di meja uang berapa jumlahnya" not in page_of(manager, case)
    assert shop.cases()[0].amount == order.total - 9_000


def test_a_refused_refund_may_be_paid_out_in_cash(manager: Counter) -> None:
    order, case = late(manager, issuer="bca")
    manager.shop.simulator.misbehave({"call": "refund", "kind": "refund_denied", "count": 1})
    assert give_back(manager, case, order.total, way="cash").status_code == 409
    give_back(manager, case, order.total)
    manager.shop.gateway_works()
    page = page_of(manager, case)
    assert "Ditolak: uang belum kembali." in page
    assert "Bank atau dompet pembayar menolak." in page
    assert re.search(r'value="cash" required checked', page)

    page = manager.after(give_back(manager, case, order.total, way="cash"))

    assert "Dikembalikan tunai" in page
    assert manager.shop.cases() == []


def test_what_cannot_be_done_says_why(manager: Counter) -> None:
    order = manager.shop.order("Sate Ayam")
    manager.shop.wallet.pays(order)
    manager.shop.core.kitchen.cancel(order.uid, "Habis", CASHIER, may_void=True)
    (case,) = manager.shop.cases()

    page = page_of(manager, case)

    assert "Pesanan yang dibatalkan tidak hidup lagi." in page
    assert "tidak punya pesanan belum lunas" in page
    assert "Tunai hanya bila Midtrans tidak bisa." in page
    answer = step(manager, case, "honour")
    assert answer.status_code == 409
    assert "Ini tidak bisa dilakukan dengan uang ini." in answer.text


def test_a_page_that_is_older_than_the_case_changes_nothing(cashier: Counter) -> None:
    order, case = late(cashier)
    step(cashier, case, "honour")

    answer = step(cashier, case, "honour")

    assert answer.status_code == 409
    assert "Ini sudah diselesaikan orang lain." in answer.text
    assert cashier.shop.received(order) == order.total


def test_another_outlets_money_is_nobodys_here(counter: Counter) -> None:
    _, case = late(counter)
    with counter.shop.core.db.write() as session:
        other = Outlet(name="Cabang", service_rate=0, tax_rate=0, merchant_name="CABANG", cash_coin=100)
        session.add(other)
        mine = session.scalars(select(StaffMember).where(StaffMember.username == "manager")).one()
        session.flush()
        person = {"username": "tetangga", "name": "Tetangga", "role": Role.OWNER, "password_hash": mine.password_hash}
        session.add(StaffMember(outlet_id=other.id, pin_hash=mine.pin_hash, **person))
    counter.signs_in("tetangga")

    assert counter.opens(f"/cashier/money/{case.uid}").status_code == 404
    for way, fields in {
        "take": {},
        "honour": {},
        "credit": {"order_uid": "x"},
        "close": {"reason": "x", "pin": PIN},
    }.items():
        assert step(counter, case, way, **fields).status_code == 404
    assert give_back(counter, case, 1_000).status_code == 404
    assert case.reference not in counter.sees("/cashier/money")


def test_both_languages_tell_the_whole_story(manager: Counter) -> None:
    order, case = late(manager, issuer="dana")

    indonesian, english = page_of(manager, case), manager.sees(f"/cashier/money/{case.uid}?lang=en")

    assert "masuk dari DANA" in indonesian
    assert "came from DANA" in english
    assert f"Cook order {order.label}" in english
    assert "Midtrans gives it back until" in english
