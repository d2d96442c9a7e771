import pytest
from sqlalchemy import select

from core.base.clock import system_clock
from core.base.errors import BadInput
from core.events.models import Event
from core.events.record import SYSTEM, Actor
from core.menu.errors import DishNotFound
from core.menu.models import Category, Dish, Option
from core.menu.stock import reserve
from core.outlets.errors import UnknownTable
from core.outlets.models import Outlet
from core.staff.models import Role, StaffMember
from tests.menu.conftest import Warung
from tests.menu.test_stock import make_order


def test_the_menu_lists_what_is_sold_out_last(warung: Warung) -> None:
    assert warung.on_the_menu() == ["Sate Ayam", "Mi Goreng", "Rendang", "Es Teler"]


def test_a_dish_that_was_taken_off_is_on_no_page(warung: Warung) -> None:
    with warung.db.write() as session:
        session.get_one(Dish, warung.sate.id).is_listed = False

    assert "Sate Ayam" not in warung.on_the_menu()
    with pytest.raises(DishNotFound):
        warung.menu.dish(warung.token, warung.sate.id)


def test_a_choice_that_was_taken_off_is_not_shown(warung: Warung) -> None:
    with warung.db.write() as session:
        session.get_one(Option, warung.hot.id).is_listed = False

    dish = warung.menu.dish(warung.token, warung.mi.id).dish

    assert [option.name for group in dish.option_groups for option in group.options] == ["Sedang"]


@pytest.mark.parametrize("token", ["", "unknown", "x" * 500, "a\x00b", "é"])
def test_an_unknown_sticker_shows_no_menu(warung: Warung, token: str) -> None:
    for ask in (warung.menu.menu, warung.menu.place, warung.menu.version):
        with pytest.raises(UnknownTable):
            ask(token)


@pytest.mark.parametrize("dish", [0, -1, 999, 2**63, 2**70])
def test_an_unknown_dish_has_no_page(warung: Warung, dish: int) -> None:
    with pytest.raises(DishNotFound):
        warung.menu.dish(warung.token, dish)
    with pytest.raises(DishNotFound):
        warung.menu.set_sold_out(dish, True, SYSTEM)


def test_a_dish_of_another_outlet_is_on_no_page_of_ours(warung: Warung) -> None:
    stranger = other_house(warung)

    with pytest.raises(DishNotFound):
        warung.menu.dish(warung.token, stranger)


def test_staff_change_the_dishes_of_their_own_outlet_only(warung: Warung) -> None:
    stranger = other_house(warung)
    with warung.db.write() as session:
        member = StaffMember(
            outlet_id=warung.outlet.id, username="sari", name="Sari", role=Role.CASHIER, password_hash="x"
        )
        session.add(member)
    sari = Actor("staff", member.id, "Sari")

    warung.menu.set_sold_out(warung.sate.id, True, sari)
    with pytest.raises(DishNotFound):
        warung.menu.set_sold_out(stranger, True, sari)


def test_selling_out_makes_a_new_version_and_is_written_down(warung: Warung) -> None:
    before = warung.menu.version(warung.token)

    warung.menu.set_sold_out(warung.sate.id, True, SYSTEM)
    warung.menu.set_sold_out(warung.sate.id, True, SYSTEM)

    assert warung.menu.version(warung.token) != before
    assert warung.on_the_menu()[-1] == "Sate Ayam"
    with warung.db.read() as session:
        assert [event.kind for event in session.scalars(select(Event))] == ["dish.sold_out"]


def test_the_last_portion_makes_a_new_version_with_the_order_that_took_it(warung: Warung) -> None:
    before = warung.menu.place(warung.token).version

    with warung.db.write() as session:
        order = make_order(session, warung, 1)
        reserve(session, {warung.rendang.id: 3}, order.id, system_clock())

    after = warung.menu.place(warung.token).version
    assert after != before
    assert after == warung.menu.version(warung.token) == warung.menu.menu(warung.token).version
    with warung.db.read() as session:
        assert [event.kind for event in session.scalars(select(Event))] == ["dish.ran_out"]


@pytest.mark.parametrize("portions", [-1, 10_001])
def test_a_count_that_no_kitchen_makes_is_refused(warung: Warung, portions: int) -> None:
    with pytest.raises(BadInput):
        warung.menu.set_portions(warung.rendang.id, portions, SYSTEM)


def other_house(warung: Warung) -> int:
    """Open another outlet; gives the key of its one dish."""
    with warung.db.write() as session:
        outlet = Outlet(name="Tetangga")
        session.add(outlet)
        session.flush()
        category = Category(outlet_id=outlet.id, name="Makanan")
        session.add(category)
        session.flush()
        dish = Dish(outlet_id=outlet.id, category_id=category.id, name="Soto", price=20_000)
        session.add(dish)
        session.flush()
        return dish.id
