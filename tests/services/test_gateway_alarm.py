"""Staff are told when the gateway is gone or does not know the restaurant, and no longer than that."""

import pytest

from core.services import breaker, open_services
from core.services.breaker import GatewayTrouble
from tests.services.test_gateway_trouble import keeps_trying
from tests.shop import Shop


def alarm(shop: Shop) -> GatewayTrouble | None:
    return shop.core.board.snapshot(shop.outlet.id).gateway_trouble


def set_key(shop: Shop, key: str) -> str:
    """Give the program another server key, as somebody who mistypes it does; tells the one before."""
    config = shop.core.worker.queue.attempts.gateway._api.api_config  # type: ignore[attr-defined] # the client's own
    before, config.server_key = config.server_key, key
    return str(before)


def test_a_gateway_that_is_gone_is_told_until_it_speaks(shop: Shop) -> None:
    shop.simulator.misbehave({"call": "charge", "kind": "http_503"}, {"call": "status", "kind": "http_503"})
    shop.order("Es Teh")
    assert alarm(shop) is None

    for _ in range(5):
        shop.order("Es Teh")
    assert alarm(shop) is GatewayTrouble.SILENT

    shop.simulator.behave()
    shop.core.worker.breaker._closed_until = 0.0
    keeps_trying(shop, 1)
    assert alarm(shop) is None


def test_a_silence_of_which_nothing_was_heard_for_long_is_not_told(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_000.0
    monkeypatch.setattr(breaker, "monotonic", lambda: now)
    for _ in range(5):
        shop.core.worker.breaker.was_silent()
    assert alarm(shop) is GatewayTrouble.SILENT

    now += 600

    assert alarm(shop) is None


def test_a_key_that_the_gateway_does_not_know_is_told_at_the_first_order(shop: Shop) -> None:
    right = set_key(shop, "SB-Mid-server-mistyped")

    shop.order("Es Teh")

    assert alarm(shop) is GatewayTrouble.WRONG_KEY
    set_key(shop, right)
    shop.order("Es Teh")
    assert alarm(shop) is None


def test_a_key_that_is_known_no_longer_is_told_at_the_next_look(shop: Shop) -> None:
    shop.order("Es Teh")
    right = set_key(shop, "SB-Mid-server-revoked")

    keeps_trying(shop, 1)

    assert alarm(shop) is GatewayTrouble.WRONG_KEY
    set_key(shop, right)
    keeps_trying(shop, 1)
    assert alarm(shop) is None


def test_a_key_that_another_process_saw_mended_is_not_told_for_ever(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1_000.0
    monkeypatch.setattr(breaker, "monotonic", lambda: now)
    other = open_services(shop.core.settings, clock=shop.clock)
    right = set_key(shop, "SB-Mid-server-mistyped")
    shop.order("Es Teh")
    assert alarm(shop) is GatewayTrouble.WRONG_KEY

    set_key(shop, right)
    order = shop.order("Es Teh", charge=False)
    other.worker.sweep_once()
    other.close()
    now += 600

    assert shop.attempt(order).state == "live"
    assert alarm(shop) is None


def test_a_key_that_is_refused_again_and_again_is_told_all_the_while(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1_000.0
    monkeypatch.setattr(breaker, "monotonic", lambda: now)
    set_key(shop, "SB-Mid-server-mistyped")
    shop.order("Es Teh")

    now += 600
    shop.order("Es Teh")

    assert alarm(shop) is GatewayTrouble.WRONG_KEY
