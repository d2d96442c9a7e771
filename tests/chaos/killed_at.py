"""Runs the real server and kills it, without a word, when a named point is reached for the n-th time.

python -m tests.chaos.killed_at settle.committed 3
python -m tests.chaos.killed_at --threads 1 never 1

The program itself knows nothing of this: its parts are wrapped in this process before it is loaded. A commit is told
by the service method that opened the transaction.
"""

import argparse
import os
import runpy
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from typing import Any, Final

COMMITS: Final[Mapping[str, str]] = {
    "order": "Checkout.place_picks",
    "lease": "JobQueue._take",
    "adopt": "GatewayJobs._adopt",
    "message": "Inbox.receive",
    "settle": "Settlement.apply",
    "cash": "CashDesk.take",
    "kitchen": "Kitchen._change",
    "switch": "PaymentDesk.to_cash",
    "cancel": "PaymentDesk.cancel",
    "refund": "Refunds.ask",
}
"""Transactions, by who opens them. Of looks at a payment only those that write money count."""
CALLS: Final = ("charge", "fetch_report", "cancel", "refund")
"""Calls of the gateway."""
ENTRIES: Final = ("settle", "cash", "refund")
"""Entries of the ledger, killed between writing them and committing them."""
POINTS: Final = (
    *(f"{name}.{moment}" for name in COMMITS for moment in ("written", "committed")),
    *(f"gateway.{call}.{moment}" for call in CALLS for moment in ("asked", "answered")),
    *(f"ledger.{kind}" for kind in ENTRIES),
    "ticket",
)
NEVER: Final = "never"


class _Trigger:
    """Counts how often the point is passed, and kills."""

    def __init__(self, point: str, nth: int) -> None:
        self._point, self._left = point, nth
        self._lock = threading.Lock()

    def __call__(self, point: str) -> None:
        if point != self._point:
            return
        with self._lock:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


def _wrap_transactions(passed: Callable[[str], None], moved_money: threading.local) -> None:
    from core.base.database import Database

    original, named = Database.write, {opener: name for name, opener in COMMITS.items()}

    @contextmanager
    def write(self: Database, within: float | None = None) -> Iterator[Any]:
        # This generator is resumed by contextlib, and that by whoever opened the transaction.
        name = named.get(sys._getframe(2).f_code.co_qualname, "")
        moved_money.kind = None
        with original(self, within) as session:
            yield session
            session.flush()
            if name == "settle" and moved_money.kind is None:
                name = ""
            passed(f"{name}.written")
        passed(f"{name}.committed")

    Database.write = write  # type: ignore[method-assign] # in this process alone


def _wrap_gateway(passed: Callable[[str], None]) -> None:
    from core.gateways.midtrans import Midtrans

    def around(call: str) -> Callable[..., Any]:
        original = getattr(Midtrans, call)

        @wraps(original)
        def called(self: Midtrans, *what: Any) -> Any:
            passed(f"gateway.{call}.asked")
            answer = original(self, *what)
            passed(f"gateway.{call}.answered")
            return answer

        return called

    for call in CALLS:
        setattr(Midtrans, call, around(call))


def _wrap_ledger(passed: Callable[[str], None], moved_money: threading.local) -> None:
    # Loaded before anything that takes the functions from here by name.
    from core.ledger import posting
    from core.orders import steps

    post, send_to_kitchen = posting.post, steps.send_to_kitchen

    @wraps(post)
    def counted_post(session: Any, outlet: Any, kind: Any, *rest: Any, **more: Any) -> None:
        post(session, outlet, kind, *rest, **more)
        moved_money.kind = str(kind)
        passed(f"ledger.{kind}")

    @wraps(send_to_kitchen)
    def counted_send(session: Any, *rest: Any, **more: Any) -> None:
        send_to_kitchen(session, *rest, **more)
        session.flush()
        passed("ticket")

    posting.post, steps.send_to_kitchen = counted_post, counted_send


def _hold_to_threads(threads: int) -> None:
    from core.services import gateway_worker
    from core.web import threads as standing

    # Two names that are Final, one of which is another module's: only here may they be fewer.
    standing.REQUEST_THREADS = gateway_worker.THREADS = threads  # type: ignore[misc, attr-defined]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("point", choices=[*POINTS, NEVER])
    parser.add_argument("nth", type=int)
    parser.add_argument("--threads", type=int, default=0, help="so many threads for requests, and for the gateway")
    wanted = parser.parse_args()
    passed, moved_money = _Trigger(wanted.point, wanted.nth), threading.local()
    moved_money.kind = None
    if wanted.point != NEVER:
        _wrap_ledger(passed, moved_money)
        _wrap_transactions(passed, moved_money)
        _wrap_gateway(passed)
    if wanted.threads:
        _hold_to_threads(wanted.threads)
    sys.argv = ["meja", "serve"]
    runpy.run_module("core", run_name="__main__")


if __name__ == "__main__":
    main()
