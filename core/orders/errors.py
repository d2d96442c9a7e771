"""What can stand in an order's way, in sentences for the person who asked."""

from core.base.errors import MejaError, N_, NotFound


class UnknownOrder(NotFound):
    kind = "unknown-order"
    sentence = N_("We do not know this order. Please check the address, or ask the cashier.")


class IllegalStep(MejaError):
    kind = "illegal-step"
    status = 409
    sentence = N_("This order has moved on in the meantime. Please look at it again.")


class PaymentClosed(MejaError):
    kind = "payment-closed"
    status = 409
    sentence = N_("This order can no longer be paid or changed here.")


class TooManyUnpaid(MejaError):
    kind = "too-many-unpaid"
    status = 429
    sentence = N_("You have %(count)s unpaid orders. Please pay or cancel one of them first.")


class TooManyQrs(MejaError):
    kind = "too-many-qrs"
    status = 429
    sentence = N_("Please wait a moment before asking for another QR, or pay cash at the counter.")


class UnknownClaimCode(MejaError):
    kind = "unknown-claim-code"
    status = 404
    sentence = N_("No order is waiting under the code %(code)s. Please check the four characters.")


class TooLittleCash(MejaError):
    kind = "too-little-cash"
    status = 422
    sentence = N_("This is Rp%(missing)s too little. The bill is Rp%(due)s.")


class TooMuchCash(MejaError):
    kind = "too-much-cash"
    status = 422
    sentence = N_("This amount cannot be right. Please check what was handed over.")


class AlreadyPaid(MejaError):
    kind = "already-paid"
    status = 409
    sentence = N_("Order %(number)s has been paid already.")


class QrStillLive(MejaError):
    kind = "qr-still-live"
    status = 409
    sentence = N_("This order is being paid by QRIS. The guest must choose cash first.")


class TooLateToUndo(MejaError):
    kind = "too-late-to-undo"
    status = 409
    sentence = N_("The time to undo this is over.")


class ReasonNeeded(MejaError):
    kind = "reason-needed"
    status = 422
    sentence = N_("Please say why.")


class NothingToPay(MejaError):
    kind = "nothing-to-pay"
    status = 422
    sentence = N_("There is nothing to pay for this. Please order it from the staff.")
