"""What can go wrong between a browser and a service."""

from core.base.errors import N_, MejaError


class ForeignOrigin(MejaError):
    """A form of another site was sent here in the name of our guest."""

    kind = "foreign-origin"
    status = 403
    sentence = N_("This request came from another website and was not carried out. Open the page here and try again.")


class WrongMethod(MejaError):
    """A known address, asked for with another verb."""

    kind = "method-not-allowed"
    status = 405
    sentence = N_("This address cannot be used in that way.")


class TooLarge(MejaError):
    """A body larger than any of ours can be."""

    kind = "too-large"
    status = 413
    sentence = N_("What was sent is too large: at most %(limit)s bytes.")


class TooSlow(MejaError):
    """A body that took too long to arrive."""

    kind = "too-slow"
    status = 408
    sentence = N_(
        "The connection was too slow and what was sent did not arrive. Nothing was changed; please try again."
    )


class OutOfMemory(MejaError):
    """The computer had no memory left for a request. How far it got is not known here."""

    kind = "out-of-memory"
    status = 503
    sentence = N_(
        "The computer in this restaurant has no memory left for a moment. "
        "Please look whether it was done before you do it again."
    )


class TooManyMisses(MejaError):
    """Somebody guesses at addresses that are keys."""

    kind = "too-many-misses"
    status = 429
    sentence = N_(
        "Too many wrong addresses came from here. Please wait a moment, and scan the QR on the table once more."
    )


class WrongContentType(MejaError):
    """A body in another form than this address reads."""

    kind = "unsupported-media-type"
    status = 415
    sentence = N_("What was sent has a form that is not read here.")


class UnreadableJson(MejaError):
    """A body that no honest JSON writer makes."""

    kind = "unreadable"
    status = 400
    sentence = N_("What was sent is not readable JSON: %(reason)s.")


class BadFields(MejaError):
    """Fields of a JSON body, query or header that do not fit; `errors[]` lists them."""

    kind = "bad-fields"
    status = 422
    sentence = N_("Some fields cannot be accepted: %(fields)s.")


class OutOfOrder(MejaError):
    """A bug of ours. What it was stands in the log, never on the page."""

    kind = "internal-error"
    status = 500
    sentence = N_("Something broke on our side. Please try again; if it stays so, tell the staff.")
