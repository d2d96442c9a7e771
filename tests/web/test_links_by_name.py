"""The links of pages: each leads where the router says, and what there is not has none."""

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.convertors import IntegerConvertor
from starlette.routing import NoMatchFound

from core.web.links import links_of


def test_every_route_has_the_link_that_the_router_itself_gives(application: FastAPI) -> None:
    url_for = links_of(application.router)
    asked = [
        (str(route.name), {name: 7 if isinstance(kind, IntegerConvertor) else "x" for name, kind in convertors.items()})
        for route in iter_route_contexts(application.routes)
        if (convertors := getattr(route, "param_convertors", None)) is not None
    ]

    # Twice: the second answer is the remembered one.
    given = [url_for(name, **params) for _ in range(2) for name, params in asked]

    assert len(asked) > 100
    assert given == [str(application.url_path_for(name, **params)) for name, params in asked] * 2


def test_a_page_that_is_not_there_has_no_link(application: FastAPI) -> None:
    url_for = links_of(application.router)

    with pytest.raises(NoMatchFound):
        url_for("nowhere")
    with pytest.raises(NoMatchFound):
        url_for("login", uid="x")
