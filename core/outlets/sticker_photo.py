"""Reads what the QR in a photo says: `python -m core.outlets.sticker_photo`, a process of its own.

Reads the upload from standard input, and writes each text that it finds, with a zero byte between them.
"""

import sys
from typing import TYPE_CHECKING, Final

from core.base.uploaded_pictures import answer_apart, read_apart

if TYPE_CHECKING:
    from PIL.Image import Image

_SIDE: Final = 2_000
"""Pixels: a sticker that fills a quarter of the photo is still read, and no photo takes long."""


def texts_in(upload: bytes) -> list[str]:
    """Read every QR in a photo. Takes up to a second. Raises NotAPicture, PictureTooLarge."""
    read = read_apart("core.outlets.sticker_photo", upload).decode()
    return read.split("\0") if read else []


def _read(picture: "Image") -> bytes:
    import zxingcpp
    from PIL import ImageOps

    picture.draft("L", (_SIDE, _SIDE))
    grey = ImageOps.exif_transpose(picture).convert("L")
    grey.thumbnail((_SIDE, _SIDE))
    found = zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    return "\0".join(one.text.replace("\0", "") for one in found).encode()


def main() -> int:
    """Read standard input; the exit code says what was wrong."""
    return answer_apart(_read)


if __name__ == "__main__":
    sys.exit(main())
