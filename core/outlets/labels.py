"""Reads what people call a table when they look for it."""

import re
from typing import Final

_SPOKEN: Final = re.compile(r"(?:MEJA|TABLE)\s*(\S.*)")
"""As the cards name one, in the languages that they speak."""


def labels_meant(wanted: str) -> frozenset[str]:
    """List the labels, in upper case, of the tables that somebody may mean: by the bare label, or with the word for it."""
    upper = wanted.upper()
    spoken = _SPOKEN.fullmatch(upper)
    return frozenset({upper} if spoken is None else {upper, spoken[1]})
