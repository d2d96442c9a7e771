"""A gateway between: passes every call on, so that a test says only which of them it disturbs."""

from dataclasses import dataclass

from core.payments.gateway import Charge, ChargeRequest, Gateway, PaymentReport, RefundRequest


@dataclass
class PassedOn:
    """The gateway as it is."""

    gateway: Gateway

    def charge(self, request: ChargeRequest) -> Charge:
        return self.gateway.charge(request)

    def fetch_report(self, reference: str) -> PaymentReport:
        return self.gateway.fetch_report(reference)

    def fetch_qr(self, transaction_id: str) -> str:
        return self.gateway.fetch_qr(transaction_id)

    def cancel(self, reference: str) -> None:
        self.gateway.cancel(reference)

    def expire(self, reference: str) -> None:
        self.gateway.expire(reference)

    def refund(self, request: RefundRequest) -> None:
        self.gateway.refund(request)
