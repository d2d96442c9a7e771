"""Says what in a settlement file does not agree with the books, and what to do about it. Words are message ids."""

from collections.abc import Mapping
from typing import Final

from core.base.errors import N_
from core.outlets.models import MerchantClass
from core.settlements.columns import Column
from core.settlements.judging import FEE, IN_FILE, IN_PAYOUT, NET, UNKNOWN, UNPAID, VAT
from core.settlements.models import BreakKind

BREAKS: Final[Mapping[BreakKind, tuple[str, str]]] = {
    BreakKind.MISSING_HERE: (
        N_("In the file, and not in the books"),
        N_(
            "Midtrans is being asked about our own. What it confirms comes into the books by itself: compare again in a moment. "
            "What is not ours stands on the money desk as well; where that is most of the file, as one case."
        ),
    ),
    BreakKind.MISSING_THERE: (
        N_("In the books, and in no file"),
        N_(
            "It may be in another file: take that in, and this ends by itself. Else ask Midtrans why it does not list it."
        ),
    ),
    BreakKind.WRONG_AMOUNT: (
        N_("Another amount"),
        N_("The books keep what Midtrans confirmed when the guest paid. Look both up in its dashboard."),
    ),
    BreakKind.WRONG_FEE: (
        N_("Another fee than expected"),
        N_(
            "Expected is the rate of your merchant class on that day, with VAT on top. Ask Midtrans which rate it took."
        ),
    ),
    BreakKind.LISTED_TWICE: (
        N_("Listed twice"),
        N_(
            "One payment stands here once more. Look up whether it was paid out twice, or the file put together from two."
        ),
    ),
    BreakKind.UNKNOWN_REFUND: (
        N_("A refund that is not in the books"),
        N_(
            "Midtrans is being asked about payments of our own. What it confirms comes into the books by itself: "
            "compare again in a moment. About one that is not ours nobody is asked: look it up in Midtrans's dashboard."
        ),
    ),
}
"""What each kind is, and what to do about it."""

WHATS: Final[Mapping[str, str]] = {
    UNKNOWN: N_("not one of our payments"),
    UNPAID: N_("ours, and not known as paid"),
    FEE: N_("fee"),
    VAT: N_("VAT on the fee"),
    NET: N_("net amount"),
    IN_FILE: N_("earlier in this file"),
    IN_PAYOUT: N_("in another payout"),
}
"""More closely."""

FIGURES: Final[Mapping[BreakKind, str]] = {BreakKind.WRONG_FEE: N_("Expected")}
"""What our own figure is called, where it does not stand in the books."""

CLASSES: Final[Mapping[MerchantClass, str]] = {
    MerchantClass.MICRO: N_("micro business"),
    MerchantClass.SMALL: N_("small business"),
    MerchantClass.MEDIUM: N_("medium-sized business"),
    MerchantClass.LARGE: N_("large business"),
    MerchantClass.EDUCATION: N_("education"),
    MerchantClass.PUBLIC: N_("public service"),
}

COLUMNS: Final[Mapping[Column, str]] = {
    Column.ORDER_ID: N_("Order id"),
    Column.GROSS: N_("Gross amount"),
    Column.DATE: N_("Date"),
    Column.FEE: N_("Fee"),
    Column.VAT: N_("VAT on the fee"),
    Column.NET: N_("Net amount"),
    Column.PAYOUT: N_("Payout id"),
    Column.STATUS: N_("Status"),
    Column.TYPE: N_("Type of transaction"),
}
"""What a column may be named for."""
