"""Makes a dish's two pictures out of whatever somebody uploaded: `python -m core.menu.shrink`, a process of its own.

Reads the upload from standard input. A picture can be a bomb: nine kilobytes that want four hundred
megabytes. So its size is read from its head before anything is decoded, and the process itself may
take only so much memory and time. Writes the length of the small picture in eight digits, then both.
Nothing of the upload but its pixels comes through: no place, no camera, no hidden text.
"""

import resource
import sys
from io import BytesIO
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

MOST_PIXELS: Final = 24_000_000
"""What a good phone takes; a picture of the menu needs a hundredth of it."""
NOT_A_PICTURE, TOO_MANY_PIXELS = 3, 4
"""How the process ends when there is nothing to show."""
LENGTH_DIGITS: Final = 8
SMALL, LARGE = 216, 640
"""Sides of the two squares, in pixels: a row of the menu on the sharpest screen, and the sheet of one dish."""
SMALL_BYTES: Final = 8_000
"""A menu of sixty rows must come through a bad line."""
_FORMATS: Final = ("JPEG", "PNG", "WEBP")
_MEMORY_BYTES: Final = 1_000_000_000
_SECONDS: Final = 15
_QUALITIES: Final = (80, 70, 60, 50, 40, 30, 20)


class TooManyPixels(Exception):
    """The picture is larger than any that is needed here."""


def shrink(upload: bytes) -> tuple[bytes, bytes]:
    """Make the small and the large picture, as WebP. Raises TooManyPixels, or OSError for what is no picture."""
    with Image.open(BytesIO(upload), formats=_FORMATS) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise TooManyPixels
        # A JPEG can be decoded at a fraction of its size; other formats do nothing here.
        picture.draft("RGB", (LARGE * 2, LARGE * 2))
        upright = ImageOps.exif_transpose(picture)
        flat = _on_white(upright)
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


def main() -> int:
    """Shrink standard input to standard output, within the limits; the exit code says what was wrong."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    # Our own limit is lower; Pillow's would only warn.
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        small, large = shrink(sys.stdin.buffer.read())
    except (TooManyPixels, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return TOO_MANY_PIXELS
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, MemoryError):
        return NOT_A_PICTURE
    sys.stdout.buffer.write(f"{len(small):0{LENGTH_DIGITS}}".encode() + small + large)
    return 0


if __name__ == "__main__":
    sys.exit(main())
