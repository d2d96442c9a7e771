"""What a server process is given by the one that started it: the open door, and a line that ends with its parent."""

import os
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

_VARIABLE: Final = "MEJA_HANDED_OVER"
READY: Final = b"r"


def command() -> list[str]:
    """Give the command that this program was started with, to start it once more: new code, new settings."""
    return [sys.executable, *sys.orig_argv[1:]]


def hand_over(listening: socket.socket, line: socket.socket | None = None) -> dict[str, str]:
    """Give the environment in which a new process finds what it is handed."""
    numbers = [str(end.fileno()) for end in (listening, line) if end is not None]
    return os.environ | {_VARIABLE: ":".join(numbers)}


@dataclass(frozen=True, slots=True)
class Handed:
    """What a process serves with."""

    listening: socket.socket
    line: socket.socket | None = None
    """To the process that started it, when that one looks after several."""

    def tell_ready(self) -> None:
        """Say that the door is answered now."""
        if self.line is not None:
            with suppress(OSError):
                self.line.send(READY)

    def call_when_left(self, leave: Callable[[], None]) -> None:
        """Call something when the parent is gone, however it went: without it nobody could end or replace us."""
        if self.line is not None:
            threading.Thread(target=_wait_for_the_end, args=(self.line, leave), name="parent", daemon=True).start()


def take_over() -> Handed | None:
    """Take what was handed to this process, if anything was."""
    numbers = os.environ.pop(_VARIABLE, "")
    if not numbers:
        return None
    return Handed(*(socket.socket(fileno=int(number)) for number in numbers.split(":")))


def _wait_for_the_end(line: socket.socket, leave: Callable[[], None]) -> None:
    with suppress(OSError):
        while line.recv(1):
            pass
    leave()
