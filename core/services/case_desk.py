"""The ways out of a money case. Each posts to the ledger, in the transaction that changes the case."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.base.clock import Clock
from core.base.database import Database
from core.base.ids import new_ulid
from core.base.money import with_dots
from core.base.outcomes import retried
from core.base.text import clean_text
from core.events.record import Actor, allowed, board_topic, tell
from core.ledger.models import Account, EntryKind
from core.ledger.posting import Line, post
from core.ledger.queries import Pot, held_of, pots_of
from core.menu.errors import SoldOut
from core.menu.stock import reserve
from core.orders.errors import ReasonNeeded, UnknownOrder
from core.orders.models import Order, OrderLine
from core.orders.queries import order_by_id_for_update, order_by_uid, orders_for_update, unpaid_orders_beside
from core.orders.status import PaymentMethod
from core.orders.steps import send_to_kitchen, tell_of
from core.outlets.queries import outlet_of
from core.payments.cases import settle_case
from core.payments.errors import (
    CaseClosed,
    LossNeeded,
    LossNotEntered,
    LossTooLarge,
    MoneyTooLittle,
    NotLookedUp,
    NoWayOut,
    RefundUnderWay,
    UnknownCase,
)
from core.payments.models import CaseKind, MoneyCase, RefundState, Resolution
from core.payments.queries import (
    attempt_for_update,
    case_by_uid,
    case_for_update,
    loss_is_unknown,
    refunds_of_payment,
)
from core.payments.refund_rules import is_in_doubt
from core.services.money_desk import can_honour, due_from
from core.services.money_in import close_other_qr
from core.services.money_out import note_loss, take_chargeback
from core.services.paid import sales_lines, sync_payment_status
from core.services.payment_lock import lock_payment
from core.services.refunds import LONGEST_REASON


@dataclass(frozen=True, slots=True)
class CaseDesk:
    """Where a person decides about money that fits nothing."""

    db: Database
    clock: Clock
    when_due: Callable[[], None] = field(default=lambda: None)

    @retried
    def take_up(self, outlet_id: int, case_uid: str, by: Actor) -> None:
        """Put one's name on a case, so that nobody else does the same. Raises UnknownCase, CaseClosed."""
        with self.db.write() as session:
            case, _ = _locked(session, outlet_id, case_uid)
            case.owner_id = by.id
            self._tell(session, case, "case.taken_up", by)

    @retried
    def honour(
        self, outlet_id: int, case_uid: str, by: Actor, *, looked_up: bool = False, asked_by: Actor | None = None
    ) -> None:
        """Cook an order after all whose money came too late; what is too much stays in the case.

        `looked_up`: somebody saw in the gateway's dashboard that an earlier refund of it, of which nobody knows,
        did not go back. `asked_by` is whoever brought it to the one who allows it.
        Raises UnknownCase, CaseClosed, NoWayOut, RefundUnderWay, LossNotEntered, NotLookedUp, or SoldOut when its portions
        are gone.
        """
        with self.db.write() as session:
            case, order = _locked(session, outlet_id, case_uid)
            if order is None or not can_honour(case, order):
                raise NoWayOut
            told = _hold_to_what_is_known(session, case, looked_up=looked_up) | allowed(by, asked_by)
            self._reserve_again(session, order)
            self._pay(session, case, order, Resolution.HONOURED, by, told)

    @retried
    def credit(
        self,
        outlet_id: int,
        case_uid: str,
        order_uid: str,
        by: Actor,
        *,
        looked_up: bool = False,
        asked_by: Actor | None = None,
    ) -> None:
        """Pay an unpaid order of the same guest or table with a case's money; the rest stays in the case.

        `looked_up` and `asked_by` as in `honour`.
        Raises UnknownCase, CaseClosed, UnknownOrder, NoWayOut, MoneyTooLittle, RefundUnderWay, LossNotEntered, NotLookedUp.
        """
        with self.db.write() as session:
            case, order = _locked(session, outlet_id, case_uid, order_uid)
            beside = {} if order is None else {one.uid: one for one in unpaid_orders_beside(session, order)}
            if (target := beside.get(order_uid)) is None:
                raise NoWayOut
            if due_from(case, target) > case.amount:
                raise MoneyTooLittle(held=with_dots(case.amount), due=with_dots(due_from(case, target)))
            told = _hold_to_what_is_known(session, case, looked_up=looked_up) | allowed(by, asked_by)
            self._pay(session, case, target, Resolution.CREDITED, by, told)
        self.when_due()

    @retried
    def close(
        self,
        outlet_id: int,
        case_uid: str,
        reason: str,
        by: Actor,
        *,
        lost: int | None = None,
        looked_up: bool = False,
        asked_by: Actor | None = None,
    ) -> None:
        """Close a case with a reason. Its money is written off: nobody claims it.

        `lost` is what a chargeback took of the payment, in whole rupiah: needed where the gateway did not say.
        `looked_up`: somebody saw in the gateway's dashboard what became of an earlier refund of which nobody knows.
        `asked_by` is whoever brought it to the one who allows it.
        Raises UnknownCase, CaseClosed, ReasonNeeded, RefundUnderWay, LossNotEntered, NotLookedUp, LossNeeded, LossTooLarge.
        """
        said = clean_text(reason, limit=LONGEST_REASON, field="reason")
        if not said:
            raise ReasonNeeded
        with self.db.write() as session:
            case, order = _locked(session, outlet_id, case_uid)
            if lost is None and case.lacks_loss:
                raise LossNeeded
            if lost or (lost is not None and case.kind is CaseKind.CHARGEBACK):
                self._take_loss(session, case, order, lost)
            told = allowed(by, asked_by) | ({"lost": lost} if lost else {})
            told |= _hold_to_what_is_known(session, case, looked_up=looked_up)
            if case.amount:
                told |= {"amount": case.amount, "before": case.amount, "after": 0}
                self._write_off(session, case, by)
            settle_case(session, case, Resolution.WRITTEN_OFF, at=self.clock(), by=by, note=said, **told)

    def _pay(
        self, session: Session, case: MoneyCase, order: Order, ending: Resolution, by: Actor, allowance: dict[str, Any]
    ) -> None:
        now = self.clock()
        due = due_from(case, order)
        before = self._post_applied(session, case, order, due, by)
        order.payment_method = PaymentMethod.QRIS if case.attempt_id else PaymentMethod.CASH
        send_to_kitchen(session, order, at=now, by=by)
        close_other_qr(session, order, at=now)
        for one in (order, *before):
            sync_payment_status(session, one)
        told = {"method": str(order.payment_method), "reference": case.reference, "case": str(ending), **allowance}
        tell_of(session, order, "order.paid", at=now, by=by, amount=due, case_uid=case.uid, **told)
        case.amount -= due
        if case.amount == 0:
            settle_case(session, case, ending, at=now, by=by, **allowance)

    def _post_applied(self, session: Session, case: MoneyCase, order: Order, due: int, by: Actor) -> list[Order]:
        """Move money from the case to the order; gives the cancelled orders that it was received for before."""
        now = self.clock()
        is_cash = case.attempt_id is None
        account = Account.DRAWER if is_cash else Account.GATEWAY
        lines = [
            Line(Account.UNAPPLIED, due, order_id=case.order_id, payment=case.reference),
            Line(account, due, order_id=order.id, payment=case.reference),
            Line(Account.ROUNDING, order.total - due, order_id=order.id),
            *sales_lines(order),
        ]
        left, before = due, []
        for pot in sorted(pots_of(session, case.reference), key=lambda pot: _is_elsewhere(case, pot)):
            part = 0 if pot.is_sold else min(pot.amount, left)
            left -= part
            lines.append(Line(account, -part, order_id=pot.order_id, payment=case.reference))
            if part and pot.order_id is not None:
                before.append(order_by_id_for_update(session, pot.order_id))
        outlet = outlet_of(session, case.outlet_id)
        source_id = f"{case.uid}/{order.uid}"
        post(session, outlet, EntryKind.APPLY, lines, source="case", source_id=source_id, at=now, by=str(by))
        return before

    def _reserve_again(self, session: Session, order: Order) -> None:
        lines = session.scalars(select(OrderLine).where(OrderLine.order_id == order.id)).all()
        names = {line.dish_id: line.name for line in lines}
        wanted: Counter[int] = Counter()
        for line in lines:
            wanted[line.dish_id] += line.quantity
        if (missing := reserve(session, wanted, order.id, self.clock())) is not None:
            raise SoldOut(dish=names[missing])

    def _write_off(self, session: Session, case: MoneyCase, by: Actor) -> None:
        lines = [
            Line(Account.UNAPPLIED, case.amount, order_id=case.order_id, payment=case.reference),
            Line(Account.WRITTEN_OFF, -case.amount, order_id=case.order_id),
        ]
        outlet = outlet_of(session, case.outlet_id)
        at = self.clock()
        # A case may be closed, filled and closed again; not even a clock that is set back makes two of them one.
        source_id = f"{case.uid}/{new_ulid(at)}"
        post(session, outlet, EntryKind.WRITE_OFF, lines, source="case", source_id=source_id, at=at, by=str(by))
        case.amount = 0

    def _take_loss(self, session: Session, case: MoneyCase, order: Order | None, lost: int) -> None:
        left = held_of(session, case.reference, Account.GATEWAY)
        if order is None or case.attempt_id is None or case.kind is not CaseKind.CHARGEBACK:
            raise NoWayOut
        if not 0 <= lost <= left:
            raise LossTooLarge(left=with_dots(left))
        if lost:
            take_chargeback(session, order, attempt_for_update(session, case.attempt_id), lost, at=self.clock())
        note_loss(case, lost)

    def _tell(self, session: Session, case: MoneyCase, kind: str, by: Actor) -> None:
        tell(
            session,
            kind,
            outlet_id=case.outlet_id,
            at=self.clock(),
            by=by,
            topics=(board_topic(case.outlet_id),),
            order_id=case.order_id,
            attempt_id=case.attempt_id,
            case=str(case.kind),
            name=by.name,
        )


def _locked(session: Session, outlet_id: int, case_uid: str, order_uid: str = "") -> tuple[MoneyCase, Order | None]:
    """Lock a case with the orders and the attempt it is about, in the house's order of locks.

    Raises UnknownCase, UnknownOrder, CaseClosed.
    """
    known = case_by_uid(session, case_uid)
    if known.outlet_id != outlet_id:
        raise UnknownCase
    other = order_by_uid(session, order_uid) if order_uid else None
    if other is not None and other.outlet_id != outlet_id:
        raise UnknownOrder
    meant = (known.order_id, other.id if other else None)
    orders = orders_for_update(session, {one for one in meant if one is not None})
    lock_payment(session, known.reference)
    case = case_for_update(session, known.id)
    if case.settled_at is not None:
        raise CaseClosed
    return case, orders.get(case.order_id or 0)


def _is_elsewhere(case: MoneyCase, pot: Pot) -> bool:
    """Tell whether a part of the payment's money is another case's: a cancelled order's stands with that order."""
    return (pot.order_id is not None) != (case.kind is CaseKind.AFTER_CANCEL and pot.order_id == case.order_id)


def _hold_to_what_is_known(session: Session, case: MoneyCase, *, looked_up: bool) -> dict[str, Any]:
    """Refuse while a case's money is on its way back, or may have gone without anybody having looked.

    Gives what an event is to say about the look. Raises RefundUnderWay, LossNotEntered, NotLookedUp.
    """
    refunds = refunds_of_payment(session, case.reference)
    under_way = next((refund for refund in refunds if refund.state is RefundState.ASKED), None)
    if case.amount and under_way is not None:
        raise RefundUnderWay(amount=with_dots(under_way.amount))
    if case.amount and loss_is_unknown(session, case.reference):
        raise LossNotEntered
    if not is_in_doubt(refunds):
        return {}
    if not looked_up:
        raise NotLookedUp
    return {"looked_up": True}
