"""Draws a receipt as a PDF 80 mm wide: the words and figures of the screen's receipt, on one strip as long as they need."""

import unicodedata
from collections.abc import Mapping
from io import BytesIO
from typing import Final

from core.orders.models import OrderLine
from core.web.qr_image import draw_qr
from core.web.wording import clock, day, gettext, moment, name, rupiah
from kiosk.receipt_rows import bill_rows, payment_rows
from kiosk.receipt_view import ReceiptView

_WIDTH: Final = 80.0
"""Of the paper, in millimetres."""
_MARGIN: Final = 4.0
_INNER: Final = _WIDTH - 2 * _MARGIN
_QR: Final = 30.0
_ENDLESS: Final = 3000.0
"""A strip longer than any receipt: 50 lines with three options and a note each take a third of it."""
_NEAR: Final[Mapping[str, str]] = {
    "−": "-", "–": "-", "—": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "…": "...", "•": "·",
}  # fmt: skip


def draw_receipt(view: ReceiptView) -> bytes:
    """Draw the receipt in the language and by the clock that are in force (`Pages.speaking`)."""
    # How long the paper must be is known only when everything stands on it.
    length = _Strip(view, _ENDLESS).draw()
    strip = _Strip(view, length)
    strip.draw()
    return bytes(strip.pdf.output())


class _Strip:
    """One strip of paper, written from the top."""

    def __init__(self, view: ReceiptView, length: float) -> None:
        # Takes more than a second to load, and nothing else on a diner's way needs it.
        from fpdf import FPDF

        self.view = view
        self.pdf = FPDF(format=(_WIDTH, length))
        self.pdf.set_auto_page_break(False)
        self.pdf.set_margins(_MARGIN, _MARGIN)
        self.pdf.set_title(_plain(f"{view.page.outlet.name} {view.page.order.label}"))
        self.pdf.add_page()

    def draw(self) -> float:
        """Write everything; tells how long the strip must be, in millimetres."""
        self._head()
        self._facts()
        self._lines()
        self._bill()
        self._payment()
        self._refunds()
        self._foot()
        return float(self.pdf.get_y()) + _MARGIN

    def _head(self) -> None:
        outlet = self.view.page.outlet
        self._centred(outlet.name, size=13, style="B")
        for text in (outlet.address, outlet.phone, outlet.tax_number and f"NPWPD {outlet.tax_number}"):
            if text:
                self._centred(text)
        if self.view.stamp:
            self.pdf.ln(1)
            self._centred(gettext(self.view.stamp), size=15, style="B")

    def _facts(self) -> None:
        order = self.view.page.order
        self._rule()
        self._row(gettext("Order"), order.label)
        self._row(gettext("Date"), day(order.business_day))
        self._row(gettext("Time"), f"{clock(order.created_at)} {self.view.zone}")
        if order.table and order.table.has_seats:
            self._row(gettext("Table"), order.table.label)
        if order.customer_name:
            self._row(gettext("Name"), order.customer_name)

    def _lines(self) -> None:
        self._rule()
        for line in self.view.page.order.lines:
            self._row(f"{line.quantity}× {name(line)}", rupiah(line.amount))
            for soft in _beneath(line):
                self._soft(soft)

    def _bill(self) -> None:
        self._rule()
        for row in bill_rows(self.view):
            self._row(row.label, row.value, style="B" if row.is_total else "")

    def _payment(self) -> None:
        rows = payment_rows(self.view)
        if rows:
            self._rule()
        for row in rows:
            self._row(row.label, row.value)

    def _refunds(self) -> None:
        notes = self.view.refunds
        if notes:
            self._rule()
        for note in notes:
            when = f" {moment(note.at)}" if note.at else ""
            self._row(f"{gettext(note.short)}{when}", rupiah(-note.amount if note.is_back else note.amount))

    def _foot(self) -> None:
        self._rule()
        picture = BytesIO(draw_qr(self.view.address))
        self.pdf.image(picture, x=(_WIDTH - _QR) / 2, y=self.pdf.get_y(), w=_QR, h=_QR)
        self.pdf.set_y(self.pdf.get_y() + _QR)
        self._centred(gettext("Thank you. Come again!"))
        self._centred(self.view.address, size=6)

    def _centred(self, text: str, *, size: float = 9, style: str = "") -> None:
        self._write(_INNER, text, size=size, style=style, align="C")

    def _soft(self, text: str) -> None:
        self.pdf.set_x(_MARGIN + 5)
        self._write(_INNER - 5, text, size=8, style="", align="L")

    def _row(self, label: str, value: str, *, style: str = "") -> None:
        """Write a label and, at the right edge, its value; both may need several lines."""
        top = self.pdf.get_y()
        self.pdf.set_font("helvetica", style, 9)
        right = min(_INNER * 0.6, self.pdf.get_string_width(_plain(value)) + 2.5)
        self._write(_INNER - right, label, size=9, style=style, align="L")
        below = self.pdf.get_y()
        self.pdf.set_xy(_WIDTH - _MARGIN - right, top)
        self._write(right, value, size=9, style=style, align="R")
        self.pdf.set_y(max(below, self.pdf.get_y()))

    def _write(self, width: float, text: str, *, size: float, style: str, align: str) -> None:
        self.pdf.set_font("helvetica", style, size)
        self.pdf.multi_cell(width, size * 0.45, _plain(text), align=align, new_x="LMARGIN", new_y="NEXT")

    def _rule(self) -> None:
        y = self.pdf.get_y() + 1.5
        self.pdf.set_dash_pattern(dash=1, gap=1)
        self.pdf.line(_MARGIN, y, _WIDTH - _MARGIN, y)
        self.pdf.set_y(y + 1.5)


def _beneath(line: OrderLine) -> list[str]:
    options = [name(option) for option in line.options]
    return [*([" · ".join(options)] if options else []), *([f'"{line.note}"'] if line.note else [])]


def _plain(text: str) -> str:
    """Bring text to the letters that the PDF's own fonts have; what has no likeness there becomes a question mark."""
    return "".join(_nearest(character) for character in unicodedata.normalize("NFC", text))


def _nearest(character: str) -> str:
    if unicodedata.category(character) in {"Mn", "Me", "Cf", "Cc"}:
        return " " if character.isspace() else ""
    if ord(character) < 256:
        return character
    if character in _NEAR:
        return _NEAR[character]
    base = unicodedata.normalize("NFKD", character)[0]
    return base if ord(base) < 256 else "?"
