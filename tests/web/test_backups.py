"""A copy is whole or it is none, on both databases."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.base.database import Database
from core.services.backups import BackupFailed, back_up, bring_back
from core.services.table_desk import TableDesk
from tests.servers import _find_postgres
from tests.shop import Shop

NOW = datetime(2026, 11, 20, 5, 31, 7, tzinfo=UTC)


@pytest.fixture
def postgres_programs(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The programs of the very PostgreSQL that runs, as an older pg_dump refuses a newer server."""
    if not shop.core.db.is_sqlite:
        monkeypatch.setenv("PATH", str(_find_postgres()), prepend=":")


@pytest.mark.usefixtures("postgres_programs")
def test_a_copy_brings_back_what_was_changed_since(shop: Shop, tmp_path: Path) -> None:
    url = shop.core.settings.database_url
    file = back_up(url, tmp_path / "copies", NOW)
    before = [table.token for table in TableDesk(shop.core.db, shop.clock).tables()[1]]
    TableDesk(shop.core.db, shop.clock).rotate(["1", "2", "3"])
    shop.core.db.close()

    bring_back(url, file)

    after = Database(url)
    assert [table.token for table in TableDesk(after, shop.clock).tables()[1]] == before
    after.close()
    assert file.name.startswith("meja-20261120-053107.")
    assert file.stat().st_mode & 0o077 == 0


def test_a_database_that_is_not_there_leaves_no_copy(tmp_path: Path) -> None:
    with pytest.raises(BackupFailed, match="There is no database"):
        back_up(f"sqlite:///{tmp_path / 'none.db'}", tmp_path / "copies", NOW)

    assert list((tmp_path / "copies").iterdir()) == []


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(BackupFailed, match="cannot be written"):
        back_up(f"sqlite:///{tmp_path / 'meja.db'}", tmp_path / "file" / "copies", NOW)


def test_without_postgresqls_programs_the_sentence_names_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(BackupFailed, match="pg_dump is not installed"):
        back_up("postgresql+psycopg://meja@127.0.0.1:1/meja", tmp_path / "copies", NOW)


def test_a_postgresql_that_somebody_works_on_is_not_replaced(postgres_url: str, tmp_path: Path) -> None:
    copy = tmp_path / "meja.dump"
    copy.write_bytes(b"a copy")
    somebody = Database(postgres_url)

    with somebody.read() as session:
        session.connection()
        with pytest.raises(BackupFailed, match=r"in use \(1 connections\)"):
            bring_back(postgres_url, copy)

    somebody.close()
