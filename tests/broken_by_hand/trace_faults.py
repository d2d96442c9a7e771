"""Faults in what a collector of traces is told, and in what happens when there is none."""

from typing import Final

from tests.broken_by_hand.fault import Fault

_DISCREET = "core/gateways/discreet_spans.py"
_SENDS = "core/gateways/open_telemetry.py"
_LEAVES = "tests/traces/test_what_leaves.py"
_SECRETS = f"{_LEAVES}::test_no_secret_of_an_evening_reaches_the_collector"
_LISTED = f"{_LEAVES}::test_nothing_that_is_not_listed_is_told_of_any_span"

TRACE_FAULTS: Final = (
    Fault(
        name="a collector is told all that a library notes",
        hurts="Whoever reads the traces orders at any table, and opens the pages of strangers.",
        file=_DISCREET,
        old=" if name in _ALLOWED}",
        new="}",
        tests=(_SECRETS, _LISTED),
    ),
    Fault(
        name="a collector is told the texts of errors",
        hurts="What a guest wrote leaves the house with the statement that failed over it.",
        file=_DISCREET,
        old="status=Status(span.status.status_code)",
        new="events=span.events, status=span.status",
        tests=(_LISTED,),
    ),
    Fault(
        name="a stranger's trace is taken for ours",
        hurts="Whoever sends a header chooses what is kept, and fills the owner's collector.",
        file=_SENDS,
        old="        propagate.set_global_textmap(_Deaf())\n",
        new="",
        tests=(_SECRETS,),
    ),
    Fault(
        name="FastAPI sends by itself",
        hurts="It sends whole addresses and texts of errors, past the list of what may leave.",
        file="core/web/request_traces.py",
        old="auto_configure=False",
        new="auto_configure=True",
        tests=(_SECRETS,),
    ),
    Fault(
        name="a statement is named by all of its words",
        hurts="The path of the database, and whatever else stands in a statement, leaves as a name.",
        file="core/gateways/traced_statements.py",
        old='verb[1] if verb else "SQL"',
        new="statement",
        tests=(_LISTED,),
    ),
    Fault(
        name="the end of the program waits for the collector",
        hurts="A collector that hangs holds up every new version for half a minute, and the house stands still.",
        file=_SENDS,
        old="last.join(_FAREWELL_SECONDS)",
        new="last.join()",
        tests=("tests/traces/test_a_collector_that_is_away.py::test_a_collector_that_hangs_does_not_hold_up_the_end",),
    ),
    Fault(
        name="a collector without the packages is found out in the middle of the start",
        hurts="The owner reads a traceback where one sentence would have said what to install.",
        file="core/base/settings.py",
        old='for part in ("sdk", "exporter", "instrumentation")',
        new="for part in ()",
        tests=(
            "tests/traces/test_switched_off.py"
            "::test_a_start_with_a_collector_and_without_the_extra_is_refused_in_one_sentence",
        ),
    ),
)
