"""A copy of PostgreSQL is made by whoever serves, and brought back by the owner: whole, or not at all."""

import re
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from alembic import command
from psycopg import sql

from core.base.settings import Settings
from core.migrations import _config, is_current, upgrade
from core.services import open_services
from core.services.backups import back_up, bring_back
from core.services.postgres_copies import BackupFailed
from tests.migrations.shape import contents_of, shape_of
from tests.migrations.test_0002_money_that_goes_back import fill_old_shop
from tests.postgres import Postgres, database_name
from tests.running.test_postgres_role import SCRIPT, plain
from tests.running_simulator import Simulator
from tests.servers import _find_postgres
from tests.shop import Shop, open_shop

NOW = datetime(2026, 11, 20, 5, 31, 7, tzinfo=UTC)


@pytest.fixture(autouse=True)
def postgres_programs(postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    """The programs of the very PostgreSQL that runs, as an older pg_dump refuses a newer server."""
    if postgres.ends_with_the_run:
        monkeypatch.setenv("PATH", str(_find_postgres()), prepend=":")


class Roles:
    """An owner who is no superuser, and whom the owner lets serve; a database of the owner's for each wish."""

    def __init__(self, postgres: Postgres) -> None:
        self.postgres = postgres
        self.owner, self.server = (f"meja_{kind}_{secrets.token_hex(4)}" for kind in ("owner", "app"))
        self._urls: list[str] = []
        self._tell(
            *(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)) for role in (self.owner, self.server))
        )

    def database(self) -> str:
        """The address of an empty database, as its owner."""
        url = self.postgres.create_database()
        self._urls.append(url)
        name, owner = sql.Identifier(database_name(url)), sql.Identifier(self.owner)
        self._tell(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(name, owner))
        return url.replace("//meja@", f"//{self.owner}@")

    def let_serve(self, owner_url: str) -> str:
        """Run the script of the documentation; the same database, as the role that it is about."""
        statements = "\n".join(line for line in SCRIPT.read_text().splitlines() if not line.startswith("\\"))
        tell(owner_url, statements.replace(':"role"', f'"{self.server}"'))
        return self.as_server(owner_url)

    def as_server(self, owner_url: str) -> str:
        return owner_url.replace(f"//{self.owner}@", f"//{self.server}@")

    def forget_server(self, owner_url: str) -> None:
        """Let there be nobody who serves, as on a new computer."""
        tell(self.as_superuser(owner_url), f"DROP OWNED BY {self.server}; DROP ROLE {self.server}")

    def as_superuser(self, owner_url: str) -> str:
        return owner_url.replace(f"//{self.owner}@", "//meja@")

    def leave(self) -> None:
        for url in self._urls:
            self.postgres.drop_database(url)
        self._tell(
            *(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role)) for role in (self.owner, self.server))
        )

    def _tell(self, *statements: sql.Composed) -> None:
        with psycopg.connect(plain(self.postgres.address), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)


def tell(url: str, statement: str) -> None:
    with psycopg.connect(plain(url), autocommit=True) as connection:
        connection.execute(statement.encode())


def plain_shape_of(url: str) -> list[str]:
    """The shape without the casts that PostgreSQL writes otherwise once it has read them from a copy."""
    return sorted(re.sub(r"::(character varying|text)(\[\])?|[()]", "", line) for line in shape_of(url))


def everything_in(url: str) -> tuple[object, object]:
    return plain_shape_of(url), contents_of(url)


@pytest.fixture
def roles(postgres: Postgres) -> Iterator[Roles]:
    roles = Roles(postgres)
    yield roles
    roles.leave()


@pytest.fixture
def owner_url(roles: Roles) -> str:
    """A database of the newest shape, as its owner."""
    url = roles.database()
    upgrade(url)
    return url


@pytest.fixture
def shop(roles: Roles, owner_url: str, simulator: Simulator) -> Iterator[Shop]:
    """A restaurant with an order that was paid, served as the documentation says."""
    shop = open_shop(roles.let_serve(owner_url), simulator)
    shop.wallet.pays(shop.order("Sate Ayam"))
    yield shop
    shop.core.close()


def test_whoever_serves_makes_a_copy_that_the_owner_brings_back(
    shop: Shop, roles: Roles, owner_url: str, tmp_path: Path
) -> None:
    before = everything_in(owner_url)
    copy = back_up(shop.core.settings.database_url, tmp_path, NOW)
    shop.order("Es Teh")
    shop.core.db.close()

    bring_back(owner_url, copy, NOW)

    assert everything_in(owner_url) == before
    roles.let_serve(owner_url)
    shop.wallet.pays(shop.order("Rendang"))
    shop.check_books()


def test_whoever_serves_makes_a_copy_of_what_a_migration_has_just_brought(
    roles: Roles, owner_url: str, tmp_path: Path
) -> None:
    served = roles.let_serve(owner_url)
    tell(owner_url, "CREATE TABLE later (id serial)")

    assert back_up(served, tmp_path, NOW).stat().st_size > 0


def test_a_copy_comes_back_where_nobody_knows_the_role_that_served(
    shop: Shop, roles: Roles, owner_url: str, tmp_path: Path
) -> None:
    copy = back_up(owner_url, tmp_path, NOW)
    before = everything_in(owner_url)
    shop.core.db.close()
    new = roles.database()
    roles.forget_server(owner_url)

    bring_back(new, copy, NOW)

    assert everything_in(new) == before


@pytest.mark.parametrize("revision", ["0010", "0016", "0018"])
def test_a_copy_made_before_an_upgrade_comes_back_after_it(roles: Roles, tmp_path: Path, revision: str) -> None:
    url = roles.database()
    fill_old_shop(url)
    command.upgrade(_config(url), revision)
    copy = back_up(url, tmp_path, NOW)
    before = everything_in(url)
    upgrade(url)
    newest = plain_shape_of(url)

    bring_back(url, copy, NOW)
    assert everything_in(url) == before

    upgrade(url)
    assert is_current(url)
    assert plain_shape_of(url) == newest
    core = open_services(Settings(_env_file=None, database_url=url, midtrans_core_url="http://127.0.0.1:9"))
    broken = [finding.name for finding in core.books.check() if not finding.holds]
    core.close()
    assert broken == []


def what_is_said(url: str, copy: Path) -> str:
    """What a restore that changes nothing says."""
    before = everything_in(url)
    with pytest.raises(BackupFailed) as refused:
        bring_back(url, copy, NOW)
    assert everything_in(url) == before
    return str(refused.value)


def test_a_copy_that_breaks_off_replaces_nothing(owner_url: str, tmp_path: Path) -> None:
    whole = back_up(owner_url, tmp_path, NOW)
    half = tmp_path / "half.dump"
    # The list at its head is whole, and the rows of the last table are not.
    half.write_bytes(whole.read_bytes()[:-10])

    assert what_is_said(owner_url, half).startswith("pg_restore failed: could not read from input file")


def test_the_sentence_is_the_first_error_and_not_the_command_that_met_it(owner_url: str, tmp_path: Path) -> None:
    tell(owner_url, "CREATE TABLE notes (id integer PRIMARY KEY)")
    copy = back_up(owner_url, tmp_path, NOW)
    tell(owner_url, "CREATE VIEW last_note AS SELECT max(id) FROM notes")
    said = "psql failed: cannot drop table public.notes because other objects depend on it."

    assert what_is_said(owner_url, copy) == said


def test_a_copy_that_cannot_be_made_names_what_may_not_be_read(roles: Roles, owner_url: str, tmp_path: Path) -> None:
    tell(owner_url, "CREATE SCHEMA own")
    tell(owner_url, "CREATE TABLE own.secret (id integer)")

    with pytest.raises(BackupFailed, match=r"^pg_dump failed: query failed: ERROR:  permission denied for schema own"):
        back_up(roles.let_serve(owner_url), tmp_path, NOW)

    assert list(tmp_path.iterdir()) == []


def test_a_copy_of_something_else_replaces_nothing(roles: Roles, owner_url: str, tmp_path: Path) -> None:
    other = roles.database()
    tell(other, "CREATE TABLE notes (id integer)")

    assert "is not a sound copy of a Meja database" in what_is_said(owner_url, back_up(other, tmp_path, NOW))


def test_whoever_serves_cannot_bring_a_copy_back(roles: Roles, owner_url: str, tmp_path: Path) -> None:
    copy = back_up(owner_url, tmp_path, NOW)
    served = roles.let_serve(owner_url)

    said = f"The tables belong to {roles.owner}, and this is {roles.server}: bring a copy back as {roles.owner}."
    assert what_is_said(served, copy) == said


def test_whoever_is_connected_under_another_name_is_seen(roles: Roles, owner_url: str, tmp_path: Path) -> None:
    copy = back_up(owner_url, tmp_path, NOW)

    with psycopg.connect(plain(roles.let_serve(owner_url))):
        assert "The database is in use (1 connections)." in what_is_said(owner_url, copy)


def test_what_is_the_owners_own_is_named_and_nothing_is_done(owner_url: str, tmp_path: Path) -> None:
    copy = back_up(owner_url, tmp_path, NOW)
    tell(owner_url, "CREATE VIEW my_days AS SELECT business_day, sum(amount) FROM report_payments GROUP BY 1")
    tell(owner_url, "CREATE TABLE tips (order_id bigint CONSTRAINT tip_of REFERENCES orders, amount bigint)")
    tell(owner_url, "CREATE FUNCTION newest() RETURNS orders LANGUAGE sql AS 'SELECT * FROM orders LIMIT 1'")

    said = what_is_said(owner_url, copy)

    assert "lost: fk constraint public.tips tip_of, function public.newest(), view public.my_days. Keep" in said


def test_what_would_go_from_the_owners_own_tables_is_named_and_nothing_is_done(owner_url: str, tmp_path: Path) -> None:
    copy = back_up(owner_url, tmp_path, NOW)
    tell(owner_url, "CREATE SEQUENCE invoice_numbers OWNED BY orders.id")
    tell(owner_url, "CREATE TABLE kept (was orders, nr bigint DEFAULT nextval('orders_id_seq'))")
    tell(owner_url, "CREATE TABLE older () INHERITS (orders)")

    said = what_is_said(owner_url, copy)

    lost = "column was of table public.kept, default of column nr of table public.kept, sequence public.invoice_numbers"
    assert f"lost: {lost}, table public.older. Keep" in said


def test_what_is_the_owners_own_stays_or_comes_back_as_it_was(owner_url: str, tmp_path: Path) -> None:
    tell(owner_url, "CREATE VIEW my_days AS SELECT business_day, sum(amount) FROM report_payments GROUP BY 1")
    tell(owner_url, "CREATE TABLE tips (order_id bigint REFERENCES orders, amount bigint)")
    tell(owner_url, "ALTER TABLE orders ADD COLUMN invoice serial")
    tell(owner_url, "CREATE TABLE kept (id serial, was orders, nr bigint DEFAULT nextval('orders_id_seq'))")
    tell(owner_url, "CREATE SEQUENCE invoice_numbers OWNED BY orders.id")
    copy = back_up(owner_url, tmp_path, NOW)
    before = everything_in(owner_url)
    tell(owner_url, "INSERT INTO tips (amount) VALUES (5000)")
    tell(owner_url, "CREATE TABLE notes (id serial, note text)")

    bring_back(owner_url, copy, NOW)

    tell(owner_url, "DROP TABLE notes")
    assert everything_in(owner_url) == before


def test_extensions_are_left_alone(roles: Roles, tmp_path: Path) -> None:
    url = roles.database()
    # Only a superuser may drop what a superuser has made.
    tell(roles.as_superuser(url), "DROP EXTENSION plpgsql CASCADE; CREATE EXTENSION plpgsql")
    upgrade(url)
    copy = back_up(url, tmp_path, NOW)
    before = everything_in(url)

    bring_back(url, copy, NOW)

    assert everything_in(url) == before
