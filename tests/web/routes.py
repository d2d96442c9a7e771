"""Lists every route of the application, with an address to ask it by."""

import re
from collections.abc import Iterator

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts


def routes_of(app: FastAPI) -> Iterator[tuple[str, str]]:
    """Give (method, address) for each route; what an address needs is filled in with something unknown."""
    for route in iter_route_contexts(app.routes):
        methods = getattr(route, "methods", None) or set()
        path = re.sub(r"\{(\w+)(:\w+)?\}", "1", route.path or "")
        for method in sorted(methods - {"HEAD"}):
            yield method, path
