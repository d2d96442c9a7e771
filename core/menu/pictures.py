"""Pictures of dishes that a house uploads itself: how they are made, named and found."""

import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.base.database import Record
from core.base.errors import N_, MejaError
from core.menu.shrink import LENGTH_DIGITS, MOST_PIXELS, TOO_MANY_PIXELS

LARGEST_UPLOAD: Final = 10 * 1024 * 1024
_SECONDS: Final = 20
_NAME: Final = re.compile(r"upload-[0-9a-f]{20}\.webp", re.ASCII)


class NotAPicture(MejaError):
    """An upload that cannot be read as a photograph."""

    kind = "not-a-picture"
    status = 422
    sentence = N_("This is not a picture that can be read. Choose a JPEG, PNG or WebP file.")


class PictureTooLarge(MejaError):
    """More pixels, or more bytes, than any picture of a dish needs."""

    kind = "picture-too-large"
    status = 422
    sentence = N_("This picture is too large: at most %(megapixels)s megapixels and %(megabytes)s MB.")


class Picture(Record):
    """One uploaded picture in its two sizes. Named after what it shows, so it never changes."""

    __tablename__ = "pictures"

    name: Mapped[str] = mapped_column(unique=True)
    small: Mapped[bytes]
    large: Mapped[bytes]
    at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Shrunk:
    """What is left of an upload: two squares as WebP, and the name that goes with them."""

    name: str
    small: bytes
    large: bytes


def shrink_safely(upload: bytes) -> Shrunk:
    """Make both sizes in a process of their own, which may take only so much. Takes up to a second.

    Raises NotAPicture, PictureTooLarge.
    """
    if len(upload) > LARGEST_UPLOAD:
        raise _too_large()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "core.menu.shrink"], input=upload, capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise NotAPicture from None
    if done.returncode == TOO_MANY_PIXELS:
        raise _too_large()
    if done.returncode != 0:
        raise NotAPicture
    length, both = int(done.stdout[:LENGTH_DIGITS]), done.stdout[LENGTH_DIGITS:]
    return Shrunk(f"upload-{sha256(both).hexdigest()[:20]}.webp", both[:length], both[length:])


def is_uploaded(name: str) -> bool:
    """Tell an uploaded picture by its name."""
    return _NAME.fullmatch(name) is not None


def picture_named(session: Session, name: str) -> Picture | None:
    """Find an uploaded picture."""
    return session.scalar(select(Picture).where(Picture.name == name)) if is_uploaded(name) else None


def _too_large() -> PictureTooLarge:
    return PictureTooLarge(megapixels=MOST_PIXELS // 1_000_000, megabytes=LARGEST_UPLOAD // 1024 // 1024)
