"""A copy is whole or it is none, on both databases, and what it could not know is asked for."""

import os
import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from core.base.database import Database
from core.events.record import Actor
from core.migrations import HEAD, is_current
from core.orders.models import Order
from core.payments.errors import NothingToRefund
from core.services.backups import back_up, bring_back, check_sqlite, newest_copy, thin_out
from core.services.old_books import Missed, learn_what_was_missed, take_up
from core.services.postgres_copies import BackupFailed
from core.services.self_test import self_test
from core.services.set_aside import HalfRestored, Mark, marking, refuse_if_set_aside, set_mark
from core.services.table_desk import TableDesk
from tests.servers import _find_postgres
from tests.shop import Shop

NOW = datetime(2026, 11, 20, 5, 31, 7, tzinfo=UTC)
MANAGER = Actor("staff", 2, "Manager")


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

    bring_back(url, file, NOW)

    after = Database(url)
    assert [table.token for table in TableDesk(after, shop.clock).tables()[1]] == before
    after.close()
    assert file.name.startswith("meja-20261120-053107.")
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.usefixtures("postgres_programs")
def test_two_copies_of_one_second_are_two_files(shop: Shop, tmp_path: Path) -> None:
    url = shop.core.settings.database_url

    first, second = (back_up(url, tmp_path / "copies", NOW) for _ in range(2))

    assert first != second
    assert sorted((tmp_path / "copies").iterdir()) == sorted([first, second])


@pytest.mark.usefixtures("postgres_programs")
def test_a_copy_that_was_told_of_outlives_a_power_cut(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: set[int] = set()

    def noted(handle: int) -> None:
        kept.add(os.fstat(handle).st_ino)

    monkeypatch.setattr("core.services.backups.os.fsync", noted)

    file = back_up(shop.core.settings.database_url, tmp_path / "copies", shop.clock())

    assert {file.stat().st_ino, file.parent.stat().st_ino} <= kept


def test_a_copy_of_a_newer_version_replaces_nothing(shop: Shop, tmp_path: Path) -> None:
    url = shop.core.settings.database_url
    with shop.core.db.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    newer = back_up(url, tmp_path / "copies", NOW)
    with shop.core.db.write() as session:
        session.execute(text(f"UPDATE alembic_version SET version_num = '{HEAD}'"))
    shop.core.db.close()

    with pytest.raises(BackupFailed, match="newer version of Meja"):
        bring_back(url, newer, NOW)

    assert is_current(url)


def test_copies_of_every_hour_do_not_fill_the_disk(tmp_path: Path) -> None:
    """Of two days all are kept, of thirty the last of each day; what is not ours is left alone."""
    hours = [NOW - timedelta(hours=number) for number in range(24 * 40)]
    for at in hours:
        (tmp_path / f"meja-{at:%Y%m%d-%H%M%S}.db").write_bytes(b"a copy")
    strangers = ["meja-19990101-000000.db.gz", "meja-19990101.db", "meja-99999999-999999.db", "notes.txt"]
    for name in strangers:
        (tmp_path / name).write_bytes(b"not ours")

    gone = thin_out(tmp_path, NOW)

    left = {path.name for path in tmp_path.iterdir()} - set(strangers)
    assert left >= {f"meja-{at:%Y%m%d-%H%M%S}.db" for at in hours[:48]}
    assert {name[5:13] for name in left} >= {f"{NOW - timedelta(days=day):%Y%m%d}" for day in range(30)}
    assert len(left) == len(hours) - gone <= 49 + 30
    assert all((tmp_path / name).exists() for name in strangers)
    assert newest_copy(tmp_path) == NOW


@pytest.mark.usefixtures("postgres_programs")
def test_a_copy_that_is_broken_off_does_not_look_like_one(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("core.services.backups._keep", killed)
    with pytest.raises(KeyboardInterrupt):
        back_up(shop.core.settings.database_url, tmp_path / "copies", NOW)

    assert newest_copy(tmp_path / "copies") is None


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
            bring_back(postgres_url, copy, NOW)

    somebody.close()


def goes_wrong_after_a_copy(shop: Shop, folder: Path, *, happens: Callable[[], object]) -> Missed:
    """Copy the database, let something happen that only the gateway hears of, and bring the copy back."""
    shop.simulator.notify(None, enabled=False)
    url = shop.core.settings.database_url
    file = back_up(url, folder / "copies", NOW)
    happens()
    shop.core.db.close()
    bring_back(url, file, NOW)
    return learns(shop)


def learns(shop: Shop, told: list[int] | None = None) -> Missed:
    """Do what `meja restore` does when the copy is in place."""
    core, told = shop.core, [] if told is None else told
    books = take_up(core.db, Mark.RESTORED, shop.clock())
    assert books is not None
    return learn_what_was_missed(core.db, shop.clock, core.worker, books, say_how_many=told.append)


def is_brought_back(shop: Shop) -> None:
    """Mark the database as the copy that it would be."""
    with shop.core.db.write() as session:
        set_mark(session, Mark.RESTORED)


def paid_long_ago(shop: Shop, age: timedelta) -> Order:
    """An order settled long before a copy that is made in the middle of business."""
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order)
    shop.passes(age)
    shop.gateway_works()
    shop.wallet.pays(shop.order("Es Teh"))
    return order


@pytest.mark.usefixtures("postgres_programs")
def test_money_given_back_after_the_copy_is_not_given_back_again(shop: Shop, tmp_path: Path) -> None:
    order = paid_long_ago(shop, timedelta(days=3))
    reference = shop.attempt(order).reference

    missed = goes_wrong_after_a_copy(
        shop, tmp_path, happens=lambda: shop.simulator.refund(reference, order.total, "RAFTERCOPY")
    )

    assert (missed.asked, missed.unanswered, missed.settled, missed.given_back) == (2, 0, 0, 1)
    assert shop.status(order) == ("confirmed", "refunded")
    with pytest.raises(NothingToRefund):
        shop.core.refunds.ask(order.uid, order.total, "again", MANAGER)
    shop.check_books()


def asked_for(shop: Shop) -> tuple[Order, str]:
    """A paid order, and the key of a refund of it that is written down and not sent yet."""
    order = shop.order("Sate Ayam")
    shop.wallet.pays(order)
    return order, shop.core.refunds.ask(order.uid, 10_000, "Gosong", MANAGER).refund_key


@pytest.mark.usefixtures("postgres_programs")
def test_a_qr_that_was_made_after_the_copy_is_not_made_again(shop: Shop, tmp_path: Path) -> None:
    order = shop.order("Sate Ayam", charge=False)
    reference = shop.attempt(order).reference

    def is_made_and_given_up() -> None:
        shop.gateway_works()
        shop.core.payments.cancel(order.uid)
        shop.gateway_works()

    goes_wrong_after_a_copy(shop, tmp_path, happens=is_made_and_given_up)
    shop.gateway_works()

    assert shop.simulator.charges_of(reference) == 1
    assert not shop.attempt(order).is_open


@pytest.mark.usefixtures("postgres_programs")
def test_a_refund_that_was_withdrawn_after_the_copy_is_not_sent_by_it(shop: Shop, tmp_path: Path) -> None:
    order, key = asked_for(shop)

    def withdrawn_for_another() -> None:
        shop.core.refunds.withdraw(shop.outlet.id, key, MANAGER)
        shop.passes(timedelta(minutes=5))
        shop.core.refunds.ask(order.uid, 12_000, "Gosong", MANAGER)
        shop.gateway_works()

    missed = goes_wrong_after_a_copy(shop, tmp_path, happens=withdrawn_for_another)
    shop.passes(timedelta(hours=2))
    shop.gateway_works()

    assert missed.held_back == 0
    assert shop.received(order) == order.total - 12_000
    # The guest has more than was asked for first: nobody need look.
    assert shop.cases() == []
    shop.check_books()


@pytest.mark.usefixtures("postgres_programs")
def test_a_refund_that_a_copy_would_have_sent_stands_on_the_money_page(shop: Shop, tmp_path: Path) -> None:
    order, key = asked_for(shop)

    missed = goes_wrong_after_a_copy(
        shop, tmp_path, happens=lambda: shop.core.refunds.withdraw(shop.outlet.id, key, MANAGER)
    )
    shop.passes(timedelta(hours=2))
    shop.gateway_works()

    assert missed.held_back == 1
    assert shop.received(order) == order.total
    assert [(case.kind, case.details["difference"]) for case in shop.cases()] == [("conflicting", "refund_held_back")]
    shop.check_books()


@pytest.mark.usefixtures("postgres_programs")
def test_a_refund_that_went_out_after_the_copy_is_posted_and_nobody_need_look(shop: Shop, tmp_path: Path) -> None:
    order, _ = asked_for(shop)

    missed = goes_wrong_after_a_copy(shop, tmp_path, happens=shop.gateway_works)

    assert (missed.held_back, missed.given_back) == (0, 1)
    assert shop.received(order) == order.total - 10_000
    assert shop.cases() == []
    shop.check_books()


@pytest.mark.usefixtures("postgres_programs")
@pytest.mark.parametrize("in_cash", [True, False])
def test_a_refund_without_an_answer_in_the_copy_is_not_sent_again_by_it(
    shop: Shop, tmp_path: Path, *, in_cash: bool
) -> None:
    order, _ = asked_for(shop)
    shop.simulator.misbehave({"call": "refund", "kind": "drop_request", "count": 1})
    shop.gateway_works()

    def refused_and_given_another_way() -> None:
        shop.simulator.misbehave({"call": "refund", "kind": "refund_denied", "count": 1})
        shop.passes(timedelta(minutes=5))
        shop.gateway_works()
        shop.simulator.behave()
        shop.core.refunds.ask(order.uid, 10_000, "Gosong", MANAGER, in_cash=in_cash)
        shop.gateway_works()

    goes_wrong_after_a_copy(shop, tmp_path, happens=refused_and_given_another_way)
    shop.passes(timedelta(hours=2))
    shop.gateway_works()

    refunded = sum(payment["refunded"] for payment in shop.simulator.book()["transactions"])
    assert refunded == (0 if in_cash else 10_000)
    assert [case.details["difference"] for case in shop.cases()] == (["refund_held_back"] if in_cash else [])


@pytest.mark.usefixtures("postgres_programs")
def test_a_restore_that_dies_before_its_end_leaves_a_database_that_nobody_serves(shop: Shop, tmp_path: Path) -> None:
    url = shop.core.settings.database_url
    file = back_up(url, tmp_path / "copies", NOW)
    shop.core.db.close()
    bring_back(url, file, NOW)

    with pytest.raises(HalfRestored):
        refuse_if_set_aside(shop.core.db)
    with pytest.raises(HalfRestored):
        self_test(shop.core.db, shop.core.settings, shop.clock())

    bring_back(url, file, NOW)
    learns(shop)
    self_test(shop.core.db, shop.core.settings, shop.clock())


def test_a_chargeback_after_the_copy_is_found_up_to_the_end_of_the_longest_window(shop: Shop) -> None:
    order = paid_long_ago(shop, timedelta(days=45))
    shop.simulator.notify(None, enabled=False)
    shop.simulator.call("POST", f"/simulator/transactions/{shop.attempt(order).reference}/chargeback", {})
    is_brought_back(shop)

    # The copy itself is old: the window counts from when it was made.
    shop.passes(timedelta(days=5))
    missed = learns(shop)

    assert missed.given_back == 1
    assert [case.kind for case in shop.cases()] == ["chargeback"]
    shop.check_books()


def test_a_refund_that_is_held_back_makes_an_old_copy_no_younger(shop: Shop) -> None:
    order = paid_long_ago(shop, timedelta(days=45))
    asked_for(shop)
    shop.simulator.notify(None, enabled=False)
    shop.simulator.call("POST", f"/simulator/transactions/{shop.attempt(order).reference}/chargeback", {})
    is_brought_back(shop)

    shop.passes(timedelta(days=5))
    missed = learns(shop)

    assert (missed.held_back, missed.given_back) == (1, 1)
    assert {case.kind for case in shop.cases()} == {"chargeback", "conflicting"}


def test_a_restore_that_dies_once_its_copy_may_be_served_leaves_the_asking_to_the_server(shop: Shop) -> None:
    order = paid_long_ago(shop, timedelta(days=10))
    shop.simulator.notify(None, enabled=False)
    shop.simulator.refund(shop.attempt(order).reference, order.total, "RAFTERCOPY")
    is_brought_back(shop)

    assert take_up(shop.core.db, Mark.RESTORED, shop.clock()) is not None
    shop.passes(timedelta(minutes=11))
    shop.gateway_works()

    assert shop.status(order) == ("confirmed", "refunded")


def test_how_many_payments_are_asked_about_is_said_before_the_first(shop: Shop) -> None:
    paid_long_ago(shop, timedelta(days=60))
    paid_long_ago(shop, timedelta(days=10))
    told: list[int] = []
    is_brought_back(shop)

    missed = learns(shop, told)

    # The first payment of all is too old for its money to move.
    assert told == [3]
    assert (missed.asked, missed.unanswered) == (3, 0)


def test_what_a_silent_gateway_did_not_answer_is_asked_by_the_server_later(shop: Shop) -> None:
    order = paid_long_ago(shop, timedelta(days=10))
    shop.simulator.notify(None, enabled=False)
    shop.simulator.refund(shop.attempt(order).reference, order.total, "RAFTERCOPY")
    shop.simulator.misbehave({"call": "status", "kind": "http_500"})
    is_brought_back(shop)

    missed = learns(shop)
    assert (missed.asked, missed.unanswered, missed.given_back) == (2, 2, 0)

    shop.simulator.behave()
    shop.passes(timedelta(minutes=11))
    shop.gateway_works()
    assert shop.status(order) == ("confirmed", "refunded")


def a_database(file: Path, word: str) -> Path:
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("CREATE TABLE orders (word TEXT)")
        database.execute("INSERT INTO orders VALUES (?)", (word,))
        database.execute("CREATE TABLE alembic_version (version_num TEXT)")
        database.execute("INSERT INTO alembic_version VALUES (?)", (HEAD,))
    return file


def the_word_in(file: Path) -> str:
    with closing(sqlite3.connect(file)) as database:
        return str(database.execute("SELECT word FROM orders").fetchone()[0])


def test_the_wrong_copy_and_then_the_right_one_leave_tonights_database_aside(tmp_path: Path) -> None:
    place = a_database(tmp_path / "meja.db", "tonight's")
    wrong, right = a_database(tmp_path / "wrong.db", "old"), a_database(tmp_path / "right.db", "new")

    asides = [bring_back(f"sqlite:///{place}", file, NOW) for file in (wrong, right)]

    assert [aside.name for aside in asides if aside] == [
        "meja.db.before-restore-20261120-053107",
        "meja.db.before-restore-20261120-053107-2",
    ]
    assert [the_word_in(aside) for aside in asides if aside] == ["tonight's", "old"]
    assert the_word_in(place) == "new"
    assert all(aside.stat().st_mode & 0o077 == 0 for aside in asides if aside)


def test_a_damaged_database_is_replaced_and_kept_as_it_lies_there(tmp_path: Path) -> None:
    place, file = a_database(tmp_path / "meja.db", "tonight's"), a_database(tmp_path / "copy.db", "yesterday's")
    damaged = place.read_bytes()[:4096] + b"\xff" * 8192
    place.write_bytes(damaged)
    place.with_name("meja.db-wal").write_bytes(b"what was written last")

    aside = bring_back(f"sqlite:///{place}", file, NOW)

    assert the_word_in(place) == "yesterday's"
    assert aside is not None
    assert aside.read_bytes() == damaged
    assert aside.with_name(f"{aside.name}-wal").read_bytes() == b"what was written last"
    assert not list(tmp_path.glob("*.incoming"))
    assert all(kept.stat().st_mode & 0o077 == 0 for kept in tmp_path.glob("meja.db*"))


@pytest.mark.parametrize("moved", ["meja.db", "copy.db"])
def test_a_file_that_was_moved_is_neither_replaced_nor_put_in_place(tmp_path: Path, moved: str) -> None:
    place, file = a_database(tmp_path / "meja.db", "tonight's"), a_database(tmp_path / "copy.db", "old")
    with closing(sqlite3.connect(tmp_path / moved)) as database:
        database.execute(marking(Mark.MOVED, is_sqlite=True))

    with pytest.raises(BackupFailed, match="--unseal"):
        bring_back(f"sqlite:///{place}", file, NOW)

    assert the_word_in(place) == "tonight's"


@pytest.mark.parametrize("name", ["a#b", "what?", "50%25"])
def test_a_folder_may_have_any_name(house: Shop, tmp_path: Path, name: str) -> None:
    file = back_up(house.core.settings.database_url, tmp_path / name, NOW)

    check_sqlite(file)


def test_a_database_without_a_version_is_no_copy_of_meja(tmp_path: Path) -> None:
    place, stranger = a_database(tmp_path / "meja.db", "tonight's"), a_database(tmp_path / "other.db", "another's")
    with closing(sqlite3.connect(stranger)) as database, database:
        database.execute("DROP TABLE alembic_version")

    with pytest.raises(BackupFailed, match="not a sound copy"):
        bring_back(f"sqlite:///{place}", stranger, NOW)

    assert the_word_in(place) == "tonight's"


def test_a_database_that_cannot_be_put_aside_is_not_replaced(tmp_path: Path) -> None:
    place, file = tmp_path / "meja.db", a_database(tmp_path / "copy.db", "new")
    left = b"what a bad disk left" * 50_000
    place.write_bytes(left)

    with a_disk_that_takes(100_000), pytest.raises(BackupFailed, match="cannot be put in place"):
        bring_back(f"sqlite:///{place}", file, NOW)

    assert place.read_bytes() == left
    assert not list(tmp_path.glob("*.incoming"))


@contextmanager
def a_disk_that_takes(most: int) -> Iterator[None]:
    """Let no file of this process grow beyond so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    # Python ignores the signal that comes with it, and writing fails as on a full disk.
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
