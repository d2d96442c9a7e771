"""Makes a dish's two pictures out of whatever somebody uploaded: `python -m core.menu.shrink`, a process of its own.

Reads the upload from standard input. Writes the length of the small picture in eight digits, then both.
Nothing of the upload but its pixels comes through: no place, no camera, no hidden text.
"""

import sys
from io import BytesIO
from typing import Final

from PIL import Image, ImageOps

from core.base.uploaded_pictures import LENGTH_DIGITS, answer_apart

SMALL, LARGE = 216, 640
"""Sides of the two squares, in pixels: a row of the menu on the sharpest screen, and the sheet of one dish."""
SMALL_BYTES: Final = 8_000
"""A menu of sixty rows must come through a bad line."""
_QUALITIES: Final = (80, 70, 60, 50, 40, 30, 20)


def shrink(picture: Image.Image) -> tuple[bytes, bytes]:
    """Make the small and the large picture, as WebP. Raises OSError for what turns out to be no picture."""
    # A JPEG can be decoded at a fraction of its size; other formats do nothing here.
    picture.draft("RGB", (LARGE * 2, LARGE * 2))
    flat = _on_white(ImageOps.exif_transpose(picture))
    large = ImageOps.fit(flat, (LARGE, LARGE), Image.Resampling.LANCZOS)
    small = ImageOps.fit(large, (SMALL, SMALL), Image.Resampling.LANCZOS)
    return _light_enough(small), _webp(large, 78)


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        layered = picture.convert("RGBA")
        ground = Image.new("RGB", layered.size, "white")
        ground.paste(layered, mask=layered.getchannel("A"))
        return ground
    return picture.convert("RGB")


def _light_enough(picture: Image.Image) -> bytes:
    made = b""
    for quality in _QUALITIES:
        made = _webp(picture, quality)
        if len(made) <= SMALL_BYTES:
            break
    return made


def _webp(picture: Image.Image, quality: int) -> bytes:
    out = BytesIO()
    picture.save(out, "WEBP", quality=quality, method=6)
    return out.getvalue()


def _both(picture: Image.Image) -> bytes:
    small, large = shrink(picture)
    return f"{len(small):0{LENGTH_DIGITS}}".encode() + small + large


def main() -> int:
    """Shrink standard input to standard output; the exit code says what was wrong."""
    return answer_apart(_both)


if __name__ == "__main__":
    sys.exit(main())
