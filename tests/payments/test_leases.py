"""What one process has in hand is in nobody else's, until its lease has run out."""

from datetime import timedelta

from core.base.database import Database
from core.payments.models import Attempt
from core.payments.schedule import LEASE
from tests.shop import Shop


def test_what_is_in_one_hand_is_in_no_other_until_its_lease_runs_out(shop: Shop) -> None:
    shop.order("Es Teh", charge=False)
    worker = shop.core.worker

    assert len(worker.queue.lease(8)) == 1
    assert list(worker.queue.lease(8)) == []

    shop.clock.added += LEASE - timedelta(seconds=5)
    assert list(worker.queue.lease(8)) == []
    shop.clock.added += timedelta(seconds=10)
    assert len(worker.queue.lease(8)) == 1


def test_a_row_that_another_process_is_just_taking_is_passed_over(shop: Shop, database_url: str) -> None:
    """PostgreSQL only: on SQLite one writes at a time."""
    if shop.core.db.is_sqlite:
        return
    first, second = shop.order("Es Teh", charge=False), shop.order("Sate Ayam", charge=False)
    another = Database(database_url)

    with another.write() as session:
        session.get_one(Attempt, shop.attempt(first).id, with_for_update=True)
        jobs = shop.core.worker.queue.lease(8)
    another.close()

    assert [job.reference for job in jobs] == [shop.attempt(second).reference]
