"""What the desk says and lets do about refunds that wait, were given up, or never confirmed."""

import re
from datetime import timedelta

import pytest

from cashier.money_words import CAUSES, cause_of
from core.ledger.models import Account
from core.orders.models import Order
from core.payments.models import CaseKind, MoneyCase
from tests.cashier.conftest import CASHIERS_PIN, Counter, with_pins
from tests.cashier.conftest import MANAGERS_PIN as PIN
from tests.cashier.test_case_steps import give_back, late, page_of, step
from tests.cashier.test_refunds import desk, paid, refund
from tests.services.test_lost_refunds import in_two_parts, vanished, vanishes
from tests.services.test_money_in_doubt import doubtful, goes_after_all
from tests.services.test_refunds import refunds, states
from tests.services.test_refunds_without_an_end import UNREADABLE, given_up
from tests.shop import CASHIER, Shop


@pytest.fixture
def house(shop: Shop) -> Shop:
    """Everything here moves money: on both databases."""
    return with_pins(shop)


def stuck(counter: Counter) -> Order:
    """A paid order whose refund waits for a gateway that is gone."""
    order = paid(counter)
    counter.shop.simulator.misbehave(UNREADABLE)
    counter.after(refund(counter, order, 5_000))
    counter.shop.gateway_works()
    return order


def in_doubt(counter: Counter) -> Order:
    """A paid order of whose refund nobody knows whether it went back."""
    order = given_up(counter.shop)
    counter.signs_in("manager")
    return order


def test_a_refund_that_has_not_gone_out_is_withdrawn_from_the_orders_desk_with_a_managers_pin(
    cashier: Counter,
) -> None:
    order = stuck(cashier)
    (asked,) = refunds(cashier.shop, order)
    assert "Batalkan pengembalian Rp5.000" in desk(cashier, order)

    wrong = cashier.does(order, "withdraw", refund=asked.refund_key, pin=CASHIERS_PIN)
    page = cashier.after(cashier.does(order, "withdraw", refund=asked.refund_key, pin=PIN))

    assert wrong.status_code == 403
    assert "PIN manajer" in wrong.text.split('id="withdraw-pin-says"')[1][:200]
    assert "Dibatalkan sebelum dikirim: uang belum kembali." in page
    assert "Kembalikan uang" in page
    (told,) = [event for event in cashier.shop.page(order).history if event.kind == "refund.withdrawn"]
    assert (told.data["name"], told.data["asked_by"]) == ("Manager", "Kasir")
    cashier.shop.simulator.behave()


def test_a_refund_that_has_gone_out_shows_no_way_to_withdraw_it(manager: Counter) -> None:
    order = paid(manager)
    manager.shop.simulator.misbehave({"call": "refund", "kind": "drop_request", "count": 1})
    manager.after(refund(manager, order, 5_000))
    manager.shop.gateway_works()
    (asked,) = refunds(manager.shop, order)

    answer = manager.does(order, "withdraw", refund=asked.refund_key, pin=PIN)

    assert "Batalkan pengembalian" not in desk(manager, order)
    assert answer.status_code == 409
    assert "tidak bisa dibatalkan lagi" in answer.text


def test_a_cases_refund_is_withdrawn_from_the_case(manager: Counter) -> None:
    order, case = late(manager)
    manager.shop.simulator.misbehave(UNREADABLE)
    step(manager, case, "refund", amount=str(order.total), reason="Pulang", pin=PIN, way="gateway")
    manager.shop.gateway_works()
    (asked,) = refunds(manager.shop, order)
    assert "Batalkan pengembalian ini" in page_of(manager, case)

    unknown = step(manager, case, "withdraw", refund="RNOTHING", pin=PIN)
    page = manager.after(step(manager, case, "withdraw", refund=asked.refund_key, pin=PIN))

    assert unknown.status_code == 404
    assert states(manager.shop, order) == [("refused", order.total)]
    assert "Batalkan pengembalian ini" not in page
    manager.shop.simulator.behave()


def test_a_refund_of_which_nobody_knows_is_not_called_refused_and_proposes_no_cash(manager: Counter) -> None:
    order = in_doubt(manager)

    shown = desk(manager, order)

    assert "Belum diketahui apakah uangnya sudah kembali." in shown
    assert re.search(r'banner banner--wait">.*?Belum diketahui', shown, re.DOTALL)
    assert "Ditolak: uang belum kembali." not in shown
    assert "Berikan tunai, atau" not in shown
    assert not re.search(r'name="way"[^>]* checked', shown)
    assert re.search(r'name="looked_up" value="yes" required', shown)


def test_cash_for_a_refund_of_which_nobody_knows_needs_somebody_who_has_looked(manager: Counter) -> None:
    order = in_doubt(manager)
    before = manager.shop.balance(Account.DRAWER)

    without = refund(manager, order, order.total, way="cash")
    assert without.status_code == 409
    assert "Periksa dulu di dasbor Midtrans" in without.text.split('id="refund-looked_up-says"')[1][:200]
    page = manager.after(refund(manager, order, order.total, way="cash", looked_up="yes"))

    assert "Dikembalikan tunai" in page
    assert manager.shop.balance(Account.DRAWER) == before - order.total


def test_cash_is_offered_up_to_what_was_refused_and_not_proposed_for_more(manager: Counter) -> None:
    order = paid(manager)
    manager.shop.simulator.misbehave({"call": "refund", "kind": "refund_denied", "count": 1})
    manager.after(refund(manager, order, 1_000))
    manager.shop.gateway_works()

    shown = desk(manager, order)

    assert "Paling banyak Rp1.000, yang sudah diminta dari Midtrans tanpa hasil." in shown
    assert re.search(r'value="gateway" required checked', shown)
    assert refund(manager, order, 1_001, way="cash").status_code == 409
    manager.after(refund(manager, order, 1_000, way="cash"))


def test_a_refund_that_was_never_confirmed_says_so_on_the_money_desk(manager: Counter) -> None:
    order = paid(manager)
    manager.after(refund(manager, order, order.total))
    for _ in range(16):
        manager.shop.clock.added += timedelta(days=1)
        manager.shop.gateway_works()
    manager.signs_in("manager")

    assert "Pengembalian dikirim dua minggu lalu" in manager.sees("/cashier/money")
    page = page_of(manager, manager.shop.cases()[0])

    assert "tanyakan kepada bank" in page
    assert "Tandai selesai" in page
    assert 'id="give-back"' not in page


def test_a_refused_refund_of_a_served_order_stands_on_the_money_desk_and_is_given_back_from_there(
    manager: Counter,
) -> None:
    order = paid(manager)
    for advance in ("start", "ready", "serve"):
        getattr(manager.shop.core.kitchen, advance)(order.uid, CASHIER)
    manager.shop.simulator.misbehave({"call": "refund", "kind": "refund_denied", "count": 1})
    manager.after(refund(manager, order, 5_000))
    manager.shop.gateway_works()
    manager.shop.clock.added += timedelta(hours=13)
    manager.signs_in("manager")

    assert "Uang yang perlu ditangani (1)" in manager.sees()
    assert "Midtrans menolaknya, dan tamu belum menerima uangnya." in manager.sees("/cashier/money")
    (case,) = manager.shop.cases()
    page = page_of(manager, case)
    assert 'id="give-back"' in page
    assert 'value="Rp5.000"' in page
    manager.after(give_back(manager, case, 5_000, way="cash"))

    assert manager.shop.cases() == []
    assert manager.shop.status(order) == ("served", "partially_refunded")


def test_a_refund_of_which_nobody_knows_says_so_on_the_money_desk(manager: Counter) -> None:
    in_doubt(manager)

    assert "Tidak diketahui apakah sebuah pengembalian terkirim" in manager.sees("/cashier/money")
    assert "Nobody knows whether a refund went back" in manager.sees("/cashier/money?lang=en")


def test_a_manager_says_on_its_page_that_a_refund_did_not_go_back(cashier: Counter) -> None:
    order, case = vanished(cashier.shop)
    cashier.signs_in("kasir")
    assert "Ternyata tidak kembali" in page_of(cashier, case)
    assert "It did not go back" in cashier.sees(f"/cashier/money/{case.uid}?lang=en")

    wrong = step(cashier, case, "undo", reason="dasbor kosong", pin=CASHIERS_PIN)
    empty = step(cashier, case, "undo", reason=" ", pin=PIN)
    page = cashier.after(step(cashier, case, "undo", reason="dasbor kosong", pin=PIN))

    assert (wrong.status_code, empty.status_code) == (403, 422)
    assert 'value="dasbor kosong"' in wrong.text.split('id="did-not-go"')[1]
    assert "Ternyata uang tidak kembali." in page
    assert "dasbor kosong" in page
    assert 'id="did-not-go"' not in page
    assert "Kembalikan uang" in desk(cashier, order)
    (told,) = [event for event in cashier.shop.page(order).history if event.kind == "refund.undone"]
    assert (told.data["name"], told.data["asked_by"]) == ("Manager", "Kasir")
    assert cashier.shop.status(order) == ("confirmed", "paid")


def test_which_of_several_refunds_did_not_go_back_is_chosen_one_at_a_time(cashier: Counter) -> None:
    order, first, second = in_two_parts(cashier.shop)
    case = vanishes(cashier.shop, order)
    cashier.signs_in("kasir")
    page = page_of(cashier, case).split('id="did-not-go"')[1]
    assert "satu per satu" in page
    assert [words in page for words in ("Rp5.000", "Rp6.000", first, second, "Midtrans tidak mencatatnya lagi.")] == [
        True
    ] * 5
    assert "one refund at a time" in cashier.sees(f"/cashier/money/{case.uid}?lang=en")

    neither = step(cashier, case, "undo", reason="dasbor kosong", pin=PIN)
    page = cashier.after(step(cashier, case, "undo", reason="dasbor kosong", pin=PIN, refund=second))

    assert neither.status_code == 422
    assert "Pilih yang sudah Anda periksa." in neither.text.split('id="undo-refund-says"')[1][:200]
    assert states(cashier.shop, order) == [("accepted", 5_000), ("refused", 6_000)]
    left = page.split('id="did-not-go"')[1]
    assert f'type="hidden" name="refund" value="{first}"' in left
    assert "Pengembalian Rp5.000 dihapus" in left
    assert "Rp5.000" in page.split('class="facts"')[1].split("</dl>")[0]
    cashier.after(step(cashier, case, "undo", reason="dasbor kosong", pin=PIN, refund=first))
    assert cashier.shop.cases() == []
    assert cashier.shop.status(order) == ("confirmed", "paid")


def form_of(page: str, way: str) -> str:
    """Give one way out of a case, as its form stands on the page."""
    (form,) = re.findall(rf'action="[^"]*/{way}">(.*?)</form>', page, re.DOTALL)
    return str(form)


def doubtful_case(counter: Counter) -> tuple[Order, MoneyCase]:
    order, case = doubtful(counter.shop, restored=True)
    counter.signs_in("kasir")
    return order, case


def test_money_that_may_be_gone_cooks_its_order_with_a_look_and_a_managers_pin(cashier: Counter) -> None:
    order, case = doubtful_case(cashier)
    page = page_of(cashier, case)
    form = form_of(page, "honour")
    assert "Uang ini mungkin sudah kembali ke tamu" in form
    assert re.search(r'name="looked_up" value="yes" required', form)
    assert "PIN manajer" in form
    assert "This money may be gone" in cashier.sees(f"/cashier/money/{case.uid}?lang=en")

    unseen = step(cashier, case, "honour", pin=PIN)
    unsigned = step(cashier, case, "honour", looked_up="yes")
    wrong = step(cashier, case, "honour", looked_up="yes", pin=CASHIERS_PIN)
    assert cashier.shop.status(order)[0] == "expired"
    cashier.after(step(cashier, case, "honour", looked_up="yes", pin=PIN))

    assert [answer.status_code for answer in (unseen, unsigned, wrong)] == [409, 403, 403]
    assert "Periksa dulu di dasbor Midtrans" in unseen.text.split('id="honour-looked_up-says"')[1][:200]
    assert "PIN manajer" in wrong.text.split('id="honour-pin-says"')[1][:200]
    assert re.search(r'name="looked_up" value="yes" required checked', form_of(wrong.text, "honour"))
    assert cashier.shop.status(order) == ("confirmed", "paid")
    (told,) = [event for event in cashier.shop.page(order).history if event.kind == "order.paid"]
    assert (told.data["name"], told.data["asked_by"], told.data["looked_up"]) == ("Manager", "Kasir", True)


def test_money_that_may_be_gone_pays_another_order_with_a_look_and_a_managers_pin(cashier: Counter) -> None:
    _, case = doubtful_case(cashier)
    following = cashier.shop.order("Es Teh", pay_by="cash")
    form = form_of(page_of(cashier, case), "credit")
    assert "Uang ini mungkin sudah kembali ke tamu" in form

    unseen = step(cashier, case, "credit", order_uid=following.uid)
    wrong = step(cashier, case, "credit", order_uid=following.uid, looked_up="yes", pin=CASHIERS_PIN)
    assert cashier.shop.status(following)[0] == "awaiting_payment"
    cashier.after(step(cashier, case, "credit", order_uid=following.uid, looked_up="yes", pin=PIN))

    assert (unseen.status_code, wrong.status_code) == (409, 403)
    assert 'id="credit-looked_up-says"' in unseen.text
    assert 'id="credit-pin-says"' in wrong.text
    assert cashier.shop.status(following) == ("confirmed", "paid")


def test_money_that_may_be_gone_is_written_off_once_somebody_has_looked(manager: Counter) -> None:
    order, case = doubtful(manager.shop, restored=True)
    manager.signs_in("manager")
    form = form_of(page_of(manager, case), "close")
    assert re.search(r'name="looked_up" value="yes" required', form)

    unseen = step(manager, case, "close", reason="Sudah kembali", pin=PIN)
    manager.after(step(manager, case, "close", reason="Sudah kembali", pin=PIN, looked_up="yes"))

    assert unseen.status_code == 409
    assert "Periksa dulu di dasbor Midtrans" in unseen.text.split('id="close-looked_up-says"')[1][:200]
    assert 'value="Sudah kembali"' in unseen.text
    assert manager.shop.balance(Account.WRITTEN_OFF) == -order.total


def test_money_in_no_doubt_asks_for_neither(cashier: Counter) -> None:
    _, case = late(cashier)

    page = page_of(cashier, case)

    assert 'name="looked_up"' not in page
    assert 'name="pin"' not in form_of(page, "honour")


def test_an_order_whose_money_went_back_after_all_says_so_on_the_money_desk(cashier: Counter) -> None:
    order, case = doubtful_case(cashier)
    step(cashier, case, "honour", looked_up="yes", pin=PIN)
    goes_after_all(cashier.shop, order)

    listed = cashier.sees("/cashier/money")
    (missed,) = cashier.shop.cases()
    page = page_of(cashier, missed)

    assert "GoPay" in (facts := page.split('class="facts"')[1].split("</dl>")[0])
    assert "Tunai" not in facts
    assert "Uang yang dipakai untuk pesanan ini keluar lagi." in listed
    for words in (
        order.label,
        "makanannya mungkin sudah keluar",
        f"Rp{order.total:,} keluar lagi.".replace(",", "."),
        "Tutup",
    ):
        assert words in page
    assert "Money that had been used for this order has left again." in cashier.sees("/cashier/money?lang=en")


def test_another_contradiction_offers_no_refund_to_be_undone(manager: Counter) -> None:
    order = given_up(manager.shop)
    manager.signs_in("manager")
    (case,) = manager.shop.cases()

    assert 'id="did-not-go"' not in page_of(manager, case)
    assert step(manager, case, "undo", reason="x", pin=PIN).status_code == 409
    assert manager.shop.status(order) == ("confirmed", "paid")


def test_a_contradiction_is_told_by_what_was_said_of_it_last() -> None:
    case = MoneyCase(kind=CaseKind.CONFLICTING, details={"difference": "refund_unconfirmed"})
    assert "two weeks ago" in cause_of(case)[0]

    case.details = case.details | {"again": [{"difference": "refund_missing"}]}
    assert "lists it no longer" in cause_of(case)[0]

    case.details = {"difference": "a new one"}
    assert cause_of(case) == CAUSES[CaseKind.CONFLICTING]


def test_a_settled_case_says_how_much_came_and_not_how_much_was_asked_for(manager: Counter) -> None:
    order = manager.shop.order("Sate Ayam")
    manager.shop.wallet.pays(order, amount=order.total + 10_000)
    (case,) = manager.shop.cases()
    step(manager, case, "credit", order_uid=order.uid)
    manager.after(step(manager, case, "close", reason="Tip", pin=PIN))

    settled = manager.sees("/cashier/money").split('class="settled"')[1]

    assert "Rp42.340" in settled
    assert "Rp32.340" not in settled


def test_a_payment_that_paid_its_own_order_after_all_is_not_said_to_have_paid_another(manager: Counter) -> None:
    order = manager.shop.order("Sate Ayam")
    manager.shop.wallet.pays(order, amount=order.total * 2)
    (case,) = manager.shop.cases()
    step(manager, case, "credit", order_uid=order.uid)
    following = manager.shop.order("Sate Ayam")

    page = manager.after(step(manager, case, "credit", order_uid=following.uid))

    assert "Dipakai membayar pesanan" in page
    assert "pesanan lain" not in page
