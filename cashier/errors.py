"""What the staff's forms cannot read."""

from core.base.errors import N_, MejaError


class UnreadableAmount(MejaError):
    """An amount of money that is no whole rupiah."""

    kind = "unreadable-amount"
    status = 422
    sentence = N_("Write whole rupiah, such as 25.000.")


class NotOnTheBoard(MejaError):
    """No open order goes by what was looked for."""

    kind = "not-on-the-board"
    status = 404
    sentence = N_("No order on the board goes by “%(wanted)s”.")


class NoFile(MejaError):
    """A form that should bring a file, and brings none."""

    kind = "no-file"
    status = 422
    sentence = N_("Please choose a file first.")


class NoQrInPhoto(MejaError):
    """A photo in which no QR is found."""

    kind = "no-qr-in-photo"
    status = 422
    sentence = N_("No QR can be read in this photo. Hold the phone closer and straight, in good light, and try again.")
