"""Draws QR codes as PNG, once each: drawing takes time, and the same code is asked for again and again."""

from functools import lru_cache
from io import BytesIO
from typing import Final

_BORDER: Final = 4
"""Modules of quiet ground all round, as the standard wants."""
_MASK: Final = 3
"""Trying all eight masks costs ten times as much, and any reader reads every one of them."""


@lru_cache(maxsize=512)
def draw_qr(text: str, module: int = 8) -> bytes:
    """Draw a text as a black and white PNG of `module` pixels a module, with error correction M."""
    # Five megabytes that nobody needs before the first QR.
    import qrcode
    from PIL import Image

    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=_BORDER, mask_pattern=_MASK)
    code.add_data(text, optimize=0)
    code.make(fit=True)
    rows = code.get_matrix()
    size = len(rows)
    image = Image.frombytes("L", (size, size), bytes(0 if dark else 255 for row in rows for dark in row))
    out = BytesIO()
    image.resize((size * module, size * module), Image.Resampling.NEAREST).convert("1").save(out, "PNG", optimize=True)
    return out.getvalue()
