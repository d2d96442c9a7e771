"""What can go wrong with a table or an outlet."""

from core.base.errors import N_, MejaError


class UnknownTable(MejaError):
    """No table has this token, or no longer."""

    kind = "unknown-table"
    status = 404
    sentence = N_("This table code is not valid any more. Please scan the sticker on your table again.")


class NoOutlet(MejaError):
    """The database holds no restaurant, or not this one."""

    kind = "no-outlet"
    status = 404
    sentence = N_("No restaurant has been set up here yet.")
