"""A shop that ran on the first shape keeps every rupiah, and its old payments can be given back."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from alembic import command
from sqlalchemy import text

from core.base.database import Database
from core.base.settings import Settings
from core.events.record import Actor
from core.migrations import _config, is_current, upgrade
from core.payments.models import RefundState
from core.payments.queries import refunds_of_order
from core.services import open_services
from core.staff.models import Role, StaffMember
from tests.shop import SERVER_KEY, TestClock

AT = datetime.now(UTC) - timedelta(hours=1)
MANAGER = Actor("staff", 2, "Manager")


def reference(number: int) -> str:
    return f"K{number:026}Q"


class OldShop:
    """Writes rows as the first version wrote them."""

    def __init__(self, url: str) -> None:
        self.database = Database(url)
        self.row(
            "outlets", id=1, name="Lama", address="", phone="", tax_number="", zone="Asia/Jakarta", day_cutoff_hour=4,
            service_rate=0, tax_rate=0, service_is_taxed=True, cash_coin=100, merchant_name="", nmid="",
            number_prefix="A", language="id", menu_version=1,
        )  # fmt: skip

    def row(self, table: str, **values: Any) -> None:
        names = ", ".join(f'"{name}"' for name in values)
        marks = ", ".join(f":{name}" for name in values)
        with self.database.write() as session:
            session.execute(text(f"INSERT INTO {table} ({names}) VALUES ({marks})"), self._plain(values))

    def _plain(self, values: dict[str, Any]) -> dict[str, Any]:
        if not self.database.is_sqlite:
            return values
        return {k: v.strftime("%Y-%m-%d %H:%M:%S.%f") if isinstance(v, datetime) else v for k, v in values.items()}

    def order(self, number: int, status: str, paid: str, method: str, *, total: int, cash_total: int, at_: Any) -> None:
        self.row(
            "orders", id=number, uid=f"order-{number}", outlet_id=1, business_day="2026-05-01", number=number,
            number_prefix="A", status=status, payment_status=paid, payment_method=method, customer_name="",
            subtotal=total, discount=0, service=0, tax=0, total=total, cash_total=cash_total, service_rate=0,
            tax_rate=0, created_at=AT, moved_at=AT, cancel_reason="", paid_at=at_,
        )  # fmt: skip
        if at_ is not None:
            self.row("tickets", order_id=number, batch=1, at=AT)

    def attempt(self, number: int, amount: int) -> None:
        self.row(
            "attempts", id=number, outlet_id=1, order_id=number, reference=reference(number), state="settled",
            amount=amount, created_at=AT, items="[]", tries=0, charges_sent=1, final_at=AT, issuer="gopay",
            acquirer="gopay", gateway_paid_at=AT, due_at=AT,
        )  # fmt: skip

    def entry(self, uid: str, kind: str, source: str, source_id: str, *lines: tuple[str, int, int | None]) -> None:
        with self.database.write() as session:
            for account, amount, order_id in lines:
                session.execute(
                    text("INSERT INTO postings (entry_uid, account, amount, order_id) VALUES (:e, :a, :m, :o)"),
                    {"e": uid, "a": account, "m": amount, "o": order_id},
                )
            values = {"uid": uid, "kind": kind, "source": source, "source_id": source_id, "at": AT}
            session.execute(
                text(
                    'INSERT INTO entries (uid, outlet_id, kind, source, source_id, business_day, at, "by") '
                    "VALUES (:uid, 1, :kind, :source, :source_id, '2026-05-01', :at, 'gateway')"
                ),
                self._plain(values),
            )

    def case(self, number: int, kind: str, amount: int, **values: Any) -> None:
        self.row(
            "money_cases", uid=f"case-{number}", outlet_id=1, kind=kind, reference=reference(number), amount=amount,
            attempt_id=number, order_id=number, details="{}", opened_at=AT, **values,
        )  # fmt: skip


def fill_old_shop(url: str) -> None:
    """Make a database of the first shape in which every kind of money has been moved once."""
    command.upgrade(_config(url), "0001")
    shop = OldShop(url)
    shop.order(1, "served", "partially_refunded", "qris", total=10_000, cash_total=10_000, at_=AT)
    shop.attempt(1, 10_000)
    shop.entry("e1", "settle", "gateway", reference(1), ("gateway_clearing", 10_000, 1), ("sales", -10_000, 1))
    shop.row("refunds", attempt_id=1, refund_key="R1", amount=1_000, reason="", seen_at=AT, confirmed_at=AT)
    shop.entry("e2", "refund", "refund", f"{reference(1)}/R1", ("refunds", 1_000, 1), ("gateway_clearing", -1_000, 1))

    shop.order(2, "expired", "expired", "qris", total=20_000, cash_total=20_000, at_=None)
    shop.attempt(2, 20_000)
    shop.entry("e3", "settle", "gateway", reference(2), ("gateway_clearing", 20_000, None), ("unapplied", -20_000, 2))
    shop.case(2, "late", 20_000)

    shop.order(3, "served", "paid", "cash", total=10_030, cash_total=10_000, at_=AT)
    shop.entry("e4", "cash", "drawer", "order-3", ("drawer", 10_000, 3), ("rounding", 30, 3), ("sales", -10_030, 3))

    shop.order(4, "cancelled", "paid", "qris", total=5_000, cash_total=5_000, at_=AT)
    shop.attempt(4, 5_000)
    shop.entry("e5", "settle", "gateway", reference(4), ("gateway_clearing", 5_000, 4), ("sales", -5_000, 4))
    shop.entry("e6", "void", "order", "order-4", ("sales", 5_000, 4), ("unapplied", -5_000, 4))
    shop.case(4, "after_cancel", 5_000)

    shop.order(5, "expired", "expired", "qris", total=7_000, cash_total=7_000, at_=None)
    shop.attempt(5, 7_000)
    shop.entry("e7", "settle", "gateway", reference(5), ("gateway_clearing", 7_000, None), ("unapplied", -7_000, 5))
    shop.row("refunds", attempt_id=5, refund_key="R1", amount=7_000, reason="", seen_at=AT)
    shop.entry(
        "e8", "refund", "refund", f"{reference(5)}/R1", ("unapplied", 7_000, 5), ("gateway_clearing", -7_000, None)
    )
    shop.case(5, "late", 0, settled_at=AT)
    shop.database.close()


@pytest.fixture
def old_url(empty_url: str) -> str:
    fill_old_shop(empty_url)
    return empty_url


def test_every_rupiah_is_followed_and_can_go_back(old_url: str) -> None:
    upgrade(old_url)
    assert is_current(old_url)
    settings = Settings(_env_file=None, database_url=old_url, midtrans_core_url="http://127.0.0.1:9")
    assert settings.midtrans_server_key.get_secret_value() == SERVER_KEY
    core = open_services(settings, clock=TestClock())
    try:
        assert [finding.name for finding in core.books.check() if not finding.holds] == []
        with core.db.read() as session:
            assert [one.state for one in refunds_of_order(session, 1)] == [RefundState.CONFIRMED]
            assert [one.state for one in refunds_of_order(session, 5)] == [RefundState.ACCEPTED]
        assert core.refunds.offer("order-1").left == 9_000
        assert core.refunds.offer("order-2").payment == reference(2)
        assert core.refunds.offer("order-3").left == 10_000
        assert core.refunds.offer("order-4").payment == reference(4)
        with core.db.write() as session:
            session.add(
                StaffMember(id=2, outlet_id=1, username="m", name="Manager", role=Role.MANAGER, password_hash="-")
            )
        for uid in ("order-2", "order-4"):
            core.refunds.ask(uid, core.refunds.offer(uid).left, "lama", MANAGER)
        assert [finding.name for finding in core.books.check() if not finding.holds] == []
    finally:
        core.close()
