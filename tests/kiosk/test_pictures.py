"""The pictures that machines must read."""

import string

import pytest
import zxingcpp
from PIL import Image, ImageDraw

from core.web.qr_image import draw_qr
from kiosk.barcode import draw_barcode


@pytest.mark.parametrize("code", [letter * 2 + "7A" for letter in string.ascii_uppercase + string.digits])
def test_a_scanner_reads_every_claim_code(code: str) -> None:
    barcode = draw_barcode(code)
    image = Image.new("L", (barcode.width * 3, 60), 255)
    pen = ImageDraw.Draw(image)
    for bar in barcode.bars:
        pen.rectangle([bar.left * 3, 0, (bar.left + bar.width) * 3 - 1, 60], fill=0)

    assert [found.text for found in zxingcpp.read_barcodes(image)] == [code]


def test_a_qr_has_quiet_ground_and_large_modules() -> None:
    import io

    image = Image.open(io.BytesIO(draw_qr("00020101021226620014COM.GO-JEK.WWW" + "1" * 200)))

    assert image.size[0] % 8 == 0
    assert all(image.getpixel((x, 31)) for x in range(image.size[0])), "four modules of eight pixels are white"


def test_the_same_qr_is_drawn_once() -> None:
    assert draw_qr("once") is draw_qr("once")
