"""Finds a port that nobody listens on."""

import secrets
import socket
import threading
from typing import Final

_FIRST: Final = 12_000
_LAST: Final = 32_000
"""Below the range from which Linux takes the ports of outgoing calls: none of those takes it before its server does."""
_given: set[int] = set()
_lock = threading.Lock()


def free_port() -> int:
    """Give a port that is free now, and that this process has not given before."""
    while True:
        # Not by `random`: tests seed it, and then every worker would draw the same ports.
        port = _FIRST + secrets.randbelow(_LAST - _FIRST)
        with _lock, socket.socket() as sock:
            if port in _given:
                continue
            try:
                sock.bind(("127.0.0.1", port))
            except OSError:
                continue
            _given.add(port)
            return port
