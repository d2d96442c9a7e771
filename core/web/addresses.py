"""Makes the addresses that leave the house: they begin with the public base address, whatever host was asked."""

from dataclasses import dataclass

from starlette.requests import HTTPConnection

from core.menu.pictures import is_uploaded
from core.web.assets import Assets


@dataclass(frozen=True, slots=True)
class Addresses:
    """The public addresses of this installation."""

    base: str
    assets: Assets

    def qr(self, order_uid: str) -> str:
        """Give the address of an order's QR as a picture."""
        return f"{self.base}/orders/{order_uid}/qr.png"

    def picture(self, file: str, size: str = "small") -> str | None:
        """Give the address of a dish's picture, `small` or `large`; nothing when it has none."""
        if is_uploaded(file):
            return f"{self.base}/pictures/{size}/{file}"
        name = f"kiosk/dishes/{file}"
        return f"{self.base}{self.assets.address(name)}" if file and self.assets.find(name) else None


def addresses_of(connection: HTTPConnection) -> Addresses:
    """Give the application's way to make addresses."""
    addresses = connection.app.state.addresses
    assert isinstance(addresses, Addresses)  # noqa: S101 - says what the state holds
    return addresses
