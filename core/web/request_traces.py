"""Says which requests leave spans, and that FastAPI itself sends nothing to anybody."""

from collections.abc import MutableMapping
from typing import Any

from fastapi.telemetry import TelemetryConfig

from core.services import Core
from core.web.request_log import QUIET


def traces_of_requests(core: Core) -> TelemetryConfig:
    """Have FastAPI's own spans go where ours go, or nowhere.

    Set to send by itself (FASTAPI_OTEL_AUTO_CONFIGURE), it would send whole addresses, and texts of errors.
    """
    config = TelemetryConfig(
        tracing=core.traces is not None,
        metrics=False,
        logs=False,
        operation_spans=False,
        auto_configure=False,
        exclude=_leaves_none,
    )
    if core.traces is not None:
        config["tracer_provider"] = core.traces.provider
    return config


def _leaves_none(scope: MutableMapping[str, Any]) -> bool:
    # A socket is open for hours; the others are asked for all day, and tell nothing.
    return scope["type"] != "http" or str(scope["path"]).startswith(QUIET)
