"""What the OpenAPI document says about answers that several routes share."""

from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, Field

from core.web.problems import PROBLEM_TYPE


class ProblemField(BaseModel):
    """One field that could not be accepted."""

    detail: str
    pointer: str | None = Field(None, description="JSON pointer into the body, as `#/lines/0/quantity`.")
    parameter: str | None = Field(None, description="Name of the query, path or header parameter.")


class Problem(BaseModel):
    """An RFC 9457 problem document."""

    type: str = Field(description="A stable word for what happened, such as `sold-out`.")
    title: str
    status: int
    detail: str = Field(description="One sentence for a person.")
    errors: list[ProblemField]


_RETRY_AFTER = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}
_HOW_TO_ENTER = {"WWW-Authenticate": {"description": "How to be let in.", "schema": {"type": "string"}}}
_SCHEMA = {"$ref": "#/components/schemas/Problem"}


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe the problem documents that a route may answer with."""
    return {status: _response(status) for status in statuses}


def _response(status: int) -> dict[str, Any]:
    response: dict[str, Any] = {
        "description": HTTPStatus(status).phrase,
        "content": {PROBLEM_TYPE: {"schema": _SCHEMA}},
    }
    if status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
        response["headers"] = _RETRY_AFTER
    if status == HTTPStatus.UNAUTHORIZED:
        response["headers"] = _HOW_TO_ENTER
    return response
