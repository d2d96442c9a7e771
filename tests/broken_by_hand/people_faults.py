"""Faults about the people who work here: who changes whom, whose session lasts, whose code is good."""

from typing import Final

from tests.broken_by_hand.fault import Fault

_ROSTER = "core/services/staff_roster.py"
_QUERIES = "core/staff/queries.py"
_CODES = "core/services/login_codes.py"
_RANKS = "tests/staff/test_ranks.py"
_TWO_STEPS = "tests/staff/test_login_codes.py"
_SCREEN = "tests/cashier/test_people.py"
_AT_ONCE = "test_two_owners_who_take_each_other_away_at_once_leave_one"

PEOPLE_FAULTS: Final = (
    Fault(
        name="the last owner may be let go",
        hurts="Nobody is left who may do everything, and nobody who could let anybody in.",
        file=_ROSTER,
        old="            if had_owner and not _has_owner(everybody.values()):\n",
        new="            if not had_owner and not everybody:\n",
        tests=(f"{_RANKS}::test_the_only_owner_cannot_be_taken_away_not_even_on_the_command_line",),
    ),
    Fault(
        name="people are changed without being locked",
        hurts="Two owners let each other go in one moment, each sees the other one still there, and none is left.",
        file=_QUERIES,
        old="    locked = found.with_for_update(key_share=True).execution_options(populate_existing=True)\n",
        new="    locked = found\n",
        tests=(f"{_RANKS}::{_AT_ONCE}",),
    ),
    Fault(
        name="whoever acts is not looked at again",
        hurts="A manager who was let go this moment still lets the others go.",
        file=_ROSTER,
        old="    if not boss.is_active:\n",
        new="    if boss.is_active is None:\n",
        tests=(f"{_RANKS}::test_whoever_is_let_go_this_moment_changes_nobody_any_more",),
    ),
    Fault(
        name="a manager may give any role",
        hurts="A manager makes a friend an owner, and the friend makes the manager one.",
        file="core/staff/rights.py",
        old="    return LADDER if member.role is Role.OWNER else LADDER[: LADDER.index(member.role)]\n",
        new="    return LADDER\n",
        tests=(
            f"{_RANKS}::test_nobody_hires_above_themselves",
            f"{_SCREEN}::test_a_manager_may_not_hand_out_what_they_are_themselves",
        ),
    ),
    Fault(
        name="no PIN is asked to change a person",
        hurts="Whoever finds the screen unlocked hires themselves.",
        file="cashier/people.py",
        old="        core.door.confirm(member, form.pin.strip())\n        secret = _ACTS",
        new="        secret = _ACTS",
        tests=(f"{_SCREEN}::test_nothing_is_done_without_ones_own_pin",),
    ),
    Fault(
        name="sessions outlive a change of their person",
        hurts="A cashier who was let go, or a thief with the old password, goes on taking cash until midnight.",
        file="core/staff/sessions.py",
        old="    session.execute(update(StaffSession).where(*mine).values(ended_at=at))\n    session.execute(delete(PendingLogin)",
        new="    session.execute(delete(PendingLogin)",
        tests=(f"{_RANKS}::test_a_change_of_a_person_ends_their_sessions_at_once_and_nobody_elses",),
    ),
    Fault(
        name="a sign-in does not wait for a change of its person",
        hurts="A session that was opened with the old password in that moment lasts for twelve hours.",
        file=_QUERIES,
        old='with_for_update={"key_share": True}, populate_existing=True)',
        new="populate_existing=True)",
        tests=(f"{_RANKS}::test_a_sign_in_that_is_under_way_while_the_password_changes_does_not_last",),
    ),
    Fault(
        name="a socket hears nothing of its own person",
        hurts="The board of somebody who was let go stays open and tells them of every order.",
        file="cashier/live.py",
        old="        whose=person_topic(here.member.id),\n",
        new="",
        tests=(f"{_SCREEN}::test_the_open_board_of_somebody_who_is_disabled_is_closed_at_once",),
    ),
    Fault(
        name="a busy board never asks whether its reader may stay",
        hurts="In a full house no heartbeat is ever due, and whoever was let go elsewhere goes on watching.",
        file="core/web/live.py",
        old="        if not is_beat and newest == self._known and now - self._asked_at < HEARTBEAT_SECONDS:\n",
        new="        if not is_beat and newest == self._known:\n",
        tests=(f"{_SCREEN}::test_a_board_on_which_something_happens_all_the_time_is_closed_too",),
    ),
    Fault(
        name="a code is good more than once",
        hurts="Whoever reads a code over the owner's shoulder is in as well.",
        file=_CODES,
        old="            member.totp_step = step\n",
        new="",
        tests=(f"{_TWO_STEPS}::test_a_code_lets_in_once",),
    ),
    Fault(
        name="the password is enough for whoever uses codes",
        hurts="The second step is shown, asked for nowhere, and stops nobody.",
        file="core/services/staff_door.py",
        old="            if fresh.uses_codes:\n",
        new="            if not fresh.is_active:\n",
        tests=(f"{_TWO_STEPS}::test_with_codes_the_password_alone_lets_nobody_in",),
    ),
    Fault(
        name="wrong codes of an app are not counted",
        hurts="Whoever knows the password tries all million codes.",
        file=_CODES,
        old="            raise WrongCode\n        self.limits.was_right(lane)\n        return token, member\n",
        new="            self.limits.was_right(lane)\n            raise WrongCode\n        self.limits.was_right(lane)\n        return token, member\n",
        tests=(
            f"{_TWO_STEPS}::test_guessing_codes_comes_to_an_end_and_locks_nobody_out_of_a_known_browser",
            f"{_TWO_STEPS}::test_twenty_wrong_codes_a_day_are_the_most_wherever_they_come_from",
        ),
    ),
    Fault(
        name="whoever allowed a write-off stands alone",
        hurts="Every write-off bears the manager's name, and nobody sees who keeps bringing them.",
        file="core/services/case_desk.py",
        old='            told = allowed(by, asked_by) | ({"lost": lost} if lost else {})\n',
        new='            told = {"lost": lost} if lost else {}\n',
        tests=("tests/services/test_audit.py::test_a_write_off_tells_how_much_and_why",),
    ),
)
