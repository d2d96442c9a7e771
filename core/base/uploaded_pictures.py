"""Reads pictures from outside in a process of their own, which may take only so much memory and time.

A picture can be a bomb: nine kilobytes that want four hundred megabytes. So its size is read from its head before
anything is decoded.
"""

import subprocess
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from core.base.errors import N_, MejaError

if TYPE_CHECKING:
    from PIL.Image import Image

LARGEST_UPLOAD: Final = 10 * 1024 * 1024
MOST_PIXELS: Final = 24_000_000
"""What a good phone takes."""
LENGTH_DIGITS: Final = 8
"""Where two pictures are made of one, so many digits before them tell the length of the first."""
NOT_A_PICTURE, TOO_MANY_PIXELS = 3, 4
"""How the other process ends when there is nothing to show."""
_FORMATS: Final = ("JPEG", "PNG", "WEBP")
_MEMORY_BYTES: Final = 1_000_000_000
_SECONDS: Final = 15
_PATIENCE_SECONDS: Final = 20


class NotAPicture(MejaError):
    """An upload that cannot be read as a photograph."""

    kind = "not-a-picture"
    status = 422
    sentence = N_("This is not a picture that can be read. Choose a JPEG, PNG or WebP file.")


class PictureTooLarge(MejaError):
    """More pixels, or more bytes, than any picture needs here."""

    kind = "picture-too-large"
    status = 422
    sentence = N_("This picture is too large: at most %(megapixels)s megapixels and %(megabytes)s MB.")


def read_apart(module: str, upload: bytes) -> bytes:
    """Have a module that calls answer_apart() read an upload, and tell what it made of it. Takes up to a second.

    Raises NotAPicture, PictureTooLarge.
    """
    if len(upload) > LARGEST_UPLOAD:
        raise _too_large()
    try:
        done = subprocess.run(  # noqa: S603 - a module of ours
            [sys.executable, "-m", module], input=upload, capture_output=True, timeout=_PATIENCE_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise NotAPicture from None
    if done.returncode == TOO_MANY_PIXELS:
        raise _too_large()
    if done.returncode != 0:
        raise NotAPicture
    return done.stdout


def answer_apart(read: Callable[["Image"], bytes]) -> int:
    """Read the picture on standard input within the limits, and write what came of it; tells the exit code."""
    # Windows has no such limits, and is no place to serve from.
    import resource
    from io import BytesIO

    from PIL import Image, UnidentifiedImageError

    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    # Our own limit is lower; Pillow's would only warn.
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        with Image.open(BytesIO(sys.stdin.buffer.read()), formats=_FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return TOO_MANY_PIXELS
            made = read(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return TOO_MANY_PIXELS
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, MemoryError):
        return NOT_A_PICTURE
    sys.stdout.buffer.write(made)
    return 0


def _too_large() -> PictureTooLarge:
    return PictureTooLarge(megapixels=MOST_PIXELS // 1_000_000, megabytes=LARGEST_UPLOAD // 1024 // 1024)
