"""The reader's choice of language."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from core.web.access import keep_language
from core.web.forms import FormModel
from core.web.redirects import see_path

router = APIRouter()


class LanguageForm(FormModel):
    """The language wanted, and the page to come back to."""

    language: Literal["id", "en"]
    next: str = "/"


@router.post("/language", name="switch_language")
async def switch_language(form: Annotated[LanguageForm, Form()], request: Request) -> Response:
    """Remember the language and go back."""
    response = see_path(form.next)
    keep_language(request, response, form.language)
    return response
