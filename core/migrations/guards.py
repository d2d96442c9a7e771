"""What the database itself refuses, whoever writes: changed history, unbalanced entries, impossible steps.

Called by migrations. A migration that copies a table on SQLite drops its triggers without a word:
it must make them again with these functions, and a test looks for every one of them.
"""

from collections.abc import Iterable, Mapping

from alembic import op

APPEND_ONLY = ("postings", "entries", "events", "gateway_messages", "message_outcomes")


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def make_append_only(table: str) -> None:
    """Refuse every UPDATE and DELETE of a table (and, with recursive triggers, INSERT OR REPLACE)."""
    if _is_sqlite():
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()"
    )


def make_entries_balance() -> None:
    """Refuse an entry whose postings do not sum to zero, and a posting to an entry that is complete."""
    unbalanced = "(SELECT COALESCE(SUM(amount), 1) FROM postings WHERE entry_uid = NEW.uid) <> 0"
    complete = "EXISTS (SELECT 1 FROM entries WHERE uid = NEW.entry_uid)"
    _refuse_insert("entries", unbalanced, "postings do not sum to zero")
    _refuse_insert("postings", complete, "the entry is complete")


def _refuse_insert(table: str, condition: str, reason: str) -> None:
    if _is_sqlite():
        op.execute(
            f"CREATE TRIGGER {table}_guard BEFORE INSERT ON {table} WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{reason}'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {table}_guard() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {condition} THEN RAISE EXCEPTION '{reason}'; END IF; RETURN NEW; END $$"
    )
    op.execute(f"CREATE TRIGGER {table}_guard BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_guard()")


def make_steps_checked(table: str, column: str, steps: Mapping[str, Iterable[str]]) -> None:
    """Refuse every change of a state that the table of steps does not know."""
    pairs = sorted({f"{before}>{after}" for before, afters in steps.items() for after in afters})
    allowed = ", ".join(f"'{pair}'" for pair in pairs)
    changed = f"OLD.{column} <> NEW.{column} AND OLD.{column} || '>' || NEW.{column} NOT IN ({allowed})"
    if _is_sqlite():
        op.execute(
            f"CREATE TRIGGER {table}_steps BEFORE UPDATE OF {column} ON {table} WHEN {changed} "
            f"BEGIN SELECT RAISE(ABORT, 'no such step'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {table}_steps() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {changed} THEN RAISE EXCEPTION 'no such step'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_steps BEFORE UPDATE OF {column} ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_steps()"
    )
