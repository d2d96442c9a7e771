"""What screens say about printers and slips. Words are message ids; the templates translate them."""

from collections.abc import Mapping
from typing import Final

from core.base.errors import N_
from core.printing.models import SlipKind, Trouble

TROUBLES: Final[Mapping[Trouble, str]] = {
    Trouble.BAD_ADDRESS: N_("Its name leads nowhere in this network."),
    Trouble.UNREACHABLE: N_("It cannot be reached. Is it on, and on the same network?"),
    Trouble.NO_PAPER: N_("It is out of paper."),
    Trouble.COVER_OPEN: N_("Its cover is open."),
    Trouble.NOT_READY: N_("It says that it is not ready."),
    Trouble.WENT_SILENT: N_("It took a slip and has said nothing since."),
    Trouble.BROKE_OFF: N_("The line broke in the middle of a slip."),
}
"""Why a printer prints nothing."""
SLIPS: Final[Mapping[SlipKind, str]] = {
    SlipKind.KITCHEN: N_("Kitchen slip"),
    SlipKind.CANCELLATION: N_("Cancellation slip"),
    SlipKind.RECEIPT: N_("Receipt"),
    SlipKind.DRAWER: N_("Opening the drawer"),
    SlipKind.TEST: N_("Test page"),
}
"""What was to be printed."""
