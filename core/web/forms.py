"""Reads the fields of HTML forms, where everything is text."""

import re
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints
from pydantic_core import PydanticCustomError

_DIGITS = re.compile(r"[0-9]{1,12}", re.ASCII)
_RUPIAH = re.compile(r"(?:Rp\s?)?([0-9]{1,12}|[0-9]{1,3}(?:\.[0-9]{3}){1,3})", re.ASCII)

_NOT_DIGITS = PydanticCustomError("digits", "Only digits, at most 12 of them")
_NOT_RUPIAH = PydanticCustomError("rupiah", "Whole rupiah, such as 50000 or 50.000")


class FormModel(BaseModel):
    """A form whose fields are all known; a field nobody asked for is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _digits(value: object) -> object:
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        return int(value)
    raise _NOT_DIGITS


def _digits_or_nothing(value: object) -> object:
    return None if value is None or value == "" else _digits(value)


def _rupiah(value: object) -> object:
    if isinstance(value, str) and (match := _RUPIAH.fullmatch(value.strip())):
        return int(match[1].replace(".", ""))
    raise _NOT_RUPIAH


Digits = Annotated[int, BeforeValidator(_digits)]
"""A number of 1 to 12 ASCII digits; a plain `int` would take "1_000" and " 7 "."""
OptionalDigits = Annotated[int | None, BeforeValidator(_digits_or_nothing)]
"""The same, or nothing when the field was left empty."""
RupiahField = Annotated[int, BeforeValidator(_rupiah)]
"""An amount as a cashier types it: 50000, 50.000 or Rp50.000."""
Key = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{8,64}$")]
"""A once-only key: 8 to 64 visible ASCII characters."""
