"""Prices what somebody wants to order. The only place where a price is made."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from core.base.day_time import minute_of_day
from core.base.errors import BadText
from core.base.text import clean_text
from core.menu.bill import Item, work_out
from core.menu.errors import (
    BadQuantity,
    EmptyBasket,
    ForeignOption,
    MissingOption,
    NoteTooLong,
    RepeatedOption,
    SoldOut,
    TooFewLeft,
    TooManyLines,
    TooManyOptions,
    UnknownDish,
)
from core.menu.labels import for_the_kitchen
from core.menu.models import Dish, Option, OptionGroup
from core.menu.serving import hold_to_hours
from core.outlets.models import Outlet
from core.outlets.serving import Serving

MAX_LINES: Final = 100
MAX_QUANTITY: Final = 99
MAX_NOTE: Final = 140
"""Characters."""


@dataclass(frozen=True, slots=True)
class Pick:
    """What a diner wants, as the browser may say it: ids and a count, never a price."""

    dish_id: int
    quantity: int
    option_ids: tuple[int, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class QuotedLine:
    """One pick with its price and the names it has now."""

    pick: Pick
    dish_id: int
    name: str
    name_en: str
    quantity: int
    unit_price: int
    """One piece with its options."""
    amount: int
    tax: int
    """This line's share of the bill's tax."""
    options: list[dict[str, Any]]
    """What was chosen, in the order of the menu: id, name, name_en, price."""
    note: str
    labels: list[str]
    """Those of the dish that a cook goes by."""
    station_id: int | None
    """Where it is made."""


@dataclass(frozen=True, slots=True)
class Quote:
    """What an order would cost now, in whole rupiah."""

    lines: tuple[QuotedLine, ...]
    subtotal: int
    discount: int
    service: int
    tax: int
    total: int
    """What QRIS charges, to the rupiah."""
    cash_total: int

    @property
    def rounding(self) -> int:
        """What rounding adds to, or takes from, a bill paid in cash."""
        return self.cash_total - self.total


def quote(
    dishes: Mapping[int, Dish],
    picks: Sequence[Pick],
    outlet: Outlet,
    serving: Serving = Serving.DINE_IN,
    *,
    at: datetime | None = None,
) -> Quote:
    """Price picks by the menu and the outlet's rates for the way they are served. Looks only; nothing is reserved.

    `dishes` come with their category, option groups and options loaded. `at` is when it is wanted;
    without it nobody asks for the hours of a category. Raises the error of the first pick that
    cannot be ordered, with the name of its dish.
    """
    if not picks:
        raise EmptyBasket
    if len(picks) > MAX_LINES:
        raise TooManyLines(most=MAX_LINES)
    priced = [_priced(dishes, pick) for pick in picks]
    if at is not None:
        hold_to_hours((dish for _, dish, _, _ in priced), minute_of_day(at, outlet.zone))
    _hold_to_portions(dishes, picks)
    items = [Item(amount=unit * pick.quantity, is_taxed=dish.is_taxed) for pick, dish, _, unit in priced]
    bill = work_out(items, outlet, serving=serving)
    lines = tuple(
        QuotedLine(
            pick=pick,
            dish_id=dish.id,
            name=dish.name,
            name_en=dish.name_en,
            quantity=pick.quantity,
            unit_price=unit,
            amount=unit * pick.quantity,
            tax=tax,
            options=[as_chosen(option) for option in options],
            note=clean_note(pick.note),
            labels=for_the_kitchen(dish.labels),
            station_id=dish.category.station_id,
        )
        for (pick, dish, options, unit), tax in zip(priced, bill.taxes, strict=True)
    )
    return Quote(
        lines=lines,
        subtotal=bill.subtotal,
        discount=bill.discount,
        service=bill.service,
        tax=bill.tax,
        total=bill.total,
        cash_total=bill.cash_total,
    )


def clean_note(raw: str) -> str:
    """Bring a note to the form the kitchen reads. Raises NoteTooLong above 140 characters."""
    try:
        return clean_text(raw, limit=MAX_NOTE, field="note")
    except BadText as error:
        raise NoteTooLong(limit=MAX_NOTE) from error


def as_chosen(option: Option) -> dict[str, Any]:
    """Copy what an order keeps of a choice: its names and price of today."""
    return {"id": option.id, "name": option.name, "name_en": option.name_en, "price": option.price}


def _priced(dishes: Mapping[int, Dish], pick: Pick) -> tuple[Pick, Dish, list[Option], int]:
    dish = dishes.get(pick.dish_id)
    if dish is None or not dish.is_listed:
        raise UnknownDish
    # `True` and 2.0 are equal to numbers, but nobody orders them.
    if type(pick.quantity) is not int or not 1 <= pick.quantity <= MAX_QUANTITY:
        raise BadQuantity(most=MAX_QUANTITY)
    clean_note(pick.note)
    if not dish.is_available:
        raise SoldOut(dish=dish.name)
    options = _chosen(dish, pick.option_ids)
    return pick, dish, options, dish.price + sum(option.price for option in options)


def _chosen(dish: Dish, option_ids: Sequence[int]) -> list[Option]:
    wanted = set(option_ids)
    if len(wanted) != len(option_ids):
        raise RepeatedOption(dish=dish.name)
    offered = {option.id for group in dish.option_groups for option in group.options if option.is_listed}
    if not wanted <= offered:
        raise ForeignOption(dish=dish.name)
    chosen: list[Option] = []
    for group in dish.option_groups:
        answers = [option for option in group.options if option.id in wanted]
        _hold_to_choices(dish, group, len(answers))
        chosen.extend(answers)
    return chosen


def _hold_to_choices(dish: Dish, group: OptionGroup, count: int) -> None:
    if count < group.min_choices:
        raise MissingOption(dish=dish.name, group=group.name, count=group.min_choices)
    if count > group.max_choices:
        raise TooManyOptions(dish=dish.name, group=group.name, count=group.max_choices)


def _hold_to_portions(dishes: Mapping[int, Dish], picks: Sequence[Pick]) -> None:
    """Compare with what is left; one dish may stand on several lines."""
    wanted: Counter[int] = Counter()
    for pick in picks:
        wanted[pick.dish_id] += pick.quantity
    for dish_id, quantity in wanted.items():
        left = dishes[dish_id].portions
        if left is not None and quantity > left:
            raise TooFewLeft(dish=dishes[dish_id].name, left=left)
