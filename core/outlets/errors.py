"""What can go wrong with a table or an outlet."""

from core.base.errors import N_, MejaError


class UnknownTable(MejaError):
    """No table has this token, or no longer."""

    kind = "unknown-table"
    status = 404
    sentence = N_("This table code is not valid any more. Please scan the sticker on your table again.")


class NotPaired(MejaError):
    """This browser is no kiosk, or not any more."""

    kind = "not-paired"
    status = 401
    sentence = N_("This tablet is not paired. Open /kiosk and have its code approved.")


class NoRound(MejaError):
    """Nobody has begun to order on this tablet: whoever did is gone."""

    kind = "no-round"
    status = 409
    sentence = N_("Please begin at the start.")


class UnknownPairingCode(MejaError):
    """No tablet shows this code, or it did so too long ago."""

    kind = "unknown-pairing-code"
    status = 404
    sentence = N_("No tablet shows the code %(code)s. A code is good for ten minutes.")


class TooManyCodes(MejaError):
    """Codes asked for, or guessed, faster than anybody sets up tablets."""

    kind = "too-many-codes"
    status = 429
    sentence = N_("Too many codes. Try again in %(minutes)s minutes.")


class DeviceNameTaken(MejaError):
    """Two places cannot have one name."""

    kind = "device-name-taken"
    status = 409
    sentence = N_("There is a table or tablet named %(name)s already.")


class UnknownDevice(MejaError):
    """No tablet of this outlet has this uid."""

    kind = "unknown-device"
    status = 404
    sentence = N_("This tablet is not in the list any more.")


class NoOutlet(MejaError):
    """The database holds no restaurant, or not this one."""

    kind = "no-outlet"
    status = 404
    sentence = N_("No restaurant has been set up here yet.")


class HouseClosed(MejaError):
    """An order outside the opening hours, when nobody knows the next ones."""

    kind = "closed"
    status = 409
    sentence = N_("We are closed and take no orders now. Your basket is kept.")


class HouseClosedUntil(HouseClosed):
    """An order outside the opening hours."""

    sentence = N_("We are closed; you can order again %(when)s. Your basket is kept.")


class HousePaused(MejaError):
    """An order while the house takes none for a reason of its own."""

    kind = "paused"
    status = 409
    sentence = N_("No new orders for the moment: %(reason)s. Your basket is kept.")


class HousePausedFor(HousePaused):
    """The same, when it is known for how long."""

    sentence = N_("No new orders for the moment: %(reason)s, ± %(minutes)s minutes. Your basket is kept.")


class BadHours(MejaError):
    """Opening hours that cannot be read, or that overlap."""

    kind = "bad-hours"
    status = 422
    sentence = N_("These hours cannot be right: %(line)s. Write them as: mon-fri 08:00-22:00")
