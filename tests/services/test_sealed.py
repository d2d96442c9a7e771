"""A file that was moved to PostgreSQL is served by nobody, until somebody says so who knows what that means."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.base.clock import system_clock
from core.services.moving import move
from core.services.seal import Moved
from core.services.self_test import self_test
from tests.postgres import Postgres
from tests.running_simulator import Simulator
from tests.shop import Shop, open_shop


@pytest.fixture
def moved(migrated_sqlite: Path, simulator: Simulator, tmp_path: Path, postgres_url: str) -> Iterator[Shop]:
    """A small shop whose file was moved."""
    shutil.copy(migrated_sqlite, tmp_path / "meja.db")
    shop = open_shop(f"sqlite:///{tmp_path / 'meja.db'}", simulator)
    shop.wallet.pays(shop.order("Sate Ayam"))
    move(shop.core.settings, postgres_url, shop.clock())
    yield shop
    shop.core.close()


def meja(shop: Shop, *arguments: str) -> "subprocess.CompletedProcess[str]":
    settings = shop.core.settings
    given = {"MEJA_DATABASE_URL": settings.database_url, "MEJA_DATA_DIR": str(settings.data_dir)}
    command = [sys.executable, "-m", "core", *arguments]
    return subprocess.run(command, env=os.environ | given, capture_output=True, text=True, timeout=60, check=False)


def test_no_server_starts_on_it_and_no_command_touches_it(moved: Shop) -> None:
    with pytest.raises(Moved):
        self_test(moved.core.db, moved.core.settings, system_clock())

    refused = meja(moved, "reconcile")
    assert refused.returncode != 0
    assert "MEJA_DATABASE_URL" in refused.stderr


def test_it_is_not_moved_once_more(moved: Shop, postgres: Postgres) -> None:
    another = postgres.create_database()
    with pytest.raises(Moved):
        move(moved.core.settings, another, system_clock())
    postgres.drop_database(another)


def test_whoever_knows_why_opens_it_again(moved: Shop) -> None:
    opened, once_more = meja(moved, "move", "--unseal"), meja(moved, "move", "--unseal")

    assert "may be served again" in opened.stdout
    assert "was not moved" in once_more.stdout
    self_test(moved.core.db, moved.core.settings, system_clock())


def test_the_command_wants_one_thing_at_a_time(moved: Shop) -> None:
    assert "--unseal" in meja(moved, "move").stderr
    assert "--unseal" in meja(moved, "move", "--unseal", "--to", "postgresql+psycopg://meja@127.0.0.1/meja").stderr
