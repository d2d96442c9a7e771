"""Faults in how several processes serve together, and in what they tell of themselves."""

from typing import Final

from tests.broken_by_hand.fault import Fault

_CREW = "core/web/crew.py"
_SEVERAL = "tests/running/test_several_processes.py"

CREW_FAULTS: Final = (
    Fault(
        name="the old process leaves before the new one serves",
        hurts="An upgrade whose new code cannot start takes the restaurant down.",
        file=_CREW,
        old="if self._newcomer is not None and self._newcomer.is_ready:",
        new="if self._newcomer is not None:",
        tests=(f"{_SEVERAL}::test_a_new_process_that_cannot_start_leaves_the_old_ones_where_they_are",),
    ),
    Fault(
        name="a start that failed ends well",
        hurts="Whoever supervises the program lets it lie, and nobody can order.",
        file=_CREW,
        old="self._end(max(member.exit_code or 0, 0) or STARTUP_FAILURE)",
        new="self._end(0)",
        tests=(f"{_SEVERAL}::test_a_process_that_could_not_begin_ends_the_start",),
    ),
    Fault(
        name="processes outlive the one that looks after them",
        hurts="Old code goes on serving, and holds the port against the new.",
        file="core/web/handing_over.py",
        old="            pass\n    leave()",
        new="            pass",
        tests=(f"{_SEVERAL}::test_without_the_process_that_looks_after_them_the_others_leave",),
    ),
    Fault(
        name="whoever is asked tells of itself only",
        hurts="A dashboard shows the counts of a process that chance picked, now of one and now of another.",
        file="core/web/figures.py",
        old="if FOLDER_VARIABLE not in os.environ:",
        new='if FOLDER_VARIABLE not in os.environ or "meja":',
        tests=(f"{_SEVERAL}::test_figures_are_those_of_all_processes_whoever_is_asked",),
    ),
    Fault(
        name="two servers prove the ground at the same moment",
        hurts="On a slow machine the second one is refused, and with it the whole start.",
        file="core/services/trials.py",
        old="            _wait_for_other_trials(session, is_sqlite=db.is_sqlite)\n",
        new="",
        tests=(f"{_SEVERAL}::test_servers_that_start_at_once_wait_for_each_others_proof",),
    ),
    Fault(
        name="one process alone shuts the door while it starts again",
        hurts="Every order in the seconds of an upgrade is refused.",
        file="core/web/leaving.py",
        old="kept = self._door if self.is_to_come_again else None",
        new="kept = None",
        tests=(f"{_SEVERAL}::test_one_process_alone_starts_again_and_who_comes_meanwhile_waits",),
    ),
    Fault(
        name="a process that the system does not let begin ends all the others",
        hurts="A reload while the program is being installed, or a machine short of room, takes the restaurant down.",
        file=_CREW,
        old="        except OSError as error:\n",
        new="        except BlockingIOError as error:\n",
        tests=(f"{_SEVERAL}::test_a_program_that_cannot_be_started_for_a_while_leaves_the_old_ones_where_they_are",),
    ),
    Fault(
        name="a second SIGHUP ends a program that is just starting anew",
        hurts="Two reloads within three seconds, and nobody serves: a supervisor takes that end for a wanted one.",
        file="core/web/hang_ups.py",
        old="        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})\n",
        new="        pass\n",
        tests=(f"{_SEVERAL}::test_asked_again_and_again_to_start_anew_one_process_alone_stays",),
    ),
    Fault(
        name="what is counted lies in files of each process that ever served",
        hurts="A process that ends itself again and again fills the disk, and each look at the figures takes seconds.",
        file="core/web/figures.py",
        old="    values.ValueClass = values.MultiProcessValue(lambda: _place)",
        new="    values.ValueClass = values.MultiProcessValue()",
        tests=(f"{_SEVERAL}::test_what_a_process_counted_stays_when_it_is_replaced_and_what_it_held_does_not",),
    ),
)
