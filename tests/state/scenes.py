"""How what an act is about comes to be, where nobody has brought it about yet."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.shop import CASHIER
from tests.state.house import lets_pass

if TYPE_CHECKING:
    from tests.state.telling import Telling

Scene = Callable[["Telling"], object]
_DISH = "Sate Ayam"
"""Never sold out."""


def somebody_waits(story: "Telling") -> None:
    """A QR is on the screen."""
    story.shop.order(_DISH)


def somebody_is_about_to_have_a_qr(story: "Telling") -> None:
    """Nobody has asked the gateway for it yet."""
    story.shop.order(_DISH, charge=False)


def somebody_waits_at_the_counter(story: "Telling") -> None:
    story.shop.order(_DISH, pay_by="cash", table=1)


def somebody_has_paid(story: "Telling") -> None:
    story.pays_and_is_heard_of(story.shop.order(_DISH))


def somebody_has_paid_in_cash(story: "Telling") -> None:
    order = story.shop.order(_DISH, pay_by="cash", table=1)
    story.core.cash.take(order.uid, 100_000, CASHIER)


def money_has_come_late(story: "Telling") -> None:
    """An order has run out, and its money came afterwards."""
    order = story.shop.order(_DISH)
    lets_pass(story.shop, timedelta(minutes=47))
    story.core.worker.sweep_once()
    story.pays_and_is_heard_of(order, late=True)


def the_bank_has_a_refund(story: "Telling") -> None:
    """The gateway took the refund; the bank has not confirmed it."""
    order = story.shop.order(_DISH)
    story.pays_and_is_heard_of(order)
    story.turn(story.shop.attempt(order), "refund")


def trade_goes_on(story: "Telling") -> None:
    """Somebody orders, and most of them pay, one way or the other."""
    scenes = (somebody_has_paid_in_cash, somebody_has_paid, somebody_waits)
    scenes[len(story.orders()) % len(scenes)](story)
