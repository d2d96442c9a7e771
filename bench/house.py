"""Everything that runs during one course of measuring."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.client import Answer, Connection, request_bytes
from bench.history import write_closed_orders, write_open_orders
from bench.load import Load, Reading, drive, repeat
from bench.plan import Plan
from bench.processes import Child, running
from bench.restaurant import Restaurant, open_restaurant
from bench.scene import Scene, open_scene
from core.base.database import Database

_OPEN_AT_NOON = 20


@dataclass(slots=True)
class House:
    """The programs, the plan, and what one measure leaves for the next."""

    plan: Plan
    folder: Path
    blank: Restaurant
    """A furnished database that nobody has opened yet, for copies."""
    counter: Scene
    """Where orders are placed and paid."""
    screens: Scene
    """Where boards and diners look on."""
    archives: dict[int, Scene]
    """Where many orders are closed, by their number."""
    least: Child
    relay: Child
    waiting: list[str] = field(default_factory=list)
    """Uids of orders at the counter with a live QR, which nobody has paid yet."""

    @property
    def children(self) -> Sequence[Child]:
        scenes = [self.counter, self.screens, *self.archives.values()]
        return [self.least, self.relay, *(child for scene in scenes for child in (scene.app, scene.simulator))]

    @contextmanager
    def only(self, children: Sequence[Child]) -> Iterator[None]:
        """Let all others stand still for the length of a block."""
        for child in self.children:
            if child in children:
                child.resume()
            else:
                child.pause()
        yield

    async def teach_page(self, name: str, answer: Answer) -> None:
        """Let the floor answer the same bytes."""
        headers = {f"x_{key}": answer.header(key) for key in ("content-type", "content-encoding") if answer.header(key)}
        request = request_bytes("PUT", f"/pages/{name}", self.least.port, answer.body, **headers)
        async with Connection(self.least.port) as connection:
            await connection.send(request)

    async def teach_write(self, name: str, transactions: list[list[int]], answer_bytes: int) -> None:
        """Let the floor write rows of these sizes before it answers."""
        async with Connection(self.least.port) as connection:
            wanted = {"transactions": transactions, "answer_bytes": answer_bytes}
            await connection.call("PUT", f"/writes/{name}", wanted)

    async def floor_page(self, name: str, connections: int) -> Reading:
        request = request_bytes("GET", f"/pages/{name}", self.least.port)
        return (await self.on_the_floor(request, connections)).reading()

    async def floor_write(self, name: str, body: bytes) -> Reading:
        request = request_bytes("POST", f"/writes/{name}", self.least.port, body)
        return (await self.on_the_floor(request, self.plan.connections)).reading()

    async def on_the_floor(self, request: bytes, connections: int) -> Load:
        return await drive(self.least, connections, self.plan.seconds, repeat(request))


@contextmanager
def open_house(plan: Plan, folder: Path) -> Iterator[House]:
    """Furnish and start everything; end it again, whatever happens."""
    blank = open_restaurant(folder / "blank")
    with ExitStack() as stack:
        places = {name: blank.copy(folder / name) for name in ("counter", "screens")}
        archives: dict[int, Scene] = {}
        for closed in filter(None, (plan.closed_orders, plan.more_closed_orders)):
            restaurant = blank.copy(folder / f"archive-{closed}")
            _fill(restaurant, closed=closed, still_open=plan.open_orders)
            archives[closed] = stack.enter_context(open_scene(restaurant, restaurant.file.parent))
        floor = folder / "floor"
        yield House(
            plan=plan,
            folder=folder,
            blank=blank,
            counter=stack.enter_context(open_scene(places["counter"], folder / "counter")),
            screens=stack.enter_context(open_scene(places["screens"], folder / "screens")),
            archives=archives,
            least=stack.enter_context(running(["bench.floor", "{port}", str(floor)], floor)),
            relay=stack.enter_context(running(["bench.relay", "{port}"], floor)),
        )


def _fill(restaurant: Restaurant, *, closed: int, still_open: int) -> None:
    db = Database(restaurant.url)
    try:
        write_closed_orders(db, 1, closed)
        write_open_orders(db, closed + 1, still_open)
    finally:
        db.close()
