"""Writes HTML pages and partials from the templates, in the reader's language and by the outlet's clock."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from jinja2 import BaseLoader, Environment, FileSystemLoader, FunctionLoader, StrictUndefined
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse
from starlette.routing import Router

from core.web.assets import Assets
from core.web.languages import DEFAULT_LANGUAGE, LANGUAGES, Languages
from core.web.links import links_of
from core.web.places import folder
from core.web.wording import FILTERS, VOICE, Voice, gettext, ngettext

_USUAL: Final[Mapping[int, Mapping[str, str]]] = {
    401: {"WWW-Authenticate": "Bearer"},
    503: {"Retry-After": "2"},
}
VERSION: Final = "Meja-Version"
"""The header by which a page that stood open learns that the program was brought up to date meanwhile."""


class Pages:
    """The template environment of one application."""

    def __init__(self, router: Router, assets: Assets, languages: Languages, *, reload: bool) -> None:
        self.languages = languages
        self.version = _version()
        self.environment = Environment(
            loader=FileSystemLoader(folder("templates")) if reload else _as_they_are(folder("templates")),
            autoescape=True,
            undefined=StrictUndefined,
            extensions=["jinja2.ext.i18n"],
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=reload,
        )

        self.environment.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
        self.environment.filters.update(FILTERS)
        self.environment.globals.update(
            url_for=links_of(router), static=assets.address, languages=LANGUAGES, version=self.version
        )

    def write(self, template: str, context: Mapping[str, Any], *, language: str, zone: str) -> str:
        """Write one template. Needs no request, so that a page may be made once for many."""
        with self.speaking(language, zone):
            return self.environment.get_template(template).render(context, lang=language)

    @contextmanager
    def speaking(self, language: str, zone: str) -> Iterator[None]:
        """Let everything that is worded in the block be in a language and by a clock."""
        token = VOICE.set(Voice(language, zone, self.languages[language]))
        try:
            yield
        finally:
            VOICE.reset(token)


def _as_they_are(place: Path) -> BaseLoader:
    """Keep every template as it is at the start: those of newer code may lie there before it is taken up."""
    texts = {path.relative_to(place).as_posix(): path.read_text("utf-8") for path in place.rglob("*.html")}

    def find(name: str) -> tuple[str, str, Callable[[], bool]] | None:
        return (texts[name], str(place / name), lambda: True) if name in texts else None

    return FunctionLoader(find)


@cache
def _version() -> str:
    """Name everything that pages are made of, as it was at the start: another word once the program is brought up to date."""
    digest = sha256()
    for place in map(folder, ("locale", "static", "templates")):
        for file in sorted(path for path in place.rglob("*") if path.is_file()):
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def pages_of(connection: HTTPConnection) -> Pages:
    """Give the application's pages."""
    pages = connection.app.state.pages
    assert isinstance(pages, Pages)  # noqa: S101 - says what the state holds
    return pages


def language_of(connection: HTTPConnection, fallback: str | None = None) -> str:
    """Tell the reader's language: the address's `lang`, else the cookie's, else the fallback, else Indonesian."""
    for wish in (connection.query_params.get("lang"), connection.app.state.cookies.read(connection, "meja_lang")):
        if wish in LANGUAGES:
            return str(wish)
    return fallback if fallback is not None and fallback in LANGUAGES else DEFAULT_LANGUAGE


def render(
    request: Request,
    template: str,
    /,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **context: Any,
) -> HTMLResponse:
    """Answer with a page or a partial.

    Templates also find `request`, `here` (this page's own path), `lang` and `languages`; an `outlet`
    in the context sets the clock, and the language of readers who have chosen none. A `language`
    in it is the page's own, whatever was chosen.
    """
    outlet = context.get("outlet")
    language = context.pop("language", None) or language_of(request, outlet.language if outlet else None)
    zone = outlet.zone if outlet else "Asia/Jakarta"
    query = f"?{request.url.query}" if request.url.query else ""
    context |= {"request": request, "here": f"{request.url.path}{query}"}
    pages = pages_of(request)
    page = pages.write(template, context, language=language, zone=zone)
    usual = {VERSION: pages.version} | usual_headers(status)
    return HTMLResponse(page, status_code=status, headers=usual | dict(headers or {}))


def usual_headers(status: int) -> dict[str, str]:
    """Give what belongs to a status: when to come again, or by what to be let in."""
    return dict(_USUAL.get(status, {}))
