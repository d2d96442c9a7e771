"""The floor of a push: a bare relay between sockets. Who says `L` first listens; what others say is passed on.

python -m bench.relay PORT
"""

import asyncio
import sys
from typing import cast

import uvloop

_listeners: set[asyncio.WriteTransport] = set()


class Relay(asyncio.Protocol):
    """One connection."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # What a server hands out can be written to, although uvloop's transports are no subclass of asyncio's.
        self.transport = cast("asyncio.WriteTransport", transport)
        self._is_new = True

    def data_received(self, data: bytes) -> None:
        if self._is_new and data == b"L":
            _listeners.add(self.transport)
        elif not self._is_new:
            for listener in _listeners:
                listener.write(data)
        # The first word only says which of the two a connection is.
        self._is_new = False

    def connection_lost(self, _error: Exception | None) -> None:
        _listeners.discard(self.transport)


async def _serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Relay, "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_serve(int(sys.argv[1])))
