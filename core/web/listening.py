"""Opens the door that a server's processes share."""

import errno
import socket
import time
from typing import Final

from core.base.clock import monotonic
from core.base.errors import N_, MejaError

_PATIENCE_SECONDS: Final = 3.0
"""For processes whose parent was killed: they let go of the port as soon as they notice."""
_LOOK_EVERY: Final = 0.05


class PortTaken(MejaError):
    """Somebody else listens where we were to."""

    kind = "port-taken"
    status = 503
    sentence = N_(
        "Cannot listen on %(host)s port %(port)s: %(reason)s. Another program may be there (MEJA_HOST, MEJA_PORT)."
    )


def listen(host: str, port: int) -> socket.socket:
    """Take an address, when need be after a moment's wait; the first server that is ready opens it. Raises PortTaken.

    Until then whoever comes is told at once that nobody is there, and does not wait at a closed door.
    """
    until = monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            return _listen(host, port)
        except OSError as error:
            if error.errno != errno.EADDRINUSE or monotonic() > until:
                raise PortTaken(host=host, port=port, reason=error.strerror or str(error)) from None
        time.sleep(_LOOK_EVERY)


def _listen(host: str, port: int) -> socket.socket:
    family, _kind, _protocol, _name, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    # The protocol is named, or answers would be held back for others to travel with them (Nagle).
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
    except OSError:
        listening.close()
        raise
    return listening
