"""What the database itself refuses, whoever writes: changed history, unbalanced entries, impossible steps.

Called by migrations. A migration that copies a table on SQLite drops its triggers without a word:
it must make them again with these functions. `guarded` names every one, and the start of a server
looks for each.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from alembic import op

_MONEY_IN = """(SELECT COALESCE(SUM(p.amount), 0) FROM postings p JOIN entries e ON e.uid = p.entry_uid
  WHERE p.payment = NEW.payment AND p.account IN ('gateway_clearing', 'drawer') AND e.kind IN ('settle', 'cash'))"""
_GOING_BACK = """(SELECT COALESCE(SUM(r.amount), 0) FROM refunds r WHERE r.payment = NEW.payment AND {others}
  (r.state IN ('accepted', 'confirmed') OR (NEW.state = 'asked' AND r.state = 'asked')))"""


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def make_append_only(table: str) -> None:
    """Refuse every UPDATE and DELETE of a table (and, with recursive triggers, INSERT OR REPLACE)."""
    if _is_sqlite():
        for act in ("UPDATE", "DELETE"):
            _refuse_on_sqlite(table, act, f"{table} is append-only")
        return
    op.execute(
        f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()"
    )


@contextmanager
def written_anew(table: str) -> Iterator[None]:
    """Let a migration fill a new column of an append-only table."""
    if _is_sqlite():
        op.execute(f"DROP TRIGGER {table}_no_update")
        yield
        _refuse_on_sqlite(table, "UPDATE", f"{table} is append-only")
        return
    op.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_append_only")
    yield
    op.execute(f"ALTER TABLE {table} ENABLE TRIGGER {table}_append_only")


def make_kept(table: str) -> None:
    """Refuse every DELETE of a table (and, with recursive triggers, INSERT OR REPLACE)."""
    if _is_sqlite():
        _refuse_on_sqlite(table, "DELETE", f"{table} are kept")
        return
    op.execute(
        f"CREATE FUNCTION {table}_kept() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} are kept'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_kept BEFORE DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_kept()"
    )


def _refuse_on_sqlite(table: str, act: str, reason: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} BEGIN SELECT RAISE(ABORT, '{reason}'); END"
    )


def make_irreplaceable(table: str, keys: Iterable[str]) -> None:
    """Refuse INSERT OR REPLACE on SQLite, whoever writes: another connection may be without recursive triggers."""
    if not _is_sqlite():
        return
    known = ("id = NEW.id", *keys)
    found = " OR ".join(f"EXISTS (SELECT 1 FROM {table} WHERE {key})" for key in known)  # noqa: S608 - our own words
    _refuse(table, "INSERT", "no_replace", found, f"{table} are not replaced")


def make_messages_irreplaceable() -> None:
    """The same for the inbox, where a message that came before is no fault: it is not written once more."""
    if not _is_sqlite():
        return
    op.execute(
        "CREATE TRIGGER gateway_messages_no_replace BEFORE INSERT ON gateway_messages BEGIN "
        "SELECT RAISE(ABORT, 'gateway_messages are not replaced') "
        "WHERE EXISTS (SELECT 1 FROM gateway_messages WHERE id = NEW.id); "
        "SELECT RAISE(IGNORE) WHERE EXISTS (SELECT 1 FROM gateway_messages WHERE digest = NEW.digest); END"
    )


def make_attempts_fixed() -> None:
    """Refuse a gateway order id of another shape than ours, and any change of what an attempt is about."""
    if _is_sqlite():
        misshapen = "length(NEW.reference) <> 28 OR NEW.reference NOT GLOB 'K*Q' OR NEW.reference GLOB '*[^0-9A-Z]*'"
    else:
        misshapen = "NEW.reference !~ '^K[0-9A-Z]{26}Q$'"
    _refuse_insert("attempts", misshapen, "no reference of ours")
    changed = " OR ".join(
        f"OLD.{column} <> NEW.{column}" for column in ("reference", "amount", "order_id", "outlet_id")
    )
    _refuse("attempts", "UPDATE", "fixed", changed, "an attempt keeps its reference, amount and order")


def make_refunds_capped() -> None:
    """Refuse a refund that would give back more than its payment brought."""
    over = f"NEW.state <> 'refused' AND NEW.amount + {_GOING_BACK} > {_MONEY_IN}"
    _refuse_insert("refunds", over.format(others=""), "more than the payment brought")
    # Its other columns stay free: who has it in hand, and when it is looked at again.
    act = "UPDATE OF state, amount, payment"
    _refuse("refunds", act, "capped", over.format(others="r.id <> NEW.id AND"), "more than the payment brought")


def make_entries_balance() -> None:
    """Refuse an entry whose postings do not sum to zero, and a posting to an entry that is complete."""
    unbalanced = "(SELECT COALESCE(SUM(amount), 1) FROM postings WHERE entry_uid = NEW.uid) <> 0"
    complete = "EXISTS (SELECT 1 FROM entries WHERE uid = NEW.entry_uid)"
    _refuse_insert("entries", unbalanced, "postings do not sum to zero")
    _refuse_insert("postings", complete, "the entry is complete")


def _refuse_insert(table: str, condition: str, reason: str) -> None:
    _refuse(table, "INSERT", "guard", condition, reason)


def _refuse(table: str, act: str, name: str, condition: str, reason: str) -> None:
    """Refuse one act on a table's rows where a condition on OLD and NEW holds."""
    if _is_sqlite():
        op.execute(
            f"CREATE TRIGGER {table}_{name} BEFORE {act} ON {table} WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{reason}'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {table}_{name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {condition} THEN RAISE EXCEPTION '{reason}'; END IF; RETURN NEW; END $$"
    )
    op.execute(f"CREATE TRIGGER {table}_{name} BEFORE {act} ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_{name}()")


def make_steps_checked(table: str, column: str, steps: Mapping[str, Iterable[str]]) -> None:
    """Refuse every change of a state that the table of steps does not know."""
    pairs = sorted({f"{before}>{after}" for before, afters in steps.items() for after in afters})
    allowed = ", ".join(f"'{pair}'" for pair in pairs)
    changed = f"OLD.{column} <> NEW.{column} AND OLD.{column} || '>' || NEW.{column} NOT IN ({allowed})"
    act = f"UPDATE OF {column}"
    _refuse(table, act, "steps", changed, "no such step")


def drop_steps_checked(table: str) -> None:
    """Take the check of steps away, to make another one."""
    if _is_sqlite():
        op.execute(f"DROP TRIGGER {table}_steps")
        return
    op.execute(f"DROP TRIGGER {table}_steps ON {table}")
    op.execute(f"DROP FUNCTION {table}_steps()")
