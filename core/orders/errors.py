"""What can stand in an order's way, in sentences for the person who asked."""

from core.base.errors import N_, MejaError, NotFound


class UnknownOrder(NotFound):
    """No order has this uid."""

    kind = "unknown-order"
    sentence = N_("We do not know this order. Please check the address, or ask the cashier.")


class IllegalStep(MejaError):
    """The order is not where the step begins."""

    kind = "illegal-step"
    status = 409
    sentence = N_("This order has moved on in the meantime. Please look at it again.")


class UnknownStation(NotFound):
    """The station has no part in this order, or is not one of this outlet."""

    kind = "unknown-station"
    sentence = N_("This station has nothing to do with this order. Please look at it again.")


class UnknownLine(NotFound):
    """The order has no such line."""

    kind = "unknown-line"
    sentence = N_("This order has no such line. Please look at it again.")


class NothingLeftToMake(MejaError):
    """Every line of an order is to be taken off."""

    kind = "nothing-left-to-make"
    status = 409
    sentence = N_("Nothing of this order would be made then. Cancel the order instead.")


class TooLateToRecall(MejaError):
    """What was called ready on another day stays as it is."""

    kind = "too-late-to-recall"
    status = 409
    sentence = N_("Only orders of today can be called back.")


class PaymentClosed(MejaError):
    """The order is paid, cancelled or expired."""

    kind = "payment-closed"
    status = 409
    sentence = N_("This order can no longer be paid or changed here.")


class TooManyUnpaid(MejaError):
    """One phone leaves more orders unpaid than a table can mean."""

    kind = "too-many-unpaid"
    status = 429
    sentence = N_("You have %(count)s unpaid orders. Please pay or cancel one of them first.")


class TooManyUnpaidHere(MejaError):
    """All phones of a party together leave more unpaid than a table can mean."""

    kind = "too-many-unpaid-here"
    status = 429
    sentence = N_("This table has %(count)s unpaid orders. Please call the staff.")


class TableCodeNeeded(MejaError):
    """The outlet wants the code of the table's party before it takes an order, and none was named."""

    kind = "table-code-needed"
    status = 403
    sentence = N_("Please type the code of your table first. The staff will tell you.")


class WrongTableCode(MejaError):
    """Not the code of the party that sits there now."""

    kind = "wrong-table-code"
    status = 403
    sentence = N_("That is not the code of this table. Please ask the staff.")


class TooManyTableCodes(MejaError):
    """Somebody is guessing."""

    kind = "too-many-table-codes"
    status = 429
    sentence = N_("Too many wrong codes at this table. Please call the staff, or wait %(minutes)s minutes.")


class CalledJustNow(MejaError):
    """Staff have only just been there."""

    kind = "called-just-now"
    status = 429
    sentence = N_("Somebody has just been at your table. Please wait a minute before you call again.")


class UnknownSitting(NotFound):
    """No party sits there, or another one does by now."""

    kind = "unknown-sitting"
    sentence = N_("This party has left, or the table has been opened anew. Please look again.")


class BadStand(MejaError):
    """A number that stands on no table stand."""

    kind = "bad-stand"
    status = 422
    sentence = N_("A table stand has a number from 1 to %(most)s.")


class TooManyQrs(MejaError):
    """QR after QR for one order, faster than anybody pays."""

    kind = "too-many-qrs"
    status = 429
    sentence = N_("Please wait a moment before asking for another QR, or pay cash at the counter.")


class UnknownClaimCode(MejaError):
    """No order waits for cash under this code."""

    kind = "unknown-claim-code"
    status = 404
    sentence = N_("No order is waiting under the code %(code)s. Please check the four characters.")


class TooLittleCash(MejaError):
    """Less was handed over than is owed."""

    kind = "too-little-cash"
    status = 422
    sentence = N_("This is Rp%(missing)s too little. The bill is Rp%(due)s.")


class TooMuchCash(MejaError):
    """More was handed over than anybody carries: a slip of the keys."""

    kind = "too-much-cash"
    status = 422
    sentence = N_("This amount cannot be right. Please check what was handed over.")


class AlreadyPaid(MejaError):
    """Its money is in."""

    kind = "already-paid"
    status = 409
    sentence = N_("Order %(number)s has been paid already.")


class CashAlreadyTaken(AlreadyPaid):
    """Somebody else at the counter was quicker."""

    kind = "cash-already-taken"
    sentence = N_("Order %(number)s has been paid already: %(name)s took the cash.")


class QrStillLive(MejaError):
    """Cash is refused while a QR of the order can be paid."""

    kind = "qr-still-live"
    status = 409
    sentence = N_("This order is being paid by QRIS. The guest must choose cash first.")


class TooLateToUndo(MejaError):
    """The step is older than a slip of the finger."""

    kind = "too-late-to-undo"
    status = 409
    sentence = N_("The time to undo this is over.")


class ReasonNeeded(MejaError):
    """An act that nobody may do without saying why."""

    kind = "reason-needed"
    status = 422
    sentence = N_("Please say why.")


class NothingToPay(MejaError):
    """A bill of zero needs no payment, and no QR can carry it."""

    kind = "nothing-to-pay"
    status = 422
    sentence = N_("There is nothing to pay for this. Please order it from the staff.")


class QrIsClosing(MejaError):
    """The guest has chosen cash; the QR is not closed yet."""

    kind = "qr-is-closing"
    status = 409
    sentence = N_("The QR of this order is being closed at the bank. Please try again in a moment.")
