"""What the staff's forms cannot read."""

from core.base.errors import N_, MejaError


class UnreadableAmount(MejaError):
    """An amount of money that is no whole rupiah."""

    kind = "unreadable-amount"
    status = 422
    sentence = N_("Write whole rupiah, such as 25.000.")


class NoFile(MejaError):
    """A form that should bring a file, and brings none."""

    kind = "no-file"
    status = 422
    sentence = N_("Please choose a file first.")
