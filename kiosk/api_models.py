"""What the JSON API takes and gives. Amounts are whole rupiah; times carry the outlet's offset."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from core.menu.quote import MAX_LINES, MAX_NOTE, MAX_QUANTITY, Pick
from core.orders.status import OrderStatus, PaymentStatus
from core.outlets.hours import HouseStatus
from core.outlets.serving import Serving
from core.payments.models import RefundState
from core.payments.status import AttemptState

Token = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Id = Annotated[int, Field(ge=1, le=2**53 - 1)]
Amount = Annotated[int, Field(ge=0, le=10**12)]
Method = Literal["qris", "cash"]


class Asked(BaseModel):
    """A body that a program sends: every field known, every type exact."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class LineAsked(Asked):
    """One dish of a wish. There is no price in it: prices are ours."""

    dish_id: Id
    quantity: Annotated[int, Field(ge=1, le=MAX_QUANTITY)]
    option_ids: Annotated[list[Id], Field(max_length=50)] = []
    note: Annotated[str, StringConstraints(max_length=MAX_NOTE)] = ""


class QuoteAsked(Asked):
    """A wish to know what something would cost."""

    table_token: Token
    lines: Annotated[list[LineAsked], Field(min_length=1, max_length=MAX_LINES)]

    def picks(self) -> list[Pick]:
        return [Pick(line.dish_id, line.quantity, tuple(line.option_ids), line.note) for line in self.lines]


class OrderAsked(QuoteAsked):
    """A wish to order."""

    payment_method: Method
    customer_name: Annotated[str, StringConstraints(max_length=40)] = ""
    table_code: Annotated[str, StringConstraints(max_length=20)] = Field(
        "", description="The code of the table's party, where the outlet asks for it."
    )
    expected_total: Amount | None = Field(
        None, description="The total the guest was shown; when it is not right any more, nothing is ordered."
    )


class CustomerDetails(Asked):
    """Accepted for the sake of programs that send it. It is not kept and not passed on."""

    first_name: Annotated[str, StringConstraints(max_length=255)] = ""
    last_name: Annotated[str, StringConstraints(max_length=255)] = ""
    email: Annotated[str, StringConstraints(max_length=255)] = ""
    phone: Annotated[str, StringConstraints(max_length=255)] = ""


class QrisAsked(Asked):
    """A wish for a QR."""

    order_id: Token = Field(description="The order's public uid.")
    amount: Amount | None = Field(None, description="When given, it must equal the order's total.")
    customer_details: CustomerDetails | None = None


class OutletGiven(BaseModel):
    """The restaurant."""

    name: str
    currency: Literal["IDR"] = "IDR"


class HouseGiven(BaseModel):
    """Whether orders are taken now."""

    status: HouseStatus
    reason: str = Field(description="Why it is paused, in the words of the house; else empty.")
    opens: str | None = Field(description="When a closed house opens again, such as `tomorrow at 10:00`.")
    wait_minutes: int | None = Field(description="How long a new order will take; null while nobody can know.")


class TableGiven(BaseModel):
    """Where the guest sits."""

    label: str


class OptionGiven(BaseModel):
    """One possible answer, and what it adds to the price."""

    id: int
    name: str
    price: int


class OptionGroupGiven(BaseModel):
    """A question about a dish: from `min` to `max` answers."""

    id: int
    name: str
    min: int
    max: int
    options: list[OptionGiven]


class DishGiven(BaseModel):
    """Something on the menu."""

    id: int
    name: str
    description: str
    price: int
    available: bool
    labels: list[str]
    image_url: str | None
    option_groups: list[OptionGroupGiven]


class CategoryGiven(BaseModel):
    """A heading of the menu."""

    id: int
    name: str
    served_from: str | None = Field(description="Time of the outlet's day, as 06:00; null when it is always served.")
    served_until: str | None
    last_order: str | None
    available: bool = Field(description="Whether its dishes can be ordered at this time of day.")
    dishes: list[DishGiven]


class MenuGiven(BaseModel):
    """The whole menu as one table sees it."""

    outlet: OutletGiven
    house: HouseGiven
    table: TableGiven
    version: str
    categories: list[CategoryGiven]


class LineGiven(BaseModel):
    """One dish with its price."""

    dish_id: int
    name: str
    quantity: int
    unit_price: int
    amount: int


class OrderLineGiven(LineGiven):
    """One dish of an order, with the name and price it had then."""

    options: list[OptionGiven]
    note: str


class QuoteGiven(BaseModel):
    """What a wish would cost now."""

    lines: list[LineGiven]
    subtotal: int
    discount: int
    service: int
    tax: int
    total: int = Field(description="What QRIS charges, to the rupiah.")
    cash_total: int = Field(description="What the drawer takes: the total rounded to a coin.")


class OrderGiven(BaseModel):
    """An order."""

    order_uid: str
    order_number: str
    table: str | None = Field(description="Label of the table; null for what was ordered at a kiosk.")
    serving: Serving
    stand: int | None = Field(description="Number of the table stand that a kiosk's guest took to a seat.")
    status: OrderStatus
    payment_status: PaymentStatus
    lines: list[OrderLineGiven]
    subtotal: int
    discount: int
    service: int
    tax: int
    total: int
    cash_total: int
    payment_method: Method
    claim_code: str | None = Field(description="What the guest shows to pay cash; null when there is nothing to show.")
    created_at: datetime
    promised_at: datetime | None = Field(description="When it should be ready; null when nobody could know.")


class PaymentGiven(BaseModel):
    """The newest try to collect the money."""

    method: Method
    state: AttemptState
    amount: int
    expires_at: datetime | None
    qris_url: str | None
    qr_string: str | None
    issuer: str | None
    reference: str | None
    paid_at: datetime | None


class RefundGiven(BaseModel):
    """Money that goes, or was to go, back to the payer."""

    state: RefundState
    """`asked`, `accepted` by the gateway, `confirmed` by the bank, or `refused`."""
    amount: int
    reason: str
    at: datetime
    confirmed_at: datetime | None


class HappenedGiven(BaseModel):
    """One fact of an order's life."""

    at: datetime
    event: str


class OrderPageGiven(OrderGiven):
    """An order with its payment and its history."""

    payment: PaymentGiven | None
    refunds: list[RefundGiven]
    history: list[HappenedGiven]


class QrisGiven(BaseModel):
    """A QR that can be paid now."""

    transaction_token: str
    qris_url: str
    order_uid: str
    qr_string: str
    amount: int
    expires_at: datetime
