"""Runs the application on a port, the way it was measured to be fastest and safest."""

import gc
import os
import signal
import socket
import sys
from collections.abc import Callable
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Any, Final, NoReturn

import uvicorn
from fastapi import FastAPI
from uvicorn.config import STARTUP_FAILURE

from core.base.settings import Settings
from core.web.crew import Crew
from core.web.figures import FOLDER_VARIABLE
from core.web.handing_over import Handed, command, hand_over, take_over
from core.web.hang_ups import hear_hang_ups, put_hang_ups_off
from core.web.leaving import LeavingServer
from core.web.listening import listen

_OPTIONS: Final[dict[str, Any]] = {
    "ws": "websockets-sansio",
    # Packing costs six times the time of a nudge, for forty bytes.
    "ws_per_message_deflate": False,
    "ws_max_size": 4096,
    # A second's farewell comes before it, and closing down after it: ten seconds in all. No answer takes longer than six.
    "timeout_graceful_shutdown": 7,
    "timeout_keep_alive": 5,
    # Open sockets count towards it, and from the limit on every page answers 503.
    "limit_concurrency": 12_000,
    "access_log": False,
    "server_header": False,
    "log_config": None,
}


def run(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM, with as many processes as the settings say.

    SIGHUP brings in new code and settings: of several processes one after the other is replaced; one alone finishes
    what it has in hand and starts again, while who comes waits at the door. Raises PortTaken.
    """
    handed = take_over()
    if handed is None and settings.workers > 1:
        with listen(settings.host, settings.port) as door, TemporaryDirectory(prefix="meja-figures-") as figures:
            os.environ[FOLDER_VARIABLE] = figures
            sys.exit(Crew(settings.workers, door, figures).serve())
    handed = handed or Handed(listen(settings.host, settings.port))
    config = uvicorn.Config("main:create_app", factory=True, **_options(settings))
    server = LeavingServer(config, _settled(handed.tell_ready), handed.listening)
    _obey_signals(server, is_alone=handed.line is None)
    handed.call_when_left(lambda: os.kill(os.getpid(), signal.SIGTERM))
    # Asked anew while it was being loaded, it may hold some of the old code and some of the new.
    if server.is_to_come_again:
        _start_again(handed.listening)
    server.run()
    if server.is_to_come_again:
        _start_again(handed.listening)
    if not server.started:
        sys.exit(STARTUP_FAILURE)


def run_application(app: FastAPI, settings: Settings, when_ready: Callable[[], None]) -> None:
    """Serve an application that is there already, in this process."""
    config = uvicorn.Config(app, host=settings.host, port=settings.port, **_options(settings))
    LeavingServer(config, _settled(when_ready)).run()


def _options(settings: Settings) -> dict[str, Any]:
    # Given here, it may stand in .env like every other setting.
    return _OPTIONS | {"forwarded_allow_ips": settings.forwarded_allow_ips}


def _settled(tell_ready: Callable[[], None]) -> Callable[[], None]:
    """Set aside what has been loaded, which stays for good, before somebody is told that all is ready.

    Python would look through all of it again and again for what nobody needs any more, and hold up everybody meanwhile:
    100 to 300 ms each time, where a menu takes ten.
    """

    def settle() -> None:
        gc.collect()
        gc.freeze()
        tell_ready()

    return settle


def _obey_signals(server: LeavingServer, *, is_alone: bool) -> None:
    """Say what signals mean while the server does not listen to them itself: before it has started, and at its end."""

    def end(_number: int, _frame: FrameType | None) -> None:
        sys.exit(0)

    def come_again(_number: int, _frame: FrameType | None) -> None:
        server.come_again()

    signal.signal(signal.SIGTERM, end)
    if hasattr(signal, "SIGHUP"):
        # One of several is replaced by the process that looks after them, which is told the same.
        signal.signal(signal.SIGHUP, come_again if is_alone else signal.SIG_IGN)
        hear_hang_ups()


def _start_again(listening: socket.socket) -> NoReturn:
    """Become a new program under the same number, behind the same door."""
    # The new program is loaded under the same mask, so that being asked once more does not end it.
    put_hang_ups_off()
    os.set_inheritable(listening.fileno(), True)
    again = command()
    os.execve(again[0], again, hand_over(listening))  # noqa: S606 - our own program
