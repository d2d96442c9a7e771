"""A server that leaves without cutting anybody off."""

import asyncio
import random
import signal
import socket
from collections.abc import Callable
from types import FrameType
from typing import Any, Final

import uvicorn
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

FAREWELL_SECONDS: Final = 1.0
"""For so long, at most, those who are connected are still served, and asked to connect anew for what comes next."""
_STEPS: Final = 20


class LeavingServer(uvicorn.Server):
    """Says when it can be reached; at its end it shuts the door first, then sees its guests off, then leaves.

    uvicorn shuts the door and hangs up on every line that is silent at that moment, one among them whose request is on
    its way; and it tells all sockets in one breath to come back, which they then do in one breath.
    """

    def __init__(
        self, config: uvicorn.Config, when_ready: Callable[[], None], door: socket.socket | None = None
    ) -> None:
        """Serve behind a door that is open already, or else behind one of our own."""
        super().__init__(config)
        self._when_ready = when_ready
        self._door = door
        self.is_to_come_again = False
        """Whether the process was asked to start anew when it has left."""

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        # A copy: the door stays open behind a server that comes again, for those who knock meanwhile.
        super().run([self._door.dup()] if self._door is not None else sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._when_ready()

    def come_again(self) -> None:
        """Leave in good order, as at SIGTERM, and let the process start anew behind the same door."""
        self.is_to_come_again = self.should_exit = True

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Obey a signal; an end overrules coming again."""
        self.is_to_come_again = False
        # A terminal tells all processes of a group: what comes after our parent's word is no second key press.
        if sig == signal.SIGINT and signal.SIGTERM in self._captured_signals:
            return
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        kept = self._door if self.is_to_come_again else None
        for door in [*(sockets or []), self._door]:
            if door is not None and door is not kept:
                door.close()
        await self._see_guests_off()
        await super().shutdown(sockets)

    async def _see_guests_off(self) -> None:
        # Whoever asks once more on the same line reads that it ends, and opens a new one for the next question.
        self.server_state.default_headers = [*self.server_state.default_headers, (b"connection", b"close")]
        live = [line for line in self.server_state.connections if _is_socket(line)]
        # Sockets are told one after the other, in no order, so that they do not all stand at the next door at once.
        random.shuffle(live)
        for step in range(_STEPS):
            if not self.server_state.connections or self.force_exit:
                return
            for line in live[step::_STEPS]:
                line.shutdown()
            await asyncio.sleep(FAREWELL_SECONDS / _STEPS)


def _is_socket(line: Any) -> bool:  # noqa: ANN401 - any protocol of uvicorn's
    return isinstance(line, WebSocketsSansIOProtocol) and line.handshake_complete
