"""Reads the form that puts a dish into the basket."""

from typing import Annotated, Final

from fastapi.exceptions import RequestValidationError
from pydantic import Field, ValidationError
from starlette.requests import Request

from core.menu.quote import Pick
from core.web.forms import Digits, FormModel, Key

_CHOICE: Final = "choice_"
_MOST_CHOICES: Final = 50


class PickForm(FormModel):
    """What somebody wants: ids, a count and a note, never a price."""

    dish_id: Digits
    quantity: Digits = 1
    option_ids: Annotated[tuple[Digits, ...], Field(max_length=_MOST_CHOICES)] = ()
    note: str = ""
    key: Key | None = None
    """The same key again puts in nothing more. Nothing: each time counts."""

    def pick(self) -> Pick:
        return Pick(self.dish_id, self.quantity, self.option_ids, self.note)


async def read_pick(request: Request) -> PickForm:
    """Read the form. A question with one answer has a field of its own (`choice_7`): radio buttons need a name each.

    Raises RequestValidationError for anything nobody asked for.
    """
    async with request.form(max_files=0, max_fields=_MOST_CHOICES + 10) as form:
        fields: dict[str, object] = {}
        choices: list[object] = []
        for name, value in form.multi_items():
            if name == "option_ids" or name.startswith(_CHOICE):
                choices.append(value)
            elif name in fields:
                fields[f"{name}, twice"] = value
            else:
                fields[name] = value
    try:
        return PickForm.model_validate({**fields, "option_ids": choices})
    except ValidationError as error:
        raise RequestValidationError(
            [{**problem, "loc": ("body", *problem["loc"])} for problem in error.errors()]
        ) from error
