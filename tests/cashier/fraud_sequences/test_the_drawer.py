"""Cash that leaves the drawer without a guest, and counts that hide it."""

from datetime import timedelta

from tests.cashier.fraud_sequences.report import REASON, House, Line, posted
from tests.printing.printer import open_printer, put_up


def test_a_cashier_carries_cash_out_under_a_pretext(place: House) -> None:
    place.carries(place.cashier, "out", 35_000)

    assert place.reads() == [
        Line(
            "Cash was carried out of the drawer.",
            "Kasir",
            "−Rp35.000",
            about="Shift 1",
            said=REASON,
            changes=("In the drawer: Rp200.000 → Rp165.000",),
        )
    ]


def test_a_cashier_borrows_from_the_drawer_and_puts_it_back_before_the_count(place: House) -> None:
    place.carries(place.cashier, "out", 150_000)
    place.carries(place.cashier, "in", 150_000)

    back, out = place.reads()
    assert (back.what, out.what) == ("Cash was carried into the drawer.", "Cash was carried out of the drawer.")
    assert back.marks == out.marks == {"the same amount out and in"}


def test_cash_of_another_amount_is_not_taken_for_what_was_put_back(place: House) -> None:
    place.carries(place.cashier, "out", 150_000)
    place.carries(place.cashier, "in", 140_000)

    assert [line.marks for line in place.reads()] == [frozenset(), frozenset()]


def test_a_cashier_carries_out_in_parts_what_needs_a_manager_at_once(place: House) -> None:
    place.carries(place.manager, "in", 1_000_000)
    for amount in (300_000, 200_000, 100_000):
        place.carries(place.cashier, "out", amount)

    third, second, first, _ = place.reads()
    assert third.marks == {"in parts above the limit"}
    assert second.marks == first.marks == frozenset()


def test_a_manager_carries_much_cash_away(place: House) -> None:
    place.carries(place.manager, "in", 2_000_000)
    place.carries(place.manager, "out", 1_500_000)

    out, _ = place.reads()
    assert (out.who, out.amount) == ("Manager", "−Rp1.500.000")


def test_the_drawer_is_opened_to_make_change_for_a_sale_that_was_not_entered(place: House) -> None:
    with open_printer() as printer:
        put_up(place.shop, printer, opens_drawer=True)

        place.cashier.after(place.cashier.browser.post("/cashier/shift/no-sale", data={"reason": "tukar uang"}))

    assert place.reads() == [Line("The drawer was opened without a sale.", "Kasir", about="Shift 1", said="tukar uang")]


def test_a_count_is_short(place: House) -> None:
    place.counts(place.cashier, 180_000)

    assert place.reads() == [
        Line(
            "The count differs from what the drawer should hold.",
            "Kasir",
            "−Rp20.000",
            about="Shift 1",
            changes=("Expected, and counted: Rp200.000 → Rp180.000",),
        )
    ]


def test_a_count_is_over_because_a_sale_was_not_entered(place: House) -> None:
    place.counts(place.cashier, 228_000)

    (line,) = place.reads()
    assert (line.who, line.amount) == ("Kasir", "Rp28.000")


def test_a_shift_is_closed_twice_to_hide_what_lies_between(place: House) -> None:
    place.counts(place.cashier, 200_000)
    place.opens_shift(place.cashier, 200_000)

    place.counts(place.cashier, 200_000)

    (line,) = place.reads()
    assert (line.what, line.who) == ("The drawer was counted again on the same day.", "Kasir")
    assert (line.about, line.marks) == ("Shift 2", frozenset({"once before that day"}))


def test_two_people_who_count_a_shift_each_are_nothing_to_look_at(place: House) -> None:
    place.counts(place.cashier, 200_000)
    place.opens_shift(place.manager, 200_000)
    place.counts(place.manager, 200_000)

    assert place.reads() == []


def test_change_disappears_between_two_shifts(place: House) -> None:
    place.counts(place.cashier, 200_000)

    place.opens_shift(place.manager, 150_000)

    (line,) = place.reads()
    assert line.what == "A shift began with another amount than was counted before it."
    assert (line.who, line.amount, line.about) == ("Manager", "−Rp50.000", "Shift 2")


def test_the_change_of_the_next_morning_is_nothing_to_look_at(place: House) -> None:
    place.counts(place.cashier, 200_000)
    place.shop.passes(timedelta(days=1), at_the_gateway=False)
    place.manager.signs_in("manager")

    place.opens_shift(place.manager, 150_000)

    assert place.reads() == []


def test_a_second_shift_cannot_be_opened_beside_the_first(place: House) -> None:
    posted(place.cashier.browser.post("/cashier/shift/open", data={"opening_float": "1"}), 409)

    assert place.reads() == []
