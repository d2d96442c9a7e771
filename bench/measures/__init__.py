"""The lines of the table, in the order in which they are taken: what one leaves, the next uses."""

from bench.criteria import Measure
from bench.house import House
from bench.measures.archive import Archive
from bench.measures.boards import Boards
from bench.measures.memory import Memory
from bench.measures.menu import Menu
from bench.measures.notifications import Notifications
from bench.measures.orders import Orders
from bench.measures.payments import Payments
from bench.measures.sockets import IdleSockets
from bench.measures.start import Start


def measures_of(house: House) -> list[Measure]:
    """Make every measure of one run."""
    return [
        Menu(house),
        Orders(house),
        Notifications(house),
        Payments(house),
        Boards(house),
        *(Archive(house, closed) for closed in house.archives),
        Memory(house),
        IdleSockets(house),
        Start(house),
    ]
