"""Applications that share what is the same in all of them: a test builds one, and most of what it is made of was there before."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi.routing import APIRoute, APIWebSocketRoute, _IncludedRouter
from starlette.routing import BaseRoute
from starlette.testclient import TestClient

from core.web import plumbing
from core.web.assets import Assets


def share_what_applications_are_made_of() -> None:
    """Let every application of this process use the routes, the static files and the loop of those before it."""
    _share_routes()
    _share_assets()
    _share_loop()


def _share_routes() -> None:
    """Look at what a route needs once: FastAPI does it anew in each application, which is a seventh of a second."""
    build = _IncludedRouter._build_effective_context
    built: dict[int, list[tuple[BaseRoute, Any, Any]]] = {}

    def shared(router: _IncludedRouter, route: BaseRoute) -> Any:
        if not isinstance(route, APIRoute | APIWebSocketRoute):
            return build(router, route)
        # All that differs is whose dependencies may be replaced, and nobody here replaces any.
        included = replace(router.include_context, dependency_overrides_provider=None)
        alike = built.setdefault(id(route), [])
        for _route, context, known in alike:
            if context == included:
                return known
        made = build(_IncludedRouter(router.original_router, included), route)
        # The route is kept with it: another one may not get its number.
        alike.append((route, included, made))
        return made

    _IncludedRouter._build_effective_context = shared  # type: ignore[method-assign]


def _share_assets() -> None:
    """Read the static files once. A file that has changed is read anew by itself."""
    known: dict[Path, Assets] = {}

    def shared(place: Path, *, bundles: Mapping[str, Sequence[str]]) -> Assets:
        if place not in known:
            known[place] = Assets(place, bundles=bundles)
        return known[place]

    plumbing.Assets = shared  # type: ignore[assignment, misc]


def _share_loop() -> None:
    """Answer on one loop with its threads, unless a test starts the whole application: else each request had its own."""
    stand_alone = TestClient._portal_factory

    @contextmanager
    def shared(client: TestClient) -> Iterator[BlockingPortal]:
        if client.portal is not None:
            with stand_alone(client) as portal:
                yield portal
        else:
            yield _portal()

    TestClient._portal_factory = shared  # type: ignore[method-assign]


_OPEN = ExitStack()
"""It is never closed: the loop ends with the process, and its thread waits for nobody."""


@cache
def _portal() -> BlockingPortal:
    return _OPEN.enter_context(start_blocking_portal())
