"""How an order is to be served, and what that does to its bill."""

import enum

from core.outlets.models import Outlet


class Serving(enum.StrEnum):
    """Where the food goes."""

    DINE_IN = "dine_in"
    TAKE_AWAY = "take_away"


def service_rate_of(outlet: Outlet, serving: Serving) -> int:
    """Give the service charge in hundredths of a percent: nobody is served who takes the food away."""
    return 0 if serving is Serving.TAKE_AWAY else outlet.service_rate
