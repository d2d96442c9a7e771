"""Joins the kiosk tablet's pages."""

from fastapi import APIRouter

from kiosk.tablet import basket, door, menu, order, rounds

router = APIRouter()
for part in (door, rounds, menu, basket, order):
    router.include_router(part.router)
