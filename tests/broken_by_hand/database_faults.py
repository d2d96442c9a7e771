"""Faults of the database: its transactions, its locks, and what it refuses by itself."""

from typing import Final

from tests.broken_by_hand.fault import Fault

_DATABASE = "core/base/database.py"
_GUARDS = "core/migrations/guards.py"
_TABLES = "core/migrations/versions/2026_11_21_first_tables.py"
_REFUSES = "tests/ledger/test_the_database_refuses.py"

DATABASE_FAULTS: Final = (
    Fault(
        name="SQLite writers take no lock of our own",
        hurts="A rush of orders sits on every connection while it waits for its turn to write, and the menu stops.",
        file=_DATABASE,
        old="threading.Lock() if self.is_sqlite else nullcontext()",
        new="nullcontext()",
        tests=("tests/base/test_writers_and_nudges.py::test_a_crowd_that_waits_to_write_leaves_the_readers_alone",),
    ),
    Fault(
        name="BEGIN instead of BEGIN IMMEDIATE",
        hurts="Two people change one thing at once, and one of the changes is lost or refused.",
        file=_DATABASE,
        old='_begin(session.connection(), "BEGIN IMMEDIATE", ',
        new='_begin(session.connection(), "BEGIN", ',
        tests=("tests/base/test_database.py::test_two_processes_that_read_and_write_lose_nothing",),
    ),
    Fault(
        name="what is read together is read in pieces",
        hurts="A page adds the money of one moment to the orders of another, and somebody looks for what is not missing.",
        file=_DATABASE,
        old='_begin(session.connection(), "BEGIN")\n',
        new="session.connection()\n",
        tests=("tests/base/test_database.py::test_what_is_read_together_is_of_one_moment",),
    ),
    Fault(
        name="what became nothing is not written back",
        hurts="A lease is never given back, and a claim code goes on standing for an order that is over.",
        file="core/base/sql.py",
        old="if now[key] != old}",
        new="if now[key] not in (None, old)}",
        tests=("tests/base/test_sql.py::test_what_was_changed_is_written_back_and_nothing_else",),
    ),
    Fault(
        name="the nudge goes out before the commit",
        hurts="A board looks at once, sees nothing new, and shows the paid order a quarter of a minute late.",
        file=_DATABASE,
        old="                    hook(session)\n                session.commit()\n",
        new=(
            "                    hook(session)\n                for hook in self.after_commit:\n"
            "                    hook(session)\n                session.commit()\n"
        ),
        tests=("tests/base/test_writers_and_nudges.py::test_whoever_is_nudged_finds_what_the_nudge_is_about",),
    ),
    Fault(
        name="a failed transaction is kept all the same",
        hurts="Half of an order stands in the books: portions gone, nothing ordered.",
        file=_DATABASE,
        old="                yield session\n                for hook in self.before_commit:",
        new=(
            "                try:\n                    yield session\n                finally:\n"
            "                    session.commit()\n                for hook in self.before_commit:"
        ),
        tests=("tests/base/test_database.py::test_an_error_undoes_the_whole_block_and_nobody_is_nudged",),
    ),
    Fault(
        name="SQLite syncs now and then only",
        hurts="A power cut loses payments that were already acknowledged to the gateway.",
        file=_DATABASE,
        old='"synchronous=FULL"',
        new='"synchronous=NORMAL"',
        tests=(f"{_REFUSES}::test_sqlite_keeps_every_promise_about_durability",),
    ),
    Fault(
        name="recursive triggers are off",
        hurts="INSERT OR REPLACE rewrites a payment, and no trigger says a word.",
        file=_DATABASE,
        old='"recursive_triggers=ON"',
        new='"recursive_triggers=OFF"',
        tests=(f"{_REFUSES}::test_sqlite_keeps_every_promise_about_durability",),
    ),
    Fault(
        name="a busy database is an error of ours",
        hurts="The gateway reads 500, comes back once instead of four times, and the notification is lost.",
        file="core/base/errors.py",
        old="    status = 503",
        new="    status = 500",
        tests=("tests/web/test_webhooks.py::test_when_it_cannot_be_stored_the_gateway_is_asked_to_come_again",),
    ),
    Fault(
        name="a migration that changes history leaves it open",
        hurts="Whoever holds the file lowers yesterday's takings without a trace.",
        file=_GUARDS,
        old='        yield\n        _refuse_on_sqlite(table, "UPDATE", f"{table} is append-only")\n',
        new="        yield\n",
        tests=(f"{_REFUSES}::test_history_is_neither_changed_nor_deleted",),
    ),
    Fault(
        name="history may be deleted on SQLite",
        hurts="A payment that is in the way is simply deleted.",
        file=_GUARDS,
        old='for act in ("UPDATE", "DELETE"):',
        new='for act in ("UPDATE",):',
        tests=(f"{_REFUSES}::test_history_is_neither_changed_nor_deleted",),
    ),
    Fault(
        name="history may be deleted on PostgreSQL",
        hurts="The same on the larger database: an evening's entries are gone in one statement.",
        file=_GUARDS,
        old="BEFORE UPDATE OR DELETE OR TRUNCATE ON",
        new="BEFORE UPDATE ON",
        tests=(f"{_REFUSES}::test_history_is_neither_changed_nor_deleted",),
    ),
    Fault(
        name="an entry need not balance",
        hurts="Money appears in the books that came from nowhere.",
        file=_GUARDS,
        old='    _refuse_insert("entries", unbalanced, "postings do not sum to zero")\n',
        new="    del unbalanced\n",
        tests=(f"{_REFUSES}::test_an_entry_out_of_balance_is_refused_by_the_database",),
    ),
    Fault(
        name="a finished entry may grow",
        hurts="A posting is added to yesterday's payment, and the day no longer adds up.",
        file=_GUARDS,
        old='    _refuse_insert("postings", complete, "the entry is complete")\n',
        new="    del complete\n",
        tests=(f"{_REFUSES}::test_nothing_is_added_to_an_entry_that_is_complete",),
    ),
    Fault(
        name="the database lets every step pass",
        hurts="A slip in our code serves an order that nobody paid.",
        file=_GUARDS,
        old='NOT IN ({allowed})"',
        new='NOT IN ({allowed}) AND 1 = 0"',
        tests=(f"{_REFUSES}::test_a_step_that_nobody_takes_is_refused",),
    ),
    Fault(
        name="an order may have two open attempts",
        hurts="Two QR codes of one order can be paid, and the diner pays twice.",
        file=_TABLES,
        old='            "uq_attempts_one_open_per_order",\n            ["order_id"],\n            unique=True,',
        new='            "uq_attempts_one_open_per_order",\n            ["order_id"],\n            unique=False,',
        tests=(f"{_REFUSES}::test_a_second_open_attempt_of_an_order_is_refused",),
    ),
    Fault(
        name="the same message may be stored twice",
        hurts="Fifty copies of one notification are fifty looks at the gateway.",
        file=_TABLES,
        old='        sa.UniqueConstraint("digest", name=op.f("uq_gateway_messages_digest")),\n',
        new="",
        tests=("tests/web/test_webhooks.py::test_the_same_notification_twice_is_one_message",),
    ),
    Fault(
        name="one source may be posted twice",
        hurts="One payment stands in the ledger twice, and the day's takings are too high.",
        file=_TABLES,
        old='        sa.UniqueConstraint("source", "source_id", "kind", name=op.f("uq_entries_source_source_id_kind")),\n',
        new="",
        tests=(f"{_REFUSES}::test_the_same_money_is_posted_once",),
    ),
    Fault(
        name="portions may fall below zero",
        hurts="More plates are sold than there are.",
        file=_TABLES,
        old='"portions IS NULL OR portions >= 0"',
        new='"portions IS NULL OR portions >= -99"',
        tests=(f"{_REFUSES}::test_impossible_figures_are_refused",),
    ),
    Fault(
        name="a line to PostgreSQL that was used just now is taken whatever came on it",
        hurts="When the database was restarted, the next guests are told that it is busy, one for each line there was.",
        file="core/base/postgres_line.py",
        old="and not _has_news(line)",
        new="",
        tests=(
            "tests/base/test_quiet_lines.py"
            "::test_lines_that_the_server_ended_are_opened_anew_and_nobody_hears_of_it[at-once]",
        ),
    ),
)
