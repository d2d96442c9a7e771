"""Empty databases, one for each test that wants one, on the test run's PostgreSQL."""

import os
from dataclasses import dataclass
from uuid import uuid4

import psycopg
from psycopg import sql

from tests.servers import server_address


@dataclass(frozen=True, slots=True)
class Postgres:
    """A server on which tests may make and drop databases."""

    address: str
    """SQLAlchemy's form of the address; its database is only used to give orders from."""

    @classmethod
    def of_this_run(cls) -> "Postgres":
        """Take the one MEJA_TEST_DATABASE_URL names (its user may create databases), else start one.

        Raises NoServer when there is none to start.
        """
        return cls(os.environ.get("MEJA_TEST_DATABASE_URL") or server_address("postgres"))

    @property
    def ends_with_the_run(self) -> bool:
        """Tell whether whatever is left on it is gone with it."""
        return "MEJA_TEST_DATABASE_URL" not in os.environ

    def create_database(self, template: str = "template0", *, name: str = "") -> str:
        """Make a database as a copy of another, with a name of its own or this one, and return its address.

        Nobody may be connected to the template meanwhile.
        """
        name = name or f"meja_{uuid4().hex}"
        make = sql.SQL("CREATE DATABASE {} TEMPLATE {} {}")
        with self._connected() as connection:
            # Copying files takes half as long as writing the copy to the log; before 15 there was no other way.
            how = sql.SQL("STRATEGY file_copy" if connection.info.server_version >= 150_000 else "")
            connection.execute(make.format(sql.Identifier(name), sql.Identifier(template), how))
        return f"{self.address.rpartition('/')[0]}/{name}"

    def drop_database(self, url: str) -> None:
        """Drop a database, whoever is still connected to it."""
        with self._connected() as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database_name(url)))
            )

    def _connected(self) -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(self.address.replace("+psycopg", "", 1), autocommit=True)


def database_name(url: str) -> str:
    """The last part of a database's address; what `create_database` takes as a template."""
    return url.rpartition("/")[2].partition("?")[0]
