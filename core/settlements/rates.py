"""What the gateway may take for a QRIS payment, by the kind of merchant and by the day: a dated table, as rates change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from core.base.money import percent_of
from core.outlets.models import MerchantClass


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of the whole amount, in hundredths of a percent, from a day on."""

    since: date
    basis_points: int
    free_up_to: int = 0
    """Payments up to so many rupiah cost nothing."""


_NORMAL: Final = date(2023, 7, 1)
_USUAL: Final = (Rate(_NORMAL, 70),)
MDR: Final[Mapping[MerchantClass, Sequence[Rate]]] = {
    MerchantClass.MICRO: (Rate(date(2023, 12, 1), 30, 100_000), Rate(date(2024, 12, 1), 30, 500_000)),
    MerchantClass.SMALL: _USUAL,
    MerchantClass.MEDIUM: _USUAL,
    MerchantClass.LARGE: _USUAL,
    MerchantClass.EDUCATION: (Rate(_NORMAL, 60),),
    MerchantClass.PUBLIC: (Rate(_NORMAL, 40),),
}
"""The merchant discount rate of QRIS, each class's oldest rate first.

Source: Bank Indonesia, board meetings of July 2023 (micro: nothing up to Rp100,000, by the end of November 2023 at the
latest) and October 2024 (micro: nothing up to Rp500,000, from 1 December 2024).
"""
_VAT: Final = (Rate(date(2022, 4, 1), 1_100),)
"""VAT on the fee: 11 %. Since 2025 it is 12 % of eleven twelfths, which is the same."""


def fee_of(merchant_class: MerchantClass | None, gross: int, day: date) -> int | None:
    """Tell the fee of a payment in whole rupiah; nothing where the class, or its rate on that day, is not known."""
    rate = _rate_on(MDR[merchant_class], day) if merchant_class is not None else None
    if rate is None:
        return None
    return 0 if gross <= rate.free_up_to else percent_of(gross, rate.basis_points)


def vat_of(fee: int, day: date) -> int | None:
    """Tell the VAT on a fee in whole rupiah; nothing where its rate on that day is not known."""
    rate = _rate_on(_VAT, day)
    return None if rate is None else percent_of(fee, rate.basis_points)


def _rate_on(rates: Sequence[Rate], day: date) -> Rate | None:
    return next((rate for rate in reversed(rates) if rate.since <= day), None)
