"""Runs the application on a port, the way it was measured to be fastest and safest."""

from collections.abc import Callable
from typing import Any, Final

import uvicorn
from fastapi import FastAPI

from core.base.settings import Settings

# Open sockets count towards it, and from the limit on every page answers 503.
_MOST_CONNECTIONS: Final = 12_000


class _Server(uvicorn.Server):
    """Says when it can be reached."""

    def __init__(self, config: uvicorn.Config, when_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._when_ready = when_ready

    async def startup(self, sockets: Any = None) -> None:  # noqa: ANN401 - uvicorn's own signature
        await super().startup(sockets)
        if self.started:
            self._when_ready()


def run(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM. The server's processes read the settings from the environment."""
    uvicorn.run("main:create_app", factory=True, workers=settings.workers, **_options(settings))


def run_application(app: FastAPI, settings: Settings, when_ready: Callable[[], None]) -> None:
    """Serve an application that is there already, in this process."""
    _Server(uvicorn.Config(app, **_options(settings)), when_ready).run()


def _options(settings: Settings) -> dict[str, Any]:
    return {
        "host": settings.host,
        "port": settings.port,
        "ws": "websockets-sansio",
        # Packing costs six times the time of a nudge, for forty bytes.
        "ws_per_message_deflate": False,
        "ws_max_size": 4096,
        # Without a limit, open sockets would hold up the end.
        "timeout_graceful_shutdown": 10,
        "timeout_keep_alive": 5,
        "limit_concurrency": _MOST_CONNECTIONS,
        "access_log": False,
        "server_header": False,
        "log_config": None,
    }
