"""The lines of the table, in the order in which they are taken: what one leaves, the next uses."""

from bench.criteria import Measure
from bench.house import House
from bench.measures.archive import Archive
from bench.measures.boards import Boards
from bench.measures.browser import in_the_browser
from bench.measures.memory import Memory
from bench.measures.menu import Menu
from bench.measures.notifications import Notifications
from bench.measures.orders import Orders
from bench.measures.payments import Payments
from bench.measures.sockets import IdleSockets
from bench.measures.start import Start
from tests.servers import find_chromium


def measures_of(house: House) -> list[Measure]:
    """Make every measure of one run; those in the browser only where there is one."""
    return [
        Menu(house),
        Orders(house),
        Notifications(house),
        Payments(house),
        Boards(house),
        *(Archive(house, closed) for closed in house.archives),
        *(in_the_browser(house) if find_chromium() else ()),
        Memory(house),
        IdleSockets(house),
        Start(house),
    ]
