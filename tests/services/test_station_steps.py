"""Two stations of one kitchen: each takes its own steps, and the order follows the first and the last."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from core.events.record import Actor, events_of_order
from core.orders.errors import IllegalStep, TooLateToRecall, TooLateToUndo, UnknownLine, UnknownStation
from core.orders.models import OrderLine
from core.services.stations import Stations
from tests.services.test_crowds import at_once
from tests.shop import CASHIER, Shop
from tests.stations import open_two_stations, paid_in_cash

COOK = Actor("staff", 4, "Dapur")


class Kitchen:
    """A shop with two stations and one order that has something at both."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        kitchen, bar = open_two_stations(shop)
        self.kitchen, self.bar = kitchen.id, bar.id
        self.order = paid_in_cash(shop, "Sate Ayam", "Es Teh")

    @property
    def steps(self) -> Stations:
        return self.shop.core.stations

    @property
    def status(self) -> str:
        return self.shop.status(self.order)[0]

    def stages(self) -> tuple[str | None, str | None]:
        """How far kitchen and bar are; nothing for whoever has it no longer on the screen."""
        return self._stage(self.kitchen), self._stage(self.bar)

    def _stage(self, station: int) -> str | None:
        cards = self.shop.core.kitchen_display.view(self.shop.outlet.id, station).cards
        return next((str(card.stage) for card in cards if card.order.uid == self.order.uid), None)

    def told(self, kind: str) -> int:
        with self.shop.core.db.read() as session:
            return sum(event.kind == kind for event in events_of_order(session, self.order.id))


@pytest.fixture
def two(shop: Shop) -> Kitchen:
    return Kitchen(shop)


def test_the_first_station_to_begin_begins_the_order_and_the_last_to_finish_finishes_it(two: Kitchen) -> None:
    assert (two.status, two.stages()) == ("confirmed", ("new", "new"))

    two.steps.start(two.order.uid, two.bar, COOK)
    assert (two.status, two.stages()) == ("preparing", ("new", "cooking"))

    two.steps.ready(two.order.uid, two.bar, COOK)
    assert (two.status, two.stages()) == ("preparing", ("new", None))

    two.steps.start(two.order.uid, two.kitchen, COOK)
    two.steps.ready(two.order.uid, two.kitchen, COOK)
    assert (two.status, two.stages()) == ("ready", (None, None))
    assert (two.told("order.started"), two.told("order.made_ready")) == (1, 1)


def test_an_order_for_one_station_moves_with_it_alone(two: Kitchen) -> None:
    order = paid_in_cash(two.shop, "Es Teh")

    two.steps.start(order.uid, two.bar, COOK)
    assert two.shop.status(order)[0] == "preparing"
    two.steps.ready(order.uid, two.bar, COOK)

    assert two.shop.status(order)[0] == "ready"
    with pytest.raises(UnknownStation):
        two.steps.start(order.uid, two.kitchen, COOK)


def test_two_stations_that_finish_at_the_same_moment_call_the_order_ready_once(two: Kitchen) -> None:
    def both(step: Callable[[str, int, Actor], object], uid: str) -> list[object]:
        return at_once(2, lambda who: step(uid, (two.kitchen, two.bar)[who], COOK))

    orders = [two.order, *(paid_in_cash(two.shop, "Sate Ayam", "Es Teh") for _ in range(4))]
    for order in orders:
        began = both(two.steps.start, order.uid)
        ended = both(two.steps.ready, order.uid)

        two.order = order
        assert began == ended == [None, None]
        assert two.status == "ready"
        assert (two.told("order.started"), two.told("order.made_ready")) == (1, 1)


def test_two_cooks_of_one_station_take_one_step(two: Kitchen) -> None:
    got = at_once(4, lambda _: two.steps.start(two.order.uid, two.bar, COOK))

    assert sorted(type(one).__name__ for one in got) == ["IllegalStep"] * 3 + ["NoneType"]


def test_a_station_is_not_through_before_it_began_nor_begins_twice(two: Kitchen) -> None:
    with pytest.raises(IllegalStep):
        two.steps.ready(two.order.uid, two.bar, COOK)

    two.steps.start(two.order.uid, two.bar, COOK)
    with pytest.raises(IllegalStep):
        two.steps.start(two.order.uid, two.bar, COOK)
    with pytest.raises(IllegalStep):
        two.steps.ready(two.order.uid, two.kitchen, COOK)


def test_a_step_on_the_board_is_a_step_of_every_station(two: Kitchen) -> None:
    two.shop.core.kitchen.start(two.order.uid, CASHIER)
    assert two.stages() == ("cooking", "cooking")

    two.steps.ready(two.order.uid, two.bar, COOK)
    assert (two.status, two.stages()) == ("preparing", ("cooking", None))

    two.shop.core.kitchen.ready(two.order.uid, CASHIER)
    assert (two.status, two.stages()) == ("ready", (None, None))


def test_what_the_board_takes_back_its_stations_take_back(two: Kitchen) -> None:
    two.steps.start(two.order.uid, two.bar, COOK)
    two.shop.core.kitchen.ready(two.order.uid, CASHIER)
    two.shop.core.kitchen.undo(two.order.uid, CASHIER)
    assert (two.status, two.stages()) == ("preparing", ("new", "cooking"))

    two.steps.ready(two.order.uid, two.bar, COOK)
    two.shop.core.kitchen.undo(two.order.uid, CASHIER)
    assert (two.status, two.stages()) == ("confirmed", ("new", "new"))


def test_the_board_takes_back_a_ready_order_and_only_the_last_station_cooks_again(two: Kitchen) -> None:
    for station in (two.bar, two.kitchen):
        two.steps.start(two.order.uid, station, COOK)
    for station in (two.bar, two.kitchen):
        two.steps.ready(two.order.uid, station, COOK)

    two.shop.core.kitchen.undo(two.order.uid, CASHIER)

    assert (two.status, two.stages()) == ("preparing", ("cooking", None))


def test_a_slip_at_one_station_leaves_the_other_alone(two: Kitchen) -> None:
    for station in (two.bar, two.kitchen):
        two.steps.start(two.order.uid, station, COOK)
    for station in (two.bar, two.kitchen):
        two.steps.ready(two.order.uid, station, COOK)

    two.steps.undo(two.order.uid, two.bar, COOK)
    assert (two.status, two.stages()) == ("preparing", (None, "cooking"))

    two.steps.undo(two.order.uid, two.bar, COOK)
    assert (two.status, two.stages()) == ("preparing", (None, "new"))
    two.steps.undo(two.order.uid, two.kitchen, COOK)
    assert (two.status, two.stages()) == ("preparing", ("cooking", "new"))

    two.steps.undo(two.order.uid, two.kitchen, COOK)
    assert (two.status, two.stages()) == ("confirmed", ("new", "new"))
    with pytest.raises(IllegalStep):
        two.steps.undo(two.order.uid, two.kitchen, COOK)


def test_after_eight_seconds_a_stations_step_stands(two: Kitchen) -> None:
    two.steps.start(two.order.uid, two.bar, COOK)
    two.shop.passes(timedelta(seconds=9))

    with pytest.raises(TooLateToUndo):
        two.steps.undo(two.order.uid, two.bar, COOK)


def made(two: Kitchen) -> None:
    for station in (two.bar, two.kitchen):
        two.steps.start(two.order.uid, station, COOK)
    for station in (two.bar, two.kitchen):
        two.steps.ready(two.order.uid, station, COOK)


@pytest.mark.parametrize("is_served", [False, True])
def test_a_part_is_called_back_long_after_and_the_others_stay_made(two: Kitchen, *, is_served: bool) -> None:
    made(two)
    if is_served:
        two.shop.core.kitchen.serve(two.order.uid, CASHIER)
    two.shop.passes(timedelta(minutes=20))

    two.steps.recall(two.order.uid, two.bar, COOK)

    assert (two.status, two.stages()) == ("preparing", (None, "cooking"))
    assert two.told("ticket.recalled") == 1
    two.steps.ready(two.order.uid, two.bar, COOK)
    assert two.status == "ready"


def test_a_part_that_is_made_is_called_back_while_the_other_still_cooks(two: Kitchen) -> None:
    for station in (two.bar, two.kitchen):
        two.steps.start(two.order.uid, station, COOK)
    two.steps.ready(two.order.uid, two.bar, COOK)
    two.shop.passes(timedelta(minutes=20))

    two.steps.recall(two.order.uid, two.bar, COOK)

    assert (two.status, two.stages()) == ("preparing", ("cooking", "cooking"))
    with pytest.raises(IllegalStep):
        two.steps.recall(two.order.uid, two.bar, COOK)


def test_what_the_board_called_ready_is_called_back_to_one_station_only(two: Kitchen) -> None:
    two.shop.core.kitchen.start(two.order.uid, CASHIER)
    two.shop.core.kitchen.ready(two.order.uid, CASHIER)

    two.steps.recall(two.order.uid, two.bar, COOK)

    assert two.stages() == (None, "cooking")


def test_what_is_called_back_leaves_the_others_cooking_where_the_board_began(two: Kitchen) -> None:
    two.shop.core.kitchen.start(two.order.uid, CASHIER)
    two.steps.ready(two.order.uid, two.bar, COOK)

    two.steps.recall(two.order.uid, two.bar, COOK)

    assert two.stages() == ("cooking", "cooking")


def test_a_station_that_had_not_begun_when_the_board_called_ready_cooks_what_is_called_back(two: Kitchen) -> None:
    two.steps.start(two.order.uid, two.bar, COOK)
    two.shop.core.kitchen.ready(two.order.uid, CASHIER)

    two.steps.recall(two.order.uid, two.kitchen, COOK)

    assert two.stages() == ("cooking", None)


def test_a_whole_order_is_called_back_to_every_station(two: Kitchen) -> None:
    made(two)

    two.steps.recall(two.order.uid, None, COOK)

    assert (two.status, two.stages()) == ("preparing", ("cooking", "cooking"))


def test_a_house_with_one_kitchen_calls_orders_back_too(shop: Shop) -> None:
    order = paid_in_cash(shop, "Sate Ayam")
    for step in (shop.core.kitchen.start, shop.core.kitchen.ready, shop.core.kitchen.serve):
        step(order.uid, CASHIER)

    shop.core.stations.recall(order.uid, None, COOK)
    assert shop.status(order)[0] == "preparing"
    (card,) = shop.core.kitchen_display.view(shop.outlet.id, None).cards
    assert card.stage == "cooking"

    shop.core.kitchen.ready(order.uid, CASHIER)
    assert shop.status(order)[0] == "ready"


def test_what_is_not_made_cannot_be_called_back(two: Kitchen) -> None:
    for station in (None, two.bar):
        with pytest.raises(IllegalStep):
            two.steps.recall(two.order.uid, station, COOK)
    two.shop.core.kitchen.cancel(two.order.uid, "Habis", CASHIER, may_void=True)
    with pytest.raises(IllegalStep):
        two.steps.recall(two.order.uid, None, COOK)


def test_yesterdays_orders_are_not_called_back(two: Kitchen) -> None:
    made(two)
    two.shop.passes(timedelta(hours=25))

    with pytest.raises(TooLateToRecall):
        two.steps.recall(two.order.uid, two.bar, COOK)
    assert two.status == "ready"


def lines_of(two: Kitchen) -> dict[str, OrderLine]:
    return {line.name: line for line in two.shop.page(two.order).order.lines}


def test_a_line_is_struck_off_and_put_back_and_said_twice_it_is_done_once(two: Kitchen) -> None:
    tea = lines_of(two)["Es Teh"].id

    for _ in range(2):
        two.steps.strike(two.order.uid, tea, COOK, is_cooked=True)
    assert lines_of(two)["Es Teh"].cooked_at is not None
    assert lines_of(two)["Sate Ayam"].cooked_at is None
    assert two.told("line.cooked") == 1

    two.steps.strike(two.order.uid, tea, COOK, is_cooked=False)
    assert lines_of(two)["Es Teh"].cooked_at is None


def test_only_a_line_of_the_order_is_struck_off_and_only_while_it_is_made(two: Kitchen) -> None:
    other = paid_in_cash(two.shop, "Es Teh")
    tea = lines_of(two)["Es Teh"].id

    with pytest.raises(UnknownLine):
        two.steps.strike(other.uid, tea, COOK, is_cooked=True)
    made(two)
    with pytest.raises(IllegalStep):
        two.steps.strike(two.order.uid, tea, COOK, is_cooked=True)


def test_struck_lines_and_a_cancellation_at_once_both_end(two: Kitchen) -> None:
    tea = lines_of(two)["Es Teh"].id
    acts = (
        lambda: two.steps.strike(two.order.uid, tea, COOK, is_cooked=True),
        lambda: two.steps.start(two.order.uid, two.bar, COOK),
        lambda: two.shop.core.kitchen.cancel(two.order.uid, "Habis", CASHIER, may_void=True),
    )

    at_once(3, lambda who: acts[who]())

    assert two.status == "cancelled"


def test_an_old_order_begun_before_there_were_stations_is_cooking_at_its_station(shop: Shop) -> None:
    order = paid_in_cash(shop, "Es Teh")
    shop.core.kitchen.start(order.uid, CASHIER)
    kitchen, _ = open_two_stations(shop)

    shop.core.stations.ready(order.uid, kitchen.id, COOK)

    assert shop.status(order)[0] == "ready"


def test_a_station_that_is_not_there_has_no_part_in_an_order(two: Kitchen) -> None:
    with pytest.raises(UnknownStation):
        two.steps.start(two.order.uid, 10**6, COOK)
