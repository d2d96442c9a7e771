"""Turns a basket into an order, with its first try to collect the money, in one transaction."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from core.base.clock import Clock, business_day
from core.base.database import Database
from core.base.ids import new_uid
from core.base.money import QRIS_LIMIT
from core.base.outcomes import retried
from core.base.sql import write_all_at_once, write_at_once
from core.base.text import clean_text
from core.events.record import DINER, Actor
from core.menu.errors import OverQrisLimit, PriceChanged, SoldOut
from core.menu.queries import dishes_by_id
from core.menu.quote import Pick, Quote, quote
from core.menu.stock import reserve
from core.orders.errors import BadStand, NothingToPay, TooManyUnpaid, TooManyUnpaidHere, WrongTableCode
from core.orders.models import Order, OrderLine, Sitting, Visit
from core.orders.numbers import take_claim_code, take_number
from core.orders.once import claim_key
from core.orders.queries import order_by_uid, unpaid_orders_of_visit
from core.orders.sittings import (
    MOST_UNPAID_AT_TABLE,
    count_wrong_code,
    hold_to_code,
    join,
    sat_down,
    sitting_for_update,
    unpaid_at,
)
from core.orders.status import PaymentMethod
from core.orders.steps import tell_of
from core.outlets.models import Outlet, Table
from core.outlets.queries import table_and_outlet, table_by_token
from core.outlets.serving import Serving, service_rate_of
from core.services.attempts import UNPAID_LIFE, start_attempt
from core.services.basket_lines import empty, lines_of_for_update, pick_of, visit_of
from core.services.closing import CASH_LIFE
from core.services.menu_life import MenuLife

MOST_UNPAID = 3
"""Orders that one phone may leave unpaid at one table."""
HIGHEST_STAND = 999
_LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be ordered and how it will be paid."""

    picks: tuple[Pick, ...]
    pay_by: PaymentMethod
    expected_total: int | None
    """The total the diner was shown, in whole rupiah; a different one is told before anything is written."""
    customer_name: str


@dataclass(frozen=True, slots=True)
class Checkout:
    """Where an order begins."""

    db: Database
    clock: Clock
    life: MenuLife
    when_placed: Callable[[], None] = field(default=lambda: None)

    def quote_picks(self, table_token: str, picks: Sequence[Pick]) -> tuple[Table, Quote]:
        """Price picks for a table, without ordering anything. Raises UnknownTable and the quote's errors."""
        with self.db.read() as session:
            table, outlet = table_and_outlet(session, table_token)
            return table, _quote(session, outlet, picks, self.clock())

    @retried
    def place_order(
        self,
        table_token: str,
        guest: str,
        *,
        key: str,
        pay_by: PaymentMethod,
        expected_total: int | None = None,
        customer_name: str = "",
        stand: int | None = None,
        by: Actor = DINER,
    ) -> Order:
        """Order what is in this phone's basket and empty it. The same key again gives the same order.

        `stand` is the number that a kiosk's guest takes to a seat; what is taken away has none. `by` is who orders:
        a cashier may do it for a guest.
        Raises UnknownTable, HouseClosed, HousePaused, EmptyBasket, SoldOut and the quote's other errors, PriceChanged,
        OverQrisLimit, BadStand, TableCodeNeeded, TooManyUnpaid, TooManyUnpaidHere, KeyReused, Busy; nothing is written then and the basket stays.
        """
        if stand is not None and not 1 <= stand <= HIGHEST_STAND:
            raise BadStand(most=HIGHEST_STAND)
        request = json.dumps([str(pay_by), expected_total, customer_name, *([] if stand is None else [stand])])
        with self.db.write() as session:
            table, outlet = table_and_outlet(session, table_token)
            uid = new_uid()
            holder = claim_key(session, f"guest:{guest}:{table.id}", key, request, uid, self.clock())
            if holder != uid:
                return order_by_uid(session, holder)
            sitting_for_update(session, table)
            visit = visit_of(session, table, guest)
            picks = tuple(pick_of(line) for line in lines_of_for_update(session, visit)) if visit else ()
            if visit is not None:
                visit.stand = stand if visit.serving is Serving.DINE_IN else None
            wish = Wish(picks, pay_by, expected_total, customer_name)
            order = self._place(session, uid, outlet, table, visit, wish, by=by)
            if visit is not None:
                empty(session, visit)
        self.when_placed()
        return order

    @retried
    def place_picks(
        self,
        table_token: str,
        picks: Sequence[Pick],
        *,
        key: str,
        pay_by: PaymentMethod,
        expected_total: int | None = None,
        customer_name: str = "",
        table_code: str = "",
    ) -> Order:
        """Order picks that come with the request itself, as the JSON API has them.

        The same key with the same request gives the same order. `table_code` is asked for where the outlet wants it.
        Raises as `place_order` does, and WrongTableCode, TooManyTableCodes.
        """
        wish = Wish(tuple(picks), pay_by, expected_total, customer_name)
        try:
            with self.db.write() as session:
                table, outlet = table_and_outlet(session, table_token)
                uid = new_uid()
                holder = claim_key(session, f"table:{table.id}", key, json.dumps(asdict(wish)), uid, self.clock())
                if holder != uid:
                    return order_by_uid(session, holder)
                order = self._place(session, uid, outlet, table, None, wish, table_code)
        except WrongTableCode:
            # After the order's own transaction, which is undone: its key is free for the right code.
            with self.db.write() as session:
                count_wrong_code(session, table_by_token(session, table_token), self.clock())
            raise
        self.when_placed()
        return order

    def _place(
        self,
        session: Session,
        uid: str,
        outlet: Outlet,
        table: Table,
        visit: Visit | None,
        wish: Wish,
        table_code: str = "",
        by: Actor = DINER,
    ) -> Order:
        now = self.clock()
        self.life.hold_to_open(session, outlet, now)
        sitting = _party(session, outlet, table, visit, table_code, now)
        priced = _quote(session, outlet, wish.picks, now, visit.serving if visit else Serving.DINE_IN)
        _hold_to_what_was_shown(priced, wish)
        order = _order(session, uid, outlet, table, visit, priced, wish, now)
        order.sitting_id = sitting.id if sitting is not None else None
        write_at_once(session, order)
        for line in order.lines:
            line.order_id = order.id
        write_all_at_once(session, order.lines)
        _reserve(session, order, priced, now)
        tell_of(session, order, "order.placed", at=now, by=by, method=str(wish.pay_by), total=order.total)
        if wish.pay_by is PaymentMethod.QRIS:
            start_attempt(session, order, order.lines, at=now)
        return order


def _party(
    session: Session, outlet: Outlet, table: Table, visit: Visit | None, table_code: str, at: datetime
) -> Sitting | None:
    """Find who sits at the table, or let them sit down, and hold them to what a party may do; at a kiosk nobody sits.

    Raises TableCodeNeeded, WrongTableCode, TooManyTableCodes, TooManyUnpaid, TooManyUnpaidHere.
    """
    sitting = sat_down(session, table, at)
    if visit is not None and sitting is not None:
        join(visit, sitting)
    is_let_in = visit is not None and visit.is_let_in
    if outlet.asks_table_code and sitting is not None and not is_let_in:
        hold_to_code(sitting, table_code, at)
    if visit is not None and len(unpaid_orders_of_visit(session, visit)) >= MOST_UNPAID:
        raise TooManyUnpaid(count=MOST_UNPAID)
    if visit is not None and sitting is not None and unpaid_at(session, sitting) >= MOST_UNPAID_AT_TABLE:
        raise TooManyUnpaidHere(count=MOST_UNPAID_AT_TABLE)
    return sitting


def _quote(
    session: Session, outlet: Outlet, picks: Sequence[Pick], at: datetime, serving: Serving = Serving.DINE_IN
) -> Quote:
    dishes = dishes_by_id(session, outlet.id, {pick.dish_id for pick in picks})
    return quote(dishes, picks, outlet, serving, at=at)


def _hold_to_what_was_shown(priced: Quote, wish: Wish) -> None:
    if wish.expected_total is not None and wish.expected_total != priced.total:
        raise PriceChanged(priced, wish.expected_total)
    if priced.total == 0:
        raise NothingToPay
    if wish.pay_by is PaymentMethod.QRIS and priced.total > QRIS_LIMIT:
        raise OverQrisLimit(limit=QRIS_LIMIT)


def _order(
    session: Session,
    uid: str,
    outlet: Outlet,
    table: Table,
    visit: Visit | None,
    priced: Quote,
    wish: Wish,
    at: datetime,
) -> Order:
    day = business_day(at, outlet.zone, outlet.day_cutoff_hour)
    is_cash = wish.pay_by is PaymentMethod.CASH
    serving = visit.serving if visit else Serving.DINE_IN
    order = Order(
        uid=uid,
        outlet_id=outlet.id,
        table_id=table.id,
        visit_id=visit.id if visit else None,
        business_day=day,
        number=take_number(session, outlet.id, day),
        number_prefix=outlet.number_prefix,
        payment_method=wish.pay_by,
        claim_code=take_claim_code(session, outlet.id) if is_cash else None,
        customer_name=clean_text(wish.customer_name, limit=_LONGEST_NAME, field="customer_name"),
        serving=serving,
        stand=visit.stand if visit else None,
        subtotal=priced.subtotal,
        discount=priced.discount,
        service=priced.service,
        tax=priced.tax,
        total=priced.total,
        cash_total=priced.cash_total,
        service_rate=service_rate_of(outlet, serving),
        tax_rate=outlet.tax_rate,
        created_at=at,
        moved_at=at,
        expires_at=at + (CASH_LIFE if is_cash else UNPAID_LIFE),
        lines=_lines(priced),
    )
    order.table = table
    order.outlet = outlet
    return order


def _lines(priced: Quote) -> list[OrderLine]:
    return [
        OrderLine(
            position=position,
            dish_id=line.dish_id,
            name=line.name,
            name_en=line.name_en,
            quantity=line.quantity,
            unit_price=line.unit_price,
            amount=line.amount,
            tax=line.tax,
            options=line.options,
            note=line.note,
            labels=line.labels,
            station_id=line.station_id,
        )
        for position, line in enumerate(priced.lines, start=1)
    ]


def _reserve(session: Session, order: Order, priced: Quote, at: datetime) -> None:
    """Take the portions of all dishes. Raises SoldOut when somebody was faster."""
    wanted: Counter[int] = Counter()
    names: dict[int, str] = {}
    for line in priced.lines:
        wanted[line.dish_id] += line.quantity
        names[line.dish_id] = line.name
    if (missing := reserve(session, wanted, order.id, at)) is not None:
        raise SoldOut(dish=names[missing])
