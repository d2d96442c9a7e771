"""What is said aloud of a payment that comes by itself: how it was paid, how much, and where to carry it."""

from collections.abc import Callable

from core.orders.glances import OrderGlance
from core.outlets.models import Outlet
from core.web.languages import DEFAULT_LANGUAGE, LANGUAGES
from core.web.pages import Pages
from core.web.wording import gettext, place


def spoken_language(outlet: Outlet) -> str:
    """Name the language that is spoken in a house: everybody there hears it, whatever each of them reads."""
    return outlet.language if outlet.language in LANGUAGES else DEFAULT_LANGUAGE


def announcer(pages: Pages, outlet: Outlet) -> Callable[[OrderGlance], str]:
    """Make what words a payment for an outlet. Digits and no dots: voices read "25000" aloud as a number, "25.000" often not."""

    def announcement(order: OrderGlance) -> str:
        with pages.speaking(spoken_language(outlet), outlet.zone):
            said = gettext("QRIS, %(amount)s rupiah, %(place)s")
            return said % {"amount": order.total, "place": place(order)}

    return announcement
