"""One evening, told from a seed: the same acts at the same moments, whichever database keeps them."""

import random
import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from core.base.errors import MejaError
from core.events.models import Event
from core.ledger.models import Account, Entry, Posting
from core.orders.models import Order
from core.payments.models import Attempt, MoneyCase, Refund
from core.services.board import BoardCard, BoardView
from tests.shop import CASHIER, Shop, notification
from tests.state.house import lets_pass
from tests.state.staff import MANAGER

ACTS = 30
_DISHES = ("Sate Ayam", "Es Teh", "Rendang", "Mi Goreng")
_UNGUESSABLE = re.compile(r"[A-Za-z0-9_-]{22,}")
"""What is drawn anew on every run: uids, references, keys."""


@dataclass(slots=True)
class Evening:
    """Acts drawn by a seed, and everything that anybody could see of them."""

    shop: Shop
    dice: random.Random
    seen: list[Any] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)

    def passes(self) -> None:
        """Let the whole evening happen."""
        for _ in range(ACTS):
            name = self.dice.choice(_ACTS)
            try:
                said = getattr(self, name)()
            except MejaError as refusal:
                said = f"{type(refusal).__name__}: {refusal}"
            self.seen.append((name, _plain(said)))
        for _ in range(2):
            lets_pass(self.shop, timedelta(seconds=70))
            self.seen.append(self.shop.core.worker.look_at_everything_once())

    def orders_a_dish(self) -> Any:
        dishes = self.dice.sample(_DISHES, self.dice.choice([1, 2]))
        pay_by, table = self.dice.choice(["qris", "qris", "cash"]), self.dice.randrange(2)
        self.orders.append(self.shop.order(*dishes, pay_by=pay_by, table=table))
        return self.orders[-1].total

    def pays(self) -> Any:
        return self._turn("pay", late=self.dice.random() < 0.3, issuer=self.dice.choice(["gopay", "ovo"]))

    def pays_too_little(self) -> Any:
        return self._turn("pay", amount=1_000)

    def is_ended(self) -> Any:
        return self._turn(self.dice.choice(["expire", "deny"]))

    def is_refunded_in_the_dashboard(self) -> Any:
        return self._turn("refund", amount=self.dice.choice([1_000, 5_000]))

    def is_charged_back(self) -> Any:
        return self._turn("chargeback")

    def stumbles(self) -> Any:
        call = self.dice.choice(["charge", "status", "cancel", "refund"])
        kind = self.dice.choice(["drop_answer", "http_503", "drop_request"])
        return self.shop.simulator.misbehave({"call": call, "kind": kind, "count": 1})

    def passes_time(self) -> Any:
        return lets_pass(self.shop, timedelta(seconds=self.dice.choice([2, 13, 70, 1000])))

    def turns(self) -> Any:
        return self.shop.gateway_works()

    def wants_cash(self) -> Any:
        return self.shop.core.payments.to_cash(self._order().uid)

    def wants_a_qr(self) -> Any:
        return self.shop.core.payments.new_qr(self._order().uid)

    def gives_up(self) -> Any:
        return self.shop.core.payments.cancel(self._order().uid)

    def takes_cash(self) -> Any:
        return self.shop.core.cash.take(self._order().uid, 100_000, CASHIER).change

    def cooks(self) -> Any:
        return getattr(self.shop.core.kitchen, self.dice.choice(["start", "ready", "serve", "undo"]))(
            self._order().uid, CASHIER
        )

    def cancels(self) -> Any:
        return self.shop.core.kitchen.cancel(self._order().uid, "Habis", CASHIER, may_void=True)

    def refunds(self) -> Any:
        order, in_cash = self._order(), self.dice.random() < 0.4
        amount = self.dice.choice([1_000, order.total])
        return str(self.shop.core.refunds.ask(order.uid, amount, "Gosong", MANAGER, in_cash=in_cash).state)

    def decides(self) -> Any:
        views = self.shop.core.money.open_cases(self.shop.outlet.id)
        way, pick = self.dice.choice(["take_up", "honour", "credit", "close"]), self.dice.randrange(8)
        if not views:
            return None
        uid, desk = views[pick % len(views)].case.uid, self.shop.core.cases
        if way == "credit":
            return desk.credit(self.shop.outlet.id, uid, self._order().uid, CASHIER)
        if way == "close":
            return desk.close(self.shop.outlet.id, uid, "Tamu tidak kembali", MANAGER)
        return getattr(desk, way)(self.shop.outlet.id, uid, CASHIER)

    def counts(self) -> Any:
        return self.shop.core.shifts.close(self.shop.outlet.id, 300_000, CASHIER).difference

    def opens(self) -> Any:
        return self.shop.core.shifts.open(self.shop.outlet.id, 100_000, CASHIER).opening_float

    def sells_out(self) -> Any:
        return self.shop.core.menu.set_portions(self.shop.dishes["Rendang"].id, self.dice.choice([0, 4]), CASHIER)

    def _order(self) -> Order:
        return self.orders[self.dice.randrange(64) % len(self.orders)] if self.orders else Order(uid="nobody", total=1)

    def _turn(self, name: str, **how: Any) -> Any:
        """Have the gateway take a turn, and hear of it."""
        attempts = self.shop.attempts(self._order()) if self.orders else []
        if not attempts:
            return None
        simulator, attempt = self.shop.simulator, attempts[0]
        url = f"{simulator.url}/simulator/transactions/{attempt.reference}/{name}"
        done = simulator.http.post(url, json=how, timeout=10).status_code
        self.shop.core.inbox.receive(
            notification(attempt.reference, attempt.amount, "settlement", nonce=str(len(self.seen)))
        )
        return done


_ACTS = (
    *("orders_a_dish", "orders_a_dish", "orders_a_dish", "pays", "pays", "pays", "turns", "turns", "passes_time"),
    *("pays_too_little", "is_ended", "is_refunded_in_the_dashboard", "is_charged_back", "stumbles", "wants_cash"),
    *("wants_a_qr", "gives_up", "takes_cash", "takes_cash", "cooks", "cooks", "cancels", "refunds", "refunds"),
    *("decides", "decides", "counts", "opens", "sells_out"),
)


def visible(shop: Shop) -> dict[str, Any]:
    """Read everything that anybody can see at the end, with what is drawn anew on every run named by its order."""
    core = shop.core
    with core.db.read() as session:
        sums = select(Posting.account, func.sum(Posting.amount), func.count()).group_by(Posting.account)
        kinds = select(Entry.kind, func.count()).group_by(Entry.kind)
        order_uids = session.scalars(select(Order.uid).order_by(Order.id)).all()
        rows: dict[str, Any] = {
            "ledger": sorted((str(account), int(total), count) for account, total, count in session.execute(sums)),
            "entries": sorted((str(kind), count) for kind, count in session.execute(kinds)),
            "attempts": _rows(session.scalars(select(Attempt).order_by(Attempt.id)), _OF_ATTEMPT),
            "cases": _rows(session.scalars(select(MoneyCase).order_by(MoneyCase.id)), _OF_CASE),
            "refunds": _rows(session.scalars(select(Refund).order_by(Refund.id)), _OF_REFUND),
            "events": [(event.kind, event.order_id) for event in session.scalars(select(Event).order_by(Event.id))],
            "accounts": [str(account) for account in Account],
        }
    rows["orders"] = [_page(core.orders.page(uid)) for uid in order_uids]
    rows["board"] = _cards(core.board.snapshot(shop.outlet.id))
    rows["desk"] = [
        (str(view.case.kind), view.case.amount, view.order_label, view.minutes_left)
        for view in core.money.open_cases(shop.outlet.id)
    ]
    rows["check"] = sorted((finding.name, finding.holds) for finding in core.books.check())
    return rows


_OF_ATTEMPT = ("state", "amount", "expires_at", "due_at", "tries", "charges_sent", "close_for", "final_at", "problem")
_OF_CASE = ("kind", "amount", "order_id", "opened_at", "deadline_at", "settled_at", "settled_by", "resolution")
_OF_REFUND = ("amount", "state", "way", "order_id", "refused_for", "seen_at", "due_at", "tries", "by")
_OF_ORDER = (
    *("status", "payment_status", "payment_method", "number", "business_day", "subtotal", "discount", "service"),
    *("tax", "total", "cash_total", "tendered", "created_at", "moved_at", "expires_at", "paid_at", "done_at"),
)


def _rows(found: Any, names: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [tuple(str(getattr(row, name)) for name in names) for row in found]


def _page(page: Any) -> tuple[Any, ...]:
    history = [(event.kind, event.by, event.at.isoformat()) for event in page.history]
    return str(page.stage), [str(getattr(page.order, name)) for name in _OF_ORDER], history


def _cards(board: BoardView) -> list[tuple[str, list[str]]]:
    """Read who stands in which column, in the order of the cards."""
    columns = {name: getattr(board, name) for name in board.__slots__}
    return [
        (name, [card.order.label for card in cards if isinstance(card, BoardCard)])
        for name, cards in columns.items()
        if isinstance(cards, (list, tuple))
    ]


def _plain(said: Any) -> Any:
    return _UNGUESSABLE.sub("…", said) if isinstance(said, str) else said


def evening(shop: Shop, seed: int) -> dict[str, Any]:
    """Play one evening and tell all that was said and can be seen."""
    night = Evening(shop, random.Random(seed))
    night.passes()
    return {"said": night.seen, **visible(shop)}
