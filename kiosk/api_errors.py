"""What can go wrong in the JSON API and nowhere else."""

from core.base.errors import N_, MejaError


class AmountDiffers(MejaError):
    """A program wants to collect another amount than the order's total."""

    kind = "amount-differs"
    status = 409
    sentence = N_("The amount is not the order's total, which is %(total)s.")


class GatewayUnavailable(MejaError):
    """There is no QR, and within the time for an answer it cannot be said whether there will be one."""

    kind = "gateway-unavailable"
    status = 503
    sentence = N_("The payment gateway gives no QR at the moment. The order is kept: ask again, or pay cash.")
