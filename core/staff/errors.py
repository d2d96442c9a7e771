"""What may be said to a person who is not let in."""

from core.base.errors import N_, MejaError


class WrongLogin(MejaError):
    """One sentence for every reason, so that nobody learns which usernames exist."""

    kind = "wrong-login"
    status = 401
    sentence = N_("Username or password is not right.")


class WrongPin(MejaError):
    """The PIN of nobody who may allow this."""

    kind = "wrong-pin"
    status = 403
    sentence = N_("This PIN is not a manager's. Nothing was changed.")


class WrongPinHere(WrongPin):
    """The PIN of nobody who may do this on a tablet."""

    kind = "wrong-pin-here"
    sentence = N_("This PIN does not allow that. Nothing was changed.")


class WrongPinToSwitch(WrongPin):
    """Not the PIN of whoever wants to work on a screen. One sentence for every reason."""

    kind = "wrong-pin-to-switch"
    status = 422
    sentence = N_("This is not that person's PIN. Whoever has none signs in with the password.")


class WrongOwnPin(WrongPin):
    """Not the PIN of the one who is signed in."""

    kind = "wrong-own-pin"
    status = 422
    sentence = N_("This is not your PIN. Nothing was changed.")


class NoPinYet(MejaError):
    """Somebody who has no PIN cannot stand for anything by it."""

    kind = "no-pin-yet"
    status = 409
    sentence = N_("You have no PIN yet. Set one under Your account first.")


class PinNeeded(MejaError):
    """Whoever signed in here did so a while ago: it may be somebody else who stands there now."""

    kind = "pin-needed"
    status = 403
    sentence = N_("Please type your PIN as well: it is a while since you signed in here. Nothing was changed.")


class WrongOwnPassword(MejaError):
    """Not the password of the one who is signed in."""

    kind = "wrong-own-password"
    status = 422
    sentence = N_("This is not your password. Nothing was changed.")


class CodeNeeded(MejaError):
    """The password was right, and the code of this person's authenticator app is still missing."""

    kind = "code-needed"
    status = 401
    sentence = N_("The code of your authenticator app is needed as well.")

    def __init__(self, ticket: str) -> None:
        super().__init__()
        self.ticket = ticket
        """What the browser shows with the code."""


class LoginIsOver(MejaError):
    """Too long between the password and the code."""

    kind = "login-is-over"
    status = 401
    sentence = N_("That took too long. Please sign in again.")


class WrongCode(MejaError):
    """A code that is wrong, too old, or was used before. One sentence for every reason."""

    kind = "wrong-code"
    status = 401
    sentence = N_("This code is not right, or was used before. Wait for the next one.")


class CodesAreOn(MejaError):
    """Codes were to be switched on once more."""

    kind = "codes-are-on"
    status = 409
    sentence = N_("Two-step sign-in is switched on already.")


class CodesAreOff(MejaError):
    """Codes were to be switched off once more."""

    kind = "codes-are-off"
    status = 409
    sentence = N_("Two-step sign-in is not switched on.")


class LastOwner(MejaError):
    """The shop would be left without anybody who may do everything."""

    kind = "last-owner"
    status = 409
    sentence = N_("The shop needs an owner who can sign in, and this is the only one. Nothing was changed.")


class NotYourself(MejaError):
    """Somebody was to change their own role, or lock themselves out."""

    kind = "not-yourself"
    status = 403
    sentence = N_("Nobody does this to themselves. Ask another owner.")


class TooManyTries(MejaError):
    """Too many wrong logins in a short while."""

    kind = "too-many-tries"
    status = 429
    sentence = N_("Too many wrong tries. Try again in %(minutes)s minutes, or on a device that was signed in before.")


class NotSignedIn(MejaError):
    """Nobody is signed in on this browser, or not any more."""

    kind = "not-signed-in"
    status = 401
    sentence = N_("Please sign in first.")


class NotAllowed(MejaError):
    """The role of whoever is signed in does not carry this right."""

    kind = "not-allowed"
    status = 403
    sentence = N_("Your role does not allow this. Ask a manager.")


class UnknownMember(MejaError):
    """A username that nobody has, or nobody whom the asker may see."""

    kind = "unknown-member"
    status = 404
    sentence = N_("Nobody has the username %(username)s.")


class UsernameTaken(MejaError):
    """A second person was to get the same username."""

    kind = "username-taken"
    status = 409
    sentence = N_("The username %(username)s is already taken.")


class WeakSecret(MejaError):
    """A password that is too short, or a PIN that is none."""

    kind = "weak-secret"
    status = 422
    sentence = N_("A password needs at least %(password)s characters, a PIN exactly %(pin)s digits.")


class BadKeyName(MejaError):
    """A name of a key that could not be typed again."""

    kind = "bad-key-name"
    status = 422
    sentence = N_("A key's name has 1 to 40 small letters, digits, dots or dashes.")


class KeyNameTaken(MejaError):
    """A second key was to get the same name."""

    kind = "key-name-taken"
    status = 409
    sentence = N_("There is a key named %(name)s already. Revoke it first, or give this one another name.")


class UnknownKey(MejaError):
    """No key that is good has this name."""

    kind = "unknown-key"
    status = 404
    sentence = N_("There is no key named %(name)s.")


class BadUsername(MejaError):
    """A username that could be mistaken or mistyped."""

    kind = "bad-username"
    status = 422
    sentence = N_("A username has 2 to 40 small letters, digits, dots or dashes.")
