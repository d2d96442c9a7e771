"""Brings text to the letters that every printer has, however cheap: the printable ones of ASCII.

Code pages differ from printer to printer, and so does the command that chooses one; below 127 they
all agree. And nothing that a guest typed can be a command: no control character passes.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Final

_NEAR: Final[Mapping[str, str]] = {
    "×": "x", "÷": ":", "−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "⁄": "/", "·": "-", "•": "-",
    "‘": "'", "’": "'", "‚": ",", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‹": "'", "›": "'",
    "…": "...", "¡": "!", "¿": "?", "°": "o", "€": "EUR", "£": "GBP", "¥": "JPY", "©": "(c)", "®": "(r)",
    "ß": "ss", "Æ": "AE", "æ": "ae", "Œ": "OE", "œ": "oe", "Ø": "O", "ø": "o", "Đ": "D", "đ": "d", "Ð": "D",
    "ð": "d", "Þ": "Th", "þ": "th", "Ł": "L", "ł": "l", "ı": "i", "Ħ": "H", "ħ": "h",
}  # fmt: skip
"""Likenesses that Unicode does not know of."""
_UNSEEN: Final = frozenset({"Mn", "Me", "Cf", "Cs"})
_LOST: Final = "?"


def plain(text: str) -> str:
    """Write text with the printable characters of ASCII; what has no likeness there is one question mark a run."""
    written: list[str] = []
    was_lost = False
    for likeness in _likenesses(text):
        if likeness is not None:
            written.append(likeness)
        elif not was_lost:
            written.append(_LOST)
        was_lost = likeness is None
    return "".join(written)


def loses(text: str) -> bool:
    """Tell whether something of a text cannot be printed: whoever must act on it has to look at a screen."""
    return any(likeness is None for likeness in _likenesses(text))


def _likenesses(text: str) -> Iterator[str | None]:
    """Give for each character what stands for it in ASCII; nothing where there is no likeness."""
    for character in unicodedata.normalize("NFKD", text):
        if " " <= character <= "~":
            yield character
        elif character in _NEAR:
            yield _NEAR[character]
        elif character.isspace() or unicodedata.category(character) == "Cc":
            yield " "
        elif unicodedata.category(character) not in _UNSEEN:
            yield None
