"""Rows that are written past the session: all of what was changed, and nothing else."""

from datetime import UTC, datetime

from sqlalchemy import text

from core.base.database import Database
from core.base.sql import write_all_at_once, write_at_once, write_back
from core.outlets.models import MerchantClass, Outlet

_MOMENT = datetime(2026, 11, 30, 12, tzinfo=UTC)


def outlet(name: str) -> Outlet:
    return Outlet(name=name, merchant_class=MerchantClass.SMALL, paused_at=_MOMENT, pause_reason="Penuh")


def test_what_was_changed_is_written_back_and_nothing_else(database: Database) -> None:
    with database.write() as session:
        write_at_once(session, outlet("Uji"))
    with database.write() as session:
        row = session.query(Outlet).one()
        # Somebody else's word, which the row in hand has not heard: what it did not change must leave it standing.
        session.execute(text("UPDATE outlets SET phone = '021'"))
        row.name = "Uji Dua"
        row.pause_reason = None
        session.flush()
        row.paused_at = None
        row.merchant_class = MerchantClass.LARGE
        row.service_is_taxed = row.service_is_taxed
        write_back(session, row)
        row.name = "nobody writes this"

    with database.read() as session:
        row = session.query(Outlet).one()
        told = (row.name, row.phone, row.pause_reason, row.paused_at, row.merchant_class)
    assert told == ("Uji Dua", "021", None, None, MerchantClass.LARGE)
    assert row.service_is_taxed


def test_rows_written_at_once_have_their_defaults_and_each_its_own_id(database: Database) -> None:
    outlets = [outlet(name) for name in ("Satu", "Dua", "Tiga")]
    with database.write() as session:
        write_all_at_once(session, outlets)
        write_all_at_once(session, [])

    with database.read() as session:
        there = {row.id: (row.name, row.zone, row.paused_at, row.phone) for row in session.query(Outlet)}
    assert there == {row.id: (row.name, "Asia/Jakarta", _MOMENT, "") for row in outlets}
    assert [row.zone for row in outlets] == ["Asia/Jakarta"] * 3
