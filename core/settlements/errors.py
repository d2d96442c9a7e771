"""Why a settlement file cannot be taken in, with the row and the column that are wrong."""

from dataclasses import dataclass, field
from typing import Any

from core.base.day_time import Told, Translate
from core.base.errors import N_, MejaError, NotFound


@dataclass(frozen=True, slots=True)
class Says(Told):
    """A part of an error's sentence, with values of its own."""

    sentence: str
    values: dict[str, Any] = field(default_factory=dict)

    __str__ = Told.__str__

    def told(self, translate: Translate) -> str:
        values = {
            name: value.told(translate) if isinstance(value, Told) else value for name, value in self.values.items()
        }
        return translate(self.sentence) % values if values else translate(self.sentence)


class BadSettlementFile(MejaError):
    """A file that cannot be taken in. Nothing of it was."""

    kind = "bad-settlement-file"
    status = 422
    sentence = N_("Nothing was imported. %(place)s: %(problem)s")

    def __init__(self, place: Says, problem: Says) -> None:
        super().__init__(place=place, problem=problem)


class UnclearColumns(BadSettlementFile):
    """A file whose columns do not say what is needed, or say it twice: a person may name them."""

    kind = "unclear-columns"


def in_file(problem: str, **values: object) -> BadSettlementFile:
    """Make the error about a file as a whole."""
    return BadSettlementFile(Says(N_("The file")), Says(problem, values))


def in_row(row: int, problem: str, **values: object) -> BadSettlementFile:
    """Make the error about one row, as a spreadsheet counts them."""
    return BadSettlementFile(Says(N_("Row %(row)s"), {"row": row}), Says(problem, values))


def in_cell(row: int, column: str, problem: str, **values: object) -> BadSettlementFile:
    """Make the error about one cell; `column` is what its column means, as a message id."""
    place = Says(N_("Row %(row)s, %(column)s"), {"row": row, "column": Says(column)})
    return BadSettlementFile(place, Says(problem, values))


class UnknownColumn(MejaError):
    """Somebody names a column that has no meaning here."""

    kind = "unknown-column"
    status = 422
    sentence = N_("There is no meaning %(name)s for a column. Known are: %(known)s.")


class UnknownSettlementFile(NotFound):
    """No file that was taken in has this uid."""

    kind = "unknown-settlement-file"
    sentence = N_("We do not know this settlement file.")


class NothingChosen(MejaError):
    """Breaks are to be closed, and none is named that is open."""

    kind = "nothing-chosen"
    status = 422
    sentence = N_("Tick at least one line. Perhaps somebody has closed these in the meantime.")
