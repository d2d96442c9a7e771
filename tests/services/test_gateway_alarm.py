"""Staff are told when the gateway is gone or does not know the restaurant, and no longer than that."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from core.services import Core, breaker, open_services
from core.services.breaker import GatewayTrouble
from tests.services.test_gateway_trouble import keeps_trying
from tests.shop import Shop


def alarm(shop: Shop) -> GatewayTrouble | None:
    return told(shop.core, shop)


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


@pytest.fixture
def other(shop: Shop) -> Iterator[Core]:
    """Another process of the same restaurant."""
    core = open_services(shop.core.settings, clock=shop.clock)
    yield core
    core.close()


def test_whichever_process_is_asked_tells_what_one_of_them_has_met(shop: Shop, other: Core) -> None:
    """Else a board that asks now one and now another one rings again and again for the same trouble."""
    shop.simulator.misbehave({"call": "charge", "kind": "http_503"}, {"call": "status", "kind": "http_503"})
    for _ in range(6):
        shop.order("Es Teh")
    _make_rounds(shop.core, other)

    assert other.worker.breaker.trouble is None
    assert [told(core, shop) for core in (shop.core, other)] == [GatewayTrouble.SILENT] * 2

    # What another one hears later counts for all, though this one has not asked again.
    shop.simulator.behave()
    other.worker.look_at_everything_once()
    _make_rounds(shop.core, other)

    assert shop.core.worker.breaker.trouble is GatewayTrouble.SILENT
    assert [told(core, shop) for core in (shop.core, other)] == [None] * 2


def test_what_a_process_has_met_that_is_gone_is_told_no_more(shop: Shop, other: Core) -> None:
    other.worker.breaker.key_was_refused()
    _make_rounds(other)
    assert alarm(shop) is GatewayTrouble.WRONG_KEY

    shop.passes(timedelta(seconds=20))

    assert alarm(shop) is None


def told(core: Core, shop: Shop) -> GatewayTrouble | None:
    return core.board.snapshot(shop.outlet.id).gateway_trouble


def _make_rounds(*processes: Core) -> None:
    for core in processes:
        core.worker._make_rounds()
