"""The simulated merchant account: all its parts in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.agenda import Agenda
from simulator.book import Book
from simulator.cards import CardVault
from simulator.clock import Clock
from simulator.courier import Courier
from simulator.faults import FaultPlan
from simulator.idempotency import IdempotencyKeys
from simulator.ids import Ids
from simulator.journal import Journal
from simulator.notifications import Notifications
from simulator.refusals import Refusal
from simulator.settings import Settings
from simulator.snap import Sessions
from simulator.statements import notification_statement
from simulator.store import StateFile

if TYPE_CHECKING:
    from simulator.book import Transaction
    from simulator.config import SimulatorConfig
    from simulator.pay_accounts import PayAccount
    from simulator.subscriptions import Subscription


RESET_PATIENCE = 0.5
"""Seconds in which posts under way may still arrive, so that none comes after the reset."""


class Gateway:
    """One merchant's Midtrans. Used from one event loop only, so nothing here is locked."""

    def __init__(self, config: SimulatorConfig) -> None:
        """Put the parts together, and take up what the state file kept."""
        self.config = config
        self.store = StateFile(config.state_file) if config.state_file else None
        self.book = Book(self.store)
        self.settings = Settings.from_config(config)
        self.clock = Clock(config.time_scale)
        self.agenda = Agenda(self.clock)
        self.ids = Ids(self._seed())
        self.faults = FaultPlan(self.ids)
        self.journal = Journal(config.journal_size)
        self.cards = CardVault()
        self.sessions = Sessions()
        self.subscriptions: dict[str, Subscription] = {}
        self.pay_accounts: dict[str, PayAccount] = {}
        self.idempotency = IdempotencyKeys(self.clock)
        self.notifications = Notifications(self.clock, self.agenda, Courier(), self.faults, self.ids)

    def transaction(self, any_id: str) -> Transaction:
        """Return the transaction with this order id or transaction id. Raises Refusal 404."""
        found = self.book.find(any_id)
        if found is None:
            raise Refusal(404)
        return found

    def tell(self, transaction: Transaction, *, notify: bool = True) -> None:
        """Keep what has changed about a transaction, and notify the merchant of it."""
        self.book.save(transaction)
        is_silent = not self.settings.notifications_enabled or transaction.status in self.settings.muted
        if not notify or is_silent:
            return
        urls = self._addresses(transaction)
        statement = notification_statement(transaction, self.config)
        self.notifications.post(transaction.order_id, statement, urls, self.config.signing_key)

    def tell_account(self, reference: str, body: dict[str, Any]) -> None:
        """Post something that is about no single transaction: a subscription or a linked account."""
        if self.settings.notifications_enabled and self.settings.notify_url:
            self.notifications.post(reference, body, [self.settings.notify_url], self.config.signing_key)

    async def reset(self) -> None:
        """Forget everything that happened, and behave well again."""
        await self.notifications.stop(RESET_PATIENCE)
        self.agenda.clear()
        self.book.clear()
        self.cards.clear()
        self.sessions.clear()
        self.subscriptions.clear()
        self.pay_accounts.clear()
        self.faults.clear()
        self.journal.clear()
        self.idempotency.clear()
        self.notifications.clear()
        self.clock.reset(self.config.time_scale)
        self.settings = Settings.from_config(self.config)

    async def close(self) -> None:
        """Stop sending and let go of the state file."""
        await self.notifications.close()
        if self.store is not None:
            self.store.close()

    def _addresses(self, transaction: Transaction) -> list[str]:
        if transaction.notify_urls is not None:
            return transaction.notify_urls
        own = [self.settings.notify_url] if self.settings.notify_url else []
        return own + transaction.append_urls

    def _seed(self) -> str | None:
        """Never draw the same ids twice into one state file."""
        if self.config.seed is None:
            return None
        return f"{self.config.seed}-{len(self.book.transactions())}"
