"""The list of people: adding, changing and letting go, each with the PIN of whoever does it."""

import html
import re
import time

import pytest
from sqlalchemy import select, update
from starlette.testclient import TestClient, WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from core.events.models import Event
from core.events.record import board_topic
from core.staff.errors import WrongPin
from core.staff.models import Role, StaffMember
from core.staff.rights import Right
from main import create_app
from tests.cashier.conftest import HERE, MANAGERS_PIN, PASSWORD, Counter, with_pins
from tests.cashier.test_live import socket_of
from tests.cheap_secrets import cheap_hash
from tests.shop import Shop

OWNERS_PIN = "112358"
PEOPLE = "/cashier/people"


@pytest.fixture
def owner(counter: Counter) -> Counter:
    """The owner is signed in; owner, manager and cashier have PINs."""
    with_pins(counter.shop)
    with counter.shop.core.db.write() as session:
        session.execute(
            update(StaffMember).where(StaffMember.username == "owner").values(pin_hash=cheap_hash(OWNERS_PIN))
        )
    counter.signs_in("owner")
    return counter


def elsewhere(counter: Counter) -> Counter:
    """Another browser in the same restaurant."""
    browser = TestClient(create_app(core=counter.shop.core), base_url=HERE, follow_redirects=False)
    return Counter(browser, counter.shop)


def person(counter: Counter, username: str) -> StaffMember:
    with counter.shop.core.db.read() as session:
        return session.scalars(select(StaffMember).where(StaffMember.username == username)).one()


def secrets_on(page: str) -> list[str]:
    return [html.unescape(found) for found in re.findall(r"<dd>([^<]*)</dd>", page)]


def test_an_owner_adds_a_cashier_who_signs_in_with_what_was_shown_once(owner: Counter) -> None:
    added = owner.browser.post(
        PEOPLE, data={"username": "Budi", "name": "Budi <b>", "role": "cashier", "pin": OWNERS_PIN}
    )

    username, password, pin = secrets_on(added.text)
    assert (added.status_code, username, len(pin)) == (200, "budi", 6)
    assert "Budi &lt;b&gt;" in added.text
    budi = elsewhere(owner)
    assert budi.signs_in("budi", password).headers["location"] == "/cashier"
    listed = owner.sees(PEOPLE)
    assert "Masuk di 1 layar" in listed
    assert password not in listed
    assert pin not in listed


def test_what_is_typed_is_taken_as_password_and_pin(owner: Counter) -> None:
    form = {"username": "budi", "role": "kitchen", "password": "soto-betawi-2", "new_pin": "246811"}

    shown = secrets_on(owner.browser.post(PEOPLE, data=form | {"pin": OWNERS_PIN}).text)

    assert shown == ["budi", "soto-betawi-2", "246811"]
    assert elsewhere(owner).signs_in("budi", "soto-betawi-2").status_code == 303


@pytest.mark.parametrize(
    ("form", "status", "says"),
    [
        ({"username": "kasir"}, 409, "Nama pengguna kasir sudah dipakai"),
        ({"username": "Kas ir"}, 422, "huruf kecil"),
        ({"username": "budi", "password": "pendek"}, 422, "Kata sandi sedikitnya"),
        ({"username": "budi", "new_pin": "12"}, 422, "PIN"),
        ({"username": "budi", "pin": "000000"}, 422, "Ini bukan PIN Anda"),
        ({"username": "budi", "pin": MANAGERS_PIN}, 422, "Ini bukan PIN Anda"),
    ],
)
def test_a_refused_form_says_why_and_keeps_all_but_the_secrets(
    owner: Counter, form: dict[str, str], status: int, says: str
) -> None:
    sent = {"name": "Budi", "role": "kitchen", "pin": OWNERS_PIN} | form

    answer = owner.browser.post(PEOPLE, data=sent)

    assert answer.status_code == status
    assert says in answer.text
    assert 'value="Budi"' in answer.text
    assert '<option value="kitchen" selected>' in answer.text
    assert OWNERS_PIN not in answer.text
    assert "pendek" not in answer.text
    assert re.search(r"<details[^>]* open>", answer.text)


def test_a_manager_may_not_hand_out_what_they_are_themselves(owner: Counter) -> None:
    owner.signs_in("manager")
    page = owner.sees(PEOPLE)

    answer = owner.browser.post(PEOPLE, data={"username": "budi", "role": "manager", "pin": MANAGERS_PIN})

    assert answer.status_code == 403
    assert '<option value="manager"' not in page
    assert "Kasir" in page
    assert "owner</span>" not in page
    assert owner.opens(f"{PEOPLE}/owner").status_code == 404
    refused = owner.browser.post(f"{PEOPLE}/owner", data={"act": "disable", "pin": MANAGERS_PIN})
    assert refused.status_code == 404
    assert person(owner, "owner").is_active


def test_a_new_role_and_name_are_kept_and_told(owner: Counter) -> None:
    kasir = elsewhere(owner)
    kasir.signs_in("kasir")

    page = owner.after(
        owner.browser.post(
            f"{PEOPLE}/kasir", data={"act": "edit", "name": "Sari Dewi", "role": "manager", "pin": OWNERS_PIN}
        )
    )

    assert "Sari Dewi" in page
    assert person(owner, "kasir").role is Role.MANAGER
    assert kasir.opens().headers["location"].startswith("/cashier/login")


@pytest.mark.parametrize(("act", "opens"), [("password", 1), ("pin", 0)])
def test_a_new_secret_is_shown_once_and_ends_the_old_sessions(owner: Counter, act: str, opens: int) -> None:
    kasir = elsewhere(owner)
    kasir.signs_in("kasir")

    shown = secrets_on(owner.browser.post(f"{PEOPLE}/kasir", data={"act": act, "pin": OWNERS_PIN}).text)

    assert shown[0] == "kasir"
    assert kasir.opens().status_code == 303
    assert kasir.signs_in("kasir", shown[1]).status_code == (303 if opens else 401)


def test_whoever_is_disabled_is_out_at_the_next_click_and_comes_back_when_enabled(owner: Counter) -> None:
    kasir = elsewhere(owner)
    kasir.signs_in("kasir")

    page = owner.after(owner.browser.post(f"{PEOPLE}/kasir", data={"act": "disable", "pin": OWNERS_PIN}))

    assert "Tidak aktif" in page
    assert kasir.opens().headers["location"].startswith("/cashier/login")
    assert kasir.signs_in("kasir").status_code == 401
    owner.browser.post(f"{PEOPLE}/kasir", data={"act": "enable", "pin": OWNERS_PIN})
    assert kasir.signs_in("kasir").status_code == 303


def test_nothing_is_done_without_ones_own_pin(owner: Counter) -> None:
    for pin in ("", "000000", MANAGERS_PIN):
        answer = owner.browser.post(f"{PEOPLE}/kasir", data={"act": "disable", "pin": pin})
        assert answer.status_code == 422
        assert "Ini bukan PIN Anda" in answer.text

    assert person(owner, "kasir").is_active


def test_five_wrong_pins_close_the_form_for_a_while(owner: Counter) -> None:
    for _ in range(5):
        owner.browser.post(f"{PEOPLE}/kasir", data={"act": "disable", "pin": "000000"})

    assert owner.browser.post(f"{PEOPLE}/kasir", data={"act": "disable", "pin": OWNERS_PIN}).status_code == 429
    assert person(owner, "kasir").is_active


def test_a_lost_tablet_is_signed_out_by_itself(owner: Counter) -> None:
    door, sessions = owner.shop.core.door, owner.shop.core.people
    (lost, _), (kept, _) = (door.sign_in("kasir", PASSWORD, f"192.168.1.{number}") for number in (20, 21))
    boss = sessions.oneself(person(owner, "owner")).member
    found = next(one.id for one in sessions.one(boss, "kasir").sessions if one.address == "192.168.1.20")
    assert f'name="session" value="{found}"' in owner.sees(f"{PEOPLE}/kasir")

    owner.after(owner.browser.post(f"{PEOPLE}/kasir", data={"act": "sign_out", "session": str(found)}))

    assert door.member_of(lost) is None
    assert door.member_of(kept) is not None
    # A session of somebody else is not found by its number.
    owner.browser.post(f"{PEOPLE}/dapur", data={"act": "sign_out", "session": str(found + 1)})
    assert door.member_of(kept) is not None


def test_whoever_tried_too_often_is_let_try_again(owner: Counter) -> None:
    cashier = person(owner, "kasir")
    for _ in range(5):
        with pytest.raises(WrongPin):
            owner.shop.core.door.approve(cashier, "000000", Right.GIVE_MONEY_BACK)
    assert "Terlalu sering salah" in owner.sees(PEOPLE)
    assert 'value="release"' in owner.sees(f"{PEOPLE}/kasir")

    wrong = owner.browser.post(f"{PEOPLE}/kasir", data={"act": "release", "pin": "000000"})
    page = owner.after(owner.browser.post(f"{PEOPLE}/kasir", data={"act": "release", "pin": OWNERS_PIN}))

    assert wrong.status_code == 422
    assert 'value="release"' not in page
    assert "Terlalu sering salah" not in owner.sees(PEOPLE)


def test_whoever_has_no_pin_is_told_where_to_get_one(counter: Counter) -> None:
    counter.signs_in("owner")

    assert "Anda belum punya PIN" in counter.sees(PEOPLE)
    answer = counter.browser.post(f"{PEOPLE}/kasir", data={"act": "disable", "pin": "000000"})

    assert answer.status_code == 409
    assert 'href="/cashier/me"' in answer.text


def test_an_owner_cannot_disable_or_lower_themselves(owner: Counter) -> None:
    page = owner.sees(f"{PEOPLE}/owner")

    assert 'value="disable"' not in page
    assert 'name="role"' not in page
    for form in ({"act": "disable"}, {"act": "edit", "role": "cashier"}, {"act": "password"}):
        assert owner.browser.post(f"{PEOPLE}/owner", data=form | {"pin": OWNERS_PIN}).status_code == 403
    assert person(owner, "owner").role is Role.OWNER


def test_a_manager_finds_the_way_to_their_own_account(owner: Counter) -> None:
    owner.signs_in("manager")

    page = owner.sees(f"{PEOPLE}/manager")

    assert 'href="/cashier/me"' in page
    assert 'value="edit"' not in page


def test_a_form_field_that_nobody_asked_for_is_refused(owner: Counter) -> None:
    sent = {"act": "edit", "name": "Sari", "is_active": "0", "pin": OWNERS_PIN}

    assert owner.browser.post(f"{PEOPLE}/kasir", data=sent).status_code == 422


def test_every_act_is_written_down_with_who_did_it(owner: Counter) -> None:
    owner.browser.post(PEOPLE, data={"username": "budi", "role": "cashier", "pin": OWNERS_PIN})
    for act in ("password", "pin", "disable", "enable"):
        owner.browser.post(f"{PEOPLE}/budi", data={"act": act, "pin": OWNERS_PIN})

    with owner.shop.core.db.read() as session:
        acts = [event for event in session.scalars(select(Event).order_by(Event.id)) if event.kind.startswith("staff.")]
    kinds = ["added", "password_changed", "pin_changed", "disabled", "enabled"]
    assert [event.kind for event in acts] == [f"staff.{kind}" for kind in kinds]
    assert {event.by for event in acts} == {f"staff:{person(owner, 'owner').id}"}


def test_the_open_board_of_somebody_who_is_disabled_is_closed_at_once(
    running: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No heartbeat is waited for: the socket hears of its own person."""
    monkeypatch.setattr("core.web.live.HEARTBEAT_SECONDS", 20)
    with_pins(running.shop)
    running.signs_in("kasir")
    boss = running.shop.core.people.oneself(person(running, "manager")).member

    with socket_of(running) as socket:
        running.shop.core.door.confirm(boss, MANAGERS_PIN)
        running.shop.core.door.disable("kasir")
        began = time.monotonic()
        # Look again, and then goodbye.
        assert set(socket.receive_json()) == {"event"}
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_json()

    assert closed.value.code == 1008
    assert time.monotonic() - began < 10
    assert running.opens("/cashier/board").headers["location"].startswith("/cashier/login")


def test_a_board_on_which_something_happens_all_the_time_is_closed_too(
    running: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.web.live.HEARTBEAT_SECONDS", 0.3)
    running.signs_in("kasir")
    shop = running.shop

    with socket_of(running) as socket:
        # By another process, whose nudges do not come here.
        with shop.core.db.write() as session:
            session.execute(update(StaffMember).where(StaffMember.username == "kasir").values(is_active=False))
        with pytest.raises(WebSocketDisconnect) as closed:
            keep_busy(shop, socket)

    assert closed.value.code == 1008


def keep_busy(shop: Shop, socket: WebSocketTestSession) -> None:
    """Have something happen on the board every hundredth of a second, for five seconds at most."""
    for number in range(500):
        shop.core.bus.publish([board_topic(shop.outlet.id)], 10_000 + number)
        socket.receive_json()
        time.sleep(0.01)


def test_the_socket_of_a_colleague_stays(running: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.web.live.HEARTBEAT_SECONDS", 0.1)
    running.signs_in("manager")

    with socket_of(running) as socket:
        running.shop.core.door.disable("kasir")
        beats = [socket.receive_json() for _ in range(3)]

    assert len(beats) == 3


def test_only_those_who_may_see_the_way_to_the_people(cashier: Counter) -> None:
    assert f'href="{PEOPLE}"' not in cashier.sees("/cashier")
    cashier.signs_in("manager")
    assert f'href="{PEOPLE}"' in cashier.sees("/cashier")


def test_a_name_that_no_database_can_hold_is_not_found(owner: Counter) -> None:
    for name in ("%00", "x" * 300, "%F0%9F%8D%9A"):
        assert owner.opens(f"{PEOPLE}/{name}").status_code == 404
