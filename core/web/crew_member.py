"""One of several server processes, seen from the one that started it."""

import signal
import socket
import subprocess
from contextlib import ExitStack, suppress

from core.base.clock import monotonic
from core.web.figures import PLACE_VARIABLE
from core.web.handing_over import READY, command, hand_over


class Member:
    """A server process: started with it, and looked after."""

    def __init__(self, listening: socket.socket, place: int) -> None:
        """Start one behind a door, in a place that nobody else has. Raises OSError when no process may begin."""
        self.place = place
        self._line, theirs = socket.socketpair()
        self._line.setblocking(False)
        with theirs, ExitStack() as otherwise:
            otherwise.callback(self._line.close)
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                command(),
                env=hand_over(listening, theirs) | {PLACE_VARIABLE: str(place)},
                pass_fds=(listening.fileno(), theirs.fileno()),
            )
            otherwise.pop_all()
        self._since = monotonic()
        """When it was started, or told to leave."""
        self.is_ready = False
        self._is_leaving = False

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """What it ended with; nothing while it runs."""
        return self._process.returncode

    def look(self) -> None:
        """See whether it serves by now, and whether it has ended."""
        if not self.is_ready:
            with suppress(OSError):
                self.is_ready = self._line.recv(1) == READY
        if self._process.poll() is not None:
            self._line.close()

    def has_overstayed(self, ready_seconds: float, leave_seconds: float) -> bool:
        """Tell whether it has taken longer than it may, to begin or to leave."""
        if self.is_ready and not self._is_leaving:
            return False
        return monotonic() - self._since > (leave_seconds if self._is_leaving else ready_seconds)

    def leave(self) -> None:
        """Tell it to leave in good order."""
        if not self._is_leaving:
            self._is_leaving, self._since = True, monotonic()
            self._process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()
