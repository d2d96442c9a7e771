"""Faults in what is done before memory ends, and when it does."""

from typing import Final

from tests.broken_by_hand.fault import Fault

_THREADS = "tests/web/test_threads.py"
_NO_MEMORY = "tests/web/test_out_of_memory.py"

MEMORY_FAULTS: Final = (
    Fault(
        name="threads for gateway calls come with the first calls",
        hurts="Without memory one does not come, and its payment waits although the worker turns.",
        file="core/web/life.py",
        old="            core.worker.stand_up()\n",
        new="",
        tests=(f"{_THREADS}::test_after_the_start_no_request_and_no_worker_needs_a_new_thread",),
    ),
    Fault(
        name="the worker's own thread comes with its first turn",
        hurts="Without memory it does not come, and the event loop waits for it without end.",
        file="core/services/gateway_worker.py",
        old="        stand_up(self._turns, 1)\n",
        new="",
        tests=(f"{_THREADS}::test_after_the_start_no_request_and_no_worker_needs_a_new_thread",),
    ),
    Fault(
        name="the worker turns on the threads on which guests wait",
        hurts="The database says nothing for a while, and the watchdog ends the process in the middle of it.",
        file="core/services/gateway_worker.py",
        old="run_in_executor(self._turns, work)",
        new="run_in_executor(None, work)",
        tests=(f"{_THREADS}::test_the_worker_turns_though_guests_who_wait_hold_every_thread_of_the_loop",),
    ),
    Fault(
        name="the thread that keeps deadlines comes with the first call",
        hurts="Without memory it does not come, and the first payment of the day is not asked for.",
        file="core/gateways/bounded_session.py",
        old="        _deadlines.stand_up()\n",
        new="",
        tests=("tests/gateways/test_deadlines.py::test_a_session_can_keep_its_deadline_before_its_first_call",),
    ),
    Fault(
        name="threads for requests go after ten idle seconds",
        hurts="The next one is waited for by the event loop; without memory it dies first, and nobody is answered any more.",
        file="core/web/threads.py",
        old="    WorkerThread.MAX_IDLE_TIME = math.inf",
        new="    WorkerThread.MAX_IDLE_TIME = 10",
        tests=(f"{_THREADS}::test_threads_of_requests_stay_however_long_nobody_asks",),
    ),
    Fault(
        name="a thread may die of want of memory",
        hurts="A place for requests is lost with each of them, until the menu stands still.",
        file="core/web/thread_deaths.py",
        old="            end()\n",
        new="            pass\n",
        tests=(f"{_THREADS}::test_a_thread_that_dies_for_want_of_memory_ends_the_process",),
    ),
    Fault(
        name="a worker turns on although a job's thread is gone",
        hurts="Each lost job takes a place with it; when all are taken no payment is asked about, and nothing says so.",
        file="core/services/gateway_worker.py",
        old="            if not self._has_lost_a_thread():\n                pulse.beat_at = monotonic()\n",
        new="            pulse.beat_at = monotonic()\n",
        tests=("tests/running/test_watchdog.py::test_a_worker_that_stands_still_ends_the_process",),
    ),
    Fault(
        name="no memory is called a bug of ours",
        hurts="The gateway gives a notification up after one more try, and people read of a mistake that is none.",
        file="core/web/request_log.py",
        old="OutOfMemory() if is_out_of_memory(error) else OutOfOrder()",
        new="OutOfOrder()",
        tests=(
            f"{_NO_MEMORY}::test_people_read_that_memory_is_short",
            f"{_NO_MEMORY}::test_programs_are_told_by_its_name",
        ),
    ),
    Fault(
        name="an answer that memory is short needs memory",
        hurts="The line is cut without a word, and whoever asked does not know when to come again.",
        file="core/web/request_log.py",
        old="        except MemoryError:\n",
        new="        except ZeroDivisionError:\n",
        tests=(f"{_NO_MEMORY}::test_without_memory_for_a_page_there_is_an_answer_all_the_same",),
    ),
    Fault(
        name="a call that is over is cut all the same",
        hurts="Its line is another payment's by then, and that one's answer is lost.",
        file="core/gateways/deadlines.py",
        old="        with self._turn:\n            self._end = None\n",
        new="        self._end = None\n",
        tests=("tests/gateways/test_deadlines.py::test_whoever_calls_off_waits_for_what_is_happening_already",),
    ),
)
