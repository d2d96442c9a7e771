"""The verbs of the restaurant, and the one place where they are put together."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.base.clock import Clock, system_clock
from core.base.database import Database
from core.base.secret_key import secret_key_of
from core.base.settings import Settings
from core.events.bus import Bus
from core.events.record import connect_events
from core.gateways.bounded_session import BoundedSession
from core.gateways.midtrans import Midtrans
from core.gateways.traced import TracedGateway
from core.payments.gateway import Gateway
from core.printing.jobs import connect_printing
from core.services.advice import Advice
from core.services.attempts import UNPAID_LIFE
from core.services.audit import Audit
from core.services.baskets import Baskets
from core.services.board import Board
from core.services.books import Books
from core.services.breaker import Breaker
from core.services.case_desk import CaseDesk
from core.services.cash_desk import CashDesk
from core.services.checkout import Checkout
from core.services.clock_jumps import Plans
from core.services.closing import CASH_LIFE
from core.services.counter_desk import CounterDesk
from core.services.device_desk import DeviceDesk
from core.services.exception_report import ExceptionReport
from core.services.exports import Exports
from core.services.floor_desk import FloorDesk
from core.services.gateway_jobs import ORDER_GRACE, GatewayJobs
from core.services.gateway_worker import GatewayWorker
from core.services.house_desk import HouseDesk
from core.services.inbox import Inbox
from core.services.job_queue import THREADS, JobQueue
from core.services.key_desk import KeyDesk
from core.services.kiosk_door import KioskDoor
from core.services.kiosk_rounds import KioskRounds
from core.services.kitchen import Kitchen
from core.services.kitchen_display import KitchenDisplay
from core.services.login_codes import LoginCodes
from core.services.lost_refunds import LostRefunds
from core.services.menu_desk import MenuDesk
from core.services.menu_life import MenuLife
from core.services.money_desk import MoneyDesk
from core.services.order_desk import OrderDesk
from core.services.order_history import OrderHistory
from core.services.own_account import OwnAccount
from core.services.parties import Parties
from core.services.payment_desk import PaymentDesk
from core.services.payment_history import PaymentHistory
from core.services.people import People
from core.services.picture_desk import PictureDesk
from core.services.print_desk import PrintDesk
from core.services.print_queue import PrintQueue
from core.services.print_worker import PrintWorker
from core.services.printer_desk import PrinterDesk
from core.services.refund_jobs import RefundJobs
from core.services.refunds import Refunds
from core.services.rehearsals import Rehearsals
from core.services.settlement import Settlement
from core.services.settlement_files import SettlementFiles
from core.services.settlement_reports import SettlementReports
from core.services.shift_desk import ShiftDesk
from core.services.slip_press import SlipPress
from core.services.staff_door import StaffDoor
from core.services.standing import NotificationWatch
from core.services.stations import Stations
from core.services.sticker_round import StickerRound

if TYPE_CHECKING:
    from core.events.redis_bus import RedisRelay
    from core.gateways.open_telemetry import Traces


@dataclass(frozen=True, slots=True)
class Core:
    """Every service of one running program."""

    settings: Settings
    db: Database
    clock: Clock
    bus: Bus
    menu: MenuDesk
    pictures: PictureDesk
    baskets: Baskets
    parties: Parties
    checkout: Checkout
    payments: PaymentDesk
    orders: OrderDesk
    inbox: Inbox
    notifications: NotificationWatch
    settlement: Settlement
    worker: GatewayWorker
    rehearsals: Rehearsals
    cash: CashDesk
    refunds: Refunds
    lost_refunds: LostRefunds
    kitchen: Kitchen
    stations: Stations
    kitchen_display: KitchenDisplay
    board: Board
    floor: FloorDesk
    stickers: StickerRound
    money: MoneyDesk
    cases: CaseDesk
    door: StaffDoor
    people: People
    own: OwnAccount
    codes: LoginCodes
    audit: Audit
    exceptions: ExceptionReport
    kiosks: KioskDoor
    counter: CounterDesk
    devices: DeviceDesk
    keys: KeyDesk
    rounds: KioskRounds
    shifts: ShiftDesk
    house: HouseDesk
    advice: Advice
    books: Books
    past_payments: PaymentHistory
    past_orders: OrderHistory
    exports: Exports
    printers: PrinterDesk
    paper: PrintDesk
    printing: PrintWorker
    settlement_files: SettlementFiles
    settlement_reports: SettlementReports
    relay: "RedisRelay | None"
    """Carries nudges between processes, where there are several."""
    traces: "Traces | None"
    """Sends spans to a collector, where the owner names one."""

    def close(self) -> None:
        """Wait for the gateway's and the printers' threads, and give back every connection."""
        self.worker.close()
        self.rehearsals.close()
        self.printing.close()
        if self.relay is not None:
            self.relay.close()
        self.db.close()
        if self.traces is not None:
            self.traces.close()


def open_services(settings: Settings, *, clock: Clock = system_clock, gateway: Gateway | None = None) -> Core:
    """Put the program together. The database must be migrated; nothing is asked of the gateway yet.

    `gateway` stands in for Midtrans where another adapter is wanted.
    """
    db = Database(settings.database_url)
    relay, traces = _relay(settings), _traces(settings, db)
    bus = Bus(relay.publish if relay else None)
    connect_events(db, bus)
    settlement = Settlement(db, clock, settings.merchant_id)
    port = gateway or midtrans(settings)
    port = port if traces is None else TracedGateway(port)
    plans = Plans(db, clock, max(CASH_LIFE, UNPAID_LIFE, settings.payment_window + ORDER_GRACE))
    jobs = GatewayJobs(db, clock, port, settlement, Breaker(), settings.payment_window, lambda: plans.trusts_deadlines)
    refunds = RefundJobs(db, clock, port, settlement, jobs.breaker, when_answered=jobs.was_answered)
    worker = GatewayWorker(db, clock, JobQueue(db, clock, jobs, refunds), jobs.breaker, plans)
    payments = PaymentDesk(db, clock, when_due=worker.kick)
    life = MenuLife()
    orders = OrderDesk(db, clock, bus)
    printing = PrintWorker(PrintQueue(db, clock), SlipPress(db, clock, orders))
    connect_printing(db, printing.kick)
    past_orders, past_payments = OrderHistory(db, clock), PaymentHistory(db)
    exceptions = ExceptionReport(db, clock)

    def key() -> str:
        return secret_key_of(settings)

    return Core(
        settings=settings,
        db=db,
        clock=clock,
        bus=bus,
        menu=MenuDesk(db, clock, life),
        pictures=PictureDesk(db, clock),
        baskets=Baskets(db, clock),
        parties=Parties(db, clock),
        checkout=Checkout(db, clock, life, when_placed=worker.kick),
        payments=payments,
        orders=orders,
        inbox=Inbox(db, clock, settings.signature_keys, when_stored=worker.kick),
        notifications=NotificationWatch(db, clock),
        settlement=settlement,
        worker=worker,
        rehearsals=Rehearsals(db, clock, port, settings.core_url, settings.midtrans_environment),
        cash=CashDesk(db, clock),
        refunds=Refunds(db, clock, when_due=worker.kick),
        lost_refunds=LostRefunds(db, clock, when_due=worker.kick),
        kitchen=Kitchen(db, clock, payments),
        stations=Stations(db, clock),
        kitchen_display=KitchenDisplay(db, clock),
        board=Board(db, clock, jobs.breaker),
        floor=FloorDesk(db, clock),
        stickers=StickerRound(db, clock, settings.base_url),
        money=MoneyDesk(db, clock),
        cases=CaseDesk(db, clock, when_due=worker.kick),
        door=StaffDoor(db, clock, key),
        people=People(db, clock),
        own=OwnAccount(db, clock, key),
        codes=LoginCodes(db, clock, key),
        audit=Audit(db),
        exceptions=exceptions,
        kiosks=KioskDoor(db, clock),
        counter=CounterDesk(db, clock),
        devices=DeviceDesk(db, clock),
        keys=KeyDesk(db, clock),
        rounds=KioskRounds(db, clock),
        shifts=ShiftDesk(db, clock),
        house=HouseDesk(db, clock),
        advice=Advice(db, clock, life.sales),
        books=Books(db, settings, clock),
        past_payments=past_payments,
        past_orders=past_orders,
        exports=Exports(db, clock, past_orders, past_payments, exceptions),
        printers=PrinterDesk(db, clock),
        paper=PrintDesk(db, clock),
        printing=printing,
        settlement_files=SettlementFiles(db, clock, when_due=worker.kick),
        settlement_reports=SettlementReports(db),
        relay=relay,
        traces=traces,
    )


def _relay(settings: Settings) -> "RedisRelay | None":
    if settings.redis_url is None:
        return None
    # One process needs no Redis, nor its library.
    from core.events.redis_bus import RedisRelay

    return RedisRelay(settings.redis_url)


def _traces(settings: Settings, db: Database) -> "Traces | None":
    if settings.otlp_endpoint is None:
        return None
    # Whoever collects none needs neither the library nor its memory.
    from core.gateways.open_telemetry import Traces

    return Traces(settings, db.engine)


def midtrans(settings: Settings) -> Midtrans:
    """Make the Midtrans adapter that the settings describe."""
    return Midtrans(
        core_url=settings.core_url,
        server_key=settings.midtrans_server_key.get_secret_value(),
        client_key=settings.midtrans_client_key,
        acquirer=settings.midtrans_acquirer,
        session=BoundedSession(pool=THREADS),
    )
