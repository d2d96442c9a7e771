"""Puts what can be given back of a payment, and what has been, into words that are read before any button is pressed."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Final

from cashier.money_words import REFUSALS, REFUSED
from core.base.errors import N_
from core.orders.models import Order, OrderLine
from core.orders.status import IN_THE_KITCHEN
from core.payments.errors import LossNotEntered
from core.payments.models import Refund, RefundState, RefundWay
from core.payments.refund_rules import can_be_withdrawn, is_uncertain, is_undone, is_withdrawn
from core.payments.wallets import wallet_name
from core.services.refund_offer import RefundOffer

_WENT_BACK: Final = frozenset({RefundState.ACCEPTED, RefundState.CONFIRMED})


@dataclass(frozen=True, slots=True)
class Way:
    """One way for money to go back: what it does, or why it cannot be taken now."""

    key: str
    """`gateway` or `cash`."""
    title: str
    what: str
    why_off: str = ""
    """Empty while it can be taken."""


@dataclass(frozen=True, slots=True)
class RefundNote:
    """One refund as it stands. Sentences are message ids; `at` fills their %(time)s."""

    refund: Refund
    sentence: str
    look: str
    """Kind of its banner."""
    icon: str
    at: datetime | None = None
    why: str = ""
    advice: str = ""
    """What to do about it while its money is still here."""


@dataclass(frozen=True, slots=True)
class RefundPanel:
    """The money of one payment: what came, what went back, and how the rest can go."""

    offer: RefundOffer | None
    """Nothing when no money is left to give back."""
    refunds: Sequence[Refund]
    now: datetime
    has_drawer: bool
    key: str
    """Makes a second press of the same form harmless."""
    makes: Sequence[tuple[OrderLine, int]] = ()
    """What the kitchen could be told not to make any more, and what the guest pays for it."""

    @property
    def went_back(self) -> int:
        return sum(refund.amount for refund in self.refunds if refund.state in _WENT_BACK)

    @property
    def on_its_way(self) -> int:
        return sum(refund.amount for refund in self.refunds if refund.state is RefundState.ASKED)

    @property
    def is_shown(self) -> bool:
        return self.offer is not None or bool(self.refunds)

    @property
    def can_ask(self) -> bool:
        return self.offer is not None and self.offer.left > 0 and self.offer.under_way is None

    @property
    def wallet(self) -> str:
        """Who paid, as people know it."""
        attempt = self.offer.attempt if self.offer else None
        return wallet_name(attempt.issuer if attempt else None)

    @property
    def notes(self) -> list[RefundNote]:
        """Tell where each refund stands, the newest first."""
        return [_note(refund, self.now) for refund in reversed(self.refunds)]

    @property
    def ways(self) -> list[Way]:
        """List the ways back, those that cannot be taken with the reason."""
        if self.offer is None:
            return []
        if self.offer.attempt is None:
            return [_CASH_FOR_CASH if self.has_drawer else _off(_CASH_FOR_CASH, _NO_DRAWER)]
        ways = [_gateway_way(self.offer), _cash_way(self.offer, has_drawer=self.has_drawer)]
        return [_off(way, LossNotEntered.sentence) for way in ways] if self.offer.loss_unknown else ways

    @property
    def chosen(self) -> str:
        """Which way is taken unless somebody chooses: the gateway, unless it cannot or has said no.

        None while nobody knows whether an earlier refund went back.
        """
        if self.offer is None or self.offer.is_in_doubt:
            return ""
        open_ways = [way.key for way in self.ways if not way.why_off]
        if 0 < self.offer.left <= self.offer.refused and "cash" in open_ways:
            return "cash"
        return open_ways[0] if open_ways else ""

    @property
    def has_a_way(self) -> bool:
        return any(not way.why_off for way in self.ways)

    @property
    def withdrawable(self) -> Refund | None:
        """The refund that has not gone out yet, if there is one."""
        return next((refund for refund in self.refunds if can_be_withdrawn(refund)), None)


def panel_of(
    offer: RefundOffer | None,
    refunds: Sequence[Refund],
    now: datetime,
    *,
    has_drawer: bool,
    order: Order | None = None,
) -> RefundPanel:
    """Make the panel of a payment, with a fresh once-only key; of an order that is being made also its lines."""
    makes = _makes(order) if order is not None and order.status in IN_THE_KITCHEN else ()
    return RefundPanel(offer, refunds, now, has_drawer, key=secrets.token_urlsafe(12), makes=makes)


def _makes(order: Order) -> Sequence[tuple[OrderLine, int]]:
    """List what can be taken off, each with its share of service and tax. The last line is cancelled with its order."""
    left = [line for line in order.lines if line.stopped_at is None]
    if len(left) < 2:
        return ()
    return [(line, round(Fraction(order.total * line.amount, order.subtotal))) for line in left]


_GATEWAY: Final = Way(
    "gateway",
    N_("Back to the wallet that paid"),
    N_("Midtrans sends it to %(wallet)s. Until the bank confirms it, it stands here as on its way."),
)
_CASH: Final = Way(
    "cash",
    N_("In cash from the drawer"),
    N_("You hand the money over now, and it leaves the drawer's count at once."),
)
_CASH_FOR_A_PART: Final = Way(
    "cash",
    _CASH.title,
    N_("For a part only, as %(wallet)s gives back all or nothing. You hand it over now, and it leaves the drawer."),
)
_CASH_FOR_WHAT_WAS_REFUSED: Final = Way(
    "cash",
    _CASH.title,
    N_("At most %(refused)s: so much was asked of Midtrans in vain. You hand it over now, and it leaves the drawer."),
)
_CASH_FOR_CASH: Final = _CASH
_NO_DRAWER: Final = N_("The drawer is closed. Open a shift first.")
_OVER: Final = N_("The refund window is over: Midtrans gives this payment back no more.")
_PART_IS_GONE: Final = N_("%(wallet)s gives back the whole payment only, and a part of it has gone back already.")
_NOT_NEEDED: Final = N_("Midtrans can give it back to the wallet that paid. Cash is for what it cannot.")


def _off(way: Way, why: str) -> Way:
    return Way(way.key, way.title, way.what, why)


def _gateway_way(offer: RefundOffer) -> Way:
    if offer.is_over:
        return _off(_GATEWAY, _OVER)
    return _GATEWAY if offer.by_gateway else _off(_GATEWAY, _PART_IS_GONE)


def _cash_way(offer: RefundOffer, *, has_drawer: bool) -> Way:
    way = _CASH
    if not offer.by_drawer(offer.left):
        if offer.takes_parts and offer.refused == 0:
            return _off(_CASH, _NOT_NEEDED)
        way = _CASH_FOR_WHAT_WAS_REFUSED if offer.takes_parts else _CASH_FOR_A_PART
    return way if has_drawer else _off(way, _NO_DRAWER)


def _note(refund: Refund, now: datetime) -> RefundNote:
    if refund.state is RefundState.REFUSED:
        return _refused_note(refund)
    if refund.state is RefundState.CONFIRMED:
        in_cash = refund.way is RefundWay.DRAWER
        sentence = N_("Given in cash %(time)s.") if in_cash else N_("Confirmed by the bank %(time)s.")
        return RefundNote(refund, sentence, "good", "circle-check", at=refund.confirmed_at)
    if refund.state is RefundState.ACCEPTED:
        return RefundNote(refund, N_("Sent to the bank, not confirmed yet."), "calm", "hourglass")
    if refund.first_sent_at is None and refund.due_at is not None and refund.due_at > now:
        return RefundNote(refund, N_("Written down. It goes out %(time)s."), "wait", "clock", at=refund.due_at)
    return RefundNote(refund, N_("Asked for. Midtrans has not answered yet."), "wait", "hourglass")


def _refused_note(refund: Refund) -> RefundNote:
    if is_withdrawn(refund):
        return RefundNote(refund, N_("Withdrawn before it went out: nothing went back."), "calm", "x")
    why = REFUSALS.get(refund.refused_for or "", REFUSED)
    if is_uncertain(refund):
        look_it_up = N_("Look it up in Midtrans's dashboard before you give it back another way.")
        sentence = N_("Not known whether it went back.")
        return RefundNote(refund, sentence, "wait", "triangle-alert", why=why, advice=look_it_up)
    if is_undone(refund):
        give_anew = N_("The guest does not have the money yet: give it back anew.")
        sentence = N_("It did not go back after all.")
        return RefundNote(refund, sentence, "bad", "circle-alert", why=why, advice=give_anew)
    another_way = N_("Give it in cash, or send it by bank transfer and close the case with a reason.")
    sentence = N_("Refused: nothing went back.")
    return RefundNote(refund, sentence, "bad", "circle-alert", why=why, advice=another_way)
