"""The control surface, first half: transactions, what wallets and banks do with them, the book."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse
from starlette.routing import Route

from simulator import lifecycle, refunds

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from simulator.book import Transaction
    from simulator.gateway import Gateway

    Turn = Callable[[Gateway, Transaction, dict[str, Any]], None]


class WrongRequest(Exception):
    """A control call that makes no sense."""


async def read_object(request: Request) -> dict[str, Any]:
    """Read a JSON object; nothing at all counts as an empty one. Raises WrongRequest otherwise."""
    body = await request.body()
    if not body.strip():
        return {}
    try:
        document = json.loads(body)
    except ValueError as error:
        msg = f"the body is not JSON: {error}"
        raise WrongRequest(msg) from error
    if not isinstance(document, dict):
        msg = "the body needs to be a JSON object"
        raise WrongRequest(msg)
    return document


def describe(gateway: Gateway, transaction: Transaction) -> dict[str, Any]:
    """Return everything the simulator holds about one transaction."""
    moments = {name: getattr(transaction, name) for name in ("created_at", "expires_at", "settled_at")}
    return {
        **gateway.book.row(transaction),
        "payment_type": transaction.payment_type,
        "acquirer": transaction.acquirer,
        "issuer": transaction.issuer,
        "qr_string": transaction.qr_string,
        **{name: moment.isoformat() if moment else None for name, moment in moments.items()},
        "refunds": [
            {
                "refund_key": each.refund_key,
                "amount": each.amount,
                "reason": each.reason,
                "is_confirmed": each.confirmed_at is not None,
            }
            for each in transaction.refunds
        ],
    }


def transaction_routes(gateway: Gateway) -> list[Route]:
    """Return the routes about transactions and the book, below `/simulator`."""

    async def listed(_request: Request) -> Response:
        gateway.agenda.run_due()
        rows = [describe(gateway, each) for each in gateway.book.transactions()]
        return JSONResponse({"transactions": rows})

    async def shown(request: Request) -> Response:
        gateway.agenda.run_due()
        return JSONResponse(describe(gateway, gateway.transaction(request.path_params["any_id"])))

    async def book(_request: Request) -> Response:
        gateway.agenda.run_due()
        rows = gateway.book.rows()
        totals = {
            f"total_{name}": sum(row[name] for row in rows)
            for name in ("settled", "refunded", "confirmed", "charged_back")
        }
        return JSONResponse({"transactions": rows, **totals})

    def turn(name: str, take: Turn) -> Route:
        async def taken(request: Request) -> Response:
            options = await read_object(request)
            gateway.agenda.run_due()
            transaction = gateway.transaction(request.path_params["any_id"])
            take(gateway, transaction, options)
            return JSONResponse(describe(gateway, transaction))

        return Route(f"/transactions/{{any_id}}/{name}", taken, methods=["POST"])

    return [
        Route("/transactions", listed),
        Route("/transactions/{any_id}", shown),
        Route("/book", book),
        *(turn(name, take) for name, take in _TURNS.items()),
    ]


def _pay(gateway: Gateway, transaction: Transaction, options: dict[str, Any]) -> None:
    issuer = options.get("issuer")
    if issuer is not None and not isinstance(issuer, str):
        msg = "issuer needs to be text"
        raise WrongRequest(msg)
    lifecycle.settle(
        gateway,
        transaction,
        issuer=issuer,
        amount=_amount(options),
        is_late=_switch(options, "late", usual=False),
        notify=_switch(options, "notify", usual=True),
    )


def _fail(_gateway: Gateway, transaction: Transaction, _options: dict[str, Any]) -> None:
    """Let the wallet fail. Midtrans says nothing of that: the transaction stays pending."""
    if transaction.status != "pending":
        msg = f"there is nothing to pay ({transaction.status})"
        raise lifecycle.WrongTurn(msg)


def _expire(gateway: Gateway, transaction: Transaction, options: dict[str, Any]) -> None:
    lifecycle.expire(gateway, transaction, notify=_switch(options, "notify", usual=True))


def _cancel(gateway: Gateway, transaction: Transaction, options: dict[str, Any]) -> None:
    lifecycle.cancel(gateway, transaction, notify=_switch(options, "notify", usual=True))


def _deny(gateway: Gateway, transaction: Transaction, options: dict[str, Any]) -> None:
    is_reversal = _switch(options, "reversal", usual=False)
    notify = _switch(options, "notify", usual=True)
    lifecycle.deny(gateway, transaction, is_reversal=is_reversal, notify=notify)


def _charge_back(gateway: Gateway, transaction: Transaction, options: dict[str, Any]) -> None:
    notify = _switch(options, "notify", usual=True)
    lifecycle.charge_back(gateway, transaction, _amount(options), notify=notify)


def _refund(gateway: Gateway, transaction: Transaction, options: dict[str, Any]) -> None:
    notify = _switch(options, "notify", usual=True)
    reason = str(options.get("reason") or "Refunded in the dashboard")
    refunds.give_back(gateway, transaction, _amount(options), reason, notify=notify)


def _confirm_refund(gateway: Gateway, transaction: Transaction, options: dict[str, Any]) -> None:
    if not refunds.confirm(gateway, transaction, options.get("refund_key")):
        msg = "no refund waits for the bank's word"
        raise lifecycle.WrongTurn(msg)


def _lose_refund(_gateway: Gateway, transaction: Transaction, options: dict[str, Any]) -> None:
    if not refunds.lose(transaction, options.get("refund_key")):
        msg = "no refund is listed that its bank has not confirmed"
        raise lifecycle.WrongTurn(msg)


_TURNS: dict[str, Turn] = {
    "pay": _pay,
    "fail": _fail,
    "expire": _expire,
    "cancel": _cancel,
    "deny": _deny,
    "chargeback": _charge_back,
    "refund": _refund,
    "confirm-refund": _confirm_refund,
    "lose-refund": _lose_refund,
}


def _amount(options: dict[str, Any]) -> int | None:
    amount = options.get("amount")
    if amount is None:
        return None
    if not isinstance(amount, int) or isinstance(amount, bool) or amount < 1:
        msg = "amount needs to be whole rupiah from 1 up"
        raise WrongRequest(msg)
    return amount


def _switch(options: dict[str, Any], name: str, *, usual: bool) -> bool:
    value = options.get(name, usual)
    if not isinstance(value, bool):
        msg = f"{name} needs to be true or false"
        raise WrongRequest(msg)
    return value
