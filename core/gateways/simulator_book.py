"""Reads the book of money that the Midtrans simulator keeps, to compare it with our ledger."""

from dataclasses import dataclass

from core.gateways.bounded_session import BoundedSession


@dataclass(frozen=True, slots=True)
class BookLine:
    """What one payment really brought, and what left it again, in whole rupiah."""

    settled: int
    refunded: int
    charged_back: int


def read_simulator_book(core_url: str) -> dict[str, BookLine] | None:
    """Read the simulator's book by gateway order id; None when no simulator answers there."""
    session = _PatientSession()
    try:
        response = session.request("GET", f"{core_url}/simulator/book")
        if response.status_code != 200:
            return None
        rows = response.json()["transactions"]
    except (OSError, ValueError, KeyError):
        return None
    finally:
        session.close()
    return {
        row["order_id"]: BookLine(int(row["settled"]), int(row["refunded"]), int(row["charged_back"])) for row in rows
    }


class _PatientSession(BoundedSession):
    """A book may be longer than any answer about one payment."""

    largest_answer = 64 * 1024 * 1024
