"""The one table of answers: written by the program that runs, read by people, and compared ever after."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from tests.rights.play import Answer
from tests.rights.recipes import LEFT_OUT
from tests.rights.street import EVERYBODY, WHOSE, Identity, Whose

PAGE: Final = Path(__file__).with_name("answers.txt")
Words = tuple[str, ...]
"""What was answered about ours, another's and nobody's; one word where nothing is named."""
Row = Mapping[Identity, Words]
Table = Mapping[str, Row]
_HEAD: Final = """\
What every route answers to everybody. Written by `python -m tests.rights --write`; read each line that changes.

A cell is own/other/none: about a thing of our outlet (or the guest's own), about one of the outlet across the street
(of what guests hold: the neighbour's), and about one that is not there. One word alone: the same for all three, or
nothing is named. After a dot stands what a form or query names while everything else is ours.

200 …    the status                            →        done, and led on to another page
→login   sent to the staff's login             →kiosk   sent to the first screen of a kiosk
open     a socket that stays                   1008     a socket that is closed for good

stranger has no cookie, guest sits at a table with orders and a basket, program has an API key, tablet is a kiosk with a
guest before it. Forms that would end the play are sent incomplete (422) or at a price that nobody agrees to (409).
"""


def table_of(answers: Mapping[Identity, Sequence[Answer]]) -> Table:
    """Put what everybody was answered beside each other, in the order of the program's routes."""
    words: dict[str, dict[Identity, dict[Whose, str]]] = {}
    for who, given in answers.items():
        for answer in given:
            words.setdefault(answer.ask.label, {}).setdefault(who, {})[answer.whose] = answer.word
    return {label: {who: _in_order(given) for who, given in row.items()} for label, row in words.items()}


def written(table: Table, labels: Sequence[str]) -> str:
    """Write the page: one line for each row, each face by itself, in the order of the labels."""
    width = max(len(label) for label in labels)
    columns = {who: max(len(who), *(len(_cell(row[who])) for row in table.values())) for who in EVERYBODY}
    names = _line("", {who: who for who in EVERYBODY}, width, columns)
    lines = [f"# {line}".rstrip() for line in _head()]
    for face in dict.fromkeys(_face(label) for label in labels):
        lines += ["", f"# {face}", names]
        rows = [label for label in labels if _face(label) == face]
        lines += [_line(label, {who: _cell(table[label][who]) for who in EVERYBODY}, width, columns) for label in rows]
    return "\n".join(lines) + "\n"


def read(text: str) -> Table:
    """Read the page again."""
    rows: dict[str, Row] = {}
    for line in text.splitlines():
        if line and not line.startswith((" ", "#")):
            # Cells are parted by two spaces, and no label holds two.
            label, _, cells = line.partition("  ")
            rows[label] = {who: tuple(cell.split("/")) for who, cell in zip(EVERYBODY, cells.split(), strict=True)}
    return rows


def differences(listed: Table, answered: Table, who: Identity) -> Iterator[str]:
    """Say in one line each where an identity was answered otherwise than is listed."""
    for label, row in answered.items():
        was, now = _cell(listed.get(label, {}).get(who, ("no row",))), _cell(row[who])
        if was != now:
            yield f"{who} {label}: listed {was}, answered {now}"


def all_three(words: Words) -> tuple[str, str, str]:
    """Spell a cell out."""
    own, other, none = words if len(words) > 1 else words * len(WHOSE)
    return own, other, none


def _head() -> Iterator[str]:
    yield from _HEAD.splitlines()
    yield ""
    for route, reason in LEFT_OUT.items():
        yield f"Left out: {route}, {reason}."


def _in_order(given: Mapping[Whose, str]) -> Words:
    return tuple(given[whose] for whose in WHOSE if whose in given)


def _cell(words: Words) -> str:
    return words[0] if len(set(words)) == 1 else "/".join(words)


def _line(label: str, cells: Mapping[Identity, str], width: int, columns: Mapping[Identity, int]) -> str:
    return "  ".join([label.ljust(width), *(cells[who].ljust(columns[who]) for who in EVERYBODY)]).rstrip()


def _face(label: str) -> str:
    path = label.split(" ")[1]
    faces = {
        "/cashier": "What staff see",
        "/kiosk": "The kiosk tablet",
        "/api": "Programs",
        "/t/": "The table",
        "/live/menu": "The table",
        "/orders": "The order",
        "/live/orders": "The order",
    }
    return next((name for begin, name in faces.items() if path.startswith(begin)), "The house")
