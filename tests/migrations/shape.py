"""What a database looks like from outside, read past all models: its shape, and everything that stands in it."""

from typing import Any

from sqlalchemy import inspect, text

from core.base.database import Database

_OF_SQLITE = ("SELECT type, name, tbl_name, sql FROM sqlite_master",)
_OF_POSTGRES = (
    "SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default "
    "FROM information_schema.columns WHERE table_schema = 'public'",
    "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "SELECT conrelid::regclass, conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid > 0",
    "SELECT tgname, tgenabled, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    "SELECT viewname, definition FROM pg_views WHERE schemaname = 'public'",
    "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'",
)


def shape_of(url: str) -> list[str]:
    """Tables, columns, indexes, constraints, triggers, functions, views and sequences, as the database tells them."""
    database = Database(url)
    try:
        with database.read() as session:
            asked = _OF_SQLITE if database.is_sqlite else _OF_POSTGRES
            return sorted(str(tuple(row)) for question in asked for row in session.execute(text(question)))
    finally:
        database.close()


def contents_of(url: str) -> dict[str, list[Any]]:
    """Every row of every table, the number of the shape included."""
    database = Database(url)
    try:
        with database.read() as session:
            names = inspect(session.connection()).get_table_names()
            return {
                name: sorted(str(tuple(row)) for row in session.execute(text(f'SELECT * FROM "{name}"')))
                for name in names
            }
    finally:
        database.close()
