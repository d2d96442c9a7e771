"""Brings a database up to date in a process that is killed at its n-th moment, without a word.

A moment is a statement that is about to be sent, and a commit: before it is asked for, and when it is done.
"""

import multiprocessing
import os
import signal
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine.default import DefaultDialect

from core.migrations import upgrade

# Everything is loaded once and each death is a fork of that: dozens of them take seconds.
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["alembic.command", "core.services", "tests.migrations.dying"])
_PATIENCE_SECONDS = 60


def migrate(url: str, *, until: int = 0) -> tuple[int, int]:
    """Run all migrations, killed at a moment unless that is 0; give the exit code, and how many moments passed."""
    moments = _PROCESSES.Value("i", 0)
    process = _PROCESSES.Process(target=_migrate, args=(url, until, moments))
    process.start()
    process.join(_PATIENCE_SECONDS)
    assert process.exitcode is not None, "the migration does not end"
    return process.exitcode, moments.value


def _migrate(url: str, until: int, moments: Any) -> None:
    def passes(*_: Any) -> None:
        moments.value += 1
        if moments.value == until:
            os.kill(os.getpid(), signal.SIGKILL)

    commit: Any = DefaultDialect.do_commit

    def do_commit(self: DefaultDialect, connection: Any) -> None:
        passes()
        commit(self, connection)
        passes()

    DefaultDialect.do_commit = do_commit  # type: ignore[method-assign] # in this process alone
    event.listen(Engine, "before_cursor_execute", passes)
    upgrade(url)
