"""Joins both faces, the JSON API and the core. The only module that may import everything."""

from fastapi import FastAPI

from cashier.payments_api import router as payments_router
from cashier.routes import open_screens
from cashier.routes import routers as cashier_routers
from core.base.settings import Settings
from core.services import Core, open_services
from core.web.docs import docs_router
from core.web.life import life_of
from core.web.logs import configure_logging
from core.web.plumbing import add_routers, install_plumbing
from core.web.request_traces import traces_of_requests
from core.web.showroom import router as showroom_router
from core.web.webhooks import router as webhook_router
from kiosk.api import router as api_router
from kiosk.routes import open_phones
from kiosk.routes import routers as kiosk_routers


def create_app(settings: Settings | None = None, core: Core | None = None) -> FastAPI:
    """Build the whole application, round services that are given (in tests) or opened here."""
    if core is None:
        settings = settings or Settings()
        configure_logging(settings)
        core = open_services(settings)
    app = FastAPI(
        title="Meja",
        lifespan=life_of(core),
        redirect_slashes=False,
        openapi_url=None,
        telemetry=traces_of_requests(core),
    )
    # Addresses are looked for one after another: what all who look on ask for at once stands before the rest.
    add_routers(app, *open_phones, *open_screens)
    install_plumbing(app, core)
    add_routers(app, api_router, payments_router, *kiosk_routers, *cashier_routers)
    if not core.settings.is_production:
        add_routers(app, showroom_router)
    if core.settings.serves_docs:
        add_routers(app, docs_router(api_router, payments_router, webhook_router))
    return app
