"""Keeps SIGHUP waiting while nobody is there yet to obey it: unheard, it ends a program, and a supervisor lets it lie."""

import signal


def put_hang_ups_off() -> None:
    """Have the system keep SIGHUP for later, also over the start of another program under this number."""
    if hasattr(signal, "SIGHUP"):  # Windows has none.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})


def hear_hang_ups() -> None:
    """Take what was kept, and every later one at once. Whoever calls this has said before what it means."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGHUP})
