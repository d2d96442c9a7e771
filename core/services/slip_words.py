"""What slips say about time, place and money. Paper in the house is Indonesian, whoever reads which screen."""

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from core.base.money import with_dots
from core.orders.models import Order
from core.outlets.serving import Serving
from core.printing.layout import Row, Size, Words

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")
_ZONES: Final = {
    "Asia/Jakarta": "WIB",
    "Asia/Pontianak": "WIB",
    "Asia/Makassar": "WITA",
    "Asia/Jayapura": "WIT",
}


def rupiah(amount: int) -> str:
    """Write an amount of money: Rp25.000."""
    return f"-Rp{with_dots(-amount)}" if amount < 0 else f"Rp{with_dots(amount)}"


def clock(at: datetime, zone: str) -> str:
    """Write a time of day by the outlet's clock: 12.31."""
    return f"{at.astimezone(ZoneInfo(zone)):%H.%M}"


def day(when: date) -> str:
    """Write a day: 20 Nov 2026."""
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


def moment(at: datetime, zone: str) -> str:
    """Write day and time by the outlet's clock, with the zone as it is called here: 20 Nov 2026 12.31 WIB."""
    return f"{day(at.astimezone(ZoneInfo(zone)).date())} {clock(at, zone)} {_ZONES.get(zone, zone)}"


def place(order: Order) -> str:
    """Say where an order is carried."""
    if order.serving is Serving.TAKE_AWAY or (order.stand is None and order.table is None):
        return "Bawa pulang"
    if order.stand is not None:
        return f"Papan nomor {order.stand}"
    if order.table is not None and order.table.has_seats:
        return f"Meja {order.table.label}"
    return "Makan di sini"


def stamps(*, copy: int, is_doubtful: bool) -> list[Row]:
    """Say above everything else that this paper may not be the only one."""
    rows: list[Row] = []
    if is_doubtful:
        rows += [
            Words("MUNGKIN SALINAN", Size.LARGE, is_bold=True, is_centred=True),
            Words("Cek dulu: slip ini mungkin sudah tercetak.", is_centred=True),
            Words("Possibly a copy.", is_centred=True),
        ]
    if copy:
        rows.append(Words(f"SALINAN {copy}", Size.LARGE, is_bold=True, is_centred=True))
    return rows
