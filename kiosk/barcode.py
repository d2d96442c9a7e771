"""Draws the claim code as a Code 39 barcode, which every cashier's scanner reads."""

from dataclasses import dataclass
from typing import Final

# Nine elements a character, bars and spaces in turn; w is wide, n is narrow (ISO/IEC 16388).
_PATTERNS: Final = {
    "0": "nnnwwnwnn", "1": "wnnwnnnnw", "2": "nnwwnnnnw", "3": "wnwwnnnnn", "4": "nnnwwnnnw",
    "5": "wnnwwnnnn", "6": "nnwwwnnnn", "7": "nnnwnnwnw", "8": "wnnwnnwnn", "9": "nnwwnnwnn",
    "A": "wnnnnwnnw", "B": "nnwnnwnnw", "C": "wnwnnwnnn", "D": "nnnnwwnnw", "E": "wnnnwwnnn",
    "F": "nnwnwwnnn", "G": "nnnnnwwnw", "H": "wnnnnwwnn", "I": "nnwnnwwnn", "J": "nnnnwwwnn",
    "K": "wnnnnnnww", "L": "nnwnnnnww", "M": "wnwnnnnwn", "N": "nnnnwnnww", "O": "wnnnwnnwn",
    "P": "nnwnwnnwn", "Q": "nnnnnnwww", "R": "wnnnnnwwn", "S": "nnwnnnwwn", "T": "nnnnwnwwn",
    "U": "wwnnnnnnw", "V": "nwwnnnnnw", "W": "wwwnnnnnn", "X": "nwnnwnnnw", "Y": "wwnnwnnnn",
    "Z": "nwwnwnnnn", "*": "nwnnwnwnn",
}  # fmt: skip
_WIDE: Final = 3
_QUIET: Final = 10


@dataclass(frozen=True, slots=True)
class Bar:
    """A dark bar, in units of the narrowest."""

    left: int
    width: int


@dataclass(frozen=True, slots=True)
class Barcode:
    """The bars of one code, and the room they take with the quiet ground at both ends."""

    bars: tuple[Bar, ...]
    width: int


def draw_barcode(text: str) -> Barcode:
    """Lay out a text of A–Z and 0–9; the reader gives back exactly that text."""
    bars: list[Bar] = []
    place = _QUIET
    for character in f"*{text}*":
        for index, element in enumerate(_PATTERNS[character]):
            width = _WIDE if element == "w" else 1
            if index % 2 == 0:
                bars.append(Bar(place, width))
            place += width
        place += 1
    return Barcode(tuple(bars), place - 1 + _QUIET)
