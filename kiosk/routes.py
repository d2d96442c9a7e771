"""Lists the routers of the diner's pages in the order in which an address is looked for."""

from typing import Final

from kiosk import basket, front, language, menu, orders, party, payment, pictures, progress
from kiosk.tablet import routes as tablet

open_phones: Final = (menu.router, payment.router, progress.router)
"""What a phone that lies open asks for again and again."""
routers: Final = (
    *(part.router for part in (front, pictures, basket, party, orders, language)),
    *tablet.routers,
)
