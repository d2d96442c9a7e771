"""Puts an order's page into ready values. Words are message ids; the templates translate them."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from core.base.errors import N_
from core.orders.status import IN_THE_KITCHEN, OrderStatus, PaymentMethod, PaymentStatus
from core.outlets.serving import Serving
from core.services.order_desk import OrderPage, Stage
from core.web.qr_image import draw_qr
from kiosk.barcode import Barcode, draw_barcode
from kiosk.case_notes import CaseNote, case_notes, concerns_the_diner
from kiosk.refund_notes import RefundNote, refund_notes
from kiosk.wallets import WALLETS, WalletWay

AMBER: Final = timedelta(minutes=3)
RED: Final = timedelta(minutes=1)
_JUST_ASKED: Final = timedelta(seconds=10)
"""The bank is not asked more often than this: an answer so young is the answer."""
_PATIENCE: Final = timedelta(seconds=20)
_QRS_BEFORE_CASH: Final = 3
_HASTY: Final = frozenset({Stage.PREPARING_QR, Stage.CHECKING, Stage.CLOSING})
_NOT_READY: Final = frozenset({OrderStatus.CONFIRMED, OrderStatus.PREPARING})
_UNPAID: Final = frozenset({PaymentStatus.PENDING, PaymentStatus.FAILED, PaymentStatus.EXPIRED})


@dataclass(frozen=True, slots=True)
class Countdown:
    """How long a QR can still be paid, by the server's clock."""

    seconds_left: int
    seconds_whole: int
    phase: str
    """`calm`, `amber` (under 3 minutes) or `red` (under 1 minute)."""

    @property
    def percent_left(self) -> int:
        return max(0, min(100, self.seconds_left * 100 // max(1, self.seconds_whole)))

    @property
    def clock_left(self) -> str:
        return f"{self.seconds_left // 60}:{self.seconds_left % 60:02}"


@dataclass(frozen=True, slots=True)
class Step:
    """One of the four steps of a paid order. `state` is `done`, `now` or `next`."""

    sentence: str
    icon: str
    state: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class OrderView:
    """What the page of one order shows, beside the order itself."""

    page: OrderPage
    asked_at: datetime | None = None
    """When the diner last said "I have paid"."""
    demo_address: str = ""
    """Where the simulator lets one pay; empty outside the demo."""

    @property
    def is_waiting(self) -> bool:
        return self.page.stage.is_waiting

    @property
    def pause(self) -> int:
        """Seconds between two looks, should no nudge arrive."""
        return 3 if self.page.stage in _HASTY else 10

    @property
    def is_cash(self) -> bool:
        return self.page.order.payment_method is PaymentMethod.CASH

    @property
    def was_paid(self) -> bool:
        return self.page.order.payment_status not in _UNPAID

    @property
    def stage_template(self) -> str:
        return f"kiosk/_stage_{self.page.stage}.html"

    @property
    def paid_template(self) -> str:
        return "kiosk/_progress.html"

    def path(self, act: str) -> str:
        """Give the address of something that can be done about this order, or of a part of its page."""
        return f"/orders/{self.page.order.uid}/{act}"

    @property
    def menu_path(self) -> str:
        """Where more can be ordered; empty when there is no table, and for what was not ordered at one."""
        table = self.page.order.table
        return "" if table is None or not table.has_seats else f"/t/{table.token}"

    @property
    def asked_query(self) -> str:
        return "" if self.asked_at is None else f"?asked={int(self.asked_at.timestamp())}"

    @property
    def asked(self) -> str:
        """What to say about the diner's question: `asking`, `not_yet`, `silent`, or nothing."""
        if self.asked_at is None or self.page.attempt is None:
            return ""
        looked_at = self.page.attempt.looked_at
        if looked_at is not None and looked_at >= self.asked_at - _JUST_ASKED:
            return "not_yet"
        return "asking" if self.page.now - self.asked_at < _PATIENCE else "silent"

    @property
    def countdown(self) -> Countdown:
        """Count down to the gateway's own deadline."""
        attempt = self.page.attempt
        if attempt is None or attempt.expires_at is None:
            return Countdown(0, 1, "red")
        left = attempt.expires_at - self.page.now
        phase = "red" if left < RED else "amber" if left < AMBER else "calm"
        whole = attempt.expires_at - attempt.created_at
        return Countdown(max(0, int(left.total_seconds())), int(whole.total_seconds()), phase)

    @property
    def qr_picture(self) -> str:
        """The QR as an address that holds the picture itself: it comes with the page, on whatever line that came."""
        text = self.page.attempt.qr_text if self.page.attempt else None
        return f"data:image/png;base64,{b64encode(draw_qr(text)).decode()}" if text else ""

    @property
    def merchant_name(self) -> str:
        return (self.page.attempt and self.page.attempt.merchant_name) or self.page.outlet.merchant_name

    @property
    def nmid(self) -> str:
        return (self.page.attempt and self.page.attempt.nmid) or self.page.outlet.nmid

    @property
    def is_checked(self) -> bool:
        """Whether the name was read from the QR itself, and not merely taken from the settings."""
        return bool(self.page.attempt and self.page.attempt.merchant_name)

    @property
    def wallets(self) -> tuple[WalletWay, ...]:
        return WALLETS

    @property
    def suggest_cash(self) -> bool:
        """Whether so many QRs have run out that cash is the kinder advice."""
        return self.page.attempts >= _QRS_BEFORE_CASH

    @property
    def barcode(self) -> Barcode:
        return draw_barcode(self.page.order.claim_code or "")

    @property
    def spelled_code(self) -> str:
        return " ".join(self.page.order.claim_code or "")

    @property
    def cases(self) -> list[CaseNote]:
        """Tell what became of money that did not pay this order as it was asked for."""
        return case_notes(self.page.cases)

    @property
    def is_looked_after(self) -> bool:
        """Whether somebody has yet to decide about money of this order."""
        return any(note.is_open for note in self.cases)

    @property
    def money_came(self) -> bool:
        """Whether money came that did not pay this order, whatever became of it since."""
        return any(concerns_the_diner(case) for case in self.page.cases)

    @property
    def refunds(self) -> list[RefundNote]:
        """Tell where money that goes back stands."""
        return refund_notes(self.page.refunds)

    @property
    def was_undone(self) -> bool:
        """Whether the bank took back the payment of an order that is cooked."""
        return self.page.stage is Stage.PAID and self.page.order.payment_status is PaymentStatus.FAILED

    @property
    def was_given_back(self) -> bool:
        """Whether all of it went back to the guest: whoever shows this page is no paid guest any more."""
        return self.page.order.payment_status is PaymentStatus.REFUNDED

    @property
    def is_promised(self) -> bool:
        """Whether the page says when the order should be ready: until it is, or until that proved wrong."""
        promised = self.page.order.promised_at
        return self._is_awaited and promised is not None and self.page.now <= promised

    @property
    def is_late(self) -> bool:
        promised = self.page.order.promised_at
        return self._is_awaited and promised is not None and self.page.now > promised

    @property
    def _is_awaited(self) -> bool:
        return self.page.order.status in _NOT_READY and not self.was_undone

    @property
    def is_cooking(self) -> bool:
        return self.page.order.status in IN_THE_KITCHEN

    @property
    def steps(self) -> list[Step]:
        """List the four steps from the counter to the table, each with its time once it was taken."""
        reached = {event.kind: event.at for event in self.page.history}
        here = next((place for place, step in enumerate(_STEPS) if step[0] == self.page.order.status), 0)
        is_over = self.page.order.status is OrderStatus.SERVED
        return [
            Step(
                sentence=sentence,
                icon=icon,
                state="done" if index < here or is_over else "now" if index == here else "next",
                at=reached.get(kind) if index <= here else None,
            )
            for index, (_, kind, sentence, icon) in enumerate(_STEPS)
        ]

    @property
    def progress_words(self) -> str:
        if self.page.order.status is OrderStatus.READY and self.page.order.serving is Serving.TAKE_AWAY:
            return N_("Ready! Please come and collect your order.")
        return _PROGRESS.get(self.page.order.status, _PROGRESS[OrderStatus.CONFIRMED])

    @property
    def wallet(self) -> str:
        """Say who paid, as people call it: GoPay."""
        return self.page.attempt.wallet if self.page.attempt else "QRIS"

    @property
    def reference_tail(self) -> str:
        attempt = self.page.attempt
        return "" if attempt is None else (attempt.transaction_id or attempt.reference)[-4:]


STATUS_WORDS: Final[Mapping[OrderStatus, str]] = {
    OrderStatus.AWAITING_PAYMENT: N_("Not paid yet"),
    OrderStatus.CONFIRMED: N_("Received"),
    OrderStatus.PREPARING: N_("Cooking"),
    OrderStatus.READY: N_("Ready"),
    OrderStatus.SERVED: N_("Done"),
}
"""What an order is called among those of its table."""
_STEPS: Final = (
    (OrderStatus.CONFIRMED, "order.confirmed", N_("Received"), "check"),
    (OrderStatus.PREPARING, "order.started", N_("Cooking"), "chef-hat"),
    (OrderStatus.READY, "order.made_ready", N_("Ready"), "bell-ring"),
    (OrderStatus.SERVED, "order.served", N_("Done"), "utensils"),
)
_PROGRESS: Final[Mapping[OrderStatus, str]] = {
    OrderStatus.CONFIRMED: N_("The kitchen has your order."),
    OrderStatus.PREPARING: N_("Your order is being cooked."),
    OrderStatus.READY: N_("Ready! Your order is on its way."),
    OrderStatus.SERVED: N_("Enjoy your meal!"),
}


def moment_of(seconds: int | None) -> datetime | None:
    """Read back the moment that stands in an address; nothing when it is no moment at all."""
    if seconds is None or seconds > 32_503_680_000:
        return None
    return datetime.fromtimestamp(seconds, UTC)
