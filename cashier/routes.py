"""Joins the pages of the staff's face into one router."""

from fastapi import APIRouter

from cashier import actions, board, cash, kitchen_screen, live, money, session, shift

router = APIRouter(include_in_schema=False)
for part in (session, board, cash, actions, kitchen_screen, shift, money, live):
    router.include_router(part.router, prefix="/cashier")
