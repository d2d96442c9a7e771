"""What staff read when the payment gateway is gone, or does not know the restaurant."""

from collections.abc import Mapping
from typing import Final

from core.base.errors import N_
from core.services.breaker import GatewayTrouble

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
