"""Joins the diner's pages."""

from fastapi import APIRouter

from kiosk import basket, front, language, menu, orders, payment, progress

router = APIRouter(include_in_schema=False)
for part in (front, menu, basket, orders, payment, progress, language):
    router.include_router(part.router)
