"""Faults of the copies of a PostgreSQL database: made by whoever serves, brought back whole or not at all."""

from typing import Final

from tests.broken_by_hand.fault import Fault

_COPIES = "core/services/postgres_copies.py"
_TESTS = "tests/running/test_postgres_copies.py"
_OLDER = f"{_TESTS}::test_a_copy_made_before_an_upgrade_comes_back_after_it"

COPY_FAULTS: Final = (
    Fault(
        name="a copy of a newer version is put in place on SQLite",
        hurts="Nothing can be served from it, and the shop stands until somebody finds the file that was put aside.",
        file="core/services/backups.py",
        old="    _refuse_newer(file)\n",
        new="",
        tests=("tests/web/test_backups.py::test_a_copy_of_a_newer_version_replaces_nothing",),
    ),
    Fault(
        name="a copy of a newer version is put in place on PostgreSQL",
        hurts="Nothing can be served from it, and what was there is gone.",
        file="core/services/postgres_copies.py",
        old="{_refuse_newer()}",
        new="",
        tests=("tests/web/test_backups.py::test_a_copy_of_a_newer_version_replaces_nothing",),
    ),
    Fault(
        name="two copies of one second are one file",
        hurts="The second one fails half-way and takes the first, good one with it.",
        file="core/services/backups.py",
        old="{'' if n == 1 else f'-{n}'}",
        new="",
        tests=("tests/web/test_backups.py::test_two_copies_of_one_second_are_two_files",),
    ),
    Fault(
        name="a copy of an older version meets what a later one has",
        hurts="The evening after an upgrade the owner wants yesterday back, and is told of a constraint.",
        file=_COPIES,
        old='statements.write(f"BEGIN;\\n{_drop_everything()}\\n".encode())',
        new='statements.write(b"BEGIN;\\n")',
        tests=(_OLDER,),
    ),
    Fault(
        name="the guards of a later version stay when an older copy comes",
        hurts="The database is back in its old shape, and cannot be brought up to date: a function is there already.",
        file=_COPIES,
        old="        f\"DROP FUNCTION IF EXISTS {', '.join(guards)} CASCADE;\"\n",
        new="        f\"SELECT '{len(list(guards))}';\"\n",
        tests=(_OLDER,),
    ),
    Fault(
        name="a copy that breaks off is kept as far as it came",
        hurts="A full disk has cut the copy short, and half of the orders take the place of all of them.",
        file=_COPIES,
        old="            if unpacking.wait() == 0:\n",
        new="            if unpacking.wait() < 9:\n",
        tests=(f"{_TESTS}::test_a_copy_that_breaks_off_replaces_nothing",),
    ),
    Fault(
        name="what is dropped is not in one transaction with what comes",
        hurts="The copy is refused at its last line, and the database that was there before is gone as well.",
        file=_COPIES,
        old='f"BEGIN;\\n{_drop_everything()}\\n"',
        new='f"{_drop_everything()}\\nBEGIN;\\n"',
        tests=(
            f"{_TESTS}::test_a_copy_that_breaks_off_replaces_nothing",
            f"{_TESTS}::test_the_sentence_is_the_first_error_and_not_the_command_that_met_it",
        ),
    ),
    Fault(
        name="psql goes on after an error",
        hurts="One table is refused, the others come, and it is all kept as a whole database.",
        file=_COPIES,
        old=', "--set=ON_ERROR_STOP=1"]',
        new="]",
        tests=(f"{_TESTS}::test_the_sentence_is_the_first_error_and_not_the_command_that_met_it",),
    ),
    Fault(
        name="the rights of the old server come with the copy",
        hurts="The computer is burnt, the new one has no role meja_app, and the whole copy is undone over a GRANT.",
        file=_COPIES,
        old='"--no-privileges", ',
        new="",
        tests=(f"{_TESTS}::test_a_copy_comes_back_where_nobody_knows_the_role_that_served",),
    ),
    Fault(
        name="extensions come with the copy",
        hurts="Only a superuser may make them anew, and the owner's copy is undone over one that is there anyway.",
        file=_COPIES,
        old='wanted.write(_NOT_PUT_BACK.sub("", listed))',
        new="wanted.write(listed)",
        tests=(f"{_TESTS}::test_extensions_are_left_alone",),
    ),
    Fault(
        name="what stands on Meja's tables goes without a word",
        hurts="The accountant's view is gone since the restore, and nobody knows how it was made.",
        file=_COPIES,
        old="    if lost:\n",
        new="    if lost[99:]:\n",
        tests=(f"{_TESTS}::test_what_is_the_owners_own_is_named_and_nothing_is_done",),
    ),
    Fault(
        name="a sequence of the owner's own goes without a word",
        hurts="The numbers of the accountant's invoices begin at 1 again, and nobody knows why.",
        file=_COPIES,
        old="WHERE c.relkind = 'S'",
        new="WHERE false",
        tests=(f"{_TESTS}::test_what_would_go_from_the_owners_own_tables_is_named_and_nothing_is_done",),
    ),
    Fault(
        name="what comes back anyway is refused as lost",
        hurts="An owner with a view of their own, which is in the copy, has to drop it first at two in the morning.",
        file=_COPIES,
        old="        and not any(entry.startswith(",
        new="        and not all(entry.startswith(",
        tests=(f"{_TESTS}::test_what_is_the_owners_own_stays_or_comes_back_as_it_was",),
    ),
    Fault(
        name="a copy of anything replaces Meja",
        hurts="The wrong file is named, and the shop's database holds somebody's address book.",
        file=_COPIES,
        old="    if not all(\n",
        new="    if not entries and not all(\n",
        tests=(f"{_TESTS}::test_a_copy_of_something_else_replaces_nothing",),
    ),
    Fault(
        name="whoever is connected under another name is not seen",
        hurts="The owner brings a copy back while the server serves, and its orders go to a database that is gone.",
        file=_COPIES,
        old="AND usename IS NOT NULL",
        new="AND backend_type = 'client backend'",
        tests=(f"{_TESTS}::test_whoever_is_connected_under_another_name_is_seen",),
    ),
    Fault(
        name="anybody brings a copy back",
        hurts="The tables belong to somebody else from then on, and the next migration is refused in the middle of the night.",
        file=_COPIES,
        old="    if owner not in {None, me}:",
        new="    if owner == '':",
        tests=(f"{_TESTS}::test_whoever_serves_cannot_bring_a_copy_back",),
    ),
    Fault(
        name="the last line of what went wrong is shown",
        hurts="The owner reads of a command that nobody gave, and not of the table that is in the way.",
        file=_COPIES,
        old="next((line for line in lines if _ERROR.search(line)), lines[0])",
        new="lines[-1]",
        tests=(
            f"{_TESTS}::test_a_copy_that_cannot_be_made_names_what_may_not_be_read",
            f"{_TESTS}::test_the_sentence_is_the_first_error_and_not_the_command_that_met_it",
        ),
    ),
    Fault(
        name="whoever serves may not read where sequences stand",
        hurts="Every nightly backup fails, and that is found out when one is needed.",
        file="docs/postgres-role.sql",
        old='GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO :"role";',
        new='GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO :"role";',
        tests=(f"{_TESTS}::test_whoever_serves_makes_a_copy_that_the_owner_brings_back",),
    ),
)
