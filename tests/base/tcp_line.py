"""A wire between the program and a server, which a test can cut or let go silent."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass
class Wire:
    """Carries bytes both ways until told otherwise."""

    server: tuple[str, int]
    port: int = 0
    cut_at: bytes | None = None
    """When the program sends this, the wire is cut."""
    arrives: bool = True
    """Whether what the wire is cut at still reaches the server."""
    silent: bool = False
    """Whether the server's answers are swallowed."""
    cuts: int = 0
    _ends: list[socket.socket] = field(default_factory=list)

    def address_of(self, url: str) -> str:
        """The database's address by way of this wire."""
        return url.replace(f":{self.server[1]}/", f":{self.port}/")

    def serve(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                server = socket.create_connection(self.server, timeout=5)
                server.settimeout(None)
                self._ends += [client, server]
                threading.Thread(target=self._carry, args=(client, server), daemon=True).start()
                threading.Thread(target=self._bring_back, args=(server, client), daemon=True).start()

    def _carry(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := client.recv(65536):
                is_cut = self.cut_at is not None and self.cut_at in data
                if is_cut:
                    # Counted first: whoever hears of the cut may look at once.
                    self.cuts += 1
                    self.cut_at = None
                if not is_cut or self.arrives:
                    if is_cut:
                        # Only the answer is lost: first nobody listens any more, then the server is told.
                        client.shutdown(socket.SHUT_RDWR)
                    server.sendall(data)
                if is_cut:
                    if self.arrives:
                        server.recv(65536)
                    break
        _close(client, server)

    def _bring_back(self, server: socket.socket, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := server.recv(65536):
                if not self.silent:
                    client.sendall(data)
        if not self.silent:
            _close(client)

    def close(self) -> None:
        _close(*self._ends)


def _close(*ends: socket.socket) -> None:
    for end in ends:
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()


@contextmanager
def wire_to(url: str) -> Iterator[Wire]:
    """Lay a wire to the server of a database's address until the block ends."""
    place = urlsplit(url)
    assert place.port is not None
    with socket.create_server(("127.0.0.1", 0)) as listener:
        wire = Wire((place.hostname or "127.0.0.1", place.port), listener.getsockname()[1])
        accepting = threading.Thread(target=wire.serve, args=(listener,), daemon=True)
        accepting.start()
        yield wire
        listener.shutdown(socket.SHUT_RDWR)
    wire.close()
    accepting.join(5)
