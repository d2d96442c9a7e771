"""Lists the routers of the kiosk tablet's pages."""

from typing import Final

from kiosk.tablet import basket, door, menu, order, rounds

routers: Final = tuple(part.router for part in (door, rounds, menu, basket, order))
