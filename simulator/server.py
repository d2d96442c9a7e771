"""Runs the simulator on a port until it is told to stop."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import uvicorn

from simulator.app import create_app

if TYPE_CHECKING:
    from simulator.config import SimulatorConfig


def serve(config: SimulatorConfig, host: str = "127.0.0.1", port: int = 8100) -> None:
    """Answer requests until SIGINT or SIGTERM. Blocks."""
    # uvicorn passes Ctrl-C on once it has stopped in good order.
    with contextlib.suppress(KeyboardInterrupt):
        uvicorn.Server(server_settings(config, host, port)).run()


def server_settings(config: SimulatorConfig, host: str, port: int) -> uvicorn.Config:
    """Return how uvicorn runs the simulator."""
    return uvicorn.Config(
        create_app(config),
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        # The caller's address decides who may control it, so no header may change that.
        proxy_headers=False,
        server_header=False,
        # A hanging fault must not hold up the end.
        timeout_graceful_shutdown=1,
    )
