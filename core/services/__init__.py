"""The verbs of the restaurant, and the one place where they are put together."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.base.clock import Clock, system_clock
from core.base.database import Database
from core.base.settings import Settings
from core.events.bus import Bus
from core.events.record import connect_events
from core.gateways.bounded_session import BoundedSession
from core.gateways.midtrans import Midtrans
from core.payments.gateway import Gateway
from core.services.attempts import UNPAID_LIFE
from core.services.baskets import Baskets
from core.services.board import Board
from core.services.books import Books
from core.services.breaker import Breaker
from core.services.case_desk import CaseDesk
from core.services.cash_desk import CashDesk
from core.services.checkout import Checkout
from core.services.clock_jumps import Plans
from core.services.closing import CASH_LIFE
from core.services.gateway_jobs import ORDER_GRACE, GatewayJobs
from core.services.gateway_worker import GatewayWorker
from core.services.inbox import Inbox
from core.services.job_queue import THREADS, JobQueue
from core.services.kitchen import Kitchen
from core.services.menu_desk import MenuDesk
from core.services.money_desk import MoneyDesk
from core.services.order_desk import OrderDesk
from core.services.payment_desk import PaymentDesk
from core.services.refund_jobs import RefundJobs
from core.services.refunds import Refunds
from core.services.settlement import Settlement
from core.services.shift_desk import ShiftDesk
from core.services.staff_door import StaffDoor

if TYPE_CHECKING:
    from core.events.redis_bus import RedisRelay


@dataclass(frozen=True, slots=True)
class Core:
    """Every service of one running program."""

    settings: Settings
    db: Database
    clock: Clock
    bus: Bus
    menu: MenuDesk
    baskets: Baskets
    checkout: Checkout
    payments: PaymentDesk
    orders: OrderDesk
    inbox: Inbox
    settlement: Settlement
    worker: GatewayWorker
    cash: CashDesk
    refunds: Refunds
    kitchen: Kitchen
    board: Board
    money: MoneyDesk
    cases: CaseDesk
    door: StaffDoor
    shifts: ShiftDesk
    books: Books
    relay: "RedisRelay | None"
    """Carries nudges between processes, where there are several."""

    def close(self) -> None:
        """Wait for the gateway's threads and give back every connection."""
        self.worker.close()
        if self.relay is not None:
            self.relay.close()
        self.db.close()


def open_services(settings: Settings, *, clock: Clock = system_clock, gateway: Gateway | None = None) -> Core:
    """Put the program together. The database must be migrated; nothing is asked of the gateway yet.

    `gateway` stands in for Midtrans where another adapter is wanted.
    """
    db = Database(settings.database_url)
    relay = _relay(settings)
    bus = Bus(relay.publish if relay else None)
    connect_events(db, bus)
    settlement = Settlement(db, clock, settings.merchant_id)
    port = gateway or midtrans(settings)
    plans = Plans(db, clock, max(CASH_LIFE, UNPAID_LIFE, settings.payment_window + ORDER_GRACE))
    jobs = GatewayJobs(db, clock, port, settlement, Breaker(), settings.payment_window, lambda: plans.trusts_deadlines)
    refunds = RefundJobs(db, clock, port, settlement, jobs.breaker, when_answered=jobs.was_answered)
    worker = GatewayWorker(db, clock, JobQueue(db, clock, jobs, refunds), jobs.breaker, plans)
    payments = PaymentDesk(db, clock, when_due=worker.kick)
    return Core(
        settings=settings,
        db=db,
        clock=clock,
        bus=bus,
        menu=MenuDesk(db, clock),
        baskets=Baskets(db, clock),
        checkout=Checkout(db, clock, when_placed=worker.kick),
        payments=payments,
        orders=OrderDesk(db, clock, bus),
        inbox=Inbox(db, clock, settings.signature_keys, when_stored=worker.kick),
        settlement=settlement,
        worker=worker,
        cash=CashDesk(db, clock),
        refunds=Refunds(db, clock, when_due=worker.kick),
        kitchen=Kitchen(db, clock, payments),
        board=Board(db, clock),
        money=MoneyDesk(db, clock),
        cases=CaseDesk(db, clock, when_due=worker.kick),
        door=StaffDoor(db, clock),
        shifts=ShiftDesk(db, clock),
        books=Books(db, settings, clock),
        relay=relay,
    )


def _relay(settings: Settings) -> "RedisRelay | None":
    if settings.redis_url is None:
        return None
    # One process needs no Redis, nor its library.
    from core.events.redis_bus import RedisRelay

    return RedisRelay(settings.redis_url)


def midtrans(settings: Settings) -> Midtrans:
    """Make the Midtrans adapter that the settings describe."""
    return Midtrans(
        core_url=settings.core_url,
        server_key=settings.midtrans_server_key.get_secret_value(),
        client_key=settings.midtrans_client_key,
        acquirer=settings.midtrans_acquirer,
        session=BoundedSession(pool=THREADS),
    )
