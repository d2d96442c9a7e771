"""Lists the routers of the diner's pages, in the order in which an address is looked for."""

from typing import Final

from kiosk import basket, front, language, menu, orders, party, payment, pictures, progress
from kiosk.tablet import routes as tablet

routers: Final = (
    *(part.router for part in (front, menu, pictures, basket, party, orders, payment, progress, language)),
    *tablet.routers,
)
