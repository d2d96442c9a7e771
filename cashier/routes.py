"""Lists the routers of the staff's face in the order in which an address is looked for."""

from typing import Final

from cashier import (
    actions,
    audit,
    board,
    case_steps,
    cash,
    devices,
    exceptions,
    floor,
    guest_display,
    history,
    kitchen_screen,
    kitchen_steps,
    live,
    me,
    money,
    notifications,
    paper,
    people,
    pictures,
    printers,
    ready_screen,
    refunds,
    session,
    settlements,
    shift,
    stickers,
    stock,
    walk_in,
)

open_screens: Final = (board.router, kitchen_screen.router, ready_screen.router)
"""What the screens on the counter and on the walls ask for with every nudge."""
routers: Final = tuple(
    part.router
    for part in (
        session,
        cash,
        actions,
        refunds,
        kitchen_steps,
        shift,
        # Before the cases: any other word in its place would be one.
        settlements,
        notifications,
        money,
        case_steps,
        pictures,
        stock,
        walk_in,
        guest_display,
        devices,
        printers,
        paper,
        stickers,
        floor,
        people,
        me,
        audit,
        exceptions,
        history,
        live,
    )
)
