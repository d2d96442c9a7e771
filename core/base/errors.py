"""Everything that can go wrong in a way a person should read about, each with its own sentence."""

from typing import ClassVar


def N_(sentence: str) -> str:  # noqa: N802 - the name that gettext tools look for
    """Mark a sentence for the catalogues; it is translated where it is shown."""
    return sentence


class MejaError(Exception):
    """Something a person can be told about in one clear sentence.

    `sentence` is the English message id, with the error's own values as %(name)s.
    """

    kind: ClassVar[str] = "error"
    """The last part of the problem type in the JSON API."""
    status: ClassVar[int] = 400
    """The HTTP status that suits it best."""
    sentence: ClassVar[str] = N_("Something went wrong. Nothing was lost; please try again.")

    def __init__(self, **values: object) -> None:
        super().__init__(self.sentence % values if values else self.sentence)
        self.values = values


class BadText(MejaError):
    """Somebody wrote more than fits, or what cannot be stored."""

    kind = "text-too-long"
    status = 422
    sentence = N_("This text is too long: at most %(limit)s characters.")


class BadInput(MejaError):
    """A field of a form or a call that makes no sense."""

    kind = "bad-input"
    status = 422
    sentence = N_("Something in this form cannot be read: %(field)s.")


class NotFound(MejaError):
    """Nothing is at this address."""

    kind = "not-found"
    status = 404
    sentence = N_("This page does not exist.")


class Busy(MejaError):
    """The database could not take the change in time. Nothing of it was written."""

    kind = "busy"
    status = 503
    sentence = N_("The system is busy for a moment. Nothing was changed; please try again.")


class KeyReused(MejaError):
    """One idempotency key, two different wishes."""

    kind = "idempotency-key-reused"
    status = 422
    sentence = N_("This idempotency key was already used for something else.")
