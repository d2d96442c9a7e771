"""Filters of the templates: money, times and names as people here write them."""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from gettext import NullTranslations
from typing import Final
from zoneinfo import ZoneInfo

from core.base.day_time import Told
from core.base.errors import N_, MejaError
from core.orders.glances import OrderGlance
from core.orders.models import Order
from core.outlets.serving import Serving
from core.web.languages import DEFAULT_LANGUAGE, explain


@dataclass(frozen=True, slots=True)
class Voice:
    """In which language, and by whose clock, a page is being written."""

    language: str = DEFAULT_LANGUAGE
    zone: str = "Asia/Jakarta"
    catalogue: NullTranslations = NullTranslations()  # noqa: RUF009 - holds nothing, changes nothing


VOICE: Final[ContextVar[Voice]] = ContextVar("voice", default=Voice())  # noqa: B039 - it is frozen
"""Set while a page is written, so that filters and macros know it without being told."""

_MONTHS: Final = (
    *(N_("Jan"), N_("Feb"), N_("Mar"), N_("Apr"), N_("May"), N_("Jun")),
    *(N_("Jul"), N_("Aug"), N_("Sep"), N_("Oct"), N_("Nov"), N_("Dec")),
)


def gettext(sentence: str) -> str:
    """Say a sentence in the reader's language."""
    return VOICE.get().catalogue.gettext(sentence)


def ngettext(one: str, many: str, count: int) -> str:
    """Say a sentence about a number of things in the reader's language."""
    return VOICE.get().catalogue.ngettext(one, many, count)


def rupiah(amount: int) -> str:
    """Write an amount of money: Rp25.000, and −Rp5.000 with a true minus."""
    digits = f"{abs(amount):,}".replace(",", ".")
    return f"−Rp{digits}" if amount < 0 else f"Rp{digits}"


def clock(at: datetime) -> str:
    """Write a time of day by the outlet's clock: 12.31 in Indonesian, 12:31 in English."""
    voice = VOICE.get()
    return f"{at.astimezone(ZoneInfo(voice.zone)):{'%H:%M' if voice.language == 'en' else '%H.%M'}}"


def day(at: date) -> str:
    """Write a day, of a moment by the outlet's zone: 20 Nov 2026."""
    when = at.astimezone(ZoneInfo(VOICE.get().zone)) if isinstance(at, datetime) else at
    return f"{when.day} {gettext(_MONTHS[when.month - 1])} {when.year}"


def moment(at: datetime) -> str:
    """Write day and time: 20 Nov 2026 12.31."""
    return f"{day(at)} {clock(at)}"


def in_zone(at: datetime, zone: str) -> datetime:
    """Give a moment with the offset of a place."""
    return at.astimezone(ZoneInfo(zone))


def tenths(number: float) -> str:
    """Write a number with one decimal: 0,3 in Indonesian, 0.3 in English."""
    written = f"{number:.1f}"
    return written if VOICE.get().language == "en" else written.replace(".", ",")


def iso(at: datetime) -> str:
    """Write a moment for machines, with the outlet's own offset."""
    return at.astimezone(ZoneInfo(VOICE.get().zone)).isoformat(timespec="seconds")


def minutes(at: datetime, now: datetime) -> int:
    """Count the whole minutes since a moment, never fewer than none."""
    return max(0, int((now - at).total_seconds() // 60))


def ago(at: datetime, now: datetime) -> str:
    """Say how long ago something was, in whole minutes or hours, and in days from the second on."""
    passed = minutes(at, now)
    if passed == 0:
        return gettext("just now")
    if passed < 60:
        return ngettext("%(count)s minute ago", "%(count)s minutes ago", passed) % {"count": passed}
    hours = passed // 60
    if hours >= 48:
        return ngettext("%(count)s day ago", "%(count)s days ago", hours // 24) % {"count": hours // 24}
    return ngettext("%(count)s hour ago", "%(count)s hours ago", hours) % {"count": hours}


def name(thing: object) -> str:
    """Give a dish, option, category or line its name in the reader's language; Indonesian where there is no other."""
    return in_language(thing, "name", VOICE.get().language)


def description(thing: object) -> str:
    """Give a dish its description in the reader's language."""
    return in_language(thing, "description", VOICE.get().language)


def place(order: Order | OrderGlance) -> str:
    """Say where an order is carried: to a table, to whoever has a table stand, or to the counter."""
    if order.serving is Serving.TAKE_AWAY:
        return gettext("Take-away")
    if order.stand is not None:
        return gettext("Stand %(number)s") % {"number": order.stand}
    if order.table is None:
        return gettext("Take-away")
    if not order.table.has_seats:
        return gettext("Eat in")
    return gettext("Table %(label)s") % {"label": order.table.label}


def sentence(error: MejaError, dish: object = None) -> str:
    """Say what went wrong in the reader's language; the dish that it is about, too, where the page knows it."""
    return explain(error, VOICE.get().catalogue, {} if dish is None else {"dish": name(dish)})


def told(value: Told) -> str:
    """Say a time of day, or the next one, in the reader's language."""
    return value.told(gettext)


def in_language(thing: object, field: str, language: str) -> str:
    """Give a field in a language: its `…_en` twin for whoever does not read Indonesian, when there is one."""

    def get(key: str) -> str:
        return str(thing[key] if isinstance(thing, Mapping) else getattr(thing, key))

    return (get(f"{field}_en") or get(field)) if language != DEFAULT_LANGUAGE else get(field)


FILTERS: Final = {
    "rupiah": rupiah,
    "clock": clock,
    "day": day,
    "moment": moment,
    "iso": iso,
    "tenths": tenths,
    "minutes": minutes,
    "ago": ago,
    "name": name,
    "place": place,
    "description": description,
    "sentence": sentence,
    "told": told,
}
