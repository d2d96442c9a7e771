"""Files of `static/` that a page always loads together, and so loads as one: on a slow line each request is a wait."""

from collections.abc import Mapping, Sequence
from typing import Final

BUNDLES: Final[Mapping[str, Sequence[str]]] = {
    "shared/page.css": ("shared/tokens.css", "shared/base.css", "shared/components.css"),
    "shared/following.js": ("shared/live.js", "shared/once.js", "shared/newer.js"),
    "kiosk/basket-page.css": ("kiosk/basket.css", "kiosk/party.css"),
    "kiosk/menu-page.css": ("kiosk/menu.css", "kiosk/dish.css"),
    "kiosk/menu-page.js": (
        "shared/stepper.js",
        "kiosk/basket.js",
        "kiosk/sheet.js",
        "shared/price.js",
        "kiosk/browse.js",
        "kiosk/fresh.js",
    ),
    "kiosk/order-page.js": ("kiosk/countdown.js", "kiosk/awake.js", "kiosk/buzz.js", "kiosk/share.js"),
}
"""What a bundle is called, and the files it is made of, in their order. A style sheet stands in the folder of its
parts: what it links to is named from there."""
