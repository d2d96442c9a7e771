"""A running simulator and a shop that listens to it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn

from simulator.config import SimulatorConfig
from simulator.server import server_settings
from tests.simulator.merchant import Merchant, Shop


@contextmanager
def running(config: SimulatorConfig, listener: socket.socket) -> Iterator[Merchant]:
    """Run a simulator on an open socket, and hand out a merchant of it."""
    server = uvicorn.Server(server_settings(config, "127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the simulator did not start"
        threading.Event().wait(0.005)
    merchant = Merchant(config.public_url, config.server_key)
    try:
        yield merchant
    finally:
        merchant.session.close()
        server.should_exit = True
        thread.join()


def free_socket() -> tuple[socket.socket, str]:
    """Return a socket on a free port and its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    return listener, f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture(scope="session")
def listening_shop() -> Iterator[Shop]:
    shop = Shop()
    yield shop
    shop.close()


@pytest.fixture(scope="session")
def one_simulator(listening_shop: Shop) -> Iterator[Merchant]:
    listener, url = free_socket()
    config = SimulatorConfig(public_url=url, notify_url=f"{listening_shop.url}/notify", seed=20260501)
    with running(config, listener) as merchant:
        yield merchant


@pytest.fixture
def merchant(one_simulator: Merchant, listening_shop: Shop) -> Merchant:
    """The shop's side of a simulator that knows nothing yet."""
    one_simulator.control("POST", "/reset")
    listening_shop.forget()
    return one_simulator


@pytest.fixture
def shop(merchant: Merchant, listening_shop: Shop) -> Shop:
    """Where the notifications of `merchant` arrive."""
    return listening_shop
