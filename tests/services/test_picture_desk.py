"""Pictures of dishes are kept, shown and taken down, on both databases."""

import pytest

from core.base.errors import NotFound
from core.events.record import Actor
from core.menu.errors import DishNotFound
from core.menu.models import Dish
from tests.menu.test_pictures import photo
from tests.shop import Shop

MANAGER = Actor("staff", 2, "Manager")


def picture_of(shop: Shop, name: str) -> str:
    with shop.core.db.read() as session:
        return session.get_one(Dish, shop.dishes[name].id).picture


def version(shop: Shop) -> str:
    return shop.core.menu.version(shop.tables[0].token)


def test_a_picture_is_kept_in_two_sizes_and_makes_a_new_menu(shop: Shop) -> None:
    before = version(shop)

    name = shop.core.pictures.hang_up(shop.outlet.id, shop.dishes["Sate Ayam"].id, photo(), MANAGER)

    assert picture_of(shop, "Sate Ayam") == name
    assert version(shop) != before
    found = shop.core.pictures.find(name)
    assert found.small[8:12] == found.large[8:12] == b"WEBP"


def test_the_same_picture_twice_is_one_picture_and_no_news(shop: Shop) -> None:
    upload, desk = photo(), shop.core.pictures
    first = desk.hang_up(shop.outlet.id, shop.dishes["Sate Ayam"].id, upload, MANAGER)
    before = version(shop)

    assert desk.hang_up(shop.outlet.id, shop.dishes["Sate Ayam"].id, upload, MANAGER) == first
    assert version(shop) == before
    assert desk.hang_up(shop.outlet.id, shop.dishes["Es Teh"].id, upload, MANAGER) == first


def test_a_dish_whose_picture_was_taken_down_has_none(shop: Shop) -> None:
    name = shop.core.pictures.hang_up(shop.outlet.id, shop.dishes["Sate Ayam"].id, photo(), MANAGER)

    for _ in range(2):
        shop.core.pictures.take_down(shop.outlet.id, shop.dishes["Sate Ayam"].id, MANAGER)

    assert picture_of(shop, "Sate Ayam") == ""
    # A phone may still show the page that named it.
    assert shop.core.pictures.find(name).small


def test_another_outlets_dish_is_nobodys_here(shop: Shop) -> None:
    with pytest.raises(DishNotFound):
        shop.core.pictures.hang_up(shop.outlet.id + 1, shop.dishes["Sate Ayam"].id, photo(), MANAGER)
    with pytest.raises(DishNotFound):
        shop.core.pictures.take_down(shop.outlet.id + 1, shop.dishes["Sate Ayam"].id, MANAGER)
    with pytest.raises(NotFound):
        shop.core.pictures.find("upload-00000000000000000000.webp")
