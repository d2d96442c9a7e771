"""Makes the faults and says which test caught each: `python -m tests.broken_by_hand [NAME…]`."""

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue

from tests import servers
from tests.broken_by_hand.fault import Fault
from tests.broken_by_hand.faults import FAULTS
from tests.broken_by_hand.page import PAGE, written
from tests.broken_by_hand.workshop import Workshop, open_workshop, plain


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.broken_by_hand", description=__doc__)
    parser.add_argument("names", nargs="*", help="only the faults whose name holds one of these words")
    parser.add_argument("--write", action="store_true", help="write README.md anew and do nothing else")
    parser.add_argument("--commit", help="break the tree of this commit instead of the one that lies here")
    parser.add_argument("--jobs", type=int, default=1, help="how many copies are broken side by side")
    parser.add_argument("--verbose", action="store_true", help="show what the tests said where a fault got through")
    asked = parser.parse_args()
    if asked.write:
        PAGE.write_text(written(), encoding="utf-8")
        return 0
    chosen = [fault for fault in FAULTS if not asked.names or any(name in fault.name for name in asked.names)]
    # The runs below share one PostgreSQL, which ends with this program.
    servers.open_run()
    return _break_all(chosen, asked)


def _break_all(chosen: Sequence[Fault], asked: argparse.Namespace) -> int:
    with open_workshop(asked.commit) as workshop:
        unbroken = workshop.run(test for fault in chosen for test in fault.tests)
    if not unbroken.is_whole:
        _say("The tests without any fault did not come to their end: nothing is proven.")
        return 1
    if unbroken.failed or unbroken.clumsy:
        _say(f"These fail without any fault:\n{unbroken.output[-3000:]}")
    free: SimpleQueue[Workshop] = SimpleQueue()
    missed = 0
    with open_workshop(asked.commit) as one, open_workshop(asked.commit) as another:
        for workshop in (one, another)[: asked.jobs]:
            free.put(workshop)

        def judge(fault: Fault) -> tuple[str, str]:
            workshop = free.get()
            try:
                return _judge(workshop, fault, unbroken.failed)
            finally:
                free.put(workshop)

        with ThreadPoolExecutor(asked.jobs) as pool:
            for fault, (word, output) in zip(chosen, pool.map(judge, chosen), strict=True):
                missed += word != "caught"
                _say(f"{word:<10} {fault.name}")
                if word != "caught" and asked.verbose:
                    _say(output[-3000:])
    _say(f"{len(chosen)} faults, {len(chosen) - missed} caught, {missed} not")
    return 1 if missed else 0


def _judge(workshop: Workshop, fault: Fault, failed_unbroken: frozenset[str]) -> tuple[str, str]:
    if any(plain(test) in failed_unbroken for test in fault.tests):
        return "NO GROUND", "its tests fail without it"
    try:
        with workshop.broken(fault):
            verdict = workshop.run(fault.tests)
    except LookupError as lost:
        return "LOST", str(lost)
    if verdict.catches(fault.tests):
        return "caught", verdict.output
    return ("CLUMSY" if verdict.clumsy else "MISSED"), verdict.output


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
