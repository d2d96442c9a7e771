"""A file that was moved to PostgreSQL is served by nobody, until somebody says so who knows what that means."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from core.base.clock import system_clock
from core.events.record import Actor
from core.services import open_services
from core.services.moving import move
from core.services.self_test import self_test
from core.services.set_aside import Moved
from tests.postgres import Postgres
from tests.running_simulator import Simulator
from tests.shop import Shop, open_shop

MANAGER = Actor("staff", 2, "Manager")


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
    given = {
        "MEJA_DATABASE_URL": settings.database_url,
        "MEJA_DATA_DIR": str(settings.data_dir),
        "MEJA_MIDTRANS_CORE_URL": shop.simulator.url,
    }
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


def test_opened_again_it_does_not_send_what_went_another_way_meanwhile(
    migrated_sqlite: Path, simulator: Simulator, tmp_path: Path, postgres_url: str
) -> None:
    shutil.copy(migrated_sqlite, tmp_path / "meja.db")
    shop = open_shop(f"sqlite:///{tmp_path / 'meja.db'}", simulator)
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order)
    refund = shop.core.refunds.ask(order.uid, 10_000, "Gosong", MANAGER)
    move(shop.core.settings, postgres_url, shop.clock())
    there = open_services(shop.core.settings.model_copy(update={"database_url": postgres_url}), clock=shop.clock)
    there.refunds.withdraw(shop.outlet.id, refund.refund_key, MANAGER)
    there.refunds.ask(order.uid, 12_000, "Gosong", MANAGER)
    there.worker.sweep_once()
    there.close()

    opened = meja(shop, "move", "--unseal")

    assert "Refunds and money taken back since: 1." in opened.stdout
    shop.passes(timedelta(hours=2))
    shop.gateway_works()
    assert shop.received(order) == order.total - 12_000
    shop.check_books()
    shop.core.close()


def test_killed_when_the_other_side_is_full_only_one_of_the_two_may_be_served(
    migrated_sqlite: Path, simulator: Simulator, tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(migrated_sqlite, tmp_path / "meja.db")
    shop = open_shop(f"sqlite:///{tmp_path / 'meja.db'}", simulator)

    keep = Session.commit

    def die(session: Session) -> None:
        keep(session)
        if type(session) is Session:  # The one that holds all rows of the other side.
            raise KeyboardInterrupt

    monkeypatch.setattr(Session, "commit", die)
    with pytest.raises(KeyboardInterrupt):
        move(shop.core.settings, postgres_url, shop.clock())
    monkeypatch.undo()

    with pytest.raises(Moved):
        self_test(shop.core.db, shop.core.settings, system_clock())
    shop.core.close()


def test_the_command_wants_one_thing_at_a_time(moved: Shop) -> None:
    assert "--unseal" in meja(moved, "move").stderr
    assert "--unseal" in meja(moved, "move", "--unseal", "--to", "postgresql+psycopg://meja@127.0.0.1/meja").stderr
