"""Brings bytes to a printer that listens on TCP, and finds out whether they arrived.

Port 9100 has no receipt of its own: TCP says that bytes left, not that anything was printed. Printers
that answer DLE EOT are asked before and after; the others are believed unless the line says otherwise.
"""

import array
import contextlib
import socket
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from core.base.clock import monotonic
from core.printing.addresses import NotInTheHouse, addresses_of
from core.printing.escpos import (
    ASK_CAUSE,
    ASK_PAPER,
    ASK_STATE,
    cause_trouble,
    is_status,
    paper_trouble,
    state_trouble,
)
from core.printing.models import Trouble

_LONGEST_ANSWER: Final = 64
_CHUNK: Final = 1024


class NothingPrinted(Exception):
    """The printer took nothing: the job can be tried again without a word about it."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble)
        self.trouble = trouble


class PerhapsPrinted(Exception):
    """Bytes left, and nobody knows whether they are on paper."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble)
        self.trouble = trouble


@dataclass(frozen=True, slots=True)
class Patience:
    """How many seconds each step may take. Together they stay well under the lease of a printer."""

    connect: float = 3.0
    answer: float = 0.5
    """Many printers never answer: each job waits this long for them."""
    take: float = 8.0
    """For all bytes of a job: a slow printer takes them as it prints."""
    confirm: float = 8.0
    close: float = 1.5


@dataclass(frozen=True, slots=True)
class NetworkPrinter:
    """The one who opens connections to printers."""

    patience: Patience = Patience()

    def deliver(self, host: str, port: int, data: bytes) -> None:
        """Have a printer print a whole job.

        Raises NothingPrinted when none of it was sent, PerhapsPrinted when the end is not known.
        """
        with self._line(host, port) as line:
            answers = self._must_be_ready(line)
            self._send(line, data)
            if answers:
                self._must_confirm(line)
            else:
                self._hang_up(line)

    @contextlib.contextmanager
    def _line(self, host: str, port: int) -> Iterator[socket.socket]:
        try:
            addresses = addresses_of(host)
        except NotInTheHouse:
            raise NothingPrinted(Trouble.BAD_ADDRESS) from None
        with self._connected(addresses, port) as line:
            # What is small goes out at once: a question must not wait for company.
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            yield line

    def _connected(self, addresses: Sequence[str], port: int) -> socket.socket:
        ends = monotonic() + self.patience.connect
        for address in addresses:
            with contextlib.suppress(OSError):
                return socket.create_connection((address, port), max(0.001, ends - monotonic()))
        raise NothingPrinted(Trouble.UNREACHABLE)

    def _must_be_ready(self, line: socket.socket) -> bool:
        """Ask how the printer is; tell whether it answers at all. Raises NothingPrinted."""
        try:
            paper = self._ask(line, ASK_PAPER, self.patience.answer)
            if paper is None:
                return False
            cause = self._ask(line, ASK_CAUSE, self.patience.answer)
            state = self._ask(line, ASK_STATE, self.patience.answer)
        except OSError:
            raise NothingPrinted(Trouble.UNREACHABLE) from None
        trouble = (
            paper_trouble(paper)
            or (cause_trouble(cause) if cause is not None else None)
            or (state_trouble(state) if state is not None else None)
        )
        if trouble is not None:
            raise NothingPrinted(trouble)
        return True

    def _send(self, line: socket.socket, data: bytes) -> None:
        ends = monotonic() + self.patience.take
        left = memoryview(data)
        try:
            while left:
                line.settimeout(max(0.001, ends - monotonic()))
                left = left[line.send(left[:_CHUNK]) :]
        except OSError:
            # Even of a first chunk that failed nobody can say how much of it the network took.
            raise PerhapsPrinted(Trouble.BROKE_OFF) from None

    def _must_confirm(self, line: socket.socket) -> None:
        """Ask once more: who answers now has taken everything that was sent before. Raises PerhapsPrinted."""
        try:
            paper = self._ask(line, ASK_PAPER, self.patience.confirm)
        except OSError:
            raise PerhapsPrinted(Trouble.BROKE_OFF) from None
        if paper is None:
            raise PerhapsPrinted(Trouble.WENT_SILENT)
        if (trouble := paper_trouble(paper)) is not None:
            raise PerhapsPrinted(trouble)

    def _hang_up(self, line: socket.socket) -> None:
        """End a job that nobody confirms: the printer hangs up too, or holds its peace. Raises PerhapsPrinted."""
        ends = monotonic() + self.patience.close
        try:
            line.shutdown(socket.SHUT_WR)
            # What it says meanwhile means nothing here, and may go on for ever.
            while (left := ends - monotonic()) > 0:
                line.settimeout(left)
                if not line.recv(_LONGEST_ANSWER):
                    return
        except TimeoutError:
            if _unacknowledged(line):
                raise PerhapsPrinted(Trouble.WENT_SILENT) from None
        except OSError:
            raise PerhapsPrinted(Trouble.BROKE_OFF) from None

    @staticmethod
    def _ask(line: socket.socket, question: bytes, seconds: float) -> int | None:
        """Ask, and wait for an answer; nothing when none comes in time. Raises OSError when the line is gone."""
        ends = monotonic() + seconds
        line.settimeout(seconds)
        line.sendall(question)
        with contextlib.suppress(TimeoutError):
            while (left := ends - monotonic()) > 0:
                line.settimeout(left)
                answer = line.recv(_LONGEST_ANSWER)
                if not answer:
                    raise ConnectionResetError
                # Whatever else it says by itself (it may report each change of its state) is passed over.
                if (status := next(filter(is_status, answer), None)) is not None:
                    return status
        return None


def _unacknowledged(line: socket.socket) -> bool:
    """Tell whether bytes are still on their way that the other side should have taken by now."""
    if not sys.platform.startswith("linux"):
        return False
    import fcntl
    import termios

    count = array.array("i", [0])
    fcntl.ioctl(line.fileno(), termios.TIOCOUTQ, count)
    # After hanging up, the end of the line itself counts as one byte.
    return count[0] > 1
