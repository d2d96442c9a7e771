"""Pictures of dishes that a house uploads itself: how they are made, named and found."""

import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.base.database import Record
from core.base.uploaded_pictures import LENGTH_DIGITS, read_apart

_NAME: Final = re.compile(r"upload-[0-9a-f]{20}\.webp", re.ASCII)


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
    """Make both sizes in a process of their own. Takes up to a second.

    Raises NotAPicture, PictureTooLarge.
    """
    made = read_apart("core.menu.shrink", upload)
    length, both = int(made[:LENGTH_DIGITS]), made[LENGTH_DIGITS:]
    return Shrunk(f"upload-{sha256(both).hexdigest()[:20]}.webp", both[:length], both[length:])


def is_uploaded(name: str) -> bool:
    """Tell an uploaded picture by its name."""
    return _NAME.fullmatch(name) is not None


def picture_named(session: Session, name: str) -> Picture | None:
    """Find an uploaded picture."""
    return session.scalar(select(Picture).where(Picture.name == name)) if is_uploaded(name) else None
