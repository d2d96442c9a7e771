"""What stands in the way of giving money back, or of giving it a home."""

from core.base.errors import N_, MejaError, NotFound


class NothingToRefund(MejaError):
    """No money of this order is with us: it was never paid, or all of it has gone back."""

    kind = "nothing-to-refund"
    status = 409
    sentence = N_("There is no money of this order to give back. An unpaid order is cancelled instead.")


class RefundTooMuch(MejaError):
    """More than is left of the payment, or nothing at all."""

    kind = "refund-too-much"
    status = 422
    sentence = N_("Between Rp1 and Rp%(left)s can be given back of this payment.")


class RefundUnderWay(MejaError):
    """One refund of a payment at a time: the answer to the first decides what is left."""

    kind = "refund-under-way"
    status = 409
    sentence = N_("A refund of Rp%(amount)s is being asked for already. Wait for the gateway's answer.")


class NotLookedUp(MejaError):
    """An earlier refund may have gone back: a person must have looked before any more goes."""

    kind = "refund-not-looked-up"
    status = 409
    sentence = N_(
        "Nobody knows whether an earlier refund of this payment went back. "
        "Look it up in Midtrans's dashboard first, and say here that you did."
    )


class LossNotEntered(MejaError):
    """A bank has taken a part of the payment: what is left is not known before somebody enters how much."""

    kind = "loss-not-entered"
    status = 409
    sentence = N_(
        "The payer's bank has taken a part of this payment back. "
        "Enter on the money desk how much, as Midtrans's dashboard says it; then the rest can be used or given back."
    )


class LossNeeded(MejaError):
    """A partial chargeback cannot be closed without its loss: the ledger would never learn of it."""

    kind = "loss-needed"
    status = 422
    sentence = N_("Enter how much the bank has taken, as Midtrans's dashboard says it; 0 if it was nothing.")


class RefundIsOut(MejaError):
    """It can no longer be taken back: the gateway may have it, or its answer is known."""

    kind = "refund-is-out"
    status = 409
    sentence = N_("This refund can no longer be withdrawn: it has been sent, or is being sent right now.")


class UnknownRefund(NotFound):
    """No refund of this outlet has this key."""

    kind = "unknown-refund"
    sentence = N_("We do not know this refund.")


class RefundWindowOver(MejaError):
    """The gateway gives this payment back no more."""

    kind = "refund-window-over"
    status = 409
    sentence = N_("The gateway took refunds of this payment until %(until)s only. Give it back in cash instead.")


class NoPartialRefund(MejaError):
    """This wallet gives back everything or nothing."""

    kind = "no-partial-refund"
    status = 422
    sentence = N_("%(wallet)s gives back the whole payment only. Choose the whole amount, or give cash.")


class GatewayCanRefund(MejaError):
    """Cash for a QRIS payment only where the gateway cannot give it back: the payer is certain there."""

    kind = "gateway-can-refund"
    status = 409
    sentence = N_("The gateway can give this back to the wallet that paid. Cash is for what it cannot.")


class RefundLimitReached(MejaError):
    """More was to be given back in a day than a manager may give back alone."""

    kind = "refund-limit-reached"
    status = 403
    sentence = N_("Above Rp%(limit)s a day an owner allows it, with their PIN. Rp%(left)s of it are left today.")


class DrawerTooEmpty(MejaError):
    """The drawer cannot hold that much."""

    kind = "drawer-too-empty"
    status = 409
    sentence = N_("There is not that much money in the drawer.")


class RefundNotChosen(MejaError):
    """Several refunds may not have gone back, and nobody has said which of them is meant."""

    kind = "refund-not-chosen"
    status = 422
    sentence = N_("Several refunds may not have gone back. Choose the one that you have looked up.")


class UnknownCase(NotFound):
    """No money case has this uid."""

    kind = "unknown-case"
    sentence = N_("This money is not on the desk.")


class CaseClosed(MejaError):
    """Somebody has settled it in the meantime."""

    kind = "case-closed"
    status = 409
    sentence = N_("This has been settled in the meantime. Nothing was changed.")


class NoWayOut(MejaError):
    """This way out does not fit this case."""

    kind = "no-way-out"
    status = 409
    sentence = N_("This cannot be done with this money. Please look at the order again.")


class MoneyTooLittle(MejaError):
    """The money is less than the order costs."""

    kind = "money-too-little"
    status = 409
    sentence = N_("Rp%(held)s is less than the Rp%(due)s that the order costs.")


class LossTooLarge(MejaError):
    """More was entered as taken than is left of the payment."""

    kind = "loss-too-large"
    status = 422
    sentence = N_("Between Rp0 and Rp%(left)s can have been taken of this payment.")
