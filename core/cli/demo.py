"""The command `meja demo`: a whole restaurant with its payment gateway, on one machine, without any account."""

import contextlib
import ctypes
import importlib
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.base.settings import Settings
from core.cli.holding import hold_database
from core.cli.opening import Refused, open_core

if TYPE_CHECKING:
    from core.cli.logins import Login


@dataclass(frozen=True, slots=True)
class Places:
    """Where the demo listens and keeps its things."""

    host: str
    port: int
    simulator_port: int
    data: Path

    @property
    def is_everywhere(self) -> bool:
        """Whether it listens on all addresses of this machine."""
        return _told_by(self.host, lambda address: address.is_unspecified)

    @property
    def is_public(self) -> bool:
        """Whether others can reach it."""
        return self.host != "localhost" and not _told_by(self.host, lambda address: address.is_loopback)

    @property
    def public_host(self) -> str:
        return _own_address() if self.is_everywhere else self.host

    @property
    def near_host(self) -> str:
        """The host by which our own two processes reach each other."""
        return "127.0.0.1" if self.is_everywhere else self.host

    @property
    def simulator_url(self) -> str:
        return f"http://{self.public_host}:{self.simulator_port}"


def demo(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the restaurant.")] = 8000,
    simulator_port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the Midtrans simulator.")] = 8100,
    data: Annotated[Path, typer.Option(help="Folder of everything the demo keeps.")] = Path("var/demo"),
    host: Annotated[
        str, typer.Option(help="Address to listen on; others than loopback get random logins.")
    ] = "127.0.0.1",
    verbose: Annotated[bool, typer.Option("--verbose", help="Show a line for each request.")] = False,
) -> None:
    """Start the demo restaurant and its payment simulator. Ctrl-C stops both."""
    places = Places(host, port, simulator_port, data)
    for wanted in (port, simulator_port):
        _hold_to_free(host, wanted)
    settings = _settings(places)
    data.mkdir(parents=True, exist_ok=True)
    if (hand := hold_database(settings)) is not None:
        hand.close()
    # uvicorn hands the signal on when it is done; as an exit it lets the simulator be stopped too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    # The simulator starts while we are still loading.
    with _simulator(places) as child, contextlib.suppress(KeyboardInterrupt):
        logins = _prepare(settings, places)
        _serve(settings, places, logins, child, is_verbose=verbose)
    typer.echo("\nStopped. Everything is kept in " + str(data))


def _settings(places: Places) -> Settings:
    # Whatever stands in .env is meant for the real thing.
    return Settings(
        _env_file=None,
        environment="development",
        database_url=f"sqlite:///{places.data / 'meja.db'}",
        redis_url=None,
        base_url=f"http://{places.public_host}:{places.port}",
        midtrans_environment="simulator",
        midtrans_core_url=f"http://{places.near_host}:{places.simulator_port}",
        midtrans_snap_url=f"http://{places.near_host}:{places.simulator_port}/snap/v1",
        host=places.host,
        port=places.port,
        workers=1,
        data_dir=places.data,
        docs=True,
    )


def _prepare(settings: Settings, places: Places) -> "list[Login]":
    """Make the database and the restaurant in it; tell the logins that are good at this address."""
    from core.cli.logins import logins_for
    from core.migrations import upgrade
    from core.services.seed import seed_demo

    upgrade(settings.database_url)
    with open_core(settings) as core:
        seed_demo(core.db, core.clock)
        return logins_for(core, places.data, is_public=places.is_public)


def _serve(
    settings: Settings, places: Places, logins: "list[Login]", child: "subprocess.Popen[bytes]", *, is_verbose: bool
) -> None:
    import logging

    from core.cli.welcome import welcome
    from core.web.logs import configure_logging
    from core.web.server import run_application

    configure_logging(settings, level=logging.INFO if is_verbose else logging.WARNING)
    main = importlib.import_module("main")
    app = main.create_app(settings)

    def when_ready() -> None:
        if child.poll() is not None:
            typer.echo("meja: the payment simulator did not start; see above.", err=True)
        typer.echo(welcome(app.state.core, places.simulator_url, logins, str(places.data)))

    run_application(app, settings, when_ready)


@contextlib.contextmanager
def _simulator(places: Places) -> Iterator["subprocess.Popen[bytes]"]:
    """Run the simulator beside us, and end it with us."""
    near = f"http://{places.near_host}:{places.port}"
    command = [
        *(sys.executable, "-m", "simulator"),
        *("--host", places.host, "--port", str(places.simulator_port), "--public-url", places.simulator_url),
        *("--notify-url", f"{near}/api/v1/webhooks/midtrans"),
        *("--state-file", str(places.data / "simulator.db")),
    ]
    child = subprocess.Popen(  # noqa: S603 - our own program
        command,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_end_with_parent,  # noqa: PLW1509 - no threads yet
    )
    try:
        yield child
    finally:
        child.terminate()
        try:
            child.wait(5)
        except subprocess.TimeoutExpired:
            child.kill()


def _end_with_parent() -> None:
    # Even a killed demo must not leave a simulator behind that holds the port (PR_SET_PDEATHSIG; Linux only).
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def _hold_to_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            problem = (
                f"Port {port} on {host} cannot be used: {error.strerror}. Choose others: --port, --simulator-port."
            )
            raise Refused(problem=problem) from None


def _told_by(host: str, question: Callable[[IPv4Address | IPv6Address], bool]) -> bool:
    try:
        return question(ip_address(host))
    except ValueError:
        return False


def _own_address() -> str:
    """Find the address by which the network knows this machine. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])
