"""Tells whether a refund that the gateway had listed has gone from what it says, in whichever way it tells of refunds."""

from collections.abc import Collection
from typing import Final

from core.payments.gateway import GatewayState, PaymentReport, is_name_of_a_line, is_name_of_a_sum
from core.payments.models import Refund, RefundState, RefundWay

_TELLS_OF_REFUNDS: Final = frozenset({GatewayState.SETTLED, GatewayState.PARTIALLY_REFUNDED, GatewayState.REFUNDED})
_WENT_BACK: Final = frozenset({RefundState.ACCEPTED, RefundState.CONFIRMED})


def is_missing(report: PaymentReport, refund: Refund, known: Collection[Refund]) -> bool:
    """Tell whether a refund that went back by the gateway is in its report no longer. `known` are the payment's.

    It is looked for by its key. Told as a sum, or listed without keys, it counts as told as long as what is known to
    have gone is not more than that by the whole of it.
    """
    if report.state not in _TELLS_OF_REFUNDS or (not report.refunds and report.state is not GatewayState.SETTLED):
        # That something went back, and nothing more, or what a bank took: no word about this one.
        return False
    keys = [one.key for one in report.refunds]
    if refund.refund_key in keys:
        return False
    has_keys = not any(map(_is_made_up, (refund.refund_key, *keys)))
    if has_keys and not any(one.is_sum for one in report.refunds):
        return True
    told = sum(one.amount for one in report.refunds)
    gone = sum(one.amount for one in known if one.way is RefundWay.GATEWAY and one.state in _WENT_BACK)
    return refund.amount <= gone - told


def _is_made_up(key: str) -> bool:
    return is_name_of_a_sum(key) or is_name_of_a_line(key)
