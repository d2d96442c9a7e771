"""Draws the tables' stickers on A4 sheets to print and cut."""

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from fpdf import FPDF

_COLUMNS: Final = 2
_ROWS: Final = 3
_WIDTH: Final = 95.0
"""Of one sticker, in millimetres."""
_HEIGHT: Final = 90.0
_MARGIN: Final = 10.0
_QR: Final = 52.0


def draw_stickers(outlet: str, stickers: Sequence[tuple[str, str]]) -> bytes:
    """Draw one sticker for each (label, address), six on a page, as a PDF."""
    # Takes more than a second to load, and nothing else needs it.
    from fpdf import FPDF

    pdf = FPDF(format="A4")
    pdf.set_auto_page_break(False)
    pdf.set_title(f"{_plain(outlet)} - meja")
    for number, (label, address) in enumerate(stickers):
        place = number % (_COLUMNS * _ROWS)
        if place == 0:
            pdf.add_page()
        left = _MARGIN + place % _COLUMNS * _WIDTH
        top = _MARGIN + place // _COLUMNS * _HEIGHT
        _draw(pdf, left, top, _plain(outlet), _plain(label), address)
    return bytes(pdf.output())


def _draw(pdf: "FPDF", left: float, top: float, outlet: str, label: str, address: str) -> None:
    pdf.set_draw_color(190)
    pdf.rect(left, top, _WIDTH, _HEIGHT)
    _line(pdf, left, top + 4, outlet, size=12)
    _line(pdf, left, top + 10, f"Meja {label}", size=22, style="B")
    pdf.image(_qr(address), x=left + (_WIDTH - _QR) / 2, y=top + 20, w=_QR, h=_QR)
    _line(pdf, left, top + 73, "Pindai untuk memesan / Scan to order", size=10)
    _line(pdf, left, top + 80, address.partition("://")[2], size=6)


def _line(pdf: "FPDF", left: float, top: float, text: str, *, size: float, style: str = "") -> None:
    pdf.set_font("helvetica", style, size)
    # A long name shrinks until it fits.
    while pdf.get_string_width(text) > _WIDTH - 6 and size > 4:
        size -= 0.5
        pdf.set_font_size(size)
    pdf.set_xy(left, top)
    pdf.cell(_WIDTH, size * 0.4, text, align="C")


def _qr(address: str) -> BytesIO:
    import qrcode

    picture = BytesIO()
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_Q, box_size=10, border=4)
    code.add_data(address)
    code.make_image().save(picture)
    picture.seek(0)
    return picture


def _plain(text: str) -> str:
    # The PDF's own fonts know Latin letters only.
    return text.encode("latin-1", "replace").decode("latin-1")
