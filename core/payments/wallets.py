"""Names of wallets as people know them."""

from collections.abc import Mapping
from typing import Final

_NAMES: Final[Mapping[str, str]] = {
    "gopay": "GoPay",
    "airpay shopee": "ShopeePay",
    "shopeepay": "ShopeePay",
    "ovo": "OVO",
    "dana": "DANA",
    "linkaja": "LinkAja",
    "bca": "BCA",
    "bni": "BNI",
    "bri": "BRI",
    "mandiri": "Mandiri",
}


def wallet_name(issuer: str | None) -> str:
    """Write an issuer as people know it; one nobody named is "QRIS"."""
    return _NAMES.get((issuer or "").lower(), issuer or "") or "QRIS"
