"""What becomes of an upload: two small squares, or one clear sentence; never a full memory."""

import subprocess
import sys
from io import BytesIO

import pytest
from PIL import Image, ImageDraw

from core.base.uploaded_pictures import LARGEST_UPLOAD, MOST_PIXELS, TOO_MANY_PIXELS, NotAPicture, PictureTooLarge
from core.menu.pictures import shrink_safely
from core.menu.shrink import LARGE, SMALL, SMALL_BYTES

_FLAT_MEGABYTES = 100
"""Python with Pillow needs some forty; the bombs want four and eight hundred."""
_TELLING_ITS_MEMORY = """
import re, sys
from pathlib import Path
from core.menu.shrink import main
code = main()
sys.stderr.write(re.search("VmHWM:[^0-9]+([0-9]+) kB", Path("/proc/self/status").read_text())[1])
sys.exit(code)
"""


def photo(form: str = "JPEG", size: tuple[int, int] = (1200, 800), **how: object) -> bytes:
    """Draw something with detail, as a camera would see it."""
    grain = Image.effect_noise(size, 12).convert("RGB")
    picture = Image.blend(Image.linear_gradient("L").resize(size).convert("RGB"), grain, 0.5)
    ImageDraw.Draw(picture).ellipse((0, 0, size[0] // 2, size[1] // 2), fill="tomato")
    out = BytesIO()
    picture.save(out, form, **how)
    return out.getvalue()


def bomb(side: int) -> bytes:
    """A black picture of few bytes and very many pixels."""
    out = BytesIO()
    Image.new("1", (side, side)).save(out, "PNG", optimize=True)
    return out.getvalue()


def opened(picture: bytes) -> Image.Image:
    return Image.open(BytesIO(picture))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_photo_becomes_two_squares_as_webp(form: str) -> None:
    shrunk = shrink_safely(photo(form))

    small, large = opened(shrunk.small), opened(shrunk.large)
    assert (small.format, small.size) == ("WEBP", (SMALL, SMALL))
    assert (large.format, large.size) == ("WEBP", (LARGE, LARGE))
    assert len(shrunk.small) <= SMALL_BYTES
    assert len(shrunk.large) < 120_000


def test_the_same_photo_has_the_same_name() -> None:
    upload = photo()
    assert shrink_safely(upload).name == shrink_safely(upload).name


def test_a_photo_held_upright_stands_upright() -> None:
    lying = Image.new("RGB", (600, 400), "white")
    lying.paste("red", (0, 0, 300, 400))
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter: what is on the left comes to the top
    out = BytesIO()
    lying.save(out, "JPEG", exif=exif, quality=95)

    large = opened(shrink_safely(out.getvalue()).large).convert("RGB")

    above, below = (large.getpixel((LARGE // 2, y)) for y in (20, LARGE - 20))
    assert isinstance(above, tuple)
    assert isinstance(below, tuple)
    assert above[1] < 80
    assert below[1] > 200


def test_nothing_but_pixels_comes_through() -> None:
    exif = Image.Exif()
    exif[0x010E] = "at home, 6.2S 106.8E"
    exif[0x9286] = "<script>alert(1)</script>"

    shrunk = shrink_safely(photo(exif=exif, comment=b"made by somebody"))

    for picture in (shrunk.small, shrunk.large):
        assert not opened(picture).getexif()
        assert not any(word in picture for word in (b"106.8E", b"script", b"somebody"))


def test_what_can_be_seen_through_stands_on_white() -> None:
    out = BytesIO()
    Image.new("RGBA", (300, 300), (0, 0, 0, 0)).save(out, "PNG")

    assert opened(shrink_safely(out.getvalue()).large).convert("RGB").getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    "upload",
    [
        b"",
        b"hello",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"GIF89a" + bytes(200),
        b"%PDF-1.7 ...",
        photo()[:2_000],
        photo("PNG")[:-400],
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        b"RIFF\xff\xff\xff\x7fWEBPVP8 " + bytes(64),
    ],
    ids=[
        "nothing",
        "text",
        "svg",
        "gif",
        "pdf",
        "half a jpeg",
        "half a png",
        "a png without a head",
        "a webp that lies",
    ],
)
def test_what_is_no_photo_is_refused(upload: bytes) -> None:
    with pytest.raises(NotAPicture):
        shrink_safely(upload)


@pytest.mark.parametrize("side", [9_000, 13_000])
def test_a_picture_of_few_bytes_and_very_many_pixels_is_refused_with_memory_flat(side: int) -> None:
    upload = bomb(side)
    assert len(upload) < 40_000
    assert side * side > MOST_PIXELS

    done = subprocess.run([sys.executable, "-c", _TELLING_ITS_MEMORY], input=upload, capture_output=True, check=False)

    assert done.returncode == TOO_MANY_PIXELS
    assert int(done.stderr) < _FLAT_MEGABYTES * 1024
    with pytest.raises(PictureTooLarge):
        shrink_safely(upload)


def test_the_largest_picture_that_is_taken_fits_into_the_limits() -> None:
    assert opened(shrink_safely(bomb(int(MOST_PIXELS**0.5))).large).size == (LARGE, LARGE)


def test_more_bytes_than_any_photo_has_are_refused_before_they_are_read() -> None:
    with pytest.raises(PictureTooLarge):
        shrink_safely(bytes(LARGEST_UPLOAD + 1))
