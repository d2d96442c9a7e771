"""Dishes and outlets for tests that need no database."""

from core.menu.models import Category, Dish, Option, OptionGroup
from core.outlets.models import Outlet


def make_outlet(*, service: int = 500, tax: int = 1000, service_is_taxed: bool = True, coin: int = 100) -> Outlet:
    return Outlet(
        name="Warung Uji",
        service_rate=service,
        tax_rate=tax,
        service_is_taxed=service_is_taxed,
        cash_coin=coin,
    )


def make_dish(
    number: int,
    price: int,
    *groups: OptionGroup,
    name: str = "",
    is_taxed: bool = True,
    is_listed: bool = True,
    is_sold_out: bool = False,
    portions: int | None = None,
) -> Dish:
    return Dish(
        labels=[],
        id=number,
        name=name or f"Hidangan {number}",
        name_en=f"Dish {number}",
        price=price,
        is_taxed=is_taxed,
        is_listed=is_listed,
        is_sold_out=is_sold_out,
        portions=portions,
        option_groups=list(groups),
        category=Category(name="Makanan"),
    )


def make_group(name: str, *options: Option, fewest: int = 0, most: int = 1) -> OptionGroup:
    return OptionGroup(name=name, min_choices=fewest, max_choices=most, options=list(options))


def make_option(number: int, name: str, price: int = 0, *, is_listed: bool = True) -> Option:
    return Option(id=number, name=name, name_en="", price=price, is_listed=is_listed)


def spice() -> OptionGroup:
    """The question that must be answered, with options 11 and 12."""
    return make_group("Level pedas", make_option(11, "Sedang"), make_option(12, "Pedas", 2_000), fewest=1)


def extras() -> OptionGroup:
    """The question that may be answered twice, with options 21 to 23."""
    options = [make_option(21, "Telur", 6_000), make_option(22, "Kerupuk", 4_000), make_option(23, "Sambal", 3_000)]
    return make_group("Tambahan", *options, most=2)
