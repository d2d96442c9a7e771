"""Takes in what people typed, the same way on every database."""

import unicodedata

from core.base.errors import BadText

_KEPT_CONTROLS = {"\n"}
_BIDI = {chr(code) for code in (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))}


def clean_text(raw: str, *, limit: int, field: str) -> str:
    """Bring text to NFC, drop control and direction characters, trim it, and hold it to a length.

    Raises BadText when more than `limit` characters remain, or the text cannot be stored at all.
    """
    text = unicodedata.normalize("NFC", raw.replace("\r\n", "\n"))
    kept = [c for c in text if c not in _BIDI and (c in _KEPT_CONTROLS or unicodedata.category(c) not in {"Cc", "Cs"})]
    cleaned = "".join(kept).strip()
    if len(cleaned) > limit:
        raise BadText(field=field, limit=limit)
    return cleaned
