"""Says where a printer may stand: in the house's own network, and nowhere else.

Whoever types a printer's address makes this server open a connection to it. So that nobody reaches
by it what only the server can reach, such as the metadata service of a cloud (169.254.169.254), an
address must be of the ranges that homes and shops use, and the port one of a printer's. A name is
looked up each time, and the very address that was checked is connected to: what the name leads to
a moment later does not count.
"""

import ipaddress
import re
import socket
from collections.abc import Sequence
from typing import Final

from core.printing.errors import BadPrinterAddress

PORTS: Final = range(9100, 9200)
_HOUSE: Final = tuple(
    map(
        ipaddress.ip_network,
        ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "fc00::/7", "::1/128"),
    )
)
_NOT_HOUSE: Final = (ipaddress.ip_network("fd00:ec2::/32"),)
"""Private by its shape, but Amazon's for its metadata service."""
_NAME: Final = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")
_NUMBERS: Final = re.compile(r"[0-9.]+|0x[0-9a-f.x]*")
"""What resolvers take for an address though it is not written as one: 127.1, 0x7f000001, 2130706433."""


class NotInTheHouse(Exception):
    """A name that leads nowhere, or to an address where no printer of the house can be."""


def tidy_host(typed: str) -> str:
    """Bring an address or a name to the one way it is kept in. Raises BadPrinterAddress."""
    host = typed.strip().lower().rstrip(".")
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        if _NAME.fullmatch(host) and not _NUMBERS.fullmatch(host):
            return host
        raise BadPrinterAddress from None
    if not _is_in_the_house(host):
        raise BadPrinterAddress
    return str(address)


def addresses_of(host: str) -> Sequence[str]:
    """Look up what a printer's host stands for now: addresses of the house only. Raises NotInTheHouse."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotInTheHouse from None
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not addresses or not all(map(_is_in_the_house, addresses)):
        raise NotInTheHouse
    return addresses


def _is_in_the_house(text: str) -> bool:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    # A zone, or IPv4 in IPv6's clothes, is no address that anybody writes for a printer.
    if isinstance(address, ipaddress.IPv6Address) and (address.scope_id or address.ipv4_mapped):
        return False
    own = any(address in network for network in _HOUSE if network.version == address.version)
    return own and not any(address in network for network in _NOT_HOUSE if network.version == address.version)
