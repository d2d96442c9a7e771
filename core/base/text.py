"""Takes in what people typed, the same way on every database."""

import unicodedata
from typing import Final

from core.base.errors import BadText

_KEPT: Final = frozenset({"\n", "\u200c", "\u200d"})
"""Beside a new line, the two joiners: emoji families, Persian and the scripts of India are written with them."""
_DROPPED: Final = frozenset({"Cc", "Cf", "Cs"})
"""Controls, lone surrogates, and what is seen by nobody: directions, zero widths, soft hyphens, tags."""
_MARKS: Final = frozenset({"Mn", "Me"})
_MOST_MARKS: Final = 4
"""Signs that may stand on one letter. No living script needs more, and a tower of them covers the lines around it."""


def clean_text(raw: str, *, limit: int, field: str) -> str:
    """Bring text to NFC, drop what cannot be seen and towers of accents, trim it, and hold it to a length.

    Raises BadText when more than `limit` characters remain, or the text cannot be stored at all.
    """
    kept: list[str] = []
    marks = 0
    for character in unicodedata.normalize("NFC", raw.replace("\r\n", "\n")):
        category = unicodedata.category(character)
        marks = marks + 1 if category in _MARKS else 0
        if marks <= _MOST_MARKS and (character in _KEPT or category not in _DROPPED):
            kept.append(character)
    cleaned = "".join(kept).strip().strip("\u200c\u200d")
    if len(cleaned) > limit:
        raise BadText(field=field, limit=limit)
    return cleaned
