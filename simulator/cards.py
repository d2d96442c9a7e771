"""Card tokens: what a browser gets for a card number, and what a charge pays with.

Source: Midtrans, get token, register card, point inquiry, testing payment on sandbox.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.calls import Answer
from simulator.clock import JAKARTA, stamp
from simulator.refusals import Refusal, invalid

if TYPE_CHECKING:
    from simulator.calls import Call
    from simulator.gateway import Gateway

POINTS = "100000.00"


@dataclass(slots=True)
class Card:
    """One card number and the ids that stand for it. Never the number in an answer."""

    number: str

    @property
    def masked(self) -> str:
        """First eight and last four digits, as answers show it."""
        return f"{self.number[:8]}-{self.number[-4:]}"


class CardVault:
    """The cards behind the tokens."""

    def __init__(self) -> None:
        """Start without any."""
        self._once: dict[str, Card] = {}
        self._saved: dict[str, Card] = {}

    def issue(self, token_id: str, card: Card) -> None:
        """Let a token pay once."""
        self._once[token_id] = card

    def save(self, saved_token_id: str, card: Card) -> None:
        """Let a token pay any number of times."""
        self._saved[saved_token_id] = card

    def peek(self, token_id: str) -> Card:
        """Return the card behind a token. Raises Refusal 411 when there is none."""
        card = self._saved.get(token_id) or self._once.get(token_id)
        if card is None:
            raise Refusal(411)
        return card

    def take(self, token_id: str) -> Card:
        """Return the card behind a token and use the token up, unless it is a saved one."""
        card = self.peek(token_id)
        self._once.pop(token_id, None)
        return card

    def clear(self) -> None:
        """Forget every card."""
        self._once.clear()
        self._saved.clear()


def card_token(gateway: Gateway, call: Call) -> Answer:
    """Give a token for a card, or for a saved card and its CVV."""
    _check_client_key(gateway, call)
    saved = call.query.get("token_id")
    if saved:
        card = gateway.cards.peek(saved)
        if not call.query.get("card_cvv", "").isdigit():
            msg = "card_cvv is required"
            raise invalid(msg)
    else:
        card = _read_card(gateway, call, with_cvv=True)
    token_id = f"{card.masked}-{gateway.ids.uuid()}"
    gateway.cards.issue(token_id, card)
    document = {
        "status_code": "200",
        "status_message": "Credit card token is created as Token ID.",
        "token_id": token_id,
        "hash": f"{card.masked}-mami-{gateway.ids.uuid()}",
    }
    return Answer(document=document)


def card_register(gateway: Gateway, call: Call) -> Answer:
    """Give a token that may pay again and again."""
    _check_client_key(gateway, call)
    card = _read_card(gateway, call, with_cvv=False)
    saved_token_id = f"{card.number[:8]}{gateway.ids.letters(20)}{card.number[-4:]}"
    gateway.cards.save(saved_token_id, card)
    document = {
        "status_code": "200",
        "saved_token_id": saved_token_id,
        "transaction_id": gateway.ids.uuid(),
        "masked_card": card.masked,
    }
    return Answer(document=document)


def point_inquiry(gateway: Gateway, call: Call) -> Answer:
    """Say how many loyalty points a card has."""
    gateway.cards.peek(call.ids["token_id"])
    document = {
        "status_code": "200",
        "status_message": "Success, Credit Card Point inquiry is successful",
        "transaction_time": stamp(gateway.clock.now()),
        "point_balance_amount": POINTS,
    }
    return Answer(document=document)


def is_valid_number(number: str) -> bool:
    """Check length and check digit (Luhn)."""
    if not number.isdigit() or not 13 <= len(number) <= 19:
        return False
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (1 if place % 2 == 0 else 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _check_client_key(gateway: Gateway, call: Call) -> None:
    if call.query.get("client_key") != gateway.config.client_key:
        raise Refusal(401, "Access denied due to unauthorized transaction, please check client key or server key")


def _read_card(gateway: Gateway, call: Call, *, with_cvv: bool) -> Card:
    query = call.query
    number = query.get("card_number", "").replace(" ", "")
    problems = [] if is_valid_number(number) else ["card_number does not match with luhn algorithm"]
    month, year = query.get("card_exp_month", ""), query.get("card_exp_year", "")
    if not (month.isdigit() and year.isdigit() and 1 <= int(month) <= 12):
        problems.append("card expiry date is invalid")
    elif (2000 + int(year) % 100, int(month)) < _this_month(gateway):
        problems.append("card expiry date must be in the future")
    if with_cvv and not (query.get("card_cvv", "").isdigit() and 3 <= len(query["card_cvv"]) <= 4):
        problems.append("card_cvv is invalid")
    if problems:
        raise invalid(*problems)
    return Card(number)


def _this_month(gateway: Gateway) -> tuple[int, int]:
    now = gateway.clock.now().astimezone(JAKARTA)
    return now.year, now.month
