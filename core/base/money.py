"""Whole rupiah, and the two roundings that a bill needs."""

from collections.abc import Sequence
from typing import Annotated

from sqlalchemy import BigInteger
from sqlalchemy.orm import mapped_column

Rupiah = Annotated[int, mapped_column(BigInteger)]
"""An amount of money: always whole rupiah, never a fraction."""

QRIS_LIMIT = 10_000_000
"""The most that one QRIS payment may carry (Bank Indonesia, since 1 March 2022)."""


def with_dots(amount: int) -> str:
    """Write an amount as it is written in Indonesia: 47.500."""
    return f"{amount:,}".replace(",", ".")


def percent_of(amount: int, basis_points: int) -> int:
    """Take a percentage, given in hundredths of a percent, rounded half up to whole rupiah."""
    return (amount * basis_points + 5_000) // 10_000


def round_to_coin(amount: int, coin: int) -> int:
    """Round to the nearest coin in circulation, half up; a coin of 0 or 1 rounds nothing."""
    if coin <= 1:
        return amount
    return (amount + coin // 2) // coin * coin


def share_out(amount: int, weights: Sequence[int]) -> list[int]:
    """Divide an amount by weights so that the parts add up to it.

    Largest remainder, ties to the earlier share. All-zero weights give zeros.
    """
    whole = sum(weights)
    if whole == 0:
        return [0 for _ in weights]
    parts = [amount * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(amount * weights[i] % whole), i))
    for i in by_remainder[: amount - sum(parts)]:
        parts[i] += 1
    return parts
