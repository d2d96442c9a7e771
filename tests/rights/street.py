"""Two outlets in one database, ours and the one across the street, and everybody who stands before them."""

import json
import secrets
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Literal, Self

from fastapi import FastAPI
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from pydantic import SecretStr

from core.base.settings import Settings
from core.menu.quote import Pick
from core.migrations import upgrade
from core.orders.models import Order
from core.orders.status import PaymentMethod
from core.outlets.models import Table
from core.outlets.serving import Serving
from core.services import Core, open_services
from core.staff.models import Role
from core.web.cookies import make_cookies, new_guest
from main import create_app
from tests.rights.outlet import (
    DISH,
    PASSWORD,
    PINS,
    STREETS_KEY,
    Evening,
    fill,
    happen_just_now,
    let_orders_run_out,
    open_evening,
    put_up_tablet,
)
from tests.running_simulator import Simulator, running_simulator
from tests.shop import Shop, TestClock

Whose = Literal["own", "other", "none"]
WHOSE: Final[tuple[Whose, ...]] = ("own", "other", "none")
Identity = Literal["stranger", "guest", "program", "tablet", "kitchen", "cashier", "manager", "owner"]
STAFF: Final[tuple[Identity, ...]] = ("kitchen", "cashier", "manager", "owner")
OUTSIDE: Final[tuple[Identity, ...]] = ("stranger", "guest", "program", "tablet")
EVERYBODY: Final = (*OUTSIDE, *STAFF)

OURS: Final = "Kita"
ACROSS: Final = "Seberang"
NEIGHBOUR: Final = "Tetangga"
_NOBODYS: Final = {
    "uid": "A" * 22,
    "number": "987654321",
    "person": "nobody",
    "member": "staff:987654321",
    "label": "nowhere",
    "claim": "ZZZZ",
    "picture": f"upload-{'0' * 20}.webp",
}


class _Kept(BytecodeCache):
    """Templates are compiled once in a process, not once for everybody who plays."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if (known := self._code.get(bucket.key)) is not None:
            bucket.bytecode_from_string(known)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key] = bucket.bytecode_to_string()


_TEMPLATES: Final = _Kept()


@dataclass(frozen=True, slots=True)
class Hands:
    """What one identity holds: the cookies of a browser, or the headers of a program; and a PIN."""

    cookies: Mapping[str, str]
    headers: Mapping[str, str]
    pin: str = ""


@dataclass(frozen=True, slots=True)
class Street:
    """A street that was built, in values that can be written down."""

    database_url: str
    at: str
    """When everything there had happened: the clock of the play stands still."""
    things: Mapping[Whose, Mapping[str, str]]
    """What an address or a form can name, by whose it is. Of what guests hold, `other` is the neighbour's."""
    hands: Mapping[Identity, Hands]

    def written(self) -> str:
        """Write it down for another process."""
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, text: str) -> Self:
        """Read what was written down."""
        known = json.loads(text)
        hands = {who: Hands(**held) for who, held in known.pop("hands").items()}
        return cls(**known, hands=hands)


@dataclass(slots=True)
class _StreetClock(TestClock):
    """Goes with the real one until it is told to stand still."""

    stood_at: datetime | None = None

    def stands_still(self) -> None:
        self.stood_at = self()

    def __call__(self) -> datetime:
        return self.stood_at or TestClock.__call__(self)


def build_street(database_url: str, simulator: Simulator) -> Street:
    """Let an evening happen in both outlets of a migrated, empty database."""
    clock = _StreetClock()
    core = open_services(_settings(database_url, simulator), clock=clock)
    ours, across = (open_evening(core, simulator, clock, mark, letter) for mark, letter in ((OURS, "k"), (ACROSS, "s")))
    let_orders_run_out([ours, across])
    for evening in (ours, across):
        fill(evening)
    guests = {"own": _guest(ours, 0, "Tamu"), "other": _guest(ours, 1, NEIGHBOUR)}
    tablet = _at_the_tablet(ours)
    ours.things["pairing"] = core.kiosks.new_code("10.0.0.9")[1].code
    clock.stands_still()
    for evening in (ours, across):
        happen_just_now(evening)
    street = Street(
        database_url=database_url,
        at=clock().isoformat(),
        things=_things(ours, across, {whose: things for whose, (_, things) in guests.items()}),
        hands=_hands(ours, guests["own"][0], tablet),
    )
    core.close()
    return street


def build_street_file(path: Path) -> Street:
    """Build a street in a new file, which can be copied as it lies there."""
    upgrade(f"sqlite:///{path}")
    with running_simulator() as simulator:
        street = build_street(f"sqlite:///{path}", simulator)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return street


@contextmanager
def open_copy(street: Street, folder: Path) -> Iterator[FastAPI]:
    """Open the program on a copy of a street on SQLite, as it stood when it was built."""
    path = folder / f"{secrets.token_hex(4)}.db"
    shutil.copy(street.database_url.removeprefix("sqlite:///"), path)
    with open_program(street, f"sqlite:///{path}") as app:
        yield app
    path.unlink()


@contextmanager
def open_program(street: Street, database_url: str = "") -> Iterator[FastAPI]:
    """Open the program on a street. Nobody works behind it: what is due stays due."""
    moment = datetime.fromisoformat(street.at)
    core = open_services(_settings(database_url or street.database_url), clock=lambda: moment)
    app = create_app(core=core)
    app.state.pages.environment.bytecode_cache = _TEMPLATES
    try:
        yield app
    finally:
        core.close()


def _settings(database_url: str, simulator: Simulator | None = None) -> Settings:
    where = f"{simulator.url}" if simulator else "http://127.0.0.1:9"
    return Settings(
        _env_file=None,
        database_url=database_url,
        secret_key=SecretStr(STREETS_KEY),
        midtrans_core_url=where,
        midtrans_snap_url=f"{where}/snap/v1",
    )


def _guest(evening: Evening, table: int, name: str) -> tuple[str, dict[str, str]]:
    """Let somebody sit down who pays one order, leaves one to be paid at the counter and one by QR, and picks more."""
    place, guest = evening.shop.tables[table], new_guest()
    placed = {}
    for order, pay_by in (("my_paid", "cash"), ("my_cash", "cash"), ("my_qr", "qris")):
        placed[order] = _orders(evening, place, guest, pay_by, name)
        if order == "my_paid":
            evening.core.cash.take(placed[order].uid, 100_000, evening.by())
    evening.shop.gateway_works()
    visit = evening.core.baskets.add(place.token, guest, Pick(int(evening.things["dish"]), 3, note=name))
    line = evening.core.baskets.basket(visit.id).lines[0]
    things = {name: order.uid for name, order in placed.items()}
    return guest, things | {"my_table": place.token, "my_line": str(line.id)}


def _orders(evening: Evening, place: Table, guest: str, pay_by: str, name: str = "") -> Order:
    core: Core = evening.core
    core.baskets.add(place.token, guest, Pick(evening.shop.dishes[DISH].id, 1))
    key = secrets.token_hex(8)
    return core.checkout.place_order(place.token, guest, key=key, pay_by=PaymentMethod(pay_by), customer_name=name)


def _at_the_tablet(evening: Evening) -> dict[str, str]:
    """Put a tablet up, and let somebody stand before it who has to pay; gives its cookies."""
    device = put_up_tablet(evening, "Kios depan")
    guest = evening.core.rounds.begin(device.table, Serving.DINE_IN)
    _orders(evening, device.table, guest, "qris")
    evening.shop.gateway_works()
    visit = evening.core.baskets.add(device.table.token, guest, Pick(int(evening.things["dish"]), 1))
    evening.things["kiosk_line"] = str(evening.core.baskets.basket(visit.id).lines[0].id)
    return {"meja_kiosk": evening.things["tablet"], "meja_guest": _sealed(evening.shop, guest)}


def _things(ours: Evening, across: Evening, guests: Mapping[str, Mapping[str, str]]) -> dict[Whose, Mapping[str, str]]:
    own = {**ours.things, **guests["own"]}
    other = {**across.things, **guests["other"], "kiosk_line": guests["own"]["my_line"]}
    none = {name: _NOBODYS.get(name) or _NOBODYS["number" if one.isdecimal() else "uid"] for name, one in own.items()}
    return {"own": own, "other": other, "none": none}


def _hands(evening: Evening, guest: str, tablet: dict[str, str]) -> dict[Identity, Hands]:
    key = evening.core.keys.make(evening.outlet_id, "buku", evening.by(Role.OWNER))
    hands: dict[Identity, Hands] = {
        "stranger": Hands({}, {}),
        "guest": Hands({"meja_guest": _sealed(evening.shop, guest)}, {}),
        "program": Hands({}, {"Authorization": f"Bearer {key}"}),
        "tablet": Hands(tablet, {}),
    }
    for who in STAFF:
        token, _ = evening.core.door.sign_in(evening.people[Role(who)].username, PASSWORD, "10.0.0.9")
        hands[who] = Hands({"meja_sid": token}, {}, PINS[Role(who)])
    return hands


def _sealed(shop: Shop, guest: str) -> str:
    return make_cookies(shop.core.settings).seal_guest(guest)
