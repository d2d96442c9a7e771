"""Faults about guessing: tries that are not counted, PINs that a thief may try, a screen that is left alone."""

from typing import Final

from tests.broken_by_hand.fault import Fault

_TRIES = "core/staff/tries.py"
_DOOR = "core/services/staff_door.py"
_HERE = "tests/staff/test_tries.py"

TRIES_FAULTS: Final = (
    Fault(
        name="a right PIN forgets the whole day's tries",
        hurts="Whoever knows one PIN guesses at another all day, and types their own in between.",
        file="core/staff/limits.py",
        old="                forget_one(session, rule, key)\n",
        new="                forget_all(session, rule, key)\n",
        tests=(f"{_HERE}::test_a_right_pin_takes_only_its_own_try_from_the_days_count",),
    ),
    Fault(
        name="tries on a shared lane are not counted before the PIN is looked at",
        hurts="A hundred tries at one moment, spread over everybody, are all looked at.",
        file="core/staff/limits.py",
        old="            for rule, key in (lane.own, *lane.shared):\n",
        new="            for rule, key in (lane.own,):\n",
        tests=(f"{_HERE}::test_guesses_spread_over_everybody_on_a_screen_are_twenty_a_day",),
    ),
    Fault(
        name="tries count for as long as the clock was wrong",
        hurts="A clock that was a year ahead for an hour keeps the cashier out for a year.",
        file=_TRIES,
        old="    return [time for time in times if abs(now - time) < span]\n",
        new="    return [time for time in times if now - time < span]\n",
        tests=(f"{_HERE}::test_a_clock_that_was_wrong_for_a_while_locks_nobody_out_for_as_long",),
    ),
    Fault(
        name="the program's key does not go into a PIN",
        hurts="Whoever finds a backup on a stick tries all million PINs in a night.",
        file="core/staff/pins.py",
        old="    return _WITH_KEY + hash_secret(_seasoned(key, pin))\n",
        new="    return hash_secret(pin)\n",
        tests=(f"{_HERE}::test_a_stolen_database_tries_no_pin",),
    ),
    Fault(
        name="the session that was there before lives on",
        hurts="Whoever sat at the tablet before the cashier signed in still holds a key to the house.",
        file=_DOOR,
        old="            end_one(session, before, at=now)\n",
        new="",
        tests=(f"{_HERE}::test_whoever_signs_in_anew_leaves_no_session_behind",),
    ),
    Fault(
        name="a manager who signed in this morning may void without a word",
        hurts="Whoever finds the manager's screen alone cancels what was paid, and has its money sent to a friend.",
        file="cashier/approval.py",
        old='    if not core.door.is_fresh(cookies_of(request).read(request, "meja_sid") or ""):\n',
        new='    if core.door.is_fresh(cookies_of(request).read(request, "meja_sid") or "") is None:\n',
        tests=(
            "tests/cashier/test_board.py"
            "::test_a_manager_who_signed_in_a_while_ago_types_their_pin_to_cancel_what_was_paid",
        ),
    ),
    Fault(
        name="a wrong PIN to take a screen over leaves no trace",
        hurts="A cook tries the manager's PIN day after day, and nobody is told.",
        file=_DOOR,
        old="            self._tell_wrong_pin(before.member)\n",
        new="            pass\n",
        tests=(f"{_HERE}::test_wrong_pins_are_told_wherever_they_are_typed",),
    ),
    Fault(
        name="each sign-in brings five new guesses at a colleague's PIN",
        hurts="A cook signs in a few thousand times in a night, and holds the manager's PIN in the morning.",
        file="core/staff/limits.py",
        old='        shared=((_SWITCHES_OF_A_DAY, device), (_SWITCHES_BY_ONE, f"{by.id}")),\n',
        new="        shared=((_SWITCHES_OF_A_DAY, device),),\n",
        tests=(f"{_HERE}::test_signing_in_anew_brings_no_new_guesses",),
    ),
    Fault(
        name="a try that nobody had time to look at counts",
        hurts="In a rush the cashier's right PIN is answered 'busy' five times, and then not taken for a quarter of an hour.",
        file="core/staff/limits.py",
        old="            self._was_not_looked_at(lane)\n            raise\n",
        new="            raise\n",
        tests=(f"{_HERE}::test_a_try_that_nobody_looked_at_does_not_count",),
    ),
    Fault(
        name="a crowd hides what the first look said",
        hurts="Whoever keeps the program busy guesses at the first manager's PIN without being counted.",
        file=_DOOR,
        old="            found = self._first_with(members[:1], pin)\n",
        new="            found = self._first_with(members, pin)\n",
        tests=(f"{_HERE}::test_what_was_looked_at_once_counts_however_it_ended",),
    ),
)
