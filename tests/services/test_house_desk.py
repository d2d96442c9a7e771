"""The house opens, closes and pauses: what guests may do meanwhile, and who may say so."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from core.base.errors import BadInput, BadText
from core.events.models import Event
from core.events.record import Actor
from core.menu.errors import LastOrderOver, NotServedNow
from core.orders.models import Order
from core.orders.status import PaymentMethod
from core.outlets.errors import HouseClosed, HouseClosedUntil, HousePaused, HousePausedFor
from core.outlets.hours import HouseStatus
from core.services.house_desk import PauseReasonNeeded
from core.staff.errors import NotAllowed
from tests.services.opening import opens, serves_food, stand_at
from tests.shop import Shop

JAKARTA = ZoneInfo("Asia/Jakarta")


def version(shop: Shop) -> str:
    return shop.core.menu.version(shop.tables[0].token)


def test_a_shop_that_never_heard_of_hours_takes_orders_at_any_time(shop: Shop) -> None:
    for hour in (0, 4, 12, 23):
        stand_at(shop, hour)
        shop.order("Sate Ayam", charge=False)

    assert shop.core.menu.place(shop.tables[0].token).moment.house.is_open


@pytest.mark.parametrize("zone", ["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"])
def test_an_order_outside_the_hours_is_refused_and_one_inside_is_taken(shop: Shop, zone: str) -> None:
    opens(shop, "daily 10:00-22:00")
    stand_at(shop, 9, 59, zone=zone)
    with pytest.raises(HouseClosedUntil, match=r"you can order again at 10:00"):
        shop.order("Sate Ayam", charge=False)

    shop.passes(timedelta(minutes=1), at_the_gateway=False)
    shop.order("Sate Ayam", charge=False)

    stand_at(shop, 22, zone=zone)
    with pytest.raises(HouseClosedUntil, match=r"tomorrow at 10:00"):
        shop.order("Sate Ayam", charge=False)


def test_hours_past_midnight_take_orders_past_midnight(shop: Shop) -> None:
    opens(shop, "mon 18:00-02:00")

    stand_at(shop, 1, 59, day=8)
    shop.order("Sate Ayam", charge=False)
    stand_at(shop, 2, 0, day=8)

    with pytest.raises(HouseClosed):
        shop.order("Sate Ayam", charge=False)


def test_the_basket_stays_while_the_house_is_closed(shop: Shop) -> None:
    opens(shop, "daily 10:00-22:00")
    stand_at(shop, 23)
    token = shop.tables[0].token
    visit = shop.core.baskets.add(token, "guest", shop.picks("Sate Ayam")[0])

    with pytest.raises(HouseClosed):
        shop.core.checkout.place_order(token, "guest", key="a-first-key", pay_by=PaymentMethod.CASH)

    assert shop.core.baskets.basket(visit.id).count == 1
    with shop.core.db.read() as session:
        assert session.scalars(select(Order)).all() == []


def test_the_same_key_after_closing_time_gives_the_order_it_gave_before(shop: Shop) -> None:
    opens(shop, "daily 10:00-22:00")
    stand_at(shop, 21, 59)
    first = shop.order("Sate Ayam", key="pressed-twice", charge=False)

    shop.passes(timedelta(minutes=2), at_the_gateway=False)

    assert shop.order("Sate Ayam", key="pressed-twice", charge=False).uid == first.uid


def test_what_was_ordered_before_closing_is_paid_cooked_and_served(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    shop.core.house.pause("Dapur penuh", None)

    shop.wallet.pays(order)
    by = Actor("staff", 4)
    for step in (shop.core.kitchen.start, shop.core.kitchen.ready, shop.core.kitchen.serve):
        step(order.uid, by)

    assert shop.status(order) == ("served", "paid")


def test_a_pause_says_why_and_how_long_and_ends_by_itself(shop: Shop) -> None:
    shop.core.house.pause("Dapur penuh", 25)
    with pytest.raises(HousePausedFor, match="Dapur penuh, ± 25 minutes"):
        shop.order("Sate Ayam", charge=False)

    shop.passes(timedelta(minutes=25), at_the_gateway=False)

    shop.order("Sate Ayam", charge=False)


def test_a_pause_without_an_end_lasts_until_somebody_resumes(shop: Shop) -> None:
    shop.core.house.pause("Gas habis", None)
    shop.passes(timedelta(days=3), at_the_gateway=False)
    with pytest.raises(HousePaused, match="Gas habis"):
        shop.order("Sate Ayam", charge=False)

    shop.core.house.resume()
    shop.core.house.resume()

    shop.order("Sate Ayam", charge=False)
    assert shop.core.house.opening().house.status is HouseStatus.OPEN


def test_hours_pauses_and_their_end_are_written_down_with_whoever_did_it(shop: Shop) -> None:
    with shop.core.db.read() as session:
        before = session.scalar(select(Event.id).order_by(Event.id.desc()).limit(1)) or 0

    opens(shop, "mon-fri 10:00-22:00")
    shop.core.house.pause(" Dapur\npenuh ", 25, Actor("staff", 3, "Kasir"))
    shop.core.house.resume(Actor("staff", 2, "Manager"))

    with shop.core.db.read() as session:
        events = session.scalars(select(Event).where(Event.id > before).order_by(Event.id)).all()
    assert [(event.kind, event.by) for event in events] == [
        ("outlet.hours_set", "system"),
        ("outlet.paused", "staff:3"),
        ("outlet.resumed", "staff:2"),
    ]
    assert events[0].data == {"before": [], "hours": ["mon,tue,wed,thu,fri 10:00-22:00"]}
    assert events[1].data == {"reason": "Dapur penuh", "minutes": 25}


def test_a_cook_pauses_nothing_and_a_cashier_sets_no_hours(shop: Shop) -> None:
    cook, cashier, manager = Actor("staff", 4), Actor("staff", 3), Actor("staff", 2)

    with pytest.raises(NotAllowed):
        shop.core.house.pause("Dapur penuh", 25, cook)
    with pytest.raises(NotAllowed):
        shop.core.house.set_hours([], cashier)
    shop.core.house.pause("Dapur penuh", 25, cashier)
    shop.core.house.set_hours([], manager)


@pytest.mark.parametrize(
    ("reason", "minutes", "error"),
    [(" ", 25, PauseReasonNeeded), ("x" * 61, 25, BadText), ("Penuh", 0, BadInput), ("Penuh", 1441, BadInput)],
)
def test_a_pause_that_makes_no_sense_is_refused(shop: Shop, reason: str, minutes: int, error: type[Exception]) -> None:
    with pytest.raises(error):
        shop.core.house.pause(reason, minutes)

    assert shop.core.house.opening().house.is_open


def test_the_menus_version_changes_in_the_minute_in_which_the_house_opens_and_closes(shop: Shop) -> None:
    opens(shop, "daily 10:00-22:00")
    seen = []
    for hour, minute in ((9, 58), (9, 59), (10, 0), (10, 1), (21, 59), (22, 0)):
        stand_at_quietly(shop, hour, minute)
        seen.append(version(shop))

    assert seen[0] == seen[1] != seen[2] == seen[3] == seen[4] != seen[5]


def test_the_menus_version_changes_in_the_minute_in_which_a_category_opens_and_closes(shop: Shop) -> None:
    stand_at(shop, 5)
    serves_food(shop, 6 * 60, 11 * 60, 10 * 60 + 45)
    seen = []
    for hour, minute in ((5, 58), (5, 59), (6, 0), (10, 44), (10, 45), (11, 0)):
        stand_at_quietly(shop, hour, minute)
        seen.append(version(shop))

    assert seen[0] == seen[1] != seen[2] == seen[3] != seen[4] == seen[5]


def test_a_dish_outside_its_hours_cannot_be_added_and_one_in_the_basket_is_told(shop: Shop) -> None:
    stand_at(shop, 10, 44)
    serves_food(shop, 6 * 60, 11 * 60, 10 * 60 + 45)
    token = shop.tables[0].token
    visit = shop.core.baskets.add(token, "guest", shop.picks("Sate Ayam")[0])
    assert shop.core.baskets.basket(visit.id).is_orderable

    shop.passes(timedelta(minutes=1), at_the_gateway=False)

    (problem,) = shop.core.baskets.basket(visit.id).problems
    assert str(problem) == "Sate Ayam: last orders were at 10:45. It is served from 06:00 to 11:00."
    with pytest.raises(LastOrderOver):
        shop.core.baskets.add(token, "guest", shop.picks("Es Teh")[0])
    with pytest.raises(NotServedNow):
        shop.core.checkout.place_order(token, "guest", key="too-late-by-one", pay_by=PaymentMethod.CASH)
    with pytest.raises(NotServedNow):
        shop.core.checkout.quote_picks(token, shop.picks("Es Teh"))
    assert not shop.core.menu.dish(token, shop.dishes["Sate Ayam"].id).can_be_had


def test_a_category_that_is_served_past_midnight_is_had_on_both_sides_of_it(shop: Shop) -> None:
    stand_at(shop, 23, 59)
    serves_food(shop, 22 * 60, 2 * 60)
    shop.order("Sate Ayam", charge=False)

    shop.passes(timedelta(minutes=2), at_the_gateway=False)
    shop.order("Sate Ayam", charge=False)
    shop.passes(timedelta(hours=2), at_the_gateway=False)

    with pytest.raises(NotServedNow):
        shop.order("Sate Ayam", charge=False)


def stand_at_quietly(shop: Shop, hour: int, minute: int) -> None:
    """Move the clock alone: nothing is written, so that only the time can change the menu."""
    local = shop.clock().astimezone(JAKARTA)
    shop.clock.added += timedelta(hours=hour - local.hour, minutes=minute - local.minute)
