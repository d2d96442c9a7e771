"""The transactions and the money really taken and given back. Tests compare against this."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

FREE_AGAIN = frozenset({"cancel", "expire", "deny", "failure"})
"""Statuses after which the same order id may be charged once more."""


@dataclass(slots=True)
class Refund:
    """Money on its way back to the payer."""

    refund_key: str
    chargeback_id: int
    """A number even in JSON, unlike every other value."""
    chargeback_uuid: str
    amount: int
    reason: str
    created_at: datetime
    method: str = "online"
    confirmed_at: datetime | None = None
    """When the bank said that the money moved."""


@dataclass(slots=True)
class Transaction:
    """One charge, from its creation to its last refund. Amounts in whole rupiah."""

    transaction_id: str
    order_id: str
    payment_type: str
    gross_amount: int
    created_at: datetime
    expires_at: datetime | None
    """The deadline as it is told to the merchant."""
    due_at: datetime | None
    """The deadline as the simulator keeps it: the same, with the wait scaled."""
    status: str = "pending"
    fraud_status: str = "accept"
    acquirer: str | None = None
    qr_string: str = ""
    framed_qr_id: str = ""
    """Id in the address of the framed picture. Not the transaction id."""
    issuer: str | None = None
    settled_at: datetime | None = None
    settled: int = 0
    """Money really taken; differs from gross_amount when the wallet paid another amount."""
    charged_back: int = 0
    refunds: list[Refund] = field(default_factory=list)
    details: dict[str, Any] = field(default_factory=dict)
    """Fields of the payment type, in every answer: VA numbers, masked card, bank."""
    echoed: dict[str, Any] = field(default_factory=dict)
    """What the merchant sent along to get back: custom fields, metadata."""
    paid_details: dict[str, Any] = field(default_factory=dict)
    """References that exist only once it is paid."""
    notify_urls: list[str] | None = None
    """Addresses named by the charge instead of the account's own."""
    append_urls: list[str] = field(default_factory=list)

    @property
    def refunded(self) -> int:
        """Everything given back, confirmed by the bank or not."""
        return sum(refund.amount for refund in self.refunds)

    @property
    def confirmed(self) -> int:
        """What the bank confirmed as given back."""
        return sum(refund.amount for refund in self.refunds if refund.confirmed_at)

    @property
    def shown_amount(self) -> int:
        """The amount Midtrans reports: what was paid, or what was asked for."""
        return self.settled or self.gross_amount


class Store(Protocol):
    """Where transactions outlive the process."""

    def save(self, transaction: Transaction) -> None:
        """Keep the transaction as it is now."""

    def load(self) -> Iterable[Transaction]:
        """Return all kept transactions, oldest first."""

    def clear(self) -> None:
        """Forget all of them."""


class Book:
    """All transactions, found by any of their three ids."""

    def __init__(self, store: Store | None = None) -> None:
        """Start with what the store kept, if there is one."""
        self._store = store
        self._by_id: dict[str, Transaction] = {}
        self._latest: dict[str, Transaction] = {}
        self._by_frame: dict[str, Transaction] = {}
        self._charges: Counter[str] = Counter()
        for transaction in store.load() if store else ():
            self._index(transaction)

    def add(self, transaction: Transaction) -> None:
        """Write down a new transaction. It is the latest of its order id from now on."""
        self._index(transaction)
        self.save(transaction)

    def save(self, transaction: Transaction) -> None:
        """Keep a change, if anything is kept at all."""
        if self._store is not None:
            self._store.save(transaction)

    def find(self, any_id: str) -> Transaction | None:
        """Return the transaction with this transaction id, or the latest with this order id."""
        return self._by_id.get(any_id) or self._latest.get(any_id)

    def by_framed_qr_id(self, framed_qr_id: str) -> Transaction | None:
        """Return the transaction whose framed picture has this id."""
        return self._by_frame.get(framed_qr_id)

    def by_qr_string(self, text: str) -> Transaction | None:
        """Return the transaction a wallet would read out of this text."""
        return next((each for each in reversed(self._by_id.values()) if each.qr_string == text), None)

    def transactions(self) -> list[Transaction]:
        """Return all transactions, oldest first."""
        return list(self._by_id.values())

    def charges(self, order_id: str) -> int:
        """Return how many charges were accepted under this order id."""
        return self._charges[order_id]

    def clear(self) -> None:
        """Forget everything."""
        for kept in (self._by_id, self._latest, self._by_frame, self._charges):
            kept.clear()
        if self._store is not None:
            self._store.clear()

    def rows(self) -> list[dict[str, Any]]:
        """Return the money of every transaction, in whole rupiah."""
        return [self.row(each) for each in self._by_id.values()]

    def row(self, transaction: Transaction) -> dict[str, Any]:
        """Return the money of one transaction, in whole rupiah."""
        return {
            "order_id": transaction.order_id,
            "transaction_id": transaction.transaction_id,
            "status": transaction.status,
            "gross_amount": transaction.gross_amount,
            "settled": transaction.settled,
            "refunded": transaction.refunded,
            "confirmed": transaction.confirmed,
            "charged_back": transaction.charged_back,
            "charges": self._charges[transaction.order_id],
        }

    def _index(self, transaction: Transaction) -> None:
        self._by_id[transaction.transaction_id] = transaction
        self._latest[transaction.order_id] = transaction
        self._charges[transaction.order_id] += 1
        if transaction.framed_qr_id:
            self._by_frame[transaction.framed_qr_id] = transaction
