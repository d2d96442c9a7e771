"""The staff's socket: it says when to look again, and ends with the session."""

from contextlib import AbstractContextManager

import pytest
from starlette.testclient import WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from core.web import live
from tests.cashier.conftest import Counter
from tests.shop import CASHIER


def socket_of(counter: Counter, origin: str = "http://testserver") -> AbstractContextManager[WebSocketTestSession]:
    return counter.browser.websocket_connect("/cashier/live", headers={"Origin": origin})


def test_a_payment_nudges_the_board(running: Counter) -> None:
    running.signs_in("kasir")
    order = running.shop.order("Sate Ayam", pay_by="cash", charge=False)

    with socket_of(running) as socket:
        running.shop.core.cash.take(order.uid, 100_000, CASHIER)
        number = socket.receive_json()["event"]

    assert number > 0
    assert order.uid in running.lane("new")


def test_a_stranger_is_told_to_stay_away(running: Counter) -> None:
    with socket_of(running) as socket, pytest.raises(WebSocketDisconnect) as closed:
        socket.receive_json()

    assert closed.value.code == 1008


def test_the_socket_of_somebody_who_is_let_go_is_closed(running: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "HEARTBEAT_SECONDS", 0.05)
    running.signs_in("kasir")

    with socket_of(running) as socket:
        running.shop.core.door.disable("kasir")
        with pytest.raises(WebSocketDisconnect) as closed:
            read_to_the_end(socket)

    assert closed.value.code == 1008


def read_to_the_end(socket: WebSocketTestSession) -> None:
    for _ in range(100):
        socket.receive_json()


def test_another_website_gets_no_socket(running: Counter) -> None:
    running.signs_in("kasir")

    with pytest.raises(WebSocketDisconnect), socket_of(running, "https://evil.example"):
        pass


def test_the_sound_is_shipped_small(counter: Counter) -> None:
    tone = counter.opens("/static/cashier/new-order.wav")

    assert tone.headers["content-type"] == "audio/wav"
    assert len(tone.content) < 40_000
