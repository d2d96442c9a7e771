"""Says where a saved QR is chosen in the wallets that most diners have. Words are message ids; the templates translate them."""

from dataclasses import dataclass
from typing import Final

from core.base.errors import N_

_SCAN: Final = N_("Scan, then gallery")
_PAY: Final = N_("Pay, then gallery")


@dataclass(frozen=True, slots=True)
class WalletWay:
    """One wallet, and the way to its gallery."""

    name: str
    way: str


WALLETS: Final = (
    WalletWay("GoPay", _PAY),
    WalletWay("OVO", _SCAN),
    WalletWay("DANA", _SCAN),
    WalletWay("ShopeePay", _SCAN),
    WalletWay("LinkAja", _PAY),
    WalletWay(N_("Mobile banking"), N_("QRIS, then gallery")),
)
