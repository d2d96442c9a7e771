"""A socket says "look again", to whom it concerns, and never holds up anybody."""

import json
import socket as sockets
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from core.events.record import order_topic
from core.staff.models import Role
from core.staff.sessions import LIFETIME
from core.web import live
from core.web.server import _OPTIONS
from main import create_app
from tests.ports import free_port
from tests.running_simulator import running_app
from tests.shop import CASHIER, Shop
from tests.web.patience import soon


@pytest.fixture
def server(house: Shop) -> Iterator[str]:
    """A real server: only there does a socket that nobody reads fill up."""
    with running_app(create_app(core=house.core), free_port()) as address:
        yield address.removeprefix("http://")


def _open(server: str, path: str, headers: dict[str, str] | None = None) -> ClientConnection:
    origin = Origin(f"http://{server}")
    return connect(f"ws://{server}{path}", origin=origin, compression=None, additional_headers=headers)


def test_a_nudge_carries_a_number_and_no_news(server: str, house: Shop) -> None:
    order = house.order("Es Teh", pay_by="cash")
    with _open(server, f"/live/orders/{order.uid}") as socket:
        house.core.cash.take(order.uid, 10_000, CASHIER)

        nudge = json.loads(socket.recv(timeout=3))

    assert set(nudge) == {"event"}
    assert nudge["event"] == house.page(order).event


def test_nobody_hears_of_anothers_order(server: str, house: Shop) -> None:
    mine, theirs = house.order("Es Teh", pay_by="cash"), house.order("Sate Ayam", pay_by="cash")
    with _open(server, f"/live/orders/{mine.uid}") as socket:
        house.core.cash.take(theirs.uid, 50_000, CASHIER)

        with pytest.raises(TimeoutError):
            socket.recv(timeout=1)


def test_a_heartbeat_repeats_the_newest_number(server: str, house: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "HEARTBEAT_SECONDS", 0.2)
    order = house.order("Es Teh", pay_by="cash")
    with _open(server, f"/live/orders/{order.uid}") as socket:
        beats = [json.loads(socket.recv(timeout=3)) for _ in range(3)]

    assert beats == [{"event": house.page(order).event, "beat": True}] * 3


def test_many_nudges_at_once_merge_into_few(server: str, house: Shop) -> None:
    order = house.order("Es Teh", pay_by="cash")
    topic = order_topic(order.uid)
    with _open(server, f"/live/orders/{order.uid}") as socket:
        time.sleep(0.2)
        for number in range(1000, 2000):
            house.core.bus.publish([topic], number)

        received: list[int] = []
        while not received or received[-1] != 1999:
            received.append(json.loads(socket.recv(timeout=3))["event"])

    assert received == sorted(received)
    assert len(received) < 500


def test_a_reader_who_does_not_read_is_closed_and_holds_up_nobody(
    server: str, house: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "SEND_SECONDS", 0.5)
    order = house.order("Es Teh", pay_by="cash")
    topic = order_topic(order.uid)
    host, port = server.split(":")
    deaf = sockets.create_connection((host, int(port)))
    deaf.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 1024)
    deaf.sendall(
        f"GET /live/orders/{order.uid} HTTP/1.1\r\nHost: {server}\r\nOrigin: http://{server}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    stop = threading.Event()

    def nudge_for_ever() -> None:
        number = 10**15
        while not stop.is_set():
            number += 1
            house.core.bus.publish([topic], number)
            time.sleep(0.0005)

    nudger = threading.Thread(target=nudge_for_ever)
    nudger.start()
    try:
        with _open(server, f"/live/orders/{order.uid}") as reader:
            gaps = []
            for _ in range(200):
                began = time.monotonic()
                reader.recv(timeout=3)
                gaps.append(time.monotonic() - began)
    finally:
        stop.set()
        nudger.join()
        deaf.close()

    assert max(gaps) < 2


def test_one_visitor_holds_three_sockets_at_most(
    client: TestClient, house: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "HEARTBEAT_SECONDS", 0.2)
    order = house.order("Es Teh", pay_by="cash")
    client.get(f"/t/{house.tables[0].token}/basket")
    guest = client.app.state.cookies.seal_guest("a" * 22)  # type: ignore[attr-defined] # the client knows no more than a callable
    client.cookies.set("meja_guest", guest)
    address = f"ws://testserver/live/orders/{order.uid}"
    headers = {"origin": "http://testserver", "cookie": f"meja_guest={guest}"}

    with (
        client.websocket_connect(address, headers=headers),
        client.websocket_connect(address, headers=headers),
        client.websocket_connect(address, headers=headers),
        client.websocket_connect(address, headers=headers) as fourth,
    ):
        with pytest.raises(WebSocketDisconnect) as closed:
            fourth.receive_text()
        assert closed.value.code == 1008

    with client.websocket_connect(address, headers=headers) as next_one:
        assert json.loads(next_one.receive_text())["beat"]


def test_an_unknown_order_has_no_socket(client: TestClient) -> None:
    headers = {"origin": "http://testserver"}
    with (
        client.websocket_connect("ws://testserver/live/orders/unknown", headers=headers) as socket,
        pytest.raises(WebSocketDisconnect) as closed,
    ):
        socket.receive_text()

    assert closed.value.code == 1008


def test_the_staffs_socket_is_for_the_staff(client: TestClient) -> None:
    headers = {"origin": "http://testserver"}
    with (
        client.websocket_connect("ws://testserver/cashier/live", headers=headers) as socket,
        pytest.raises(WebSocketDisconnect) as closed,
    ):
        socket.receive_text()

    assert closed.value.code == 1008


def test_who_is_signed_out_is_shown_the_door(server: str, house: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "HEARTBEAT_SECONDS", 0.2)
    token = _signed_in(house)
    with _open(server, "/cashier/live", {"Cookie": f"meja_sid={token}"}) as socket:
        assert json.loads(socket.recv(timeout=3))["beat"]

        house.core.door.sign_out(token)

        with pytest.raises(ConnectionClosed) as closed:
            _listen_to_the_end(socket)

    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1008


def test_a_socket_ends_with_the_twelve_hours_of_its_session(
    server: str, house: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "HEARTBEAT_SECONDS", 0.2)
    token = _signed_in(house)
    with _open(server, "/cashier/live", {"Cookie": f"meja_sid={token}"}) as socket:
        assert json.loads(socket.recv(timeout=3))["beat"]

        house.clock.added += LIFETIME

        with pytest.raises(ConnectionClosed) as closed:
            _listen_to_the_end(socket)

    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1008


@pytest.mark.parametrize("end", ["role", "password", "pin"])
def test_whatever_ends_a_session_closes_its_socket_at_once(
    server: str, house: Shop, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    monkeypatch.setattr(live, "HEARTBEAT_SECONDS", 20)
    token, door = _signed_in(house), house.core.door
    ends = {
        "role": lambda: door.edit("kasir", role=Role.KITCHEN),
        "password": lambda: door.set_password("kasir", "another-password"),
        "pin": lambda: door.set_pin("kasir", "864209"),
    }
    with _open(server, "/cashier/live", {"Cookie": f"meja_sid={token}"}) as socket:
        time.sleep(0.2)
        began = time.monotonic()

        ends[end]()

        with pytest.raises(ConnectionClosed) as closed:
            _listen_to_the_end(socket)

    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1008
    assert time.monotonic() - began < 5


def _listen_to_the_end(socket: ClientConnection) -> None:
    while True:
        socket.recv(timeout=3)


def _signed_in(house: Shop) -> str:
    house.core.door.set_password("kasir", "a-good-password")
    token, _ = house.core.door.sign_in("kasir", "a-good-password", "127.0.0.1", "")
    return token


def test_a_frame_of_more_than_four_kibibytes_ends_the_socket(house: Shop) -> None:
    order = house.order("Es Teh", pay_by="cash")
    port = free_port()
    serves = uvicorn.Server(uvicorn.Config(create_app(core=house.core), port=port, **_OPTIONS))
    thread = threading.Thread(target=serves.run)
    thread.start()
    try:
        assert soon(lambda: serves.started)
        with _open(f"127.0.0.1:{port}", f"/live/orders/{order.uid}") as socket:
            socket.send("x" * 4096)
            socket.send("x" * 4097)

            with pytest.raises(ConnectionClosed) as closed:
                _listen_to_the_end(socket)
    finally:
        serves.should_exit = True
        thread.join(15)

    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1009


def test_what_a_browser_says_is_not_listened_to(server: str, house: Shop) -> None:
    order = house.order("Es Teh", pay_by="cash")
    with _open(server, f"/live/orders/{order.uid}") as socket:
        for _ in range(100):
            socket.send('{"event": 1}')
        house.core.cash.take(order.uid, 10_000, CASHIER)

        assert json.loads(socket.recv(timeout=3))["event"] > 1
