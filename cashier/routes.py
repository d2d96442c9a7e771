"""Lists the routers of the staff's face but for the board, in the order in which an address is looked for."""

from typing import Final

from cashier import (
    actions,
    audit,
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

routers: Final = tuple(
    part.router
    for part in (
        session,
        cash,
        actions,
        refunds,
        kitchen_screen,
        kitchen_steps,
        ready_screen,
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
