"""A party at a table: who belongs to it, what it shares, how it ends, and what its code keeps out."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from core.events.models import Event
from core.menu.errors import EmptyBasket
from core.menu.quote import Pick
from core.orders.errors import (
    CalledJustNow,
    TableCodeNeeded,
    TooManyTableCodes,
    TooManyUnpaidHere,
    UnknownSitting,
    WrongTableCode,
)
from core.orders.models import CallFor, Order, Sitting
from core.orders.queries import unpaid_orders_beside
from core.orders.sittings import FORGOTTEN_AFTER, MOST_UNPAID_AT_TABLE, MOST_WRONG_CODES, QUIET_FOR
from core.orders.status import PaymentMethod
from core.outlets.models import Outlet
from core.services.parties import Party
from tests.shop import CASHIER, Shop

ANI, BUDI, STRANGER = "phone-of-ani", "phone-of-budi", "phone-from-home"


def picks(shop: Shop, guest: str, *names: str, table: int = 0) -> None:
    for name in names:
        shop.core.baskets.add(shop.tables[table].token, guest, Pick(shop.dishes[name].id, 1))


def orders(shop: Shop, guest: str, *, table: int = 0, key: str = "") -> Order:
    token = shop.tables[table].token
    return shop.core.checkout.place_order(token, guest, key=key or f"key-of-{guest}", pay_by=PaymentMethod.CASH)


def sees(shop: Shop, guest: str | None, table: int = 0) -> Party:
    return shop.core.parties.party(shop.tables[table].token, guest)


def basket(shop: Shop, guest: str, table: int = 0) -> list[tuple[str, int, int | None]]:
    visit = shop.core.baskets.visit(shop.tables[table].token, guest)
    lines = shop.core.baskets.basket(visit.id if visit else None).lines
    return [(line.dish.name, line.quantity, line.added_by) for line in lines]


def shares(shop: Shop, guest: str, *, yes: bool = True) -> None:
    shop.core.parties.share(shop.tables[0].token, guest, shares=yes)


def asks_for_codes(shop: Shop) -> None:
    with shop.core.db.write() as session:
        session.get_one(Outlet, shop.outlet.id).asks_table_code = True


def code_at(shop: Shop, table: int = 0) -> str:
    sitting = next(
        view.sitting for view in shop.core.floor.floor(shop.outlet.id).tables if view.table.id == shop.tables[table].id
    )
    assert sitting is not None
    return sitting.code


def uid_at(shop: Shop, table: int = 0) -> str:
    sitting = sees(shop, None, table).sitting
    assert sitting is not None
    return sitting.uid


def sittings(shop: Shop) -> int:
    with shop.core.db.read() as session:
        return session.scalar(select(func.count()).select_from(Sitting)) or 0


def test_looking_lets_nobody_sit_down(shop: Shop) -> None:
    assert sees(shop, ANI) == Party()
    assert sittings(shop) == 0


def test_a_partys_phones_have_numbers_and_their_orders_stand_together(shop: Shop) -> None:
    picks(shop, ANI, "Es Teh")
    picks(shop, BUDI, "Sate Ayam")
    first, second = orders(shop, ANI), orders(shop, BUDI)
    by_a_program = shop.order("Es Teh", charge=False)
    elsewhere = shop.order("Es Teh", table=1, charge=False)

    seen = sees(shop, ANI)

    assert (seen.number, seen.phones, sees(shop, BUDI).number) == (1, 2, 2)
    assert [order.uid for order in seen.orders] == [first.uid, second.uid, by_a_program.uid]
    assert seen.total == seen.unpaid == first.due + second.due + by_a_program.due
    assert elsewhere.sitting_id != first.sitting_id
    # Who only looks is told nothing of what others ordered.
    assert sees(shop, STRANGER).orders == ()


def test_a_party_that_staff_saw_leave_takes_nothing_of_it_along(shop: Shop) -> None:
    picks(shop, ANI, "Es Teh")
    order = orders(shop, ANI)
    picks(shop, ANI, "Sate Ayam")
    shop.core.floor.end(shop.outlet.id, uid_at(shop), CASHIER)

    assert sees(shop, ANI).orders == ()
    assert basket(shop, ANI) == []
    assert shop.status(order) == ("awaiting_payment", "pending")
    picks(shop, ANI, "Es Teh")
    again = orders(shop, ANI, key="another-key")
    assert again.sitting_id != order.sitting_id
    assert [one.uid for one in sees(shop, ANI).orders] == [again.uid]


def test_a_party_that_nobody_saw_leave_has_left_after_two_quiet_hours(shop: Shop) -> None:
    order = shop.order("Es Teh", pay_by="cash")
    shop.clock.added += QUIET_FOR
    assert sees(shop, None).sitting is not None, "its order still waits"
    shop.core.payments.cancel(order.uid)
    assert sees(shop, None).sitting is not None

    shop.clock.added += QUIET_FOR + timedelta(seconds=1)

    assert sees(shop, None).sitting is None
    assert all(view.sitting is None for view in shop.core.floor.floor(shop.outlet.id).tables)
    later = shop.order("Es Teh", pay_by="cash")
    assert later.sitting_id not in {None, order.sitting_id}
    with shop.core.db.read() as session:
        assert session.get_one(Sitting, order.sitting_id).ended_by == "system"


def test_a_party_that_still_picks_has_not_left_and_loses_nothing(shop: Shop) -> None:
    picks(shop, ANI, "Es Teh")
    shop.clock.added += QUIET_FOR - timedelta(minutes=1)
    picks(shop, BUDI, "Sate Ayam")
    shop.clock.added += timedelta(minutes=2)

    picks(shop, BUDI, "Sate Ayam")

    assert basket(shop, BUDI) == [("Sate Ayam", 2, None)]
    assert basket(shop, ANI) == [("Es Teh", 1, None)]


def test_an_order_that_nobody_said_was_served_does_not_keep_its_party_overnight(shop: Shop) -> None:
    order = shop.order("Es Teh")
    shop.wallet.pays(order)
    shop.clock.added += FORGOTTEN_AFTER - timedelta(minutes=1)
    assert sees(shop, None).sitting is not None, "it may still be brought"

    shop.clock.added += timedelta(minutes=2)

    assert sees(shop, None).sitting is None
    assert shop.order("Es Teh", charge=False).sitting_id != order.sitting_id


def test_phones_that_sit_down_at_the_same_moment_sit_together(shop: Shop) -> None:
    guests = [f"phone-{number}" for number in range(6)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda guest: picks(shop, guest, "Es Teh"), guests))

    assert sittings(shop) == 1
    assert sorted(sees(shop, guest).number or 0 for guest in guests) == [1, 2, 3, 4, 5, 6]


def test_a_shared_basket_says_who_added_what_and_is_ordered_once(shop: Shop) -> None:
    picks(shop, ANI, "Es Teh")
    picks(shop, BUDI, "Es Teh", "Sate Ayam")
    shares(shop, ANI)
    shares(shop, BUDI)
    picks(shop, ANI, "Es Teh")

    assert basket(shop, ANI) == basket(shop, BUDI) == [("Es Teh", 2, 1), ("Es Teh", 1, 2), ("Sate Ayam", 1, 2)]
    assert sees(shop, ANI).phones == 2
    order = orders(shop, BUDI)
    assert sum(line.quantity for line in order.lines) == 4
    assert basket(shop, ANI) == []
    with pytest.raises(EmptyBasket):
        orders(shop, ANI)


def test_two_phones_that_order_the_shared_basket_at_once_make_one_order(shop: Shop) -> None:
    picks(shop, ANI, "Es Teh")
    picks(shop, BUDI, "Sate Ayam")
    shares(shop, ANI)
    shares(shop, BUDI)

    def try_to_order(guest: str) -> bool:
        try:
            orders(shop, guest)
        except EmptyBasket:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(try_to_order, [ANI, BUDI])) == [False, True]
    assert len(sees(shop, ANI).orders) == 1


def test_the_same_again_after_the_party_has_left_is_in_nobody_elses_basket(shop: Shop) -> None:
    picks(shop, ANI, "Es Teh")
    shares(shop, ANI)
    shares(shop, BUDI)
    shop.core.cash.take(orders(shop, ANI).uid, 100_000, CASHIER)
    shop.core.floor.end(shop.outlet.id, uid_at(shop), CASHIER)

    shop.core.advice.same_again(shop.tables[0].token, ANI)

    assert basket(shop, ANI) == [("Es Teh", 1, None)]
    assert basket(shop, BUDI) == []
    again = orders(shop, ANI, key="another-key")
    assert [order.uid for order in sees(shop, ANI).orders] == [again.uid]
    assert basket(shop, ANI) == []


def test_who_orders_alone_again_takes_along_what_was_theirs(shop: Shop) -> None:
    picks(shop, ANI, "Es Teh")
    picks(shop, BUDI, "Sate Ayam")
    shares(shop, ANI)
    shares(shop, BUDI)

    shares(shop, ANI, yes=False)

    assert basket(shop, ANI) == [("Es Teh", 1, None)]
    assert basket(shop, BUDI) == [("Sate Ayam", 1, 2)]


def test_a_line_of_the_shared_basket_is_changed_by_those_who_share_it_alone(shop: Shop) -> None:
    picks(shop, ANI, "Es Teh")
    shares(shop, ANI)
    visit, other = (shop.core.baskets.open_visit(shop.tables[0].token, guest) for guest in (ANI, STRANGER))
    (line,) = shop.core.baskets.basket(visit.id).lines

    shop.core.baskets.change(other.id, line.id, 9)
    assert basket(shop, ANI) == [("Es Teh", 1, 1)]
    shop.core.baskets.change(visit.id, line.id, 3)
    assert basket(shop, ANI) == [("Es Teh", 3, 1)]


def test_a_basket_left_at_another_table_is_brought_along_only_when_asked_for(shop: Shop) -> None:
    picks(shop, ANI, "Es Teh", "Es Teh", "Sate Ayam")
    there = shop.tables[1].token

    left = shop.core.parties.elsewhere(there, ANI)
    assert left is not None
    assert (left.table.label, left.count) == (shop.tables[0].label, 3)
    assert basket(shop, ANI, table=1) == []
    shop.core.parties.bring_basket(there, ANI)

    assert basket(shop, ANI, table=1) == [("Es Teh", 2, None), ("Sate Ayam", 1, None)]
    assert basket(shop, ANI) == []
    assert shop.core.parties.elsewhere(there, ANI) is None
    assert orders(shop, ANI, table=1).table_id == shop.tables[1].id


def test_without_the_code_nobody_orders_and_nothing_is_lost(shop: Shop) -> None:
    asks_for_codes(shop)
    picks(shop, ANI, "Es Teh")
    token = shop.tables[0].token

    with pytest.raises(TableCodeNeeded):
        orders(shop, ANI)
    with pytest.raises(TableCodeNeeded):
        shop.order("Es Teh")
    with pytest.raises(TableCodeNeeded):
        shares(shop, ANI)
    with pytest.raises(TableCodeNeeded):
        shop.core.parties.call(token, ANI, CallFor.HELP)
    assert basket(shop, ANI) == [("Es Teh", 1, None)]

    shop.core.parties.name_code(token, ANI, f" {code_at(shop)} ")
    assert orders(shop, ANI).status == "awaiting_payment"
    program = shop.core.checkout.place_picks(
        token, shop.picks("Es Teh"), key="a-program", pay_by=PaymentMethod.CASH, table_code=code_at(shop)
    )
    assert program.sitting_id is not None


def test_the_code_of_one_party_is_worth_nothing_to_the_next(shop: Shop) -> None:
    asks_for_codes(shop)
    shop.core.floor.open_table(shop.outlet.id, shop.tables[0].label, CASHIER)
    shop.core.parties.name_code(shop.tables[0].token, ANI, code_at(shop))
    shop.core.floor.end(shop.outlet.id, uid_at(shop), CASHIER)

    picks(shop, ANI, "Es Teh")

    assert sees(shop, ANI).needs_code
    with pytest.raises(TableCodeNeeded):
        orders(shop, ANI)


@pytest.mark.parametrize("by_program", [False, True])
def test_guessing_a_code_is_heard_a_few_times_and_then_not_even_when_right(shop: Shop, by_program: bool) -> None:
    asks_for_codes(shop)
    shop.core.floor.open_table(shop.outlet.id, shop.tables[0].label, CASHIER)
    token, right = shop.tables[0].token, code_at(shop)
    wrong = f"{(int(right) + 1) % 10_000:04}"

    def name(code: str, guest: str) -> None:
        if by_program:
            shop.core.checkout.place_picks(
                token, shop.picks("Es Teh"), key=f"key-{guest}", pay_by=PaymentMethod.CASH, table_code=code
            )
        else:
            shop.core.parties.name_code(token, guest, code)

    for number in range(MOST_WRONG_CODES):
        # Another phone each time: a cookie thrown away helps nobody.
        with pytest.raises(WrongTableCode):
            name(wrong, f"phone-{number}")
    with pytest.raises(TooManyTableCodes):
        name(right, ANI)
    shop.core.floor.renew_code(shop.outlet.id, uid_at(shop), CASHIER)

    name(code_at(shop), ANI)


@pytest.mark.parametrize("by_program", [False, True])
def test_a_code_is_not_drawn_anew_for_each_guess_where_nobody_sits_yet(shop: Shop, by_program: bool) -> None:
    asks_for_codes(shop)
    token = shop.tables[0].token

    def guess(number: int) -> None:
        if by_program:
            shop.core.checkout.place_picks(
                token, shop.picks("Es Teh"), key=f"guess-{number}", pay_by=PaymentMethod.CASH, table_code="12345"
            )
        else:
            shop.core.parties.name_code(token, f"phone-{number}", "12345")

    for number in range(MOST_WRONG_CODES):
        with pytest.raises(WrongTableCode):
            guess(number)
    with pytest.raises(TooManyTableCodes):
        guess(MOST_WRONG_CODES)
    # Staff see what is to be said at the table, and who guesses is none of its phones.
    assert len(code_at(shop)) == 4
    assert sees(shop, None).phones == 0


def test_a_hundred_guesses_at_once_count_as_many(shop: Shop) -> None:
    asks_for_codes(shop)
    shop.core.floor.open_table(shop.outlet.id, shop.tables[0].label, CASHIER)
    wrong = f"{(int(code_at(shop)) + 1) % 10_000:04}"

    def guess(number: int) -> type[Exception]:
        try:
            shop.core.parties.name_code(shop.tables[0].token, f"phone-{number}", wrong)
        except (WrongTableCode, TooManyTableCodes) as refusal:
            return type(refusal)
        raise AssertionError

    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(guess, range(100)))
    # Those on their way when the door closes are still heard.
    assert said.count(WrongTableCode) <= MOST_WRONG_CODES + 8


def test_a_call_stands_until_somebody_came_and_is_not_repeated_at_once(shop: Shop) -> None:
    token = shop.tables[0].token
    shop.core.parties.call(token, ANI, CallFor.HELP)
    shop.clock.added += timedelta(minutes=2)
    shop.core.parties.call(token, BUDI, CallFor.BILL)

    (call,) = shop.core.board.snapshot(shop.outlet.id).calls
    assert (call.table_label, call.wanted, call.minutes) == (shop.tables[0].label, CallFor.BILL, 2)
    assert sees(shop, STRANGER).is_called
    shop.core.floor.answer(shop.outlet.id, call.sitting_uid, CASHIER)
    shop.core.floor.answer(shop.outlet.id, call.sitting_uid, CASHIER)
    assert shop.core.board.snapshot(shop.outlet.id).calls == []
    with pytest.raises(CalledJustNow):
        shop.core.parties.call(token, ANI, CallFor.HELP)
    shop.clock.added += timedelta(minutes=1)
    shop.core.parties.call(token, ANI, CallFor.HELP)
    assert len(shop.core.board.snapshot(shop.outlet.id).calls) == 1


def test_a_call_is_told_to_the_board_no_oftener_than_somebody_can_want_something(shop: Shop) -> None:
    for number in range(6):
        wanted = CallFor.BILL if number % 2 else CallFor.HELP
        shop.core.parties.call(shop.tables[0].token, f"phone-{number}", wanted)

    with shop.core.db.read() as session:
        told = session.scalar(select(func.count()).select_from(Event).where(Event.kind == "table.called"))
    assert told == 2, "for help, and then for the bill"


def test_yesterdays_call_answered_today_brings_nobody_back(shop: Shop) -> None:
    shop.core.parties.call(shop.tables[0].token, ANI, CallFor.HELP)
    shop.clock.added += timedelta(hours=14)
    (call,) = shop.core.board.snapshot(shop.outlet.id).calls

    shop.core.floor.answer(shop.outlet.id, call.sitting_uid, CASHIER)

    assert sees(shop, ANI).sitting is None
    assert shop.core.board.snapshot(shop.outlet.id).calls == []


def test_a_cleared_table_calls_nobody_and_its_party_cannot_be_touched(shop: Shop) -> None:
    shop.core.parties.call(shop.tables[0].token, ANI, CallFor.HELP)
    uid = uid_at(shop)
    shop.core.floor.end(shop.outlet.id, uid, CASHIER)

    assert shop.core.board.snapshot(shop.outlet.id).calls == []
    desk = shop.core.floor
    for act in (desk.end, desk.answer, desk.renew_code):
        with pytest.raises(UnknownSitting):
            act(shop.outlet.id, uid, CASHIER)


def test_the_floor_says_what_a_party_owes_and_what_is_cooked_for_it(shop: Shop) -> None:
    waits = shop.order("Es Teh", pay_by="cash")
    paid = shop.order("Sate Ayam")
    shop.wallet.pays(paid)
    shop.order("Es Teh", table=1, charge=False)

    floor = shop.core.floor.floor(shop.outlet.id)

    here = floor.tables[0]
    assert (here.unpaid_orders, here.unpaid, here.cooking) == (1, waits.total, 1)
    assert floor.taken == 2


def test_all_phones_of_a_table_together_leave_no_more_unpaid_than_a_table_can_mean(shop: Shop) -> None:
    for number in range(MOST_UNPAID_AT_TABLE):
        picks(shop, f"phone-{number}", "Es Teh")
        orders(shop, f"phone-{number}")
    picks(shop, STRANGER, "Es Teh")

    with pytest.raises(TooManyUnpaidHere):
        orders(shop, STRANGER)
    picks(shop, STRANGER, "Es Teh", table=1)
    assert orders(shop, STRANGER, table=1).status == "awaiting_payment"


def test_only_the_same_party_counts_as_sitting_together_when_money_looks_for_an_order(shop: Shop) -> None:
    before = shop.order("Es Teh", pay_by="cash")
    beside = shop.order("Sate Ayam", pay_by="cash")
    shop.core.floor.end(shop.outlet.id, uid_at(shop), CASHIER)
    shop.order("Es Teh", pay_by="cash")

    with shop.core.db.read() as session:
        found = unpaid_orders_beside(session, session.get_one(Order, before.id))
        assert [order.id for order in found] == [before.id, beside.id]
