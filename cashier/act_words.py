"""Puts an act into words: who did it, who allowed it, what was before it and what after. Words are message ids."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from cashier.event_words import ACTORS, WORDS
from cashier.history_words import METHODS
from cashier.money_words import ENDINGS, ORDER_STATES, REFUSALS, REFUSED
from cashier.session import ROLES
from core.base.errors import N_
from core.events.acts import ActKind
from core.events.models import Event
from core.orders.models import Order
from core.services.audit import Act, ActPage

KINDS: Final[Mapping[ActKind, str]] = {
    ActKind.MONEY: N_("Money"),
    ActKind.PEOPLE: N_("People"),
    ActKind.MENU: N_("Menu"),
    ActKind.SETTINGS: N_("Settings"),
    ActKind.DEVICES: N_("Devices, printers and keys"),
}
_SETTINGS: Final[Mapping[str, str]] = {
    "name": N_("Name"),
    "address": N_("Address"),
    "phone": N_("Phone"),
    "tax_number": N_("Tax number"),
    "merchant_name": N_("Merchant name"),
    "nmid": N_("NMID"),
    "tax_rate": N_("Restaurant tax (PB1)"),
    "service_rate": N_("Service charge"),
    "cash_coin": N_("Smallest coin"),
    "zone": N_("Time zone"),
    "day_cutoff_hour": N_("Hour at which the day ends"),
    "language": N_("Language"),
    "asks_table_code": N_("Table codes"),
}
_RATES: Final = frozenset({"tax_rate", "service_rate"})
_NOTHING: Final = N_("nothing")
_ALWAYS: Final = N_("always")
_UNCOUNTED: Final = N_("not counted")


@dataclass(frozen=True, slots=True)
class Said:
    """A value: an amount in whole rupiah, a word of ours, or what somebody has typed."""

    text: str = ""
    amount: int | None = None
    is_word: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What something was before an act, and what after."""

    of: Said
    before: Said
    after: Said


@dataclass(frozen=True, slots=True)
class ActView:
    """One line of the list."""

    at: datetime
    what: str
    """A message id."""
    who: str
    """A person's name, as it is; or a message id for whoever has none."""
    is_named: bool
    """Whether `who` is a name."""
    allowed_by: str
    """Who allowed it by PIN, where that was somebody else; empty otherwise."""
    order: Order | None
    shift_id: int | None
    case_uid: str
    about: str
    """The person, tablet, key or table that it was about, as it is called."""
    username: str
    """Of the person it was about."""
    note: str
    """A message id that says more about it."""
    amount: int | None
    """Whole rupiah."""
    remark: str
    """What somebody typed as the reason."""
    changes: Sequence[Change]
    marks: Sequence[tuple[str, str]] = ()
    """Why it is worth a second look, where somebody looks for that: badges, each a message id and its look."""


def views_of(page: ActPage) -> Sequence[ActView]:
    """Put a page of acts into words, in its order."""
    people = {member.id: member.name for member in page.people}
    return [view_of(act, page.names, people) for act in page.acts]


def view_of(act: Act, names: Mapping[str, str], people: Mapping[int, str]) -> ActView:
    """Put an act into words; `names` are those of people as events name them, `people` by their ids."""
    event, data = act.event, act.event.data
    kind_of_actor = event.by.partition(":")[0]
    by = names.get(event.by) or ACTORS.get(kind_of_actor, event.by)
    asked_by = str(data.get("asked_by") or "")
    is_person = event.kind.startswith("staff.")
    return ActView(
        at=event.at,
        what=WORDS.get(event.kind, event.kind),
        who=asked_by or by,
        is_named=bool(asked_by) or event.by in names or kind_of_actor not in ACTORS,
        allowed_by=by if asked_by else "",
        order=act.order,
        shift_id=_whole(data.get("shift_id")),
        case_uid=str(data.get("case_uid") or ""),
        about=people.get(data.get("person", 0), str(data.get("username", ""))) if is_person else _about(event),
        username=str(data.get("username", "")) if is_person else "",
        note=_note(event),
        amount=_amount(event),
        remark="" if event.kind == "refund.refused" else str(data.get("reason") or ""),
        changes=_CHANGES.get(event.kind, _no_change)(data),
    )


def _about(event: Event) -> str:
    if event.kind.startswith(("device.", "key.", "printer.")):
        return str(event.data.get("name", ""))
    if "tables" in event.data:
        return ", ".join(event.data["tables"])
    return str(
        next((event.data[what] for what in ("table", "dish", "file", "line", "said") if event.data.get(what)), "")
    )


def _note(event: Event) -> str:
    """Say a code in words, where the event holds one."""
    data: Mapping[str, Any] = event.data
    if event.kind == "refund.refused":
        return REFUSALS.get(str(data.get("reason")), REFUSED)
    if event.kind == "order.paid":
        return next((word for method, word in METHODS.items() if method == data.get("method")), "")
    if event.kind == "case.settled":
        return next((word for ending, word in ENDINGS.items() if ending == data.get("resolution")), "")
    return ""


def _amount(event: Event) -> int | None:
    data: Mapping[str, Any] = event.data
    if event.kind == "shift.closed":
        # What the drawer held above (or below) what it should, if anything.
        return int(data["counted"]) - int(data["expected"]) or None
    found = (_whole(data.get(name)) for name in ("amount", "lost", "opening_float"))
    return next((amount for amount in found if amount is not None), None)


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _no_change(_data: Mapping[str, Any]) -> Sequence[Change]:
    return ()


def _of_money(label: str, before: str = "before", after: str = "after") -> Callable[[Mapping[str, Any]], list[Change]]:
    def changes(data: Mapping[str, Any]) -> list[Change]:
        # Older versions wrote neither.
        if before not in data:
            return []
        return [Change(Said(label, is_word=True), Said(amount=data[before]), Said(amount=data[after]))]

    return changes


def _of_role(data: Mapping[str, Any]) -> Sequence[Change]:
    words = {str(role): word for role, word in ROLES.items()}
    before, after = (Said(words.get(data[when], data[when]), is_word=True) for when in ("before", "after"))
    return [Change(Said(), before, after)]


def _of_name(data: Mapping[str, Any]) -> Sequence[Change]:
    return [Change(Said(), Said(data["before"]), Said(data["after"]))]


def _of_screen(data: Mapping[str, Any]) -> Sequence[Change]:
    return [Change(Said(), Said(data["after"]), Said(data["username"]))]


def _of_order(data: Mapping[str, Any]) -> Sequence[Change]:
    states = {str(status): word for status, word in ORDER_STATES.items()}
    if (was := states.get(data.get("before", ""))) is None:
        return []
    return [Change(Said(), Said(was, is_word=True), Said(states["cancelled"], is_word=True))]


def _of_portions(data: Mapping[str, Any]) -> Sequence[Change]:
    left = data.get("portions")
    return [Change(Said(), Said(), Said(_UNCOUNTED, is_word=True) if left is None else Said(str(left)))]


def _of_prices(data: Mapping[str, Any]) -> Sequence[Change]:
    return [
        Change(Said(price["what"]), _price(price["before"]), _price(price["after"])) for price in data.get("prices", [])
    ]


def _price(amount: int | None) -> Said:
    return Said(_NOTHING, is_word=True) if amount is None else Said(amount=amount)


def _of_settings(data: Mapping[str, Any]) -> Sequence[Change]:
    before = data.get("before", {})
    return [
        Change(Said(_SETTINGS.get(name, name), is_word=True), _setting(name, before.get(name)), _setting(name, value))
        for name, value in data["changed"].items()
        if name not in before or before[name] != value
    ]


def _setting(name: str, value: object) -> Said:
    if value is None or value == "":
        return Said(_NOTHING, is_word=True)
    if isinstance(value, bool):
        return Said(N_("yes") if value else N_("no"), is_word=True)
    if name in _RATES and isinstance(value, int):
        return Said(f"{value / 100:g} %")
    return Said(amount=value) if name == "cash_coin" and isinstance(value, int) else Said(str(value))


def _of_hours(data: Mapping[str, Any]) -> Sequence[Change]:
    if "before" not in data:
        return [Change(Said(), Said(), _hours(data["hours"]))]
    return [Change(Said(), _hours(data["before"]), _hours(data["hours"]))]


def _hours(lines: Sequence[str]) -> Said:
    return Said("; ".join(lines)) if lines else Said(_ALWAYS, is_word=True)


_CHANGES: Final[Mapping[str, Callable[[Mapping[str, Any]], Sequence[Change]]]] = {
    "refund.asked": _of_money(N_("Left of the payment")),
    "case.settled": _of_money(N_("Money in the case")),
    "drawer.moved": _of_money(N_("In the drawer")),
    "shift.closed": _of_money(N_("Expected, and counted"), "expected", "counted"),
    "order.cancelled": _of_order,
    "staff.role_changed": _of_role,
    "staff.renamed": _of_name,
    "staff.took_over": _of_screen,
    "menu.imported": _of_prices,
    "dish.counted": _of_portions,
    "outlet.set_up": _of_settings,
    "outlet.hours_set": _of_hours,
}
"""How the change stands in an event's data, by its kind."""
