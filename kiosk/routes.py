"""Joins the diner's pages."""

from fastapi import APIRouter

from kiosk import basket, front, language, menu, orders, party, payment, pictures, progress
from kiosk.tablet import routes as tablet

router = APIRouter(include_in_schema=False)
for part in (front, menu, pictures, basket, party, orders, payment, progress, language, tablet):
    router.include_router(part.router)
