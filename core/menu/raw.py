"""One thing of a menu file before it is checked: reads its fields, and names the place of what is wrong."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NoReturn

from core.base.errors import BadText
from core.base.text import clean_text
from core.menu.errors import BadMenuFile

MOST_CHILDREN: Final = 60
"""Categories of a menu, groups of a dish, options of a group."""
_YES_OR_NO: Final = {"yes": True, "no": False, "ya": True, "tidak": False, "true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Raw:
    """One thing of a file before it is checked, and where it stands."""

    place: str
    """`row 12` or `line 40`."""
    values: dict[str, object]
    columns: Mapping[str, str] = field(default_factory=dict)
    """What the file calls a field, where it is not our name."""

    def refuse(self, name: str, problem: str) -> NoReturn:
        raise BadMenuFile(place=f"{self.place}, {self.columns.get(name, name)}", problem=problem)

    def text(self, name: str, limit: int, *, needed: bool = False) -> str:
        value = self.values.get(name)
        if not isinstance(value, str | None):
            self.refuse(name, "text is expected; put it in quotes")
        try:
            text = clean_text(value or "", limit=limit, field=name)
        except BadText:
            self.refuse(name, f"at most {limit} characters fit")
        if needed and not text:
            self.refuse(name, "this cannot be empty")
        return text

    def whole(self, name: str, most: int, default: int | None = None) -> int | None:
        value = self.values.get(name)
        if value is None or value == "":
            return default
        if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value.strip()):
            value = int(value)
        if type(value) is not int or not 0 <= value <= most:
            self.refuse(name, f"a whole number from 0 to {most} is expected, written without dots")
        return value

    def flag(self, name: str) -> bool | None:
        value = self.values.get(name)
        if isinstance(value, str):
            value = _YES_OR_NO.get(value.strip().lower(), None if not value.strip() else value)
        if not isinstance(value, bool | None):
            self.refuse(name, "yes or no is expected")
        return value

    def words(self, name: str) -> tuple[str, ...]:
        value = self.values.get(name) or []
        words = value.split() if isinstance(value, str) else value
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            self.refuse(name, "a list of words is expected")
        return tuple(words)

    def children(self, name: str, most: int = MOST_CHILDREN) -> Iterator["Raw"]:
        value = self.values.get(name)
        if not isinstance(value, list | None):
            self.refuse(name, "a list is expected")
        children = value or []
        if len(children) > most:
            self.refuse(name, f"at most {most} entries fit")
        for child in children:
            if not isinstance(child, Raw):
                self.refuse(name, "each entry needs a name and the rest")
            yield child

    def refuse_others(self, known: frozenset[str]) -> None:
        """Refuse a misspelt field, which would otherwise be dropped without a word."""
        for name in self.values:
            if name not in known:
                self.refuse(name, "this field is not known")
