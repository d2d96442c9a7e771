"""Five moments of an evening in which two people can want something of the same order at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from core.gateways.midtrans import Midtrans
from core.orders.models import Order
from core.services import Core
from tests.shop import CASHIER, Shop
from tests.state.house import adapter, lets_pass
from tests.state.near_simulator import NearSimulator
from tests.state.staff import MANAGER

_BEYOND = timedelta(minutes=47)
"""The QR's time and the order's grace after it."""


@dataclass(slots=True)
class Scene:
    """One order that two people look at, a second one at the same table, and the program through which one acts."""

    shop: Shop
    core: Core
    order: Order
    beside: Order
    gateway: Midtrans

    @property
    def reference(self) -> str:
        return self.shop.attempts(self.order)[-1].reference

    def turn(self, name: str, **how: object) -> None:
        """Have the gateway take a turn, where it can; nobody is told."""
        simulator = self.shop.simulator
        url = f"{simulator.url}/simulator/transactions/{self.reference}/{name}"
        simulator.http.post(url, json=how | {"notify": False}, timeout=10)

    def looks(self) -> None:
        self.core.settlement.apply(self.gateway.fetch_report(self.reference))

    # --- Guests ---

    def settles(self) -> None:
        self.turn("pay", late=True)
        self.looks()

    def gives_up(self) -> None:
        self.core.payments.cancel(self.order.uid)
        self.core.worker.sweep_once()

    def wants_cash(self) -> None:
        self.core.payments.to_cash(self.order.uid)
        self.core.worker.sweep_once()

    def wants_a_qr(self) -> None:
        self.core.payments.new_qr(self.order.uid)
        self.core.worker.sweep_once()

    def runs_out(self) -> None:
        lets_pass(self.shop, _BEYOND)
        self.core.worker.sweep_once()

    # --- Staff ---

    def takes_cash(self) -> None:
        self.core.cash.take(self.order.uid, 100_000, CASHIER)

    def takes_cash_in_doubt(self) -> None:
        self.core.cash.take(self.order.uid, 100_000, CASHIER, vouched_by=MANAGER)

    def takes_cash_beside(self) -> None:
        self.core.cash.take(self.beside.uid, 100_000, CASHIER)

    def cancels(self) -> None:
        self.core.kitchen.cancel(self.order.uid, "Habis", CASHIER, may_void=True)
        self.core.worker.sweep_once()

    def cancels_beside(self) -> None:
        self.core.kitchen.cancel(self.beside.uid, "Habis", CASHIER, may_void=True)

    def starts(self) -> None:
        self.core.kitchen.start(self.order.uid, CASHIER)

    def undoes(self) -> None:
        self.core.kitchen.undo(self.order.uid, CASHIER)

    def counts_the_drawer(self) -> None:
        self.core.shifts.close(self.shop.outlet.id, 200_000, CASHIER)

    def sells_out(self) -> None:
        self.core.menu.set_portions(self.shop.dishes["Rendang"].id, 0, CASHIER)

    # --- Money on its way back, and on the desk ---

    def refunds(self) -> None:
        offer = self.core.refunds.offer(self.order.uid)
        self.core.refunds.ask(self.order.uid, offer.left, "Gosong", MANAGER)
        self.core.worker.sweep_once()

    def refunds_a_part(self) -> None:
        self.core.refunds.ask(self.order.uid, 2_000, "Gosong", MANAGER)
        self.core.worker.sweep_once()

    def dashboard_refunds(self) -> None:
        self.turn("refund")
        self.looks()

    def bank_takes_back(self) -> None:
        self.turn("chargeback")
        self.looks()

    def gateway_reverses(self) -> None:
        self.turn("deny", reversal=True)
        self.looks()

    def honours(self) -> None:
        self.core.cases.honour(self.shop.outlet.id, self._case(), CASHIER)

    def credits(self) -> None:
        self.core.cases.credit(self.shop.outlet.id, self._case(), self.beside.uid, CASHIER)

    def closes(self) -> None:
        self.core.cases.close(self.shop.outlet.id, self._case(), "Tamu tidak kembali", MANAGER)

    def _case(self) -> str:
        with self.core.db.read():
            views = self.core.money.open_cases(self.shop.outlet.id)
        held = [view.case.uid for view in views if view.case.amount]
        return held[0] if held else "none"


def unpaid(scene: Scene) -> None:
    """A QR is on the screen."""


def in_doubt(scene: Scene) -> None:
    """The gateway has stopped answering about it."""
    scene.shop.simulator.misbehave({"call": "status", "kind": "http_503", "count": 2})
    lets_pass(scene.shop, timedelta(seconds=15))
    scene.shop.gateway_works()
    scene.shop.simulator.behave()


def at_the_counter(scene: Scene) -> None:
    """It is to be paid in cash."""
    scene.wants_cash()


def paid(scene: Scene) -> None:
    """It was paid by QR."""
    scene.settles()


def paid_in_cash(scene: Scene) -> None:
    """It was paid at the counter."""
    scene.wants_cash()
    scene.takes_cash()


def late(scene: Scene) -> None:
    """It ran out, and its money came afterwards; a second order waits at the same table."""
    scene.runs_out()
    scene.settles()
    scene.beside = scene.shop.order("Es Teh", pay_by="cash")


Setting = Callable[[Scene], None]
SCENES: Final[Mapping[Setting, tuple[str, ...]]] = {
    unpaid: ("settles", "gives_up", "wants_cash", "wants_a_qr", "runs_out", "cancels"),
    in_doubt: ("settles", "takes_cash_in_doubt", "gives_up", "runs_out"),
    at_the_counter: ("takes_cash", "gives_up", "wants_a_qr", "runs_out", "counts_the_drawer", "cancels"),
    paid: (
        *("refunds", "refunds_a_part", "cancels", "starts", "undoes"),
        *("dashboard_refunds", "bank_takes_back", "gateway_reverses"),
    ),
    paid_in_cash: ("refunds", "refunds_a_part", "cancels", "counts_the_drawer", "settles"),
    late: (
        *("honours", "credits", "closes", "refunds", "refunds_a_part", "bank_takes_back", "gateway_reverses"),
        *("takes_cash_beside", "cancels_beside", "sells_out"),
    ),
}
"""What somebody may do in each, and somebody else at the same moment."""

PAIRS: Final = tuple(
    (setting, first, second) for setting, verbs in SCENES.items() for first in verbs for second in verbs
)
"""Two people may also want the same."""


def scene_of(shop: Shop, simulator: NearSimulator) -> Scene:
    """Let two guests order at one table."""
    order = shop.order("Rendang")
    beside = shop.order("Es Teh", pay_by="cash")
    return Scene(shop, shop.core, order, beside, adapter(simulator, shop.core.settings))
