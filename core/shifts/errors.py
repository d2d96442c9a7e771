"""What may be said about a drawer."""

from core.base.errors import N_, MejaError


class NoOpenShift(MejaError):
    """Cash came, and no drawer is open to take it."""

    kind = "no-open-shift"
    status = 409
    sentence = N_("No shift is open. Open one before money goes into the drawer.")


class ShiftAlreadyOpen(MejaError):
    """A second shift was to be opened on one drawer."""

    kind = "shift-already-open"
    status = 409
    sentence = N_("A shift is already open at this drawer.")


class BadDrawerAmount(MejaError):
    """A float, a movement or a count that no drawer holds."""

    kind = "bad-drawer-amount"
    status = 422
    sentence = N_("The amount must lie between Rp%(least)s and Rp%(most)s.")


class ReasonNeeded(MejaError):
    """Something was done that must be explained, and was not."""

    kind = "reason-needed"
    status = 422
    sentence = N_("Please write down a reason.")


class MovementTooLarge(MejaError):
    """More was to be carried than a cashier may carry alone."""

    kind = "movement-too-large"
    status = 403
    sentence = N_("Above Rp%(limit)s a manager has to move the money.")
