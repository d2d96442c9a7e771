"""Which role may do what."""

import enum
from collections.abc import Mapping, Sequence
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
    ORDER_FOR_GUESTS = "order_for_guests"
    """Type what a guest at the counter says."""
    CANCEL_UNPAID = "cancel_unpaid"
    CANCEL_PAID = "cancel_paid"
    SEE_MONEY_CASES = "see_money_cases"
    PLACE_MONEY = "place_money"
    """Give money that came without an order its home: cook the order after all, or pay another one with it."""
    GIVE_MONEY_BACK = "give_money_back"
    """Refund, write off, take cash in doubt. With the PIN, each time."""
    GIVE_MUCH_BACK = "give_much_back"
    """Refund more in a day than a manager may; see `refund_limit.py`."""
    EDIT_THE_MENU = "edit_the_menu"
    """Say what dishes look like."""
    WORK_THE_DRAWER = "work_the_drawer"
    MOVE_MUCH_CASH = "move_much_cash"
    SEE_TAKINGS = "see_takings"
    """See what came in so far while the drawer is still open. Whoever counts it must not."""
    MANAGE_DEVICES = "manage_devices"
    """Let a tablet stand in the shop as a kiosk, and cut it off."""
    MARK_SOLD_OUT = "mark_sold_out"
    """Take a dish off sale, put it back, and count its portions."""
    PAUSE_ORDERS = "pause_orders"
    """Take no new orders for a while, with a reason that guests read."""
    SET_HOURS = "set_hours"
    SEE_HISTORY = "see_history"
    """Look up what was ordered and paid before."""
    EXPORT_HISTORY = "export_history"
    """Take it home as a file."""
    PRINT_SLIPS = "print_slips"
    """Have a receipt or a kitchen slip printed once more."""
    MANAGE_PRINTERS = "manage_printers"
    """Say where printers stand and what they print."""
    ASK_FOR_CODES = "ask_for_codes"
    """Say whether a table's code must be named before a phone may order there."""
    MATCH_SETTLEMENTS = "match_settlements"
    """Take in what the gateway lists, and explain what does not agree with the books."""
    MANAGE_PEOPLE = "manage_people"
    """Hire, change and let go whoever one may manage; see `roles_to_give`."""
    SEE_ACTS = "see_acts"
    """Read who did what with money, people, prices, settings and devices."""
    SIGN_IN_BY_CODE = "sign_in_by_code"
    """Have an authenticator app's code asked for after the password."""


_KITCHEN: Final = frozenset({Right.COOK, Right.MARK_SOLD_OUT})
_CASHIER: Final = _KITCHEN | {
    Right.SERVE,
    Right.TAKE_CASH,
    Right.ORDER_FOR_GUESTS,
    Right.CANCEL_UNPAID,
    Right.SEE_MONEY_CASES,
    Right.PLACE_MONEY,
    Right.WORK_THE_DRAWER,
    Right.PAUSE_ORDERS,
    Right.SEE_HISTORY,
    Right.PRINT_SLIPS,
}
_MANAGER: Final = _CASHIER | {
    Right.CANCEL_PAID,
    Right.MOVE_MUCH_CASH,
    Right.SEE_TAKINGS,
    Right.GIVE_MONEY_BACK,
    Right.EDIT_THE_MENU,
    Right.MANAGE_DEVICES,
    Right.SET_HOURS,
    Right.ASK_FOR_CODES,
    Right.EXPORT_HISTORY,
    Right.MANAGE_PRINTERS,
    Right.MATCH_SETTLEMENTS,
    Right.MANAGE_PEOPLE,
    Right.SEE_ACTS,
}
_OWNER: Final = _MANAGER | {Right.SIGN_IN_BY_CODE, Right.GIVE_MUCH_BACK}

RIGHTS: Final[Mapping[Role, frozenset[Right]]] = {
    Role.KITCHEN: _KITCHEN,
    Role.CASHIER: _CASHIER,
    Role.MANAGER: _MANAGER,
    Role.OWNER: _OWNER,
}


LADDER: Final = (Role.KITCHEN, Role.CASHIER, Role.MANAGER, Role.OWNER)
"""From the fewest rights to the most."""


def may(member: StaffMember, right: Right) -> bool:
    """Say whether a person's role carries a right."""
    return right in RIGHTS[member.role]


def require(member: StaffMember, right: Right) -> None:
    """Let a person with the right pass. Raises NotAllowed for anybody else."""
    if not may(member, right):
        raise NotAllowed


def roles_to_give(member: StaffMember) -> Sequence[Role]:
    """List the roles that a person may give, and whose people they may manage: owners all, managers those below."""
    if not may(member, Right.MANAGE_PEOPLE):
        return ()
    return LADDER if member.role is Role.OWNER else LADDER[: LADDER.index(member.role)]
