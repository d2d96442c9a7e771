"""Faults on the way from one database to another: a house that moves, and one that is brought up to date."""

from typing import Final

from tests.broken_by_hand.fault import Fault

_MOVING = "core/services/moving.py"
_COPY = "core/services/row_copy.py"
_ARRIVES = "tests/services/test_moving.py"
_REFUSED = "tests/services/test_moving_refused.py"
_WHOLE = f"{_REFUSED}::test_what_does_not_arrive_whole_is_not_kept_and_the_same_command_works_afterwards"

MOVING_FAULTS: Final = (
    Fault(
        name="a file that is moved is sealed after the other side is kept",
        hurts="The power goes between the two, and a supervisor starts the old server beside the full new database.",
        file="core/services/moving.py",
        old="                theirs.commit()\n",
        new=(
            "                with here.write() as ours:\n                    set_mark(ours, None)\n"
            "                theirs.commit()\n"
        ),
        tests=(
            "tests/services/test_set_aside.py::test_killed_when_the_other_side_is_full_only_one_of_the_two_may_be_served",
        ),
    ),
    Fault(
        name="a file that was moved is not sealed",
        hurts="A supervisor starts the old server again, and both give the same money back.",
        file="core/services/moving.py",
        old="                set_mark(ours, Mark.MOVED)\n",
        new="",
        tests=("tests/services/test_set_aside.py::test_no_server_starts_on_it_and_no_command_touches_it",),
    ),
    Fault(
        name="the next ids do not follow a move",
        hurts="The first order in the new database is refused, as its id is taken, and so are the next thousand.",
        file=_COPY,
        old="        theirs.execute(select(func.setval(_sequence_of(table), largest)).where(largest > 0))\n",
        new="        del largest\n",
        tests=(f"{_ARRIVES}::test_every_row_of_every_table_arrives_as_it_was",),
    ),
    Fault(
        name="nobody asks whether the next ids follow",
        hurts="A sequence that belongs to no table is left where it was, and that is found out by the first guest.",
        file=_COPY,
        old="or 0) > given_out:",
        new="or 0) < 0:",
        tests=(f"{_REFUSED}::test_a_table_whose_next_id_would_be_taken_is_not_moved_into",),
    ),
    Fault(
        name="rows are not counted after a move",
        hurts="Something in the new database swallows rows, and the shop goes on without them.",
        file=_COPY,
        old="        _be_alike(table.name, _figures(ours, table), _figures(theirs, table))\n",
        new="",
        tests=(_WHOLE,),
    ),
    Fault(
        name="balances are not compared after a move",
        hurts="Money stands on another account than before, and every sum over all accounts is right.",
        file=_COPY,
        old='    _be_alike("The ledger", _balances(ours), _balances(theirs))\n',
        new="",
        tests=(_WHOLE,),
    ),
    Fault(
        name="the books are not asked after a move",
        hurts="A paid order is moved as an unpaid one, and its guest is asked for the money again.",
        file=_MOVING,
        old="findings_in(theirs, now) if not finding.holds",
        new="findings_in(theirs, now) if finding.name == ''",
        tests=(_WHOLE,),
    ),
    Fault(
        name="a move is kept before it is proven",
        hurts="Half a house stands in the new database, nothing can be deleted there, and the same command is refused.",
        file=_MOVING,
        old="    let_ids_follow(theirs)\n",
        new="    theirs.commit()\n    let_ids_follow(theirs)\n",
        tests=(_WHOLE,),
    ),
    Fault(
        name="an older database with rows is brought up to date before it is refused",
        hurts="A slip in the address, and the database of a shop that runs an older version is changed under its feet.",
        file=_MOVING,
        old="        _refuse_unless_empty(connection)\n        if (encoding",
        new="        if (encoding",
        tests=(f"{_REFUSED}::test_a_database_of_an_older_shape_with_rows_is_not_even_brought_up_to_date",),
    ),
    Fault(
        name="a table that nobody knows is left behind",
        hurts="Whatever somebody kept beside Meja's tables is gone with the old computer.",
        file=_MOVING,
        old="    if strange := _strangers(ours.connection()):",
        new="    if strange := _strangers(ours.connection())[9:]:",
        tests=(f"{_REFUSED}::test_what_cannot_go_along_is_told_in_one_sentence_and_nothing_is_kept",),
    ),
    Fault(
        name="a text that PostgreSQL cannot hold is met on the way",
        hurts="After ten minutes of copying the operator reads of a byte in some row of some table.",
        file=_MOVING,
        old="        _refuse_zero_characters(ours, table)\n",
        new="        pass\n",
        tests=(f"{_REFUSED}::test_a_character_that_postgresql_cannot_hold_is_named_with_its_place",),
    ),
    Fault(
        name="a house moves into a database without guards",
        hurts="From that evening on whoever reaches the database can change what was taken.",
        file=_MOVING,
        old="        problem = database_problem(there, settings, now)\n",
        new="        problem = None\n",
        tests=(f"{_REFUSED}::test_a_database_whose_guards_are_gone_is_no_place_to_move_to",),
    ),
    Fault(
        name="the old file may be written to during a move",
        hurts="An order that was taken meanwhile stands in the old file, which nobody opens any more.",
        file=_MOVING,
        old="            with here.write() as ours:\n                with _explained",
        new="            with here.read() as ours:\n                with _explained",
        tests=(f"{_REFUSED}::test_killed_in_the_middle_nothing_is_kept_and_the_same_command_works_afterwards",),
    ),
    Fault(
        name="a move keeps the leases of a server that is gone",
        hurts="A guest looks at “preparing your QR” until the lease of a program that no longer runs is over.",
        file=_MOVING,
        old="    let_go_of_all(theirs, now)\n",
        new="",
        tests=(f"{_ARRIVES}::test_what_was_in_the_hand_of_a_server_that_is_gone_is_free_and_looked_at_at_once",),
    ),
    Fault(
        name="nothing is looked at after a move",
        hurts="What was paid while the house moved is found when its timetable says so, which may be hours later.",
        file=_MOVING,
        old="    theirs.execute(update(Attempt).where(worth_a_look(now, WATCHED)).values(due_at=now))\n",
        new="",
        tests=(f"{_ARRIVES}::test_what_was_in_the_hand_of_a_server_that_is_gone_is_free_and_looked_at_at_once",),
    ),
    Fault(
        name="each migration is kept by itself",
        hurts="A plug that is pulled leaves a database of a shape that neither the old nor the new program can serve.",
        file="core/migrations/env.py",
        old="        transactional_ddl=True,\n",
        new="        transactional_ddl=True,\n        transaction_per_migration=True,\n",
        tests=(
            "tests/migrations/test_killed_midway.py"
            "::test_killed_at_any_statement_the_old_shape_is_whole_and_the_next_try_works",
        ),
    ),
)
