"""A job on its way over a real line: whether it arrived, did not, or nobody knows."""

import sys

import pytest

from core.gateways.network_printer import NetworkPrinter, NothingPrinted, Patience, PerhapsPrinted
from core.printing.escpos import drawer_bytes, slip_bytes
from core.printing.layout import Line
from core.printing.models import Trouble
from tests.printing.paper import Paper
from tests.printing.printer import NetPrinter

QUICK = NetworkPrinter(Patience(connect=1.0, answer=0.2, take=1.0, confirm=0.5, close=0.3))
SLIP = slip_bytes([Line("A17"), Line("2x Sate Ayam")], cuts=True)
LONG = SLIP * 200_000
"""More than a line holds that nobody reads at its other end: ours may hold four megabytes."""


def deliver(printer: NetPrinter, data: bytes = SLIP, line: NetworkPrinter = QUICK) -> None:
    line.deliver(*printer.address, data)


def test_a_printer_that_answers_prints(kitchen_printer: NetPrinter) -> None:
    deliver(kitchen_printer)

    assert kitchen_printer.text == "A17\n2x Sate Ayam"


def test_a_printer_that_never_answers_is_believed(kitchen_printer: NetPrinter) -> None:
    kitchen_printer.answers = False

    deliver(kitchen_printer)

    assert kitchen_printer.has_printed(1)


def test_a_printer_that_neither_answers_nor_hangs_up_is_believed_when_it_took_everything(
    kitchen_printer: NetPrinter,
) -> None:
    kitchen_printer.answers = kitchen_printer.hangs_up = False

    deliver(kitchen_printer)

    assert kitchen_printer.has_printed(1)


def test_a_slow_printer_is_waited_for(kitchen_printer: NetPrinter) -> None:
    kitchen_printer.seconds_a_piece = 0.02
    long_slip = slip_bytes([Line(f"baris {n}") for n in range(200)], cuts=True)

    deliver(kitchen_printer, long_slip, NetworkPrinter())

    assert len(kitchen_printer.paper.slips[0].lines) == 200


def test_a_printer_whose_paper_is_low_prints(kitchen_printer: NetPrinter) -> None:
    kitchen_printer.paper.sensors.is_low = True

    deliver(kitchen_printer)

    assert kitchen_printer.has_printed(1)


@pytest.mark.parametrize(
    ("sensor", "value", "trouble"),
    [
        ("has_paper", False, Trouble.NO_PAPER),
        ("cover_is_open", True, Trouble.COVER_OPEN),
        ("is_offline", True, Trouble.NOT_READY),
    ],
)
def test_a_printer_that_says_it_cannot_is_sent_nothing(
    kitchen_printer: NetPrinter, sensor: str, value: bool, trouble: Trouble
) -> None:
    setattr(kitchen_printer.paper.sensors, sensor, value)

    with pytest.raises(NothingPrinted) as said:
        deliver(kitchen_printer)

    assert said.value.trouble is trouble
    assert kitchen_printer.paper.slips == []
    assert kitchen_printer.paper.unfinished == ""


def test_a_printer_that_is_off_prints_nothing(kitchen_printer: NetPrinter) -> None:
    kitchen_printer.off()

    with pytest.raises(NothingPrinted) as said:
        deliver(kitchen_printer)

    assert said.value.trouble is Trouble.UNREACHABLE


def test_a_printer_that_hangs_up_at_once_prints_nothing(kitchen_printer: NetPrinter) -> None:
    """Some take one line at a time: a till's own program may be printing."""
    kitchen_printer.breaks_after = 0

    with pytest.raises(NothingPrinted) as said:
        deliver(kitchen_printer)

    assert said.value.trouble is Trouble.UNREACHABLE


def test_a_printer_that_ends_the_line_instead_of_answering_prints_nothing(kitchen_printer: NetPrinter) -> None:
    kitchen_printer.declines = True

    with pytest.raises(NothingPrinted) as said:
        deliver(kitchen_printer)

    assert said.value.trouble is Trouble.UNREACHABLE


def test_a_host_that_is_no_printer_of_the_house_is_not_called() -> None:
    with pytest.raises(NothingPrinted) as said:
        QUICK.deliver("169.254.169.254", 9100, SLIP)

    assert said.value.trouble is Trouble.BAD_ADDRESS


def test_a_line_that_breaks_in_the_middle_of_a_slip_leaves_a_doubt(kitchen_printer: NetPrinter) -> None:
    kitchen_printer.answers = False
    kitchen_printer.breaks_after = 20

    with pytest.raises(PerhapsPrinted) as said:
        deliver(kitchen_printer)

    assert said.value.trouble is Trouble.BROKE_OFF
    assert "A17" in kitchen_printer.paper.unfinished


def test_a_printer_that_dies_at_the_end_of_a_slip_leaves_a_doubt(kitchen_printer: NetPrinter) -> None:
    kitchen_printer.breaks_after = 9 + len(SLIP)

    with pytest.raises(PerhapsPrinted):
        deliver(kitchen_printer)

    assert kitchen_printer.text == "A17\n2x Sate Ayam"


def test_a_printer_that_answered_before_the_slip_and_not_after_it_leaves_a_doubt(kitchen_printer: NetPrinter) -> None:
    kitchen_printer.silent_after = 9

    with pytest.raises(PerhapsPrinted) as said:
        deliver(kitchen_printer)

    assert said.value.trouble is Trouble.WENT_SILENT


def test_paper_that_ends_within_a_slip_leaves_a_doubt(kitchen_printer: NetPrinter) -> None:
    class Ending(Paper):
        def _end_slip(self) -> None:
            super()._end_slip()
            self.sensors.has_paper = False

    kitchen_printer.paper = Ending()

    with pytest.raises(PerhapsPrinted) as said:
        deliver(kitchen_printer)

    assert said.value.trouble is Trouble.NO_PAPER


def test_a_printer_that_takes_nothing_any_more_is_given_up_in_time(kitchen_printer: NetPrinter) -> None:
    kitchen_printer.reads = False

    with pytest.raises(PerhapsPrinted):
        deliver(kitchen_printer, LONG)


def test_a_printer_that_did_not_take_the_end_of_a_slip_leaves_a_doubt(kitchen_printer: NetPrinter) -> None:
    """All of it left, and part of it waits on our side of the line."""
    kitchen_printer.reads = False

    with pytest.raises(PerhapsPrinted) as said:
        deliver(kitchen_printer, SLIP * 2_000)

    assert said.value.trouble is Trouble.WENT_SILENT


def test_where_the_system_cannot_tell_what_arrived_a_printer_is_believed(
    kitchen_printer: NetPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    kitchen_printer.reads = False
    monkeypatch.setattr(sys, "platform", "darwin")

    deliver(kitchen_printer, SLIP * 2_000)

    assert kitchen_printer.paper.slips == []


def test_what_a_printer_says_by_itself_is_passed_over(kitchen_printer: NetPrinter) -> None:
    class Talking(Paper):
        def feed(self, data: bytes) -> bytes:
            said = super().feed(data)
            # A report of its state, as GS a 255 makes printers send it: four bytes that answer nothing.
            return b"\x10\x00\x00\x0f" + said if said else said

    kitchen_printer.paper = Talking()

    deliver(kitchen_printer)

    assert kitchen_printer.has_printed(1)


def test_a_device_that_talks_without_end_is_left_in_time(kitchen_printer: NetPrinter) -> None:
    """Nothing that it says is an answer, it reads nothing, and it never hangs up."""
    kitchen_printer.talks_on = True

    with pytest.raises(PerhapsPrinted) as said:
        deliver(kitchen_printer, LONG)

    assert said.value.trouble is Trouble.BROKE_OFF


def test_a_device_that_talks_without_end_holds_up_no_small_job(kitchen_printer: NetPrinter) -> None:
    """Its line took everything, and nobody can tell that it is no printer."""
    kitchen_printer.talks_on = True

    deliver(kitchen_printer)


def test_the_drawer_opens(kitchen_printer: NetPrinter) -> None:
    deliver(kitchen_printer, drawer_bytes())

    assert kitchen_printer.paper.kicks == 1
