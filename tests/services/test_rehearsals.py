"""A test payment: from the QR to the notification, of no order, with no money in the books."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import SecretStr

from core.events.record import Actor
from core.ledger.models import Account
from core.services import midtrans
from core.services.rehearsals import AMOUNT, LASTS, NoRehearsal, Played, Rehearsals, Trouble
from tests.ports import free_port
from tests.shop import Shop, notification
from tests.web.patience import soon

OWNER = Actor("staff", 3, "Pemilik")


@pytest.fixture
def rehearsals(shop: Shop) -> Rehearsals:
    return shop.core.rehearsals


@pytest.fixture
def at_sandbox(rehearsals: Rehearsals) -> Iterator[Rehearsals]:
    """Where a person pays, and not we ourselves."""
    there = Rehearsals(rehearsals.db, rehearsals.clock, rehearsals.gateway, rehearsals.core_url, "sandbox")
    yield there
    there.close()


def played(shop: Shop, rehearsals: Rehearsals) -> Played:
    found = rehearsals.latest(shop.outlet.id)
    assert found is not None
    return found


def begun(shop: Shop, rehearsals: Rehearsals) -> Played:
    rehearsals.begin(shop.outlet.id, OWNER)
    assert soon(lambda: played(shop, rehearsals).row.charged_at is not None)
    return played(shop, rehearsals)


def hears(shop: Shop, reference: str, said: str) -> None:
    shop.core.inbox.receive(notification(reference, AMOUNT, said))


def test_one_comes_through_from_the_qr_to_the_gateways_word(shop: Shop, rehearsals: Rehearsals) -> None:
    reference = begun(shop, rehearsals).row.reference
    assert soon(lambda: shop.simulator.status(reference)["transaction_status"] == "settlement")
    hears(shop, reference, "settlement")
    assert played(shop, rehearsals).goes_on

    rehearsals.look(shop.outlet.id)

    assert soon(lambda: played(shop, rehearsals).came_through)
    assert played(shop, rehearsals).trouble is None


def test_its_money_is_in_no_book_and_on_nobodys_desk(shop: Shop, at_sandbox: Rehearsals) -> None:
    reference = begun(shop, at_sandbox).row.reference
    shop.simulator.pay(reference, notify=False)
    for said in ("pending", "settlement", "settlement", "refund"):
        hears(shop, reference, said)

    assert shop.cases() == []
    assert shop.balance(Account.GATEWAY) == shop.balance(Account.UNAPPLIED) == 0
    heard = shop.core.notifications.look()
    assert (heard.unmatched, heard.waiting_since, heard.lags) == (0, None, [])
    assert heard.last_at is not None


def test_only_word_of_its_money_counts_as_heard(shop: Shop, at_sandbox: Rehearsals) -> None:
    reference = begun(shop, at_sandbox).row.reference

    hears(shop, reference, "pending")
    assert played(shop, at_sandbox).row.heard_at is None
    hears(shop, reference, "settlement")
    first = played(shop, at_sandbox).row.heard_at
    shop.passes(timedelta(seconds=5))
    hears(shop, reference, "refund")

    assert first is not None
    assert played(shop, at_sandbox).row.heard_at == first


def test_a_word_that_nobody_signed_is_not_heard(shop: Shop, at_sandbox: Rehearsals) -> None:
    reference = begun(shop, at_sandbox).row.reference

    with pytest.raises(Exception, match="not signed"):
        shop.core.inbox.receive(notification(reference, AMOUNT, "settlement", key="somebody-elses"))

    assert played(shop, at_sandbox).row.heard_at is None


def test_two_presses_play_one_and_the_next_may_follow_its_end(shop: Shop, at_sandbox: Rehearsals) -> None:
    first = begun(shop, at_sandbox).row.reference
    at_sandbox.begin(shop.outlet.id, OWNER)
    assert played(shop, at_sandbox).row.reference == first

    shop.passes(LASTS + timedelta(seconds=1))
    assert played(shop, at_sandbox).trouble is Trouble.NOT_PAID
    at_sandbox.begin(shop.outlet.id, OWNER)

    assert played(shop, at_sandbox).row.reference != first


@pytest.mark.parametrize(("kind", "trouble"), [("http_503", Trouble.SILENT), ("charge_denied", Trouble.REFUSED)])
def test_what_the_gateway_will_not_do_is_told(shop: Shop, rehearsals: Rehearsals, kind: str, trouble: Trouble) -> None:
    shop.simulator.misbehave({"call": "charge", "kind": kind})

    rehearsals.begin(shop.outlet.id, OWNER)

    assert soon(lambda: played(shop, rehearsals).trouble is trouble)


def test_a_key_that_the_gateway_does_not_know_is_told_as_such(shop: Shop) -> None:
    settings = shop.core.settings.model_copy(update={"midtrans_server_key": SecretStr("SB-Mid-server-of-old")})
    stranger = Rehearsals(shop.core.db, shop.clock, midtrans(settings), settings.core_url, "sandbox")

    stranger.begin(shop.outlet.id, OWNER)

    assert soon(lambda: played(shop, stranger).trouble is Trouble.WRONG_KEY)
    stranger.close()


def test_a_payment_of_which_no_notification_comes_is_told_after_a_minute(shop: Shop, at_sandbox: Rehearsals) -> None:
    shop.simulator.pay(begun(shop, at_sandbox).row.reference, notify=False)
    at_sandbox.look(shop.outlet.id)
    assert soon(lambda: played(shop, at_sandbox).row.paid_at is not None)
    assert played(shop, at_sandbox).goes_on

    shop.passes(timedelta(seconds=61))

    assert played(shop, at_sandbox).trouble is Trouble.NOT_HEARD


@pytest.mark.parametrize("end", ["expired", "forgotten"])
def test_one_that_can_no_longer_be_paid_is_over(shop: Shop, at_sandbox: Rehearsals, end: str) -> None:
    reference = begun(shop, at_sandbox).row.reference
    if end == "expired":
        shop.simulator.expire(reference)
    else:
        shop.simulator.reset()

    at_sandbox.look(shop.outlet.id)

    assert soon(lambda: played(shop, at_sandbox).trouble is Trouble.NOT_PAID)


def test_a_gateway_that_falls_silent_is_asked_again_and_not_at_every_glance(shop: Shop, at_sandbox: Rehearsals) -> None:
    reference = begun(shop, at_sandbox).row.reference
    shop.simulator.pay(reference, notify=False)
    shop.simulator.misbehave({"call": "status", "kind": "http_503", "count": 1})
    at_sandbox.look(shop.outlet.id)
    at_sandbox.look(shop.outlet.id)
    _has_done_all(at_sandbox)

    assert played(shop, at_sandbox).row.paid_at is None
    assert played(shop, at_sandbox).goes_on
    shop.passes(timedelta(seconds=3))
    at_sandbox.look(shop.outlet.id)
    _has_done_all(at_sandbox)
    assert played(shop, at_sandbox).row.paid_at is not None


def _has_done_all(rehearsals: Rehearsals) -> None:
    """Wait for its only thread."""
    rehearsals._pool.submit(int).result(20)


def test_a_simulator_that_lets_nobody_pay_is_told(shop: Shop, rehearsals: Rehearsals) -> None:
    elsewhere = replace(rehearsals, core_url=f"http://127.0.0.1:{free_port()}")

    elsewhere.begin(shop.outlet.id, OWNER)

    assert soon(lambda: played(shop, rehearsals).trouble is Trouble.NOT_PAID)


def test_one_that_the_end_of_the_program_cut_short_is_over(shop: Shop, rehearsals: Rehearsals) -> None:
    closed = replace(rehearsals, environment="sandbox")
    rehearsals.close()
    with pytest.raises(RuntimeError):
        closed.begin(shop.outlet.id, OWNER)
    assert played(shop, closed).goes_on

    shop.passes(timedelta(seconds=31))

    assert played(shop, closed).trouble is Trouble.CUT_SHORT


def test_where_money_is_real_there_are_none(shop: Shop, rehearsals: Rehearsals) -> None:
    real = Rehearsals(rehearsals.db, rehearsals.clock, rehearsals.gateway, rehearsals.core_url, "production")

    with pytest.raises(NoRehearsal):
        real.begin(shop.outlet.id, OWNER)

    assert real.latest(shop.outlet.id) is None
    real.close()
