"""Keeps several server processes behind one door: one that ends comes again, and SIGHUP replaces one after the other."""

import signal
import socket
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from types import FrameType
from typing import Final

import structlog
from prometheus_client.multiprocess import mark_process_dead
from uvicorn.config import STARTUP_FAILURE

from core.base.clock import monotonic
from core.web.crew_member import Member
from core.web.hang_ups import hear_hang_ups

_log = structlog.get_logger()
_TURN_SECONDS: Final = 0.1
_READY_SECONDS: Final = 120.0
"""How long a process may take until it serves."""
_LEAVE_SECONDS: Final = 15.0
"""How long one that was told to leave may take: ten seconds for its requests, and some to close down."""
_LONGEST_REST: Final = 15.0


class Crew:
    """The processes that serve one restaurant, and what is to become of each.

    A process is this program started once more, so a new one brings in the code, the settings and the checks of now.
    uvicorn has such a supervisor; what it does not do is in docs/decisions/0030.
    """

    def __init__(self, size: int, listening: socket.socket, figures: str) -> None:
        """Serve with so many processes behind a door; what they count lies in a folder."""
        self._size, self._listening, self._figures = size, listening, figures
        self._serving: list[Member] = []
        self._leaving: list[Member] = []
        self._to_replace: deque[Member] = deque()
        self._newcomer: Member | None = None
        """The one that takes the place of the first that is to be replaced, as soon as it serves."""
        self._was_whole = False
        self._failures = 0
        self._rests_until = 0.0
        self._signals: list[int] = []
        self._is_over = False
        self._exit_code = 0

    def serve(self) -> int:
        """Serve until SIGINT or SIGTERM; gives the exit code: not 0 when it could not even begin."""
        with self._hearing_signals():
            while not self._is_over or self._everybody:
                self._turn()
                time.sleep(_TURN_SECONDS)
        return self._exit_code

    @property
    def _everybody(self) -> list[Member]:
        newcomer = [self._newcomer] if self._newcomer is not None else []
        return [*self._serving, *newcomer, *self._leaving]

    @contextmanager
    def _hearing_signals(self) -> Iterator[None]:
        def note(number: int, _frame: FrameType | None) -> None:
            # Only noted: at any moment, in the middle of anything, more is not safe.
            self._signals.append(number)

        heard = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        before = [signal.signal(number, note) for number in heard]
        hear_hang_ups()
        try:
            yield
        finally:
            for number, handler in zip(heard, before, strict=True):
                signal.signal(number, handler)

    def _turn(self) -> None:
        while self._signals:
            self._obey(self._signals.pop(0))
        for member in self._everybody:
            member.look()
            if member.exit_code is not None:
                self._has_ended(member)
            elif member.has_overstayed(_READY_SECONDS, _LEAVE_SECONDS):
                _log.error("server.process_killed", process=member.pid, ready=member.is_ready)
                member.kill()
        if not self._is_over:
            self._go_on_replacing()
            self._fill_up()

    def _obey(self, number: int) -> None:
        if number == signal.SIGHUP and not self._is_over:
            # Said again in the middle of it: those that have just come are replaced as well.
            self._to_replace = deque(member for member in self._everybody if member not in self._leaving)
            _log.info("server.replacing", processes=len(self._to_replace))
        elif number == signal.SIGHUP:
            return
        elif self._is_over and number == signal.SIGINT:
            for member in self._everybody:
                member.kill()
        else:
            self._end(0)

    def _end(self, exit_code: int) -> None:
        if self._is_over:
            return
        self._is_over, self._exit_code = True, exit_code
        # Nobody is to wait behind a door that will not be opened any more.
        self._listening.close()
        for member in self._everybody:
            member.leave()

    def _has_ended(self, member: Member) -> None:
        # What it counted stays counted; what it held is not held any more.
        mark_process_dead(member.place, self._figures)  # type: ignore[no-untyped-call]
        if member in self._leaving:
            self._leaving.remove(member)
            return
        if member is self._newcomer:
            self._newcomer = None
            if not self._is_over:
                self._break_off(process=member.pid, code=member.exit_code)
            return
        self._serving.remove(member)
        if self._is_over:
            return
        if not self._was_whole and not member.is_ready:
            self._end(max(member.exit_code or 0, 0) or STARTUP_FAILURE)
            return
        self._failures = 0 if member.is_ready else self._failures + 1
        self._rests_until = monotonic() + min(self._failures, _LONGEST_REST)
        _log.error("server.process_ended", process=member.pid, code=member.exit_code, ready=member.is_ready)

    def _break_off(self, **why: int | None) -> None:
        # What stands in the way of the first stands in the way of the others too: those that serve go on.
        self._to_replace.clear()
        _log.error("server.replacing_broken_off", **why)

    def _start(self) -> Member | None:
        """Start a process, if the system lets us: those that serve must not end because another one cannot begin."""
        taken = {member.place for member in self._everybody}
        place = next(number for number in count() if number not in taken)
        try:
            return Member(self._listening, place)
        except OSError as error:
            _log.error("server.not_started", reason=error.strerror)
            return None

    def _go_on_replacing(self) -> None:
        if self._newcomer is not None and self._newcomer.is_ready:
            self._serving.append(self._newcomer)
            self._newcomer = None
            old = self._to_replace.popleft()
            if old in self._serving:
                self._send_away(old)
            elif len(self._serving) > self._size:
                # It ended by itself meanwhile, and its place was filled.
                self._send_away(self._serving[-1])
        elif self._newcomer is None and self._to_replace and not self._leaving:
            self._newcomer = self._start()
            if self._newcomer is None:
                self._break_off()

    def _send_away(self, member: Member) -> None:
        self._serving.remove(member)
        self._leaving.append(member)
        member.leave()

    def _fill_up(self) -> None:
        if not self._was_whole and len(self._serving) == self._size and all(m.is_ready for m in self._serving):
            self._was_whole = True
            _log.info("server.whole", processes=self._size)
        if monotonic() < self._rests_until:
            return
        while len(self._serving) < self._size:
            if (member := self._start()) is None:
                self._could_not_start()
                return
            self._serving.append(member)

    def _could_not_start(self) -> None:
        if not self._was_whole:
            self._end(STARTUP_FAILURE)
            return
        self._failures += 1
        self._rests_until = monotonic() + min(self._failures, _LONGEST_REST)
