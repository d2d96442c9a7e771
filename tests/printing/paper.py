"""Paper that ESC/POS is printed on: reads bytes as a printer does, and refuses whatever is not in the manual it was written from.

Written from Epson's command reference, and not from our own encoder: what we only believe to be a command fails here.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

COLUMNS = {58: 32, 80: 48}


class NotInTheManual(AssertionError):
    """Bytes that no command begins with, or letters that are not the same on every printer."""


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """What stands on one line."""

    text: str
    wide: int = 1
    high: int = 1
    is_bold: bool = False


@dataclass(slots=True)
class Slip:
    """What came out in one piece."""

    lines: list[PrintedLine] = field(default_factory=list)
    is_cut: bool = False

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)

    def line(self, words: str) -> PrintedLine:
        """The first line that holds these words."""
        return next(line for line in self.lines if words in line.text)


@dataclass(slots=True)
class Sensors:
    """What a printer knows of itself."""

    has_paper: bool = True
    is_low: bool = False
    cover_is_open: bool = False
    is_offline: bool = False

    def answer(self, question: int) -> int:
        """The byte that DLE EOT n is answered with: bits 1 and 4 always stand, bits 0 and 7 never do."""
        fixed = 0b0001_0010
        is_off = self.is_offline or self.cover_is_open or not self.has_paper
        bits = {
            1: 0b0000_1000 if is_off else 0,
            2: (0b0000_0100 if self.cover_is_open else 0) | (0 if self.has_paper else 0b0010_0000),
            4: (0b0000_1100 if self.is_low else 0) | (0 if self.has_paper else 0b0110_0000),
        }
        return fixed | bits[question]


@dataclass(slots=True)
class Paper:
    """A roll in a printer. `feed` takes bytes as they come, in pieces of any size, and gives back what it says."""

    width: int = 80
    sensors: Sensors = field(default_factory=Sensors)
    slips: list[Slip] = field(default_factory=list)
    kicks: int = 0
    """How often the drawer was opened."""
    _rest: bytes = b""
    _line: str = ""
    _size: tuple[int, int] = (1, 1)
    _is_bold: bool = False
    _slip: Slip = field(default_factory=Slip)

    def feed(self, data: bytes) -> bytes:
        self._rest += data
        said = b""
        while self._rest:
            taken, answer = self._one(self._rest)
            if not taken:
                break
            self._rest, said = self._rest[taken:], said + answer
        return said

    @property
    def unfinished(self) -> str:
        """What stands on the paper though its slip was never brought to an end."""
        return "\n".join(line.text for line in self._slip.lines)

    def _one(self, data: bytes) -> tuple[int, bytes]:
        """Carry out what stands first; gives its length, 0 when more of it must come."""
        first = data[0]
        if 0x20 <= first <= 0x7E:
            self._line += chr(first)
            return 1, b""
        if first == 0x0A:
            self._print_line()
            return 1, b""
        for begin, (length, carry_out) in self._commands().items():
            if data.startswith(begin):
                if len(data) < length:
                    return 0, b""
                return length, carry_out(data[len(begin) : length]) or b""
        if any(begin.startswith(data) for begin in self._commands()):
            return 0, b""
        raise NotInTheManual(data[:16])

    def _commands(self) -> dict[bytes, tuple[int, Callable[[bytes], bytes | None]]]:
        """Commands by how they begin: their whole length, and what they do with the bytes after that."""
        return {
            b"\x10\x04": (3, lambda asked: bytes([self.sensors.answer(asked[0])])),
            b"\x1b@": (2, self._reset),
            b"\x1bR": (3, self._country),
            b"\x1bE": (3, self._bold),
            b"\x1bd": (3, self._feed_lines),
            b"\x1bp": (5, self._kick),
            b"\x1d!": (3, self._set_size),
            **{b"\x1dV" + how: (3, self._cut) for how in (b"\x00", b"\x01", b"0", b"1")},
        }

    def _reset(self, _: bytes) -> None:
        self._line, self._size, self._is_bold = "", (1, 1), False

    def _country(self, country: bytes) -> None:
        if country != b"\x00":
            raise NotInTheManual(b"\x1bR" + country)

    def _bold(self, setting: bytes) -> None:
        self._is_bold = bool(setting[0] & 1)

    def _set_size(self, setting: bytes) -> None:
        wide, high = (setting[0] >> 4) + 1, (setting[0] & 0x0F) + 1
        if not (1 <= wide <= 8 and 1 <= high <= 8):
            raise NotInTheManual(b"\x1d!" + setting)
        if self._line:
            message = "one line in two sizes"
            raise NotInTheManual(message)
        self._size = (wide, high)

    def _feed_lines(self, count: bytes) -> None:
        if self._line:
            self._print_line()
        assert count[0] >= 4, "the last lines are still in the printer"
        self._end_slip()

    def _cut(self, _: bytes) -> None:
        assert not self._line, "the line above the cut is not printed"
        assert not self._slip.lines, "the last lines are still in the printer"
        assert self.width == 80, "a printer for narrow paper has no knife"
        self.slips[-1].is_cut = True

    def _kick(self, pulse: bytes) -> None:
        pin, on, off = pulse
        if pin not in {0, 1} or not 0 < on < off:
            raise NotInTheManual(b"\x1bp" + pulse)
        self.kicks += 1

    def _print_line(self) -> None:
        wide, high = self._size
        assert len(self._line) * wide <= COLUMNS[self.width], f"too wide for the paper: {self._line!r}"
        self._slip.lines.append(PrintedLine(self._line, wide, high, self._is_bold))
        self._line = ""

    def _end_slip(self) -> None:
        self.slips.append(self._slip)
        self._slip = Slip()
