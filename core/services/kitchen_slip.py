"""Writes what a cook reads: number and table large, dishes with their wishes, no prices."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from core.menu.labels import on_paper
from core.orders.models import Order, OrderLine
from core.printing.layout import Gap, Pair, Row, Rule, Size, Words
from core.printing.plain import loses
from core.services.slip_words import clock, moment, place


def kitchen_slip(order: Order, lines: Sequence[OrderLine], *, zone: str, at: datetime) -> list[Row]:
    """Lay out what is to be cooked; `lines` are those that this printer is for."""
    return [
        *_head(order, zone),
        Rule(),
        *(row for line in lines for row in _dish(line)),
        Rule(),
        Pair(f"{sum(line.quantity for line in lines if line.stopped_at is None)} porsi", f"dicetak {clock(at, zone)}"),
    ]


def cancellation_slip(order: Order, lines: Sequence[OrderLine], *, zone: str) -> list[Row]:
    """Lay out what is not to be cooked any more, and why: a whole order, or lines that were taken off it."""
    at = (
        order.moved_at
        if order.cancel_reason
        else max((line.stopped_at for line in lines if line.stopped_at), default=order.moved_at)
    )
    return [
        Words("BATAL", Size.HUGE, is_bold=True, is_centred=True),
        Words("Jangan dimasak", Size.TALL, is_bold=True, is_centred=True),
        Gap(),
        *_head(order, zone),
        Rule(),
        *(Words(line.name, Size.TALL, is_bold=True, lead=f"{line.quantity}x ") for line in lines),
        Rule(),
        *([Words(f"Alasan: {order.cancel_reason}", is_bold=True)] if order.cancel_reason else []),
        Words(f"Dibatalkan {moment(at, zone)}"),
    ]


def _head(order: Order, zone: str) -> Iterator[Row]:
    yield Words(order.label, Size.HUGE, is_bold=True)
    yield Words(place(order), Size.LARGE, is_bold=True)
    if order.customer_name:
        yield Words(order.customer_name, Size.TALL)
    yield Words(f"Masuk {moment(order.paid_at or order.created_at, zone)}")


def _dish(line: OrderLine) -> Iterator[Row]:
    lead = f"{line.quantity}x "
    if line.stopped_at is not None:
        # Left out, it would look forgotten to a cook who has read an earlier slip.
        yield Words(f"BATAL {line.name}", lead=lead)
        return
    indent = " " * len(lead)
    yield Words(line.name, Size.TALL, is_bold=True, lead=lead)
    for option in line.options:
        yield Words(str(option["name"]), Size.TALL, lead=f"{indent}+ ")
    if line.labels:
        yield Words(on_paper(line.labels), is_bold="non_halal" in line.labels, lead=indent)
    if line.note:
        yield Words(line.note, Size.TALL, is_bold=True, lead=f"{indent}! ")
    if loses(line.note):
        # A note about an allergy may be written in letters that the printer has not got.
        yield Words("BACA DI LAYAR: ada huruf yang tidak tercetak", is_bold=True, lead=f"{indent}! ")
