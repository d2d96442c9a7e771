"""Puts the shared plumbing round an application: pages, problems, layers, and the routes that belong to no face."""

from fastapi import APIRouter, FastAPI

from core.base.settings import Settings
from core.services import Core
from core.web import csp, health, shell, webhooks
from core.web.addresses import Addresses
from core.web.assets import Assets
from core.web.bundles import BUNDLES
from core.web.cookies import make_cookies
from core.web.guards import BodyLimit, OriginGuard, SecurityHeaders
from core.web.guest_cookie import GuestCookie
from core.web.head import HeadAsGet
from core.web.known_hosts import KnownHosts
from core.web.languages import load_languages
from core.web.live import Sockets
from core.web.pages import Pages
from core.web.places import folder
from core.web.problems import answer_problem, install_problems
from core.web.request_log import RequestLog
from core.web.slow_lane import SlowLane


def install_plumbing(app: FastAPI, core: Core) -> None:
    """Make an application ready for the routers of the faces."""
    settings = core.settings
    assets = Assets(folder("static"), bundles=BUNDLES)
    app.state.core = core
    app.state.assets = assets
    app.state.addresses = Addresses(settings.base_url, assets)
    app.state.cookies = make_cookies(settings)
    app.state.pages = Pages(app.router, assets, load_languages(folder("locale")), reload=not settings.is_production)
    app.state.sockets = Sockets()
    app.mount("/static", assets, name="static")
    add_routers(app, *(part.router for part in (health, csp, shell, webhooks)))
    install_problems(app)
    _add_layers(app, settings)


def add_routers(app: FastAPI, *routers: APIRouter) -> None:
    """Add the routes of some routers one by one.

    An included router is asked for its routes anew with every request, three times in all where it stands in another.
    """
    for router in routers:
        app.router.routes.extend(router.routes)


def _add_layers(app: FastAPI, settings: Settings) -> None:
    # The one added last stands outermost.
    app.add_middleware(BodyLimit, answer=answer_problem)
    app.add_middleware(OriginGuard, settings=settings, answer=answer_problem)
    app.add_middleware(SlowLane, answer=answer_problem)
    app.add_middleware(GuestCookie, cookies=app.state.cookies)
    if settings.is_production:
        # Within the log: with a wrong MEJA_BASE_URL every guest is turned away, and it must say so.
        app.add_middleware(KnownHosts, settings=settings)
    app.add_middleware(RequestLog, answer=answer_problem)
    app.add_middleware(HeadAsGet)
    app.add_middleware(SecurityHeaders, settings=settings)
