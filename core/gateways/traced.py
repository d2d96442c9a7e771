"""A gateway whose calls leave spans: which operation, about which of our order ids, and how it ended."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from core.base.traces import span
from core.payments.gateway import (
    Charge,
    ChargeRequest,
    Gateway,
    GatewayRefused,
    GatewayUnavailable,
    PaymentReport,
    RefundRequest,
)

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class TracedGateway:
    """The same gateway, and a span of each call. See Gateway for what the calls do and raise."""

    gateway: Gateway

    def charge(self, request: ChargeRequest) -> Charge:
        return _ask("gateway.charge", request.reference, partial(self.gateway.charge, request))

    def fetch_report(self, reference: str) -> PaymentReport:
        return _ask("gateway.status", reference, partial(self.gateway.fetch_report, reference))

    def fetch_qr(self, transaction_id: str) -> str:
        # The gateway's own id of it: ours stands in the span round it.
        return _ask("gateway.qr", "", partial(self.gateway.fetch_qr, transaction_id))

    def cancel(self, reference: str) -> None:
        _ask("gateway.cancel", reference, partial(self.gateway.cancel, reference))

    def expire(self, reference: str) -> None:
        _ask("gateway.expire", reference, partial(self.gateway.expire, reference))

    def refund(self, request: RefundRequest) -> None:
        _ask("gateway.refund", request.reference, partial(self.gateway.refund, request))


def _ask(name: str, reference: str, call: Callable[[], Answer]) -> Answer:
    with span(name, **({"reference": reference} if reference else {})) as note:
        try:
            answer = call()
        except (GatewayRefused, GatewayUnavailable) as no:
            note(reason=no.reason)
            raise
        if isinstance(answer, PaymentReport):
            note(state=str(answer.state))
        return answer
