"""Joins the pages of the staff's face into one router."""

from fastapi import APIRouter

from cashier import actions, board, case_steps, cash, kitchen_screen, live, money, refunds, session, shift

router = APIRouter(include_in_schema=False)
for part in (session, board, cash, actions, refunds, kitchen_screen, shift, money, case_steps, live):
    router.include_router(part.router, prefix="/cashier")
