"""A tablet becomes a kiosk only by the word of somebody who may say it, and stops being one at once."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from core.base.errors import BadText
from core.base.ids import digest_of
from core.events.models import Event
from core.events.record import Actor
from core.menu.quote import Pick
from core.outlets.devices import Device, Pairing
from core.outlets.errors import DeviceNameTaken, TooManyCodes, UnknownDevice, UnknownPairingCode, UnknownTable
from core.outlets.models import Outlet
from core.outlets.queries import tables_of
from core.staff.errors import TooManyTries, WrongPin
from core.staff.models import StaffMember
from core.staff.rights import Right
from tests.cheap_secrets import cheap_hash
from tests.shop import Shop

PIN = "135790"


def member(shop: Shop, username: str = "manager") -> StaffMember:
    with shop.core.db.read() as session:
        return session.scalars(select(StaffMember).where(StaffMember.username == username)).one()


def paired(shop: Shop, name: str = "Kios depan") -> tuple[str, Device]:
    token, pairing = shop.core.kiosks.new_code("10.0.0.1")
    device = shop.core.devices.approve(member(shop), pairing.code, name)
    return token, device


def events(shop: Shop) -> list[tuple[str, str, str]]:
    with shop.core.db.read() as session:
        found = session.scalars(select(Event).where(Event.kind.startswith("device.")).order_by(Event.id))
        return [(event.kind, event.by, event.data["name"]) for event in found]


def test_a_code_is_six_characters_that_nobody_confuses_and_opens_nothing_by_itself(shop: Shop) -> None:
    token, pairing = shop.core.kiosks.new_code("10.0.0.1")

    assert len(pairing.code) == 6
    assert not set(pairing.code) & set("0O1I2Z5S8B")
    assert shop.core.kiosks.tablet_of(token) is None
    shown = shop.core.kiosks.shown_code(token)
    assert shown is not None
    assert shown.code == pairing.code


def test_a_tablet_is_a_kiosk_as_soon_as_its_code_is_approved(shop: Shop) -> None:
    token, device = paired(shop)

    known = shop.core.kiosks.tablet_of(token)

    assert known is not None
    assert (known.uid, known.name, known.table.label) == (device.uid, "Kios depan", "Kios depan")
    assert shop.core.kiosks.shown_code(token) is None
    assert events(shop) == [("device.approved", f"staff:{member(shop).id}", "Kios depan")]


def test_the_database_holds_the_digest_of_a_token_and_never_the_token(shop: Shop) -> None:
    token, _ = paired(shop)

    with shop.core.db.read() as session:
        assert session.scalar(select(Device.token_digest)) == digest_of(token)
        assert session.scalar(select(func.count()).select_from(Pairing)) == 0


def test_a_code_may_be_typed_in_small_letters_and_with_blanks(shop: Shop) -> None:
    token, pairing = shop.core.kiosks.new_code("10.0.0.1")

    shop.core.devices.approve(member(shop), f" {pairing.code[:3].lower()} {pairing.code[3:].lower()} ", "")

    known = shop.core.kiosks.tablet_of(token)
    assert known is not None
    assert known.name == "Kiosk 1"


def test_a_code_is_good_for_ten_minutes_and_is_then_thrown_away(shop: Shop) -> None:
    token, pairing = shop.core.kiosks.new_code("10.0.0.1")
    shop.clock.added += timedelta(minutes=10, seconds=1)

    assert shop.core.kiosks.shown_code(token) is None
    with pytest.raises(UnknownPairingCode):
        shop.core.devices.approve(member(shop), pairing.code, "Kios")

    shop.core.kiosks.new_code("10.0.0.1")
    with shop.core.db.read() as session:
        assert session.scalar(select(func.count()).select_from(Pairing)) == 1


def test_a_code_works_once(shop: Shop) -> None:
    _, pairing = shop.core.kiosks.new_code("10.0.0.1")
    shop.core.devices.approve(member(shop), pairing.code, "Satu")

    with pytest.raises(UnknownPairingCode):
        shop.core.devices.approve(member(shop), pairing.code, "Dua")


@pytest.mark.parametrize("code", ["", "ABCDEF", "🙂" * 6, "x" * 400, "\x00"])
def test_a_code_that_no_tablet_shows_pairs_nothing(shop: Shop, code: str) -> None:
    with pytest.raises(UnknownPairingCode):
        shop.core.devices.approve(member(shop), code, "Kios")


def test_codes_cannot_be_guessed_without_end_nor_asked_for(shop: Shop) -> None:
    for _ in range(10):
        with pytest.raises(UnknownPairingCode):
            shop.core.devices.approve(member(shop), "AAAAAA", "Kios")
    with pytest.raises(TooManyCodes):
        shop.core.devices.approve(member(shop), "AAAAAA", "Kios")

    for _ in range(20):
        shop.core.kiosks.new_code("10.0.0.9")
    with pytest.raises(TooManyCodes):
        shop.core.kiosks.new_code("10.0.0.9")
    shop.core.kiosks.new_code("10.0.0.10")


def test_two_places_cannot_have_one_name(shop: Shop) -> None:
    paired(shop, "Kios")

    for taken in ("Kios", shop.tables[0].label):
        with pytest.raises(DeviceNameTaken):
            paired(shop, taken)
    with pytest.raises(BadText):
        paired(shop, "x" * 41)


def test_a_tablet_that_is_cut_off_is_nobody_and_its_menu_has_no_address(shop: Shop) -> None:
    token, device = paired(shop)
    known = shop.core.kiosks.tablet_of(token)
    assert known is not None
    place = known.table.token

    shop.core.devices.revoke(shop.outlet.id, device.uid, Actor("staff", 1, "Owner"))
    shop.core.devices.revoke(shop.outlet.id, device.uid, Actor("staff", 1, "Owner"))

    assert shop.core.kiosks.tablet_of(token) is None
    assert shop.core.devices.devices(shop.outlet.id) == []
    with pytest.raises(UnknownTable):
        shop.core.baskets.add(place, "a-guest", Pick(shop.dishes["Es Teh"].id, 1))
    assert [kind for kind, _, _ in events(shop)] == ["device.approved", "device.revoked"]


def test_a_new_tablet_may_take_the_place_of_one_that_was_cut_off(shop: Shop) -> None:
    _, first = paired(shop, "Kios")
    shop.core.devices.revoke(shop.outlet.id, first.uid, Actor("staff", 1, "Owner"))

    token, second = paired(shop, "Kios")

    assert second.table_id == first.table_id
    assert shop.core.kiosks.tablet_of(token) is not None


def test_another_outlets_tablet_cannot_be_cut_off(shop: Shop) -> None:
    _, device = paired(shop)
    with shop.core.db.write() as session:
        other = Outlet(name="Cabang", merchant_name="CABANG")
        session.add(other)
        session.flush()

    with pytest.raises(UnknownDevice):
        shop.core.devices.revoke(other.id, device.uid, Actor("staff", 1, "Owner"))


def test_a_kiosk_is_no_table_to_anybody_who_lists_tables(shop: Shop) -> None:
    paired(shop)

    with shop.core.db.read() as session:
        assert [table.label for table in tables_of(session, shop.outlet.id)] == ["1", "2", "3"]


def test_when_a_tablet_was_seen_is_written_once_a_minute(shop: Shop) -> None:
    token, device = paired(shop)
    shop.clock.added += timedelta(seconds=61)

    shop.core.kiosks.tablet_of(token)

    (seen,) = shop.core.devices.devices(shop.outlet.id)
    assert seen.seen_at - device.seen_at >= timedelta(seconds=60)


def test_a_pin_counts_on_a_tablet_when_its_owner_has_the_right_and_guessing_ends_soon(shop: Shop) -> None:
    _, device = paired(shop)
    with shop.core.db.write() as session:
        for username in ("manager", "kasir"):
            who = session.scalars(select(StaffMember).where(StaffMember.username == username)).one()
            who.pin_hash = cheap_hash(PIN if username == "manager" else "246810")

    assert shop.core.door.approve(device, PIN, Right.MANAGE_DEVICES).username == "manager"
    assert shop.core.door.approve(device, "246810", Right.SERVE).username == "kasir"
    for _ in range(5):
        with pytest.raises(WrongPin):
            shop.core.door.approve(device, "246810", Right.MANAGE_DEVICES)
    with pytest.raises(TooManyTries):
        shop.core.door.approve(device, PIN, Right.MANAGE_DEVICES)
