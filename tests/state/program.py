"""What the program does by itself, and how it dies: turns, rounds, crashes at a commit, a second process."""

from contextlib import suppress
from datetime import timedelta

from hypothesis import strategies as st
from sqlalchemy.orm import Session

from core.base.database import Database
from core.services.clock_jumps import Plans
from core.services.closing import CASH_LIFE
from tests.state.house import close_core, lets_pass
from tests.state.overheard import Crash
from tests.state.scenes import somebody_is_about_to_have_a_qr, somebody_waits
from tests.state.telling import Telling, act

_LAST_ROUNDS = 3


class Program(Telling):
    """One process, that may die."""

    @act()
    def the_worker_turns(self) -> bool:
        return self.core.worker.sweep_once() > 0

    @act(lambda story: story.attempts(), somebody_waits, seconds=st.sampled_from([0, 13]))
    def everything_is_asked_about(self, seconds: int) -> bool:
        lets_pass(self.shop, timedelta(seconds=seconds))
        return self.core.worker.look_at_everything_once()[0] > 0

    @act(lambda story: story.attempts(), somebody_waits, is_answered=st.booleans())
    def the_program_dies_while_the_gateway_is_asked(self, is_answered: bool) -> bool:
        """The call has left, and may have been carried out; who made it reads no answer."""
        line, met = self.street.simulator.line, []

        def die() -> None:
            met.append(1)
            raise Crash

        line.dies_before, line.dies_after = (None, die) if is_answered else (die, None)
        try:
            self.core.worker.look_at_everything_once()
        finally:
            line.dies_before = line.dies_after = None
        self.begin_again()
        return bool(met)

    @act(lambda story: story.attempts("charging"), somebody_is_about_to_have_a_qr, nth=st.integers(1, 4))
    def the_program_dies_before_a_commit(self, nth: int) -> bool:
        """The gateway was asked, and has answered; nothing of it is written, now or later."""
        died = _dies_at(self.core.db, nth)
        with suppress(Crash):
            self.core.worker.sweep_once()
        self.begin_again()
        return bool(died)

    def begin_again(self) -> None:
        """Throw the program away and start it, as a server does: all is looked at, then the worker turns."""
        old, core = self.shop.core, self.open_another_core()
        self.cores = [core if one is old else one for one in self.cores]
        self.shop.core = core
        close_core(old)
        core.worker._look_at_everything(drops_leases=True)

    def catch_up(self) -> None:
        """Let everything come to its end: the post arrives, clocks are kept, everybody is asked about, people enter losses."""
        simulator = self.street.simulator
        simulator.behave()
        for message in self.post:
            self.core.inbox.receive(message)
        plans = Plans(self.core.db, self.shop.clock, CASH_LIFE)
        for _ in range(_LAST_ROUNDS):
            lets_pass(self.shop, timedelta(seconds=70))
            plans.keep()
            self.core.worker.look_at_everything_once()


class Beside(Telling):
    """A second process on the same database. SQLite serves only one."""

    @act()
    def the_other_process_takes_over(self) -> bool:
        """From now on whatever is asked for is asked of the other process; the first one lives on."""
        if len(self.cores) == 1:
            self.cores.append(self.open_another_core())
        self.shop.core = self.cores[0] if self.core is self.cores[1] else self.cores[1]
        return True


def _dies_at(db: Database, nth: int) -> list[int]:
    """Have a database take no commit from the n-th on; gives the numbers of those it did not take."""
    seen: list[int] = []
    refused: list[int] = []

    def die(_session: Session) -> None:
        seen.append(1)
        if len(seen) >= nth:
            refused.append(len(seen))
            raise Crash

    db.before_commit.append(die)
    return refused
