"""Reads amounts of money as files write them, strictly: what could mean two things is refused."""

import re
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final

from core.base.errors import N_
from core.settlements.cells import Number
from core.settlements.errors import in_cell

_AMOUNT: Final = re.compile(
    r"(?P<before>[-−])?(?:(?:Rp|IDR)\.?\s?)?(?P<after>[-−])?"
    r"(?P<whole>0|[1-9][0-9]{0,11}|[1-9][0-9]{0,2}(?P<mark>[.,])[0-9]{3}(?:(?P=mark)[0-9]{3}){0,2})"
    r"(?:(?P<point>[.,])(?P<cents>[0-9]{1,2}))?",
    re.ASCII | re.IGNORECASE,
)
_LARGEST: Final = Decimal(10) ** 12
_EMPTY: Final = frozenset({"", "-", "–"})


@dataclass(slots=True)
class AmountReader:
    """Reads the amounts of one file. A dot that divides thousands in one row cannot begin decimals in another."""

    _roles: dict[str, tuple[str, int]] = field(default_factory=dict)
    """What the dot and the comma were used for, and in which row first."""

    def whole(self, cell: str, row: int, column: str) -> int | None:
        """Read whole rupiah; nothing from an empty cell. Raises BadSettlementFile."""
        amount = self._amount(cell, row, column)
        if amount is not None and amount != amount.to_integral_value():
            raise in_cell(row, column, N_("%(cell)s is not whole rupiah."), cell=cell)
        return None if amount is None else int(amount)

    def rounded(self, cell: str, row: int, column: str) -> int | None:
        """Read what a percentage came to, rounded half up to whole rupiah: a fee may have decimals. Raises the same."""
        amount = self._amount(cell, row, column)
        return None if amount is None else int(amount.to_integral_value(ROUND_HALF_UP))

    def _amount(self, cell: str, row: int, column: str) -> Decimal | None:
        if isinstance(cell, Number):
            return self._number(cell, row, column)
        if cell in _EMPTY:
            return None
        found = _AMOUNT.fullmatch(cell)
        if found is None or (found["before"] and found["after"]) or found["mark"] == (found["point"] or ""):
            raise in_cell(row, column, N_("“%(cell)s” cannot be read as an amount."), cell=cell)
        self._must_mean_the_same(found, row, column)
        digits = found["whole"].replace(found["mark"] or ".", "")
        amount = Decimal(f"{digits}.{found['cents'] or 0}")
        return -amount if found["before"] or found["after"] else amount

    def _number(self, cell: str, row: int, column: str) -> Decimal:
        try:
            amount = Decimal(cell)
        except InvalidOperation:
            amount = Decimal("NaN")
        if not amount.is_finite() or abs(amount) >= _LARGEST:
            raise in_cell(row, column, N_("“%(cell)s” cannot be read as an amount."), cell=cell)
        return amount

    def _must_mean_the_same(self, found: re.Match[str], row: int, column: str) -> None:
        for sign, role in ((found["mark"], "thousands"), (found["point"], "decimals")):
            if sign is None:
                continue
            known, first = self._roles.setdefault(sign, (role, row))
            if known != role:
                raise in_cell(
                    row,
                    column,
                    N_("“%(cell)s” could mean two amounts: its “%(sign)s” is used otherwise in row %(first)s."),
                    cell=found[0],
                    sign=sign,
                    first=first,
                )
