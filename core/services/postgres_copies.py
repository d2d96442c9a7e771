"""Copies a PostgreSQL database with PostgreSQL's own programs, and puts such a copy in the place of the tables."""

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Final, TypeAlias

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import NullPool

import core.base.heartbeat  # noqa: F401 - with the rest of this package it knows every table
from core.base.database import Record
from core.base.errors import N_, MejaError
from core.migrations import known_shapes
from core.migrations.guarded import trigger_names
from core.services.set_aside import Mark, marking

_VIEWS: Final = ("report_orders", "report_payments", "report_ledger")
_STANDING: Final = """
SELECT CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END AS kind,
       n.nspname AS place, c.relname AS name, '' AS part, c.relname AS carrier
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm')
UNION ALL
SELECT 'TABLE', n.nspname, c.relname, p.part || a.attname || ' of ', c.relname
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND a.attislocal AND NOT a.attisdropped
CROSS JOIN (VALUES ('column ', false), ('default of column ', true)) p (part, is_default)
WHERE c.relkind IN ('r', 'p') AND (a.atthasdef OR NOT p.is_default)
UNION ALL
SELECT 'SEQUENCE', n.nspname, c.relname, '', coalesce(t.relname, c.relname)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN (pg_depend d JOIN pg_class t ON t.oid = d.refobjid)
ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass
   AND (d.deptype = 'i' OR EXISTS (
       SELECT FROM pg_attrdef f JOIN pg_depend u ON u.classid = 'pg_attrdef'::regclass AND u.objid = f.oid
       WHERE f.adrelid = d.refobjid AND f.adnum = d.refobjsubid AND u.refobjid = c.oid))
WHERE c.relkind = 'S'
UNION ALL
SELECT 'FUNCTION', n.nspname, p.proname || '(' || oidvectortypes(p.proargtypes) || ')', '', p.proname
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.prokind = 'f'
UNION ALL
SELECT 'FK CONSTRAINT', n.nspname, c.relname || ' ' || k.conname, '', c.relname
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE k.contype = 'f'
"""
"""What may stand on Meja's tables, in the words of a copy's list, each with the table or function that carries it.

A column or a default is a part of its table, which a copy's list names alone. A sequence is carried by the table
whose column counts with it; one that only goes with a column carries itself.
"""
_OTHERS: Final = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename IS NOT NULL
"""
"""Who else is connected. Whether somebody else's connection is a client's is hidden from all but superusers; the
server's own processes have no user."""
_ENTRY: Final = re.compile(r"^\d+; \d+ \d+ (.*)$", re.MULTILINE)
_ERROR: Final = re.compile(r"^.*?error:\s*", re.IGNORECASE)
_NOT_PUT_BACK: Final = re.compile(
    r"^\d+; \d+ \d+ (EXTENSION -|COMMENT - EXTENSION|COMMENT - SCHEMA) .*\n", re.MULTILINE
)

MADE_BY_A_NEWER: Final = "This copy was made by a newer version of Meja: bring it back with that one."

_Running: TypeAlias = tuple[subprocess.Popen[bytes], IO[bytes]]
"""A program, and what it complains of."""


class BackupFailed(MejaError):
    """A copy that could not be made or brought back. The database is as it was."""

    kind = "backup-failed"
    status = 500
    sentence = N_("%(problem)s")


def copy_postgres(address: URL, file: Path) -> None:
    """Copy the database into a file, and read the whole copy once. Raises BackupFailed."""
    _run("pg_dump", [_place(address), "--format=custom", f"--file={file}"], address)
    # Unpacks the whole copy once, into nothing.
    _run("pg_restore", [f"--file={os.devnull}", str(file)])


def replace_postgres(url: str, file: Path) -> None:
    """Put a copy in the place of Meja's tables and of whatever else is in the copy, in one transaction.

    Tables that only a later version has are gone afterwards: the copy is migrated again. Nothing that is
    neither Meja's nor in the copy is dropped: where it stands on Meja's tables, nothing is done. Rights are
    not put back, and extensions stay as they are. Raises BackupFailed.
    """
    engine = create_engine(
        url, poolclass=NullPool, connect_args={"connect_timeout": 5, "options": "-c lock_timeout=3s"}
    )
    _refuse_while_in_use(engine)
    listed = _run("pg_restore", ["--list", str(file)])
    entries = _ENTRY.findall(listed)
    if not all(
        any(entry.startswith(f"{kind} public orders ") for entry in entries) for kind in ("TABLE", "TABLE DATA")
    ):
        raise BackupFailed(problem=f"{file} is not a sound copy of a Meja database.")
    _refuse_what_cannot_be_replaced(engine, file, entries)
    with tempfile.NamedTemporaryFile("w", suffix=".list") as wanted:
        wanted.write(_NOT_PUT_BACK.sub("", listed))
        wanted.flush()
        _put_in_place(make_url(url), file, wanted.name)


def _put_in_place(address: URL, file: Path, wanted: str) -> None:
    """Let one psql drop what is there and read what pg_restore unpacks. It commits only what came whole."""
    unpack = ["--clean", "--if-exists", "--no-owner", "--no-privileges", f"--use-list={wanted}", "--file=-", str(file)]
    put = [_place(address), "--no-psqlrc", "--quiet", f"--output={os.devnull}", "--set=ON_ERROR_STOP=1"]
    with (
        _started("psql", put, address, stdin=subprocess.PIPE) as (putting, refused),
        _started("pg_restore", unpack, stdout=subprocess.PIPE) as (unpacking, damaged),
    ):
        assert putting.stdin is not None  # noqa: S101 - a pipe was asked for
        assert unpacking.stdout is not None  # noqa: S101 - a pipe was asked for
        # A psql that has refused something reads no further, and says why below.
        with contextlib.suppress(BrokenPipeError), putting.stdin as statements:
            statements.write(f"BEGIN;\n{_drop_everything()}\n".encode())
            shutil.copyfileobj(unpacking.stdout, statements)
            if unpacking.wait() == 0:
                statements.write(f"\n{_refuse_newer()}\n{marking(Mark.RESTORED, is_sqlite=False)};\nCOMMIT;\n".encode())
        unpacking.stdout.close()
        _see_that_it_went("psql", putting, refused)
        _see_that_it_went("pg_restore", unpacking, damaged)


def _refuse_newer() -> str:
    """End the transaction when what was put in place is of a shape that this version could not bring up to date."""
    shapes = ", ".join(f"'{shape}'" for shape in sorted(known_shapes()))
    unknown = f"SELECT 1 FROM public.alembic_version WHERE version_num NOT IN ({shapes})"  # noqa: S608 - our own names
    return f"DO $$ BEGIN IF EXISTS ({unknown}) THEN RAISE EXCEPTION '{MADE_BY_A_NEWER.rstrip('.')}'; END IF; END $$;"


def _drop_everything() -> str:
    """Whatever is Meja's in the schema: its later tables, too, of which an older copy knows nothing."""
    tables = (f'public."{name}"' for name in ("alembic_version", *Record.metadata.tables))
    guards = (f"public.{name}()" for name in sorted(trigger_names(is_sqlite=False)))
    return (
        "SET client_min_messages = warning;\n"
        f"DROP VIEW IF EXISTS {', '.join(f'public.{name}' for name in _VIEWS)} CASCADE;\n"
        f"DROP TABLE IF EXISTS {', '.join(tables)} CASCADE;\n"
        f"DROP FUNCTION IF EXISTS {', '.join(guards)} CASCADE;"
    )


def _refuse_what_cannot_be_replaced(engine: Engine, file: Path, entries: Sequence[str]) -> None:
    """See that the tables are ours to drop, and that nothing of others goes with them. Raises BackupFailed."""
    try:
        with engine.connect() as connection:
            _refuse_anybody_elses(connection)
            lost = _lost_with_ours(connection, entries)
    except DBAPIError as error:
        raise BackupFailed(problem=f"The tables cannot be replaced: {str(error.orig).splitlines()[0]}.") from error
    if lost:
        raise BackupFailed(
            problem=f"These stand on Meja's tables, are neither Meja's nor in {file}, and would be lost: "
            f"{', '.join(lost)}. Keep what they say, drop them, and make them again afterwards."
        )


def _refuse_while_in_use(engine: Engine) -> None:
    """Keep a copy from replacing what somebody is writing to. Raises BackupFailed."""
    count = 0
    # A server that has just ended may stand in the list for a moment.
    for _ in range(20):
        try:
            with engine.connect() as connection:
                count = connection.scalar(text(_OTHERS)) or 0
        except OperationalError as error:
            raise BackupFailed(problem="The database cannot be reached. Check MEJA_DATABASE_URL.") from error
        if not count:
            return
        time.sleep(0.1)
    raise BackupFailed(
        problem=f"The database is in use ({count} connections). Stop the server, and whatever else uses it, first."
    )


def _refuse_anybody_elses(connection: Connection) -> None:
    """See that whoever puts a copy back, and owns it from then on, is who migrates. Raises BackupFailed."""
    me = connection.scalar(text("SELECT current_user"))
    owner = connection.scalar(
        text("SELECT tableowner FROM pg_tables WHERE schemaname = 'public' AND tablename = 'orders'")
    )
    if owner not in {None, me}:
        raise BackupFailed(problem=f"The tables belong to {owner}, and this is {me}: bring a copy back as {owner}.")


def _lost_with_ours(connection: Connection, entries: Sequence[str]) -> Sequence[str]:
    """Name what would go with Meja's tables and not come back. It is not believed but tried, and undone."""
    ours = {"alembic_version", *Record.metadata.tables, *_VIEWS, *trigger_names(is_sqlite=False)}
    before = set(connection.execute(text(_STANDING)))
    connection.exec_driver_sql(_drop_everything())
    gone = before - set(connection.execute(text(_STANDING)))
    connection.rollback()
    return sorted(
        f"{row.part}{row.kind.lower()} {row.place}.{row.name}"
        for row in gone
        if not (row.place == "public" and row.carrier in ours)
        and not any(entry.startswith(f"{row.kind} {row.place} {row.name} ") for entry in entries)
    )


@contextlib.contextmanager
def _started(
    program: str,
    options: Sequence[str],
    address: URL | None = None,
    *,
    stdin: int | None = None,
    stdout: int | None = None,
) -> Iterator[_Running]:
    """Run a program beside this one. What it complains of goes to a file: nobody reads a pipe meanwhile."""
    _refuse_without(program)
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(  # noqa: S603 - PostgreSQL's own program
            [program, *options], stdin=stdin, stdout=stdout, stderr=complaints, env=_environment(address)
        )
        with process:
            yield process, complaints


def _see_that_it_went(program: str, process: subprocess.Popen[bytes], complaints: IO[bytes]) -> None:
    if process.wait() != 0:
        complaints.seek(0)
        raise BackupFailed(problem=_what_failed(program, complaints.read().decode(errors="replace")))


def _run(program: str, options: Sequence[str], address: URL | None = None) -> str:
    """Run one of PostgreSQL's own programs and give what it says. Raises BackupFailed."""
    _refuse_without(program)
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own program
        [program, *options], capture_output=True, text=True, check=False, env=_environment(address)
    )
    if done.returncode != 0:
        raise BackupFailed(problem=_what_failed(program, done.stderr))
    return done.stdout


def _refuse_without(program: str) -> None:
    if shutil.which(program) is None:
        raise BackupFailed(problem=f"{program} is not installed: it comes with PostgreSQL's client programs.")


def _what_failed(program: str, complaints: str) -> str:
    """Make one sentence of the first error; what follows it are hints and the command that it met."""
    lines = complaints.strip().splitlines() or ["it says nothing"]
    first = next((line for line in lines if _ERROR.search(line)), lines[0])
    return f"{program} failed: {_ERROR.sub('', first, count=1)}."


def _place(address: URL) -> str:
    # The password goes by the environment: a command line is read by everybody on the machine.
    plain = address.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    return f"--dbname={plain}"


def _environment(address: URL | None) -> Mapping[str, str]:
    """Give the password to whoever connects, and have every program complain in English."""
    password = {} if address is None or address.password is None else {"PGPASSWORD": address.password}
    return os.environ | {"LC_ALL": "C"} | password
