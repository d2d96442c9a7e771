"""PNG pictures of QR codes, plain and in the QRIS frame. Drawn only when somebody looks."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image, ImageDraw

FRAME_WIDTH = 520
CODE_WIDTH = 420
RED = (200, 30, 45)
INK = (25, 25, 30)


@lru_cache(maxsize=256)
def plain_picture(text: str) -> bytes:
    """Return a PNG of the code and nothing else."""
    return _png(_code(text))


@lru_cache(maxsize=64)
def framed_picture(text: str, name: str, nmid: str) -> bytes:
    """Return a PNG of the code between the QRIS heading and the merchant's name."""
    # Slow to import, and most runs draw nothing.
    from PIL import Image, ImageDraw

    code = _code(text).resize((CODE_WIDTH, CODE_WIDTH), Image.Resampling.NEAREST)
    frame = Image.new("RGB", (FRAME_WIDTH, 690), "white")
    draw = ImageDraw.Draw(frame)
    draw.rectangle((0, 0, FRAME_WIDTH, 14), fill=RED)
    draw.rectangle((0, 676, FRAME_WIDTH, 690), fill=RED)
    _line(draw, "QRIS", 30, 46)
    _line(draw, name, 86, 28)
    _line(draw, f"NMID: {nmid}", 124, 20)
    frame.paste(code, ((FRAME_WIDTH - CODE_WIDTH) // 2, 156))
    _line(draw, "SATU QRIS UNTUK SEMUA", 592, 22)
    _line(draw, "Simulator - no real money", 630, 18)
    return _png(frame)


def _code(text: str) -> Image.Image:
    import qrcode
    from qrcode.image.pil import PilImage

    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, box_size=8, border=4, image_factory=PilImage)
    code.add_data(text)
    return code.make_image().get_image().convert("RGB")


def _line(draw: ImageDraw.ImageDraw, text: str, top: int, size: int) -> None:
    from PIL import ImageFont

    font = ImageFont.load_default(size)
    left = (FRAME_WIDTH - draw.textlength(text, font=font)) / 2
    draw.text((left, top), text, font=font, fill=INK)


def _png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=False)
    return buffer.getvalue()
