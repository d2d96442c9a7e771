"""What may be said about a drawer."""

from core.base.errors import N_, MejaError, NotFound


class UnknownShift(NotFound):
    """No shift of this outlet has this number."""

    kind = "unknown-shift"
    sentence = N_("There is no such shift.")


class NotesDiffer(MejaError):
    """The notes that were counted do not come to the sum that was typed."""

    kind = "notes-differ"
    status = 422
    sentence = N_("The notes and coins come to %(notes)s, the sum says %(counted)s. Please count again.")


class NothingCounted(MejaError):
    """A count with nothing in it."""

    kind = "nothing-counted"
    status = 422
    sentence = N_("Type how many of each note and coin there are, or their sum; 0 for an empty drawer.")


class NoOpenShift(MejaError):
    """Cash came, and no drawer is open to take it."""

    kind = "no-open-shift"
    status = 409
    sentence = N_("No shift is open. Open one before money goes into the drawer.")


class AnotherShift(MejaError):
    """A form that was opened while one shift was at the drawer came back when the next one was."""

    kind = "another-shift"
    status = 409
    sentence = N_("Another shift has begun at this drawer meanwhile. Nothing was written down.")


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
    sentence = N_("Above Rp%(limit)s this needs a manager's PIN.")
