"""Joins the pages of the staff's face into one router."""

from fastapi import APIRouter

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
    paper,
    people,
    pictures,
    printers,
    ready_screen,
    refunds,
    session,
    settlements,
    shift,
    stock,
    walk_in,
)

router = APIRouter(include_in_schema=False)
for part in (
    session,
    board,
    cash,
    actions,
    refunds,
    kitchen_screen,
    kitchen_steps,
    ready_screen,
    shift,
    # Before the cases: any other word in its place would be one.
    settlements,
    money,
    case_steps,
    pictures,
    stock,
    walk_in,
    guest_display,
    devices,
    printers,
    paper,
    floor,
    people,
    me,
    audit,
    exceptions,
    history,
    live,
):
    router.include_router(part.router, prefix="/cashier")
