"""Which role may do what."""

import enum
from collections.abc import Mapping
from typing import Final

from core.staff.errors import NotAllowed
from core.staff.models import Role, StaffMember


class Right(enum.StrEnum):
    """Something that not everybody behind the counter may do."""

    COOK = "cook"
    """See the kitchen's screens, start an order and call it ready."""
    SERVE = "serve"
    """See the board and hand food out."""
    TAKE_CASH = "take_cash"
    CANCEL_UNPAID = "cancel_unpaid"
    CANCEL_PAID = "cancel_paid"
    SEE_MONEY_CASES = "see_money_cases"
    PLACE_MONEY = "place_money"
    """Give money that came without an order its home: cook the order after all, or pay another one with it."""
    GIVE_MONEY_BACK = "give_money_back"
    """Refund, write off, take cash in doubt. With the PIN, each time."""
    WORK_THE_DRAWER = "work_the_drawer"
    MOVE_MUCH_CASH = "move_much_cash"


_KITCHEN: Final = frozenset({Right.COOK})
_CASHIER: Final = _KITCHEN | {
    Right.SERVE,
    Right.TAKE_CASH,
    Right.CANCEL_UNPAID,
    Right.SEE_MONEY_CASES,
    Right.PLACE_MONEY,
    Right.WORK_THE_DRAWER,
}
_MANAGER: Final = _CASHIER | {Right.CANCEL_PAID, Right.MOVE_MUCH_CASH, Right.GIVE_MONEY_BACK}

RIGHTS: Final[Mapping[Role, frozenset[Right]]] = {
    Role.KITCHEN: _KITCHEN,
    Role.CASHIER: _CASHIER,
    Role.MANAGER: _MANAGER,
    Role.OWNER: _MANAGER,
}


def may(member: StaffMember, right: Right) -> bool:
    """Say whether a person's role carries a right."""
    return right in RIGHTS[member.role]


def require(member: StaffMember, right: Right) -> None:
    """Let a person with the right pass. Raises NotAllowed for anybody else."""
    if not may(member, right):
        raise NotAllowed
