"""The code before two-step sign-in goes on hiring people and signing them in, and nobody is asked for a code."""

from datetime import UTC, datetime

from alembic import command
from sqlalchemy import select

from core.migrations import _config, is_current, upgrade
from core.staff.models import StaffMember, StaffSession
from tests.migrations.test_0002_money_that_goes_back import OldShop

NOW = datetime(2026, 11, 29, 5, 0, tzinfo=UTC)


def hires_and_signs_in(shop: OldShop, number: int) -> None:
    """As the code before did: it names none of the new columns."""
    shop.row(
        "staff", id=number, outlet_id=1, username=f"owner{number}", name="Lama", role="owner", password_hash="-",
        pin_hash="", is_active=True,
    )  # fmt: skip
    shop.row("staff_sessions", token_digest=f"{number}", staff_id=number, started_at=NOW, seen_at=NOW, device="")


def test_old_people_and_sessions_are_read_and_old_code_goes_on_writing(empty_url: str) -> None:
    command.upgrade(_config(empty_url), "0014")
    shop = OldShop(empty_url)
    hires_and_signs_in(shop, 1)

    upgrade(empty_url)
    # Still running while the new code starts.
    hires_and_signs_in(shop, 2)

    assert is_current(empty_url)
    with shop.database.read() as session:
        people = session.scalars(select(StaffMember)).all()
        sessions = session.scalars(select(StaffSession)).all()
    assert [(one.uses_codes, one.totp_step) for one in people] == [(False, 0)] * 2
    assert [(one.browser, one.address) for one in sessions] == [("", "")] * 2
    shop.database.close()
