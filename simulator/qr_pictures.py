"""`GET …/qr-code`: the pictures that a charge's actions point to. No key needed, as at Midtrans."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from simulator.calls import Answer
from simulator.pictures import framed_picture, plain_picture
from simulator.refusals import Refusal

if TYPE_CHECKING:
    from simulator.calls import Call
    from simulator.gateway import Gateway


def plain_qr(gateway: Gateway, call: Call) -> Answer:
    """Show the code alone, by transaction id."""
    transaction = gateway.transaction(call.ids["any_id"])
    if not transaction.qr_string:
        raise Refusal(404)
    return Answer(media_type="image/png", draw=partial(plain_picture, transaction.qr_string))


def framed_qr(gateway: Gateway, call: Call) -> Answer:
    """Show the code in the QRIS frame, by the frame's own id."""
    transaction = gateway.book.by_framed_qr_id(call.ids["any_id"])
    if transaction is None:
        raise Refusal(404)
    config = gateway.config
    draw = partial(framed_picture, transaction.qr_string, config.merchant_name, config.nmid)
    return Answer(media_type="image/png", draw=draw)
