"""What staff read when the payment gateway is gone, or does not know the restaurant."""

from collections.abc import Mapping
from typing import Final

from core.base.errors import N_
from core.services.breaker import GatewayTrouble
from core.services.rehearsals import Trouble

GATEWAY_TROUBLES: Final[Mapping[GatewayTrouble, tuple[str, str]]] = {
    GatewayTrouble.SILENT: (
        N_("Midtrans does not answer"),
        N_("Nobody gets a QR for the moment; take cash. What was paid is found by itself as soon as it answers."),
    ),
    GatewayTrouble.WRONG_KEY: (
        N_("Midtrans does not accept this restaurant's key"),
        N_("No QR can be made, and no payment asked about. The owner has to set MEJA_MIDTRANS_SERVER_KEY right."),
    ),
}
"""What is wrong, and what to do about it."""

REHEARSAL_TROUBLES: Final[Mapping[Trouble, tuple[str, str]]] = {
    Trouble.SILENT: (
        N_("Midtrans did not answer"),
        N_("Is this computer's line to the internet up? Midtrans says at status.midtrans.com whether it has trouble."),
    ),
    Trouble.WRONG_KEY: (
        N_("Midtrans does not accept this restaurant's key"),
        N_("No QR can be made, and no payment asked about. The owner has to set MEJA_MIDTRANS_SERVER_KEY right."),
    ),
    Trouble.REFUSED: (
        N_("Midtrans made no QR"),
        N_("The key is right, and the wish was refused. Is QRIS switched on for this account in Midtrans's dashboard?"),
    ),
    Trouble.NOT_PAID: (N_("It was not paid"), N_("Nobody paid it while its QR was good. Try again.")),
    Trouble.CUT_SHORT: (N_("It was cut short"), N_("Meja was started anew meanwhile. Try again.")),
    Trouble.NOT_HEARD: (
        N_("Paid, but no notification came"),
        N_(
            "Guests' payments are found all the same, some seconds later. Midtrans has to know the address below, and to reach it from the internet over https."
        ),
    ),
}
"""Why a test payment went no further, and what to do about it."""
