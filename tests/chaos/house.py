"""A restaurant under test: a database, the gateway, copies of the program, and guests at their tables."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import update

from core.base.settings import Settings
from core.migrations import upgrade
from core.services import Core, open_services
from core.staff.models import StaffMember
from core.staff.secrets import hash_secret
from tests.chaos.findings import Findings, look
from tests.chaos.guests import PASSWORD, PIN, Habits, Member, Person, Scene, Told, close_crowd, open_crowd
from tests.chaos.serving import Copy, RunningGateway, copy_of_the_program, running_gateway
from tests.running_simulator import Simulator
from tests.shop import Shop, TestClock, furnish
from tests.web.patience import soon

WEBHOOK = "/api/v1/webhooks/midtrans"


@dataclass(slots=True)
class House:
    """One restaurant. Its copies of the program are not started yet."""

    gateway: RunningGateway
    shop: Shop
    copies: Sequence[Copy]
    scene: Scene
    people: list[Person] = field(default_factory=list)

    @property
    def core(self) -> Core:
        """Our own look into the database; no server."""
        return self.shop.core

    @property
    def simulator(self) -> Simulator:
        return self.gateway.simulator

    @property
    def copy(self) -> Copy:
        return self.copies[0]

    @property
    def told(self) -> Told:
        return self.scene.told

    def let_guests_in(self, *, diners: int, pace: float, seed: int = 1) -> None:
        """Let people order, `pace` times a second in all."""
        self.people = open_crowd(self.scene, diners=diners, pace=pace, seed=seed)

    def let_staff_sign_in(self) -> None:
        """Wait until everybody of the staff is signed in at a running copy."""
        staff = [person for person in self.people if isinstance(person, Member)]
        assert soon(lambda: all(member.is_signed_in for member in staff), 60), "the staff cannot sign in"

    def close_and_look(self) -> Findings:
        """Send the guests home, let a running copy catch up, and look."""
        close_crowd(self.scene, self.people)
        return look(self.core, self.simulator, self.told)


@contextmanager
def open_house(
    database_url: str,
    folder: Path,
    *,
    copies: int = 1,
    habits: Habits | None = None,
    time_scale: float = 0.005,
    **settings: str,
) -> Iterator[House]:
    """Furnish a restaurant in an empty database. Every process that runs for it ends with the block.

    `time_scale` multiplies the gateway's own waits: retries of notifications, and the life of a QR.
    """
    upgrade(database_url)
    with running_gateway(folder, time_scale=time_scale) as gateway:
        core = open_services(
            Settings(_env_file=None, database_url=database_url, midtrans_core_url=gateway.simulator.url)
        )
        served = [copy_of_the_program(database_url, gateway.simulator.url, folder, **settings) for _ in range(copies)]
        shop = _furnished(core, gateway.simulator)
        addresses = [copy.address for copy in served]
        scene = Scene(addresses, gateway.simulator, shop.tables, shop.dishes["Es Teh"], habits or Habits())
        house = House(gateway, shop, served, scene)
        gateway.simulator.notify(f"{served[0].address}{WEBHOOK}")
        try:
            yield house
        finally:
            close_crowd(house.scene, house.people)
            for copy in served:
                copy.kill()
            core.close()


def _furnished(core: Core, simulator: Simulator) -> Shop:
    shop = Shop(core, simulator, TestClock())
    furnish(shop)
    with core.db.write() as session:
        secrets = {"password_hash": hash_secret(PASSWORD), "pin_hash": hash_secret(PIN)}
        session.execute(update(StaffMember).values(**secrets))
    return shop
