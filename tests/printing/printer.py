"""A printer on the network: listens on TCP, prints on paper that can be read, and misbehaves when told to."""

import contextlib
import secrets
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from core.printing.models import Printer
from core.services.printer_desk import PrinterPlan
from tests.printing.paper import Paper
from tests.shop import CASHIER, Shop
from tests.web.patience import soon

_SMALL_BUFFER = 4096
"""Bytes a printer holds beside its paper. This machine's own would take megabytes before the sender notices."""
_NO_LINGER = struct.pack("ii", 1, 0)


@dataclass(slots=True)
class NetPrinter:
    """One printer, at an address of its own."""

    paper: Paper = field(default_factory=Paper)
    answers: bool = True
    """Whether it answers DLE EOT. Many printers never do."""
    hangs_up: bool = True
    """Whether it ends a line that the other side has ended."""
    reads: bool = True
    """Whether it takes what is sent; a printer that hangs does not."""
    declines: bool = False
    """Whether it ends each line at once, without a word."""
    talks_on: bool = False
    """Whether it never stops talking, and says nothing; a device that is no printer may."""
    breaks_after: int | None = None
    """Bytes after which it tears the line, once."""
    silent_after: int | None = None
    """Bytes of a line after which it prints on and answers no more."""
    seconds_a_piece: float = 0.0
    """How long it takes over each piece that comes."""
    lines: int = 0
    """How many lines to it were opened."""
    most_at_once: int = 0
    faults: list[BaseException] = field(default_factory=list)
    address: tuple[str, int] = ("", 0)
    _listener: socket.socket | None = None
    _open: list[socket.socket] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def on(self) -> None:
        """Switch it on, where it stood before."""
        self._listener = _bound(self.address)
        self.address = self._listener.getsockname()[:2]
        self._listener.listen()
        threading.Thread(target=self._serve, args=(self._listener,), daemon=True).start()

    def off(self) -> None:
        """Pull its plug: whoever calls is refused."""
        if self._listener is not None:
            # Closing alone would leave the thread in accept() and the port open.
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
        with self._lock:
            for line in self._open:
                _tear(line)
            self._open.clear()

    def has_printed(self, slips: int) -> bool:
        """Wait until so many slips have come out."""
        return soon(lambda: len(self.paper.slips) >= slips)

    @property
    def text(self) -> str:
        """Everything on its paper."""
        return "\n".join(slip.text for slip in self.paper.slips)

    def _serve(self, listener: socket.socket) -> None:
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            with self._lock:
                self._open.append(line)
                self.lines += 1
                self.most_at_once = max(self.most_at_once, sum(map(_is_held, self._open)))
            threading.Thread(target=self._print, args=(line,), daemon=True).start()

    def _print(self, line: socket.socket) -> None:
        try:
            self._take(line)
        except OSError:
            pass
        except BaseException as fault:  # noqa: BLE001 - the test that looks at the printer is told
            self.faults.append(fault)
            _tear(line)
        finally:
            with self._lock:
                if line in self._open and self.hangs_up and self.reads:
                    self._open.remove(line)
                    line.close()

    def _take(self, line: socket.socket) -> None:
        taken = 0
        if self.declines:
            line.shutdown(socket.SHUT_WR)
            while line.recv(256):
                pass
            return
        while self.talks_on:
            line.sendall(bytes(64))
        while self.reads and (data := line.recv(256)):
            time.sleep(self.seconds_a_piece)
            if self.breaks_after is not None and taken + len(data) > self.breaks_after:
                self.paper.feed(data[: max(0, self.breaks_after - taken)])
                self.breaks_after = None
                _tear(line)
                return
            taken += len(data)
            said = self.paper.feed(data)
            if said and self.answers and (self.silent_after is None or taken <= self.silent_after):
                line.sendall(said)


def _is_held(line: socket.socket) -> bool:
    """Tell whether the other side still has a line; one that it has hung up may wait for its thread to notice."""
    try:
        return line.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False


def _tear(line: socket.socket) -> None:
    with contextlib.suppress(OSError):
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        line.close()


def _bound(address: tuple[str, int]) -> socket.socket:
    """Give a socket where a printer may stand: at a port of printers, which is free on one loopback address or another."""
    if address[0]:
        return _try_to_bind(*address)
    for _ in range(50):
        # All of 127.0.0.0/8 is this machine, on Linux: tests that run beside each other do not meet.
        host = f"127.{secrets.randbelow(200) + 20}.{secrets.randbelow(250)}.{secrets.randbelow(250) + 1}"
        with contextlib.suppress(OSError):
            return _try_to_bind(host, 9100)
    return next(sock for port in range(9101, 9200) for sock in _if_free(port))


def _if_free(port: int) -> Iterator[socket.socket]:
    with contextlib.suppress(OSError):
        yield _try_to_bind("127.0.0.1", port)


def _try_to_bind(host: str, port: int) -> socket.socket:
    sock = socket.socket()
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _SMALL_BUFFER)
        sock.bind((host, port))
    except OSError:
        sock.close()
        raise
    return sock


@contextmanager
def open_printer(paper: int = 80) -> Iterator[NetPrinter]:
    """Switch a printer on until the block ends; whatever it could not read fails the test."""
    printer = NetPrinter(Paper(paper))
    printer.on()
    try:
        yield printer
    finally:
        printer.off()
    assert printer.faults == []


def put_up(shop: Shop, printer: NetPrinter, name: str = "Dapur", **duties: Any) -> Printer:
    """Put a printer into the shop's list."""
    host, port = printer.address
    plan = PrinterPlan(name, host, port, printer.paper.width, **duties)
    return shop.core.printers.add(shop.outlet.id, plan, CASHIER)
