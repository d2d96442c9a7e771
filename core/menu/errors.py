"""Why something cannot be ordered, in sentences a diner understands."""

from typing import TYPE_CHECKING

from core.base.errors import N_, BadText, MejaError
from core.base.money import with_dots

if TYPE_CHECKING:
    from core.menu.quote import Quote


def _spell(amount: int) -> str:
    return f"Rp{with_dots(amount)}"


class UnknownDish(MejaError):
    """Somebody wants a dish that is not on this outlet's menu."""

    kind = "unknown-dish"
    status = 422
    sentence = N_("This dish is not on the menu any more.")


class DishNotFound(UnknownDish):
    """Somebody asked for the page of a dish that is not on this menu."""

    status = 404


class SoldOut(MejaError):
    """Nobody can have this dish now."""

    kind = "sold-out"
    status = 409
    sentence = N_("%(dish)s has just sold out.")


class TooFewLeft(SoldOut):
    """There is some of it, but less than is wanted; `left` says how many portions."""

    sentence = N_("Only %(left)s of %(dish)s left.")


class NotServedNow(MejaError):
    """A dish outside the hours of its part of the menu."""

    kind = "not-served-now"
    status = 409
    sentence = N_("%(dish)s is served from %(start)s to %(end)s.")


class LastOrderOver(NotServedNow):
    """It is still served, but no longer cooked anew."""

    sentence = N_("%(dish)s: last orders were at %(last)s. It is served from %(start)s to %(end)s.")


class BadQuantity(MejaError):
    """A count that nobody orders: below one, above the most, or no whole number."""

    kind = "bad-quantity"
    status = 422
    sentence = N_("Please order between 1 and %(most)s of a dish.")


class MissingOption(MejaError):
    """A question about the dish that needs an answer has none, or too few."""

    kind = "missing-option"
    status = 422
    sentence = N_("%(dish)s: please choose %(group)s (at least %(count)s).")


class TooManyOptions(MejaError):
    """A question about the dish has more answers than it takes."""

    kind = "too-many-options"
    status = 422
    sentence = N_("%(dish)s: choose at most %(count)s for %(group)s.")


class ForeignOption(MejaError):
    """A choice that is not one of this dish's own."""

    kind = "foreign-option"
    status = 422
    sentence = N_("%(dish)s: one of the choices is not offered any more. Please choose again.")


class RepeatedOption(MejaError):
    """The same choice twice in one dish."""

    kind = "repeated-option"
    status = 422
    sentence = N_("%(dish)s: the same choice was sent twice.")


class NoteTooLong(BadText):
    """A note for the kitchen that does not fit its ticket."""

    kind = "note-too-long"
    sentence = N_("This note is too long: at most %(limit)s characters.")


class EmptyBasket(MejaError):
    """There is nothing to order."""

    kind = "empty-basket"
    status = 422
    sentence = N_("The basket is empty. Please choose a dish first.")


class TooManyLines(MejaError):
    """More lines than one order holds."""

    kind = "too-many-lines"
    status = 422
    sentence = N_("One order can hold at most %(most)s different lines.")


class OverQrisLimit(MejaError):
    """More than one QRIS payment may carry, by rule of Bank Indonesia."""

    kind = "over-qris-limit"
    status = 422
    sentence = N_("One QRIS payment can carry at most %(limit)s. Please order in two parts, or pay cash.")

    def __init__(self, limit: int) -> None:
        super().__init__(limit=_spell(limit))


class PriceChanged(MejaError):
    """The total is not the one the diner was shown. `quote` is what the same basket costs now."""

    kind = "price-changed"
    status = 409
    sentence = N_("A price has changed: the total was %(shown)s and is now %(total)s. Please check and order again.")

    def __init__(self, quote: "Quote", shown: int) -> None:
        super().__init__(shown=_spell(shown), total=_spell(quote.total))
        self.quote = quote


class BadMenuFile(MejaError):
    """A menu file that cannot be taken in. Nothing of it was."""

    kind = "bad-menu-file"
    status = 422
    sentence = N_("Nothing was imported. %(place)s: %(problem)s")
