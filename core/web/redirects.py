"""Sends the browser on to one of our own pages."""

from urllib.parse import urlencode, urlsplit

from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send


class Onward(Response):
    """A 303 to a page known by its route's name; the address is made when the answer is sent."""

    def __init__(self, name: str, params: dict[str, str | int], query: dict[str, str]) -> None:
        super().__init__(status_code=303)
        self._name, self._params, self._query = name, params, query

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = str(scope["app"].url_path_for(self._name, **self._params))
        self.headers["Location"] = f"{path}?{urlencode(self._query)}" if self._query else path
        await super().__call__(scope, receive, send)


def see_other(name: str, *, query: dict[str, str] | None = None, **params: str | int) -> Response:
    """Answer a finished form with the page that shows what came of it."""
    return Onward(name, params, query or {})


def see_path(path: str | None, *, default: str = "/") -> Response:
    """Answer with a path that a form or an address brought along; a foreign one becomes the default."""
    return RedirectResponse(own_path(path, default=default), status_code=303)


def own_path(path: str | None, *, default: str = "/") -> str:
    """Keep a path only when it surely stays on this site: `//evil` and its kin do not."""
    if not path or not path.startswith("/") or path.startswith("//") or "\\" in path:
        return default
    if any(ord(c) <= 32 or ord(c) == 127 for c in path) or len(path) > 2000:
        return default
    try:
        parts = urlsplit(path)
    except ValueError:
        return default
    return default if parts.scheme or parts.netloc else path
