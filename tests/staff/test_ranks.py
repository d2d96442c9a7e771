"""Who may hire, change and let go whom, and that the shop always keeps an owner, whoever acts at the same moment."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.base.errors import MejaError
from core.events.models import Event
from core.services.people import People
from core.services.staff_door import StaffDoor
from core.staff.errors import LastOwner, NotAllowed, NotSignedIn, NotYourself, UnknownMember
from core.staff.models import Role, StaffMember, StaffSession
from core.staff.rights import roles_to_give
from tests.staff.conftest import PASSWORD, Wall, actor, member

HOME = "192.168.1.20"
Act = Callable[[StaffDoor, str, str], None]


def disables(door: StaffDoor, boss: str, who: str) -> None:
    door.disable(who, actor(door, boss))


def demotes(door: StaffDoor, boss: str, who: str) -> None:
    door.edit(who, role=Role.MANAGER, by=actor(door, boss))


def owners(door: StaffDoor) -> list[str]:
    with door.db.read() as session:
        found = select(StaffMember).where(StaffMember.role == Role.OWNER, StaffMember.is_active)
        return [one.username for one in session.scalars(found)]


def told(door: StaffDoor, kind: str) -> list[Event]:
    with door.db.read() as session:
        return list(session.scalars(select(Event).where(Event.kind == kind).order_by(Event.id)))


def test_owners_give_every_role_managers_those_below_and_the_others_none() -> None:
    given = {role: list(roles_to_give(StaffMember(role=role))) for role in Role}

    assert given == {
        Role.OWNER: [Role.KITCHEN, Role.CASHIER, Role.MANAGER, Role.OWNER],
        Role.MANAGER: [Role.KITCHEN, Role.CASHIER],
        Role.CASHIER: [],
        Role.KITCHEN: [],
    }


@pytest.mark.parametrize(("boss", "role"), [("dewi", Role.MANAGER), ("dewi", Role.OWNER), ("kasir", Role.KITCHEN)])
def test_nobody_hires_above_themselves(staffed: StaffDoor, boss: str, role: Role) -> None:
    with pytest.raises(NotAllowed):
        staffed.add_member(member(staffed, boss).outlet_id, "baru", "Baru", role, PASSWORD, actor(staffed, boss))


@pytest.mark.parametrize("who", ["ratna", "eko"])
def test_a_manager_changes_neither_owners_nor_other_managers(staffed: StaffDoor, who: str) -> None:
    dewi = actor(staffed, "dewi")
    acts: list[Callable[[], None]] = [
        lambda: staffed.edit(who, name="Lain", by=dewi),
        lambda: staffed.edit(who, role=Role.KITCHEN, by=dewi),
        lambda: staffed.set_password(who, "soto-betawi-2", dewi),
        lambda: staffed.set_pin(who, "246810", dewi),
        lambda: staffed.disable(who, dewi),
        lambda: staffed.enable(who, dewi),
    ]

    for act in acts:
        with pytest.raises(NotAllowed):
            act()

    assert member(staffed, who).name == who.title()


def test_a_manager_makes_a_cook_a_cashier_but_no_manager(staffed: StaffDoor) -> None:
    staffed.edit("wayan", role=Role.CASHIER, by=actor(staffed, "dewi"))
    with pytest.raises(NotAllowed):
        staffed.edit("wayan", role=Role.MANAGER, by=actor(staffed, "dewi"))

    (event,) = told(staffed, "staff.role_changed")
    assert (event.data["before"], event.data["after"], event.by) == ("kitchen", "cashier", str(actor(staffed, "dewi")))


@pytest.mark.parametrize("username", ["ratna", "dewi", "kasir"])
def test_nobody_raises_disables_or_locks_out_themselves(staffed: StaffDoor, username: str) -> None:
    me = actor(staffed, username)

    with pytest.raises((NotYourself, NotAllowed)):
        staffed.edit(username, role=Role.OWNER if username != "ratna" else Role.MANAGER, by=me)
    for act in (staffed.disable, staffed.enable):
        with pytest.raises((NotYourself, NotAllowed)):
            act(username, me)
    with pytest.raises((NotYourself, NotAllowed)):
        staffed.set_password(username, "soto-betawi-2", me)

    assert member(staffed, username).is_active


def test_an_owner_may_call_themselves_something_else(staffed: StaffDoor) -> None:
    staffed.edit("ratna", name="Ibu Ratna", by=actor(staffed, "ratna"))

    (event,) = told(staffed, "staff.renamed")
    assert (event.data["before"], event.data["after"]) == ("Ratna", "Ibu Ratna")


@pytest.mark.parametrize("act", [disables, demotes])
def test_the_only_owner_cannot_be_taken_away_not_even_on_the_command_line(staffed: StaffDoor, act: Act) -> None:
    staffed.disable("bima")

    with pytest.raises(LastOwner):
        staffed.disable("ratna")
    with pytest.raises(LastOwner):
        staffed.edit("ratna", role=Role.CASHIER)

    assert owners(staffed) == ["ratna"]


def test_a_shop_that_never_had_an_owner_can_still_let_people_go(door: StaffDoor) -> None:
    door.disable("kasir")

    assert not member(door, "kasir").is_active


@pytest.mark.parametrize("act", [disables, demotes])
def test_two_owners_who_take_each_other_away_at_once_leave_one(staffed: StaffDoor, act: Act) -> None:
    start = threading.Barrier(2)

    def run(boss: str, who: str) -> type[Exception] | None:
        start.wait()
        try:
            act(staffed, boss, who)
        except MejaError as problem:
            return type(problem)
        return None

    with ThreadPoolExecutor(2) as pool:
        for _ in range(6):
            ends = list(pool.map(run, ("ratna", "bima"), ("bima", "ratna")))
            assert ends.count(None) == 1, ends
            assert set(ends) <= {None, NotSignedIn, NotAllowed, LastOwner}
            assert len(owners(staffed)) == 1
            for username in ("ratna", "bima"):
                staffed.enable(username)
                staffed.edit(username, role=Role.OWNER)


@pytest.mark.parametrize("act", [disables, demotes])
def test_whoever_is_let_go_this_moment_changes_nobody_any_more(staffed: StaffDoor, act: Act) -> None:
    bima = actor(staffed, "bima")
    act(staffed, "ratna", "bima")

    with pytest.raises((NotSignedIn, NotAllowed)):
        staffed.disable("eko", bima)

    assert member(staffed, "eko").is_active


def ends_by_role(door: StaffDoor) -> None:
    door.edit("eko", role=Role.CASHIER, by=actor(door, "ratna"))


def ends_by_password(door: StaffDoor) -> None:
    door.set_password("eko", "soto-betawi-2", actor(door, "ratna"))


def ends_by_pin(door: StaffDoor) -> None:
    door.set_pin("eko", "246810", actor(door, "ratna"))


def ends_by_disabling(door: StaffDoor) -> None:
    door.disable("eko", actor(door, "ratna"))


@pytest.mark.parametrize("end", [ends_by_role, ends_by_password, ends_by_pin, ends_by_disabling])
def test_a_change_of_a_person_ends_their_sessions_at_once_and_nobody_elses(
    staffed: StaffDoor, end: Callable[[StaffDoor], None]
) -> None:
    theirs = [staffed.sign_in("eko", PASSWORD, HOME)[0] for _ in range(2)]
    mine, _ = staffed.sign_in("ratna", PASSWORD, HOME)

    end(staffed)

    assert [staffed.member_of(token) for token in theirs] == [None, None]
    assert staffed.member_of(mine) is not None


def test_a_new_name_signs_nobody_out(staffed: StaffDoor) -> None:
    token, _ = staffed.sign_in("eko", PASSWORD, HOME)

    staffed.edit("eko", name="Pak Eko", role=Role.MANAGER, by=actor(staffed, "ratna"))

    assert staffed.member_of(token) is not None
    assert told(staffed, "staff.role_changed") == []


def test_a_sign_in_that_is_under_way_while_the_password_changes_does_not_last(staffed: StaffDoor) -> None:
    is_signing_in, may_commit = threading.Event(), threading.Event()

    def hold_up_the_sign_in(session: Session) -> None:
        if any(isinstance(each, StaffSession) for each in session.new):
            is_signing_in.set()
            assert may_commit.wait(5)

    staffed.db.before_commit.append(hold_up_the_sign_in)
    with ThreadPoolExecutor(1, "signs-in") as one, ThreadPoolExecutor(1, "changes") as other:
        session = one.submit(staffed.sign_in, "eko", PASSWORD, HOME)
        assert is_signing_in.wait(5)
        change = other.submit(staffed.set_password, "eko", "soto-betawi-2")
        # The change has come as far as the sign-in lets it.
        threading.Event().wait(0.3)
        may_commit.set()
        token, _ = session.result()
        change.result()

    assert staffed.member_of(token) is None


def test_everybody_sees_those_they_may_manage_and_themselves(staffed: StaffDoor, clock: Wall) -> None:
    people = People(staffed.db, clock)
    staffed.disable("eko")

    seen = {boss: [one.member.username for one in people.of(member(staffed, boss))] for boss in ("ratna", "dewi")}

    assert seen == {"ratna": ["bima", "ratna", "dewi", "kasir", "wayan", "eko"], "dewi": ["dewi", "kasir", "wayan"]}
    with pytest.raises(UnknownMember):
        people.one(member(staffed, "dewi"), "ratna")


def test_the_list_tells_who_was_seen_when_and_on_what(staffed: StaffDoor, clock: Wall) -> None:
    people = People(staffed.db, clock)
    token, _ = staffed.sign_in("kasir", PASSWORD, HOME, browser="Chrome, Android")
    left, _ = staffed.sign_in("kasir", PASSWORD, HOME, browser="Firefox, Windows")
    staffed.sign_out(left)

    kasir = people.one(member(staffed, "dewi"), "kasir")
    nobody = people.one(member(staffed, "dewi"), "wayan")

    assert [(one.browser, one.address) for one in kasir.sessions] == [("Chrome, Android", HOME)]
    assert kasir.seen_at == clock()
    assert (nobody.seen_at, nobody.sessions) == (None, [])
    assert staffed.member_of(token) is not None


def test_whoever_takes_a_screen_over_is_on_the_same_browser(staffed: StaffDoor, clock: Wall) -> None:
    token, _ = staffed.sign_in("kasir", PASSWORD, HOME, browser="Chrome, Android")

    staffed.switch(token, "dewi", "135790")

    (screen,) = People(staffed.db, clock).oneself(member(staffed, "dewi")).sessions
    assert (screen.browser, screen.address) == ("Chrome, Android", HOME)
