"""Gives the path of a page by the name of its route."""

from collections.abc import Callable

from starlette.routing import BaseRoute, NoMatchFound, Router


def links_of(router: Router) -> Callable[..., str]:
    """Make the `url_for` of templates.

    The framework asks each route in turn, a hundred times a page: it was half of what a page took to write.
    """
    found: dict[tuple[str, frozenset[str]], BaseRoute] = {}

    def url_for(name: str, /, **params: str | int) -> str:
        # A path only: the page need not know under which host it is seen.
        asked = (name, frozenset(params))
        if asked not in found:
            found[asked] = _route_named(router, name, params)
        return str(found[asked].url_path_for(name, **params))

    return url_for


def _route_named(router: Router, name: str, params: dict[str, str | int]) -> BaseRoute:
    """Find the first route of a name that takes just these parameters. Raises NoMatchFound."""
    for route in router.routes:
        try:
            route.url_path_for(name, **params)
        except NoMatchFound:
            continue
        return route
    raise NoMatchFound(name, params)
