"""The whole program over real HTTP: both faces, the API, the sockets, the worker, and the simulator beside it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pydantic import SecretStr
from sqlalchemy import update

from core.base.settings import Settings
from core.payments.gateway import Gateway
from core.services import Core, open_services
from core.staff.models import StaffMember
from main import create_app
from tests.cheap_secrets import cheap_hash
from tests.ports import free_port
from tests.running_simulator import Simulator, running_app
from tests.shop import Shop, TestClock, furnish

PASSWORD = "sandi-untuk-uji"


@dataclass(frozen=True, slots=True)
class Program:
    """A restaurant that is open."""

    url: str
    shop: Shop

    @property
    def core(self) -> Core:
        return self.shop.core

    @property
    def simulator(self) -> Simulator:
        return self.shop.simulator

    def table_url(self, table: int = 0) -> str:
        return f"{self.url}/t/{self.shop.tables[table].token}"


@contextmanager
def running_program(
    database_url: str, simulator: Simulator, *, notify: bool = True, gateway: Gateway | None = None, **settings: Any
) -> Iterator[Program]:
    """Open a furnished restaurant on a migrated, empty database, and serve it until the block ends.

    `gateway` is asked instead of the simulator itself: the same one, over a worse line.
    """
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    in_force = Settings(
        _env_file=None,
        database_url=database_url,
        base_url=address,
        secret_key=SecretStr("a secret that only tests know of 0123456789"),
        midtrans_core_url=simulator.url,
        midtrans_snap_url=f"{simulator.url}/snap/v1",
        **({"payment_window": timedelta(minutes=15)} | settings),
    )
    clock = TestClock()
    core = open_services(in_force, clock=clock, gateway=gateway)
    shop = Shop(core, simulator, clock)
    furnish(shop)
    with core.db.write() as session:
        session.execute(update(StaffMember).values(password_hash=cheap_hash(PASSWORD)))
    simulator.notify(f"{address}/api/v1/webhooks/midtrans", enabled=notify)
    with running_app(create_app(core=core), port):
        yield Program(address, shop)
    simulator.notify(None)
