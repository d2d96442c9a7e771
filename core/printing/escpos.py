"""Writes the few commands of ESC/POS that a slip needs, and reads a printer's answer about itself.

Source: Epson's ESC/POS command reference. Only commands that the cheapest printers know, too; no
command carries anything that somebody typed.
"""

from collections.abc import Sequence
from typing import Final

from core.printing.layout import Line, Size
from core.printing.models import Trouble
from core.printing.plain import plain

_ESC: Final = b"\x1b"
_GS: Final = b"\x1d"
_RESET: Final = _ESC + b"@" + _ESC + b"R\x00"
"""To the state after switching on, whatever a job that broke off left; and ASCII's own signs, not a country's."""
_FEED_OUT: Final = _ESC + b"d\x05"
"""So far that the last line stands outside the printer."""
_CUT: Final = _GS + b"V\x01"
"""Not all the way through: the slip hangs until somebody takes it."""
_KICK: Final = _ESC + b"p\x00\x19\xfa"
"""Connector pin 2 for 50 ms, then 500 ms of rest."""
_BOLD: Final = {False: _ESC + b"E\x00", True: _ESC + b"E\x01"}

ASK_PAPER: Final = b"\x10\x04\x04"
ASK_CAUSE: Final = b"\x10\x04\x02"
ASK_STATE: Final = b"\x10\x04\x01"


def slip_bytes(lines: Sequence[Line], *, cuts: bool) -> bytes:
    """Write a whole slip, from a reset printer to paper that hangs out; cut off where the printer can."""
    parts = [_RESET]
    size, is_bold = Size.NORMAL, False
    for line in lines:
        if line.size is not size:
            parts.append(_GS + b"!" + bytes([(line.size.wide - 1) << 4 | (line.size.high - 1)]))
        if line.is_bold is not is_bold:
            parts.append(_BOLD[line.is_bold])
        size, is_bold = line.size, line.is_bold
        # Once more, whoever laid the line out: this is the last place where a text could become a command.
        parts.append(plain(line.text).encode("ascii") + b"\n")
    return b"".join([*parts, _FEED_OUT, _CUT if cuts else b""])


def drawer_bytes() -> bytes:
    """Write what opens the drawer that is plugged into the printer."""
    return _RESET + _KICK


def is_status(byte: int) -> bool:
    """Tell whether a byte is an answer to DLE EOT: of eight bits, four always stand the same way."""
    return byte & 0b1001_0011 == 0b0001_0010


def paper_trouble(status: int) -> Trouble | None:
    """Read the answer about paper. That it will soon be out is no trouble yet."""
    return Trouble.NO_PAPER if status & 0b0110_0000 else None


def cause_trouble(status: int) -> Trouble | None:
    """Read the answer about what keeps the printer offline."""
    if status & 0b0000_0100:
        return Trouble.COVER_OPEN
    if status & 0b0010_0000:
        return Trouble.NO_PAPER
    return Trouble.NOT_READY if status & 0b0100_0000 else None


def state_trouble(status: int) -> Trouble | None:
    """Read the answer about whether it is online."""
    return Trouble.NOT_READY if status & 0b0000_1000 else None
