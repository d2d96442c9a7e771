"""The next person takes a screen over by PIN, under their own name, and nobody can guess one or lock another out."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from starlette.testclient import TestClient

from core.staff.models import StaffMember, StaffSession
from core.staff.sessions import LIFETIME
from main import create_app
from tests.cashier.conftest import CASHIERS_PIN, HERE, MANAGERS_PIN, Counter, with_pins

SWITCH = "/cashier/switch"


@pytest.fixture
def staffed(counter: Counter) -> Counter:
    """The cashier is signed in; cashier and manager have PINs."""
    with_pins(counter.shop)
    counter.signs_in("kasir")
    return counter


def takes_over(counter: Counter, username: str, pin: str, onward: str = "") -> int:
    return counter.browser.post(SWITCH, data={"username": username, "pin": pin, "next": onward}).status_code


def sessions(counter: Counter) -> list[StaffSession]:
    with counter.shop.core.db.read() as session:
        return list(session.scalars(select(StaffSession).order_by(StaffSession.id)))


def test_the_next_person_acts_under_their_own_name(staffed: Counter) -> None:
    page = staffed.sees(f"{SWITCH}?next=/cashier/shift")
    answer = staffed.browser.post(SWITCH, data={"username": "manager", "pin": MANAGERS_PIN, "next": "/cashier/shift"})
    staffed.browser.post("/cashier/shift/movement", data={"kind": "in", "amount": "1000", "reason": "tukar"})

    assert 'value="manager"' in page
    assert 'value="/cashier/shift"' in page
    # Whoever has no PIN cannot, and nobody takes over from themselves.
    assert 'value="owner"' not in page
    assert 'value="kasir"' not in page
    assert answer.headers["location"] == "/cashier/shift"
    assert "Manager" in staffed.sees("/cashier/shift")


def test_the_old_session_ends_and_the_new_one_ends_no_later_than_it_would_have(staffed: Counter) -> None:
    old_token = staffed.browser.cookies["meja_sid"]
    staffed.shop.clock.added += timedelta(hours=3)

    takes_over(staffed, "manager", MANAGERS_PIN)

    old, new = sessions(staffed)
    assert staffed.browser.cookies["meja_sid"] != old_token
    assert old.ended_at is not None
    assert new.started_at == old.started_at
    assert new.device == old.device != ""
    assert staffed.shop.core.door.member_of(old_token) is None
    staffed.shop.clock.added += LIFETIME - timedelta(hours=3)
    assert staffed.opens("/cashier").headers["location"].startswith("/cashier/login")


@pytest.mark.parametrize(
    ("username", "pin"),
    [
        ("manager", CASHIERS_PIN),
        ("owner", ""),
        ("owner", "000000"),
        ("nobody", "123456"),
        ("manager", "1357900"),
        ("", ""),
    ],
)
def test_a_wrong_pin_changes_nothing_and_says_the_same_for_every_reason(
    staffed: Counter, username: str, pin: str
) -> None:
    answer = staffed.browser.post(SWITCH, data={"username": username, "pin": pin})

    assert answer.status_code == 422
    assert "Itu bukan PIN orang tersebut" in answer.text
    assert pin not in answer.text or pin == ""
    assert len(sessions(staffed)) == 1
    assert "Kasir" in staffed.sees("/cashier/shift")


def test_five_wrong_pins_close_the_lane_of_that_person_on_that_screen_only(staffed: Counter) -> None:
    for _ in range(5):
        assert takes_over(staffed, "manager", "000000") == 422
    assert takes_over(staffed, "manager", MANAGERS_PIN) == 429

    elsewhere = Counter(
        TestClient(create_app(core=staffed.shop.core), base_url=HERE, follow_redirects=False), staffed.shop
    )
    elsewhere.signs_in("kasir")

    assert takes_over(elsewhere, "manager", MANAGERS_PIN) == 303


def test_taking_over_in_between_opens_no_new_lane(staffed: Counter) -> None:
    for _ in range(4):
        takes_over(staffed, "owner", "000000")
    assert takes_over(staffed, "manager", MANAGERS_PIN) == 303
    assert takes_over(staffed, "owner", "000000") == 422

    assert takes_over(staffed, "owner", "000000") == 429


def test_twenty_wrong_pins_a_day_are_the_most_of_one_screen_whoever_they_are_for(staffed: Counter) -> None:
    people = [f"person{n}" for n in range(6)]

    answers = [takes_over(staffed, name, "000000") for name in people for _ in range(4)]

    assert answers.count(422) == 20
    assert answers[20:] == [429] * 4


def test_tries_at_the_same_moment_all_count(staffed: Counter) -> None:
    with ThreadPoolExecutor(12) as guessers:
        answers = list(guessers.map(lambda _: takes_over(staffed, "manager", "000000"), range(12)))

    assert answers.count(422) <= 5
    assert answers.count(429) >= 7


def test_a_pin_opens_nothing_where_nobody_is_signed_in(counter: Counter) -> None:
    with_pins(counter.shop)

    answer = counter.browser.post(SWITCH, data={"username": "manager", "pin": MANAGERS_PIN})

    assert answer.headers["location"].startswith("/cashier/login")
    assert sessions(counter) == []


def test_somebody_who_was_let_go_cannot_take_over(staffed: Counter) -> None:
    with staffed.shop.core.db.write() as session:
        session.execute(update(StaffMember).where(StaffMember.username == "manager").values(is_active=False))

    assert takes_over(staffed, "manager", MANAGERS_PIN) == 422
    assert 'value="manager"' not in staffed.sees(SWITCH)


def test_onward_leads_nowhere_else(staffed: Counter) -> None:
    answer = staffed.browser.post(SWITCH, data={"username": "manager", "pin": MANAGERS_PIN, "next": "//evil.example/"})

    assert answer.headers["location"] == "/cashier"


def test_a_name_that_no_database_can_hold_is_refused(staffed: Counter) -> None:
    assert takes_over(staffed, "man\x00ager", MANAGERS_PIN) == 422
    assert staffed.signs_in("kas\x00ir").status_code == 422
