"""Forms that move money: read as they were typed, allowed by a PIN, and shown again with what was wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final, Literal, TypedDict

from fastapi import Request
from pydantic import Field, StringConstraints, TypeAdapter, ValidationError

from cashier.errors import UnreadableAmount
from cashier.who import actor
from core.base.errors import MejaError
from core.events.record import Actor
from core.menu.quote import MAX_LINES
from core.payments.models import Refund
from core.services import Core
from core.staff.errors import PinNeeded
from core.staff.models import StaffMember
from core.staff.rights import Right, require
from core.web.access import cookies_of
from core.web.forms import Digits, FormModel, RupiahField

_RUPIAH: Final = TypeAdapter[int](RupiahField)
_FIELDS: Final[Mapping[str, str]] = {
    "wrong-pin": "pin",
    "wrong-own-pin": "pin",
    "pin-needed": "pin",
    "no-pin-yet": "pin",
    "bad-username": "username",
    "username-taken": "username",
    "wrong-own-password": "present",
    "wrong-code": "code",
    "too-many-tries": "pin",
    "refund-limit-reached": "pin",
    "reason-needed": "reason",
    "text-too-long": "reason",
    "unreadable-amount": "amount",
    "refund-too-much": "amount",
    "no-partial-refund": "amount",
    "refund-not-looked-up": "looked_up",
    "refund-not-chosen": "refund",
    "loss-too-large": "amount",
    "loss-needed": "amount",
}
"""Beside which field an error is said; every other stands above the form."""

Typed = Annotated[str, StringConstraints(max_length=400)]
Pin = Annotated[str, StringConstraints(max_length=32)]


class RefundForm(FormModel):
    """Money to be given back, as it was typed."""

    amount: Annotated[str, StringConstraints(max_length=40)] = ""
    reason: Typed = ""
    pin: Pin = ""
    way: Literal["", "gateway", "cash"] = ""
    looked_up: Literal["", "yes"] = ""
    """Whether somebody saw in the gateway's dashboard that an earlier refund did not go back."""
    payment: Annotated[str, StringConstraints(max_length=64)] = ""
    from_case: Literal["", "yes"] = ""
    """Whether what was offered is the money that no order has a right to."""
    key: Annotated[str, StringConstraints(pattern=r"^([\x21-\x7e]{8,64})?$")] = ""
    not_made: Annotated[list[Digits], Field(max_length=MAX_LINES, default_factory=list)]
    """Lines that the kitchen is not to make any more, by id."""


class WithdrawForm(FormModel):
    """A refund that is not to go out, by its key."""

    refund: Annotated[str, StringConstraints(max_length=64)] = ""
    pin: Pin = ""


class SignedForm(FormModel):
    """A reason, and the PIN of whoever stands for it, as they were typed."""

    reason: Typed = ""
    pin: Pin = ""


class CloseForm(SignedForm):
    """A case to be closed; `lost` is what a partial chargeback took."""

    lost: Annotated[str, StringConstraints(max_length=40)] = ""
    looked_up: Literal["", "yes"] = ""
    """Whether somebody saw in the gateway's dashboard what became of an earlier refund."""


class UndoForm(SignedForm):
    """A refund that did not go back, by its key."""

    refund: Annotated[str, StringConstraints(max_length=64)] = ""


class UseForm(FormModel):
    """A case's money to be used. PIN and look are asked for only where an earlier refund of it may have gone back."""

    looked_up: Literal["", "yes"] = ""
    pin: Pin = ""


class CreditForm(UseForm):
    """Which order a case's money is to pay."""

    order_uid: Annotated[str, StringConstraints(max_length=64)] = ""


class Hands(TypedDict):
    """Who uses a case's money, as the way out wants to know it."""

    by: Actor
    asked_by: Actor | None
    looked_up: bool


@dataclass(frozen=True, slots=True)
class Attempted:
    """A form that was sent and refused: what was typed, and what was wrong with it."""

    form: str = ""
    """Which form of the page it was."""
    problem: MejaError | None = None
    typed: Mapping[str, str] = field(default_factory=dict)

    def value(self, form: str, name: str, otherwise: str = "") -> str:
        """Give what was typed into a field; a PIN is never given back."""
        return self.typed.get(name, otherwise) if form == self.form and name != "pin" else otherwise

    def trouble(self, form: str, name: str = "") -> MejaError | None:
        """Give what is to be said beside a field, or above the form when no field is named."""
        if self.problem is None or form != self.form:
            return None
        return self.problem if _FIELDS.get(self.problem.kind, "") == name else None


UNTOUCHED: Final = Attempted()


def refused(form: str, problem: MejaError, sent: FormModel) -> Attempted:
    """Remember a form that was refused, without its PIN."""
    typed = {name: " ".join(map(str, value)) if isinstance(value, list) else str(value) for name, value in sent}
    return Attempted(form, problem, {name: value for name, value in typed.items() if name != "pin"})


def read_amount(typed: str) -> int:
    """Read whole rupiah as people type them. Raises UnreadableAmount."""
    try:
        return _RUPIAH.validate_python(typed)
    except ValidationError:
        raise UnreadableAmount from None


def approved(core: Core, member: StaffMember, pin: str) -> Actor:
    """Name the one whose PIN lets money go: who is signed in, or a manager beside them.

    Raises WrongPin, TooManyTries.
    """
    return actor(core.door.approve(member, pin.strip(), Right.GIVE_MONEY_BACK))


def approved_now(request: Request, core: Core, member: StaffMember, pin: str, right: Right) -> StaffMember:
    """Name the one who stands for an act: by a PIN typed now, or by having only just signed in.

    Raises NotAllowed for those who need somebody else's PIN and named none, PinNeeded for those whose own is missing,
    WrongPin, TooManyTries.
    """
    if pin.strip():
        return core.door.approve(member, pin.strip(), right)
    require(member, right)
    if not core.door.is_fresh(cookies_of(request).read(request, "meja_sid") or ""):
        raise PinNeeded
    return member


def give_back(
    core: Core, member: StaffMember, order_uid: str, form: RefundForm, *, payment: str, from_case: bool = False
) -> Refund:
    """Have money given back as a form says. Raises UnreadableAmount, WrongPin, and what Refunds.ask raises."""
    amount = read_amount(form.amount)
    by = approved(core, member, form.pin)
    return core.refunds.ask(
        order_uid,
        amount,
        form.reason,
        by,
        payment=payment,
        from_case=from_case,
        in_cash=form.way == "cash",
        looked_up=form.looked_up == "yes",
        key=form.key,
        asked_by=actor(member),
        not_made=form.not_made,
    )


def undo_refund(core: Core, member: StaffMember, case_uid: str, form: UndoForm) -> None:
    """Take a refund that did not go back out of the books. Raises WrongPin, TooManyTries, and what undo raises."""
    manager, key = approved(core, member, form.pin), form.refund
    core.lost_refunds.undo(member.outlet_id, case_uid, form.reason, manager, refund_key=key, asked_by=actor(member))


def hands_of(core: Core, member: StaffMember, form: UseForm) -> Hands:
    """Name who uses a case's money: whoever is signed in; who says that its refund was looked up signs with a PIN.

    Raises WrongPin, TooManyTries.
    """
    me = actor(member)
    if form.looked_up != "yes":
        return Hands(by=me, asked_by=None, looked_up=False)
    return Hands(by=approved(core, member, form.pin), asked_by=me, looked_up=True)


def withdraw(core: Core, member: StaffMember, form: WithdrawForm) -> None:
    """Take a refund back that has not gone out. Raises WrongPin, TooManyTries, and what Refunds.withdraw raises."""
    by = approved(core, member, form.pin)
    core.refunds.withdraw(member.outlet_id, form.refund, by, asked_by=actor(member))
