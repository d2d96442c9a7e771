"""Puts what the core says into the words of the JSON API."""

from datetime import datetime
from typing import Any, Final

from core.menu.models import Dish
from core.menu.quote import Quote
from core.menu.serving import ServingHours
from core.orders.models import Order
from core.orders.status import PaymentMethod, PaymentStatus
from core.outlets.models import Outlet
from core.payments.models import Attempt
from core.payments.status import AttemptState
from core.services.menu_desk import MenuView
from core.services.order_desk import OrderPage, Stage
from core.web.addresses import Addresses
from core.web.wording import in_language, in_zone
from kiosk.api_models import (
    CategoryGiven,
    DishGiven,
    HappenedGiven,
    HouseGiven,
    LineGiven,
    MenuGiven,
    OptionGiven,
    OptionGroupGiven,
    OrderGiven,
    OrderLineGiven,
    OrderPageGiven,
    OutletGiven,
    PaymentGiven,
    QrisGiven,
    QuoteGiven,
    RefundGiven,
    TableGiven,
)
from kiosk.labels import codes_of

_PAID: Final = frozenset({PaymentStatus.PAID, PaymentStatus.PARTIALLY_REFUNDED, PaymentStatus.REFUNDED})
_NO_MONEY: Final = frozenset({AttemptState.EXPIRED, AttemptState.CANCELLED, AttemptState.FAILED})


def menu_given(view: MenuView, language: str, addresses: Addresses) -> MenuGiven:
    """Write the menu in a language."""
    return MenuGiven(
        outlet=OutletGiven(name=view.outlet.name),
        house=_house(view),
        table=TableGiven(label=view.table.label),
        version=view.version,
        categories=[
            CategoryGiven(
                id=category.id,
                name=in_language(category, "name", language),
                **_serving(category.hours),
                available=category.is_served,
                dishes=[_dish(dish, language, addresses, view) for dish in category.dishes],
            )
            for category in view.categories
        ],
    )


def _house(view: MenuView) -> HouseGiven:
    house = view.moment.house
    return HouseGiven(
        status=house.status,
        reason=house.reason,
        opens=None if house.opens is None else str(house.opens),
        wait_minutes=view.moment.wait,
    )


def _serving(hours: ServingHours | None) -> dict[str, str | None]:
    if hours is None:
        return {"served_from": None, "served_until": None, "last_order": None}
    last = hours.last_orders
    return {
        "served_from": str(hours.starts),
        "served_until": str(hours.ends),
        "last_order": None if last is None else str(last),
    }


def quote_given(quote: Quote) -> QuoteGiven:
    """Write a quote."""
    return QuoteGiven(
        lines=[
            LineGiven(
                dish_id=line.dish_id,
                name=line.name,
                quantity=line.quantity,
                unit_price=line.unit_price,
                amount=line.amount,
            )
            for line in quote.lines
        ],
        **_bill(quote),
    )


def order_given(order: Order, outlet: Outlet) -> OrderGiven:
    """Write an order with its times by the outlet's clock."""
    return OrderGiven(**_order(order, outlet))


def order_page_given(page: OrderPage, addresses: Addresses) -> OrderPageGiven:
    """Write an order with its payment, refunds and history."""
    return OrderPageGiven(
        **_order(page.order, page.outlet),
        payment=_payment(page, addresses),
        refunds=[
            RefundGiven(
                state=refund.state,
                amount=refund.amount,
                reason=refund.reason,
                at=_local(refund.seen_at, page.outlet),
                confirmed_at=_local_or_none(refund.confirmed_at, page.outlet),
            )
            for refund in page.refunds
        ],
        history=[HappenedGiven(at=_local(event.at, page.outlet), event=event.kind) for event in page.history],
    )


def qris_given(page: OrderPage, addresses: Addresses) -> QrisGiven | None:
    """Write the QR that can be paid now, or nothing when there is none."""
    attempt = page.attempt
    if attempt is None or page.stage is not Stage.QR:
        return None
    if attempt.qr_text is None or attempt.transaction_id is None or attempt.expires_at is None:
        return None
    return QrisGiven(
        transaction_token=attempt.transaction_id,
        qris_url=addresses.qr(page.order.uid),
        order_uid=page.order.uid,
        qr_string=attempt.qr_text,
        amount=attempt.amount,
        expires_at=_local(attempt.expires_at, page.outlet),
    )


def _dish(dish: Dish, language: str, addresses: Addresses, view: MenuView) -> DishGiven:
    return DishGiven(
        id=dish.id,
        name=in_language(dish, "name", language),
        description=in_language(dish, "description", language),
        price=dish.price,
        available=dish.is_available and dish.category_id not in view.moment.not_served,
        labels=codes_of(dish, view.moment.best, best="best_seller"),
        image_url=addresses.picture(dish.picture),
        option_groups=[
            OptionGroupGiven(
                id=group.id,
                name=in_language(group, "name", language),
                min=group.min_choices,
                max=group.max_choices,
                options=[
                    OptionGiven(id=option.id, name=in_language(option, "name", language), price=option.price)
                    for option in group.options
                    if option.is_listed
                ],
            )
            for group in dish.option_groups
        ],
    )


def _bill(source: Quote | Order) -> dict[str, int]:
    return {
        "subtotal": source.subtotal,
        "discount": source.discount,
        "service": source.service,
        "tax": source.tax,
        "total": source.total,
        "cash_total": source.cash_total,
    }


def _order(order: Order, outlet: Outlet) -> dict[str, Any]:
    return {
        "order_uid": order.uid,
        "order_number": order.label,
        "table": order.table.label if order.table and order.table.has_seats else None,
        "serving": order.serving,
        "stand": order.stand,
        "status": order.status,
        "payment_status": order.payment_status,
        "lines": [
            OrderLineGiven(
                dish_id=line.dish_id,
                name=line.name,
                quantity=line.quantity,
                unit_price=line.unit_price,
                amount=line.amount,
                options=[OptionGiven(id=o["id"], name=o["name"], price=o["price"]) for o in line.options],
                note=line.note,
            )
            for line in order.lines
        ],
        **_bill(order),
        "payment_method": str(order.payment_method),
        "claim_code": order.claim_code,
        "created_at": _local(order.created_at, outlet),
        "promised_at": _local_or_none(order.promised_at, outlet),
    }


def _payment(page: OrderPage, addresses: Addresses) -> PaymentGiven | None:
    order, attempt = page.order, page.attempt
    if order.payment_method is PaymentMethod.CASH and order.paid_at is not None:
        return _cash(page)
    return None if attempt is None else _attempt(page, attempt, addresses)


def _cash(page: OrderPage) -> PaymentGiven:
    return PaymentGiven(
        method="cash",
        state=AttemptState.SETTLED,
        amount=page.order.cash_total,
        expires_at=None,
        qris_url=None,
        qr_string=None,
        issuer=None,
        reference=None,
        paid_at=_local_or_none(page.order.paid_at, page.outlet),
    )


def _attempt(page: OrderPage, attempt: Attempt, addresses: Addresses) -> PaymentGiven:
    can_be_paid = page.stage is Stage.QR
    return PaymentGiven(
        method="qris",
        state=_state(page.order, attempt),
        # Of a QR that was another order's, this one got its own total.
        amount=page.order.total,
        expires_at=_local_or_none(attempt.expires_at, page.outlet),
        qris_url=addresses.qr(page.order.uid) if can_be_paid else None,
        qr_string=attempt.qr_text if can_be_paid else None,
        issuer=attempt.issuer,
        reference=attempt.reference,
        paid_at=_local_or_none(attempt.gateway_paid_at, page.outlet),
    )


def _state(order: Order, attempt: Attempt) -> AttemptState:
    """Tell a QR's state. Money of another amount leaves it closed or failed, though a person paid the order with it."""
    is_paid = order.payment_status in _PAID and attempt.state in _NO_MONEY
    return AttemptState.SETTLED if is_paid else attempt.state


def _local(at: datetime, outlet: Outlet) -> datetime:
    return in_zone(at, outlet.zone)


def _local_or_none(at: datetime | None, outlet: Outlet) -> datetime | None:
    return None if at is None else _local(at, outlet)
