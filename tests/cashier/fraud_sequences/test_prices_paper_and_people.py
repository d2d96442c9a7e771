"""Prices changed for an hour, papers that are used twice, and people who get rights that they should not have."""

import pyotp
import pytest

from core.events.record import Actor
from core.services.menu_files import MenuFiles, MenuFormat
from core.services.outlet_desk import OutletDesk
from tests.cashier.conftest import MANAGERS_PIN, PASSWORD
from tests.cashier.fraud_sequences.report import OWNERS_PIN, House, Line, ordered, posted
from tests.cashier.test_me import CODES, switch_on
from tests.printing.printer import open_printer, put_up
from tests.printing.queue import prints

OWNER = Actor("staff", 1, "Owner")


def _price(place: House, price: int) -> None:
    """Whoever may use the command line takes a menu in; there is no other way to change a price."""
    menu = f"categories:\n  - name: Makanan\n    dishes:\n      - {{name: Sate Ayam, price: {price}}}\n"
    MenuFiles(place.shop.core.db, place.shop.clock).import_menu(menu, MenuFormat.YAML, OWNER)


def test_a_price_is_lowered_for_a_friend_and_edited_back(place: House) -> None:
    _price(place, 1_000)
    place.sold_in_cash()
    _price(place, 28_000)

    back, lowered = place.reads()
    assert back == Line(
        "Prices were changed.",
        "Owner",
        marks=frozenset({"changed back the same day"}),
        changes=("Sate Ayam : Rp1.000 → Rp28.000",),
    )
    assert (lowered.marks, lowered.changes) == (frozenset(), ("Sate Ayam : Rp28.000 → Rp1.000",))


def test_a_price_that_goes_on_to_a_third_is_not_taken_for_changed_back(place: House) -> None:
    _price(place, 29_000)
    _price(place, 30_000)

    assert [line.marks for line in place.reads()] == [frozenset(), frozenset()]


def test_the_tax_is_switched_off_for_one_bill_and_on_again(place: House) -> None:
    desk = OutletDesk(place.shop.core.db, place.shop.clock)
    desk.set_up({"tax_rate": 0})
    desk.set_up({"tax_rate": 1_000})

    back, off = place.reads()
    assert (back.what, back.who) == ("A rule of the bill was changed.", "Meja")
    assert back.marks == {"changed back the same day"}
    assert (off.marks, off.changes) == (frozenset(), ("Restaurant tax (PB1): 10 % → 0 %",))


def test_an_old_receipt_is_printed_for_a_guest_whose_sale_is_not_entered(place: House) -> None:
    order = place.sold_in_cash()
    with open_printer() as printer:
        put_up(place.shop, printer, prints_receipts=True)
        for _ in range(2):
            posted(place.cashier.does(order, "print/receipt"))
            prints(place.shop)

    assert place.reads() == [Line("A receipt was printed again.", "Kasir", about=ordered(order))]


def test_a_kitchen_slip_is_printed_again_so_that_it_is_cooked_twice_for_one_payment(place: House) -> None:
    with open_printer() as printer:
        put_up(place.shop, printer, prints_kitchen=True)
        order = place.sold_in_cash()
        prints(place.shop)

        posted(place.cashier.does(order, "print/kitchen"))
        prints(place.shop)

    assert place.reads() == [Line("A kitchen slip was printed again.", "Kasir", about=ordered(order))]


def test_portions_are_counted_down_after_some_were_given_away(place: House) -> None:
    dish = place.shop.dishes["Rendang"]
    for left in ("20", "17"):
        posted(place.cashier.browser.post(f"/cashier/menu/{dish.id}/portions", data={"portions": left}))

    assert place.reads() == [
        Line(
            "The portions of a dish were counted again on the same day.",
            "Kasir",
            about="Rendang",
            marks=frozenset({"once before that day"}),
            changes=("17",),
        )
    ]


def test_a_manager_adds_a_cashier_whom_nobody_knows(place: House) -> None:
    form = {"username": "budi", "name": "Budi", "role": "cashier", "pin": MANAGERS_PIN}
    posted(place.manager.browser.post("/cashier/people", data=form), 200)

    assert place.reads() == [Line("Somebody was added to the staff.", "Manager", about="Budi")]


def test_a_manager_raises_the_cook_to_the_drawer(place: House) -> None:
    form = {"act": "edit", "name": "Dapur", "role": "cashier", "pin": MANAGERS_PIN}
    posted(place.manager.browser.post("/cashier/people/dapur", data=form))

    assert place.reads() == [
        Line("A person's role was changed.", "Manager", about="Dapur", changes=("Kitchen → Cashier",))
    ]


@pytest.mark.parametrize(
    ("act", "status", "says"),
    [
        ("pin", 200, "A PIN was changed."),
        ("password", 200, "A password was changed."),
        ("disable", 303, "Somebody may no longer sign in."),
    ],
)
def test_a_manager_takes_a_cashiers_name_over(place: House, act: str, status: int, says: str) -> None:
    form = {"act": act, "pin": MANAGERS_PIN}
    posted(place.manager.browser.post("/cashier/people/kasir", data=form), status)

    assert place.reads() == [Line(says, "Manager", about="Kasir")]


def test_somebody_who_was_let_go_is_let_in_again(place: House) -> None:
    for act in ("disable", "enable"):
        posted(place.owner.browser.post("/cashier/people/kasir", data={"act": act, "pin": OWNERS_PIN}))

    again, _ = place.reads()
    assert (again.what, again.who, again.about) == ("Somebody may sign in again.", "Owner", "Kasir")


def test_the_second_step_at_the_owners_login_is_switched_off(place: House) -> None:
    secret, _ = switch_on(place.owner)
    code = pyotp.TOTP(secret).at(place.shop.clock())
    posted(place.owner.browser.post(CODES, data={"act": "off", "present": PASSWORD, "code": code}))

    (line,) = place.reads()
    assert (line.what, line.who) == ("Two-step sign-in was switched off.", "Owner")


def test_a_cashier_tries_pins_until_one_allows_it(place: House) -> None:
    order = place.sold_in_cash()
    for pin in ("111111", "222222", "333333", "444444"):
        posted(place.cashier.does(order, "cancel", reason="tamu pergi", pin=pin), 403)

    fourth, third = place.reads()
    assert fourth == third == Line("PINs were tried, again and again.", "Kasir", about="Kasir")


def test_two_slips_on_a_pin_pad_are_nothing_to_look_at(place: House) -> None:
    order = place.sold_in_cash()
    for pin in ("111111", "135791"):
        posted(place.cashier.does(order, "cancel", reason="tamu pergi", pin=pin), 403)

    assert place.reads() == []
