"""What is asked of each route: generated from the running routes, with words for what only a person can know.

A value in braces names a thing of the street: `{case}` is ours, another's or nobody's in turn, `{ours[case]}` always ours.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import Mount

from tests.rights.recipes import FILLS, KEYS, LEFT_OUT, RECIPES, VARIANTS
from tests.rights.street import Whose

_PARAMETER: Final = re.compile(r"\{(\w+)(?::\w+)?\}")
_THING: Final = re.compile(r"\{(?!ours\[|pin\})(\w+)\}")
_LOOKS: Final = {"GET", "WS"}
_LAST: Final = {"POST /cashier/switch", "POST /cashier/logout"}


@dataclass(frozen=True, slots=True)
class Ask:
    """One way to ask a route: its row in the table, and what stands in its address and its form."""

    label: str
    method: str
    """`WS` for a socket."""
    address: str
    form: Mapping[str, str] = field(default_factory=dict)
    json: Any = None
    files: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def route(self) -> str:
        """The route alone, as `GET /kiosk/dishes/{dish_id}`."""
        return self.label.partition(" · ")[0]

    @property
    def things(self) -> frozenset[str]:
        """The things that are ours, another's and nobody's in turn."""
        return frozenset(_THING.findall(f"{self.address} {list(self.form.values())} {self.json}"))

    @property
    def is_for_staff(self) -> bool:
        """Whether it is the cashier's face that is asked."""
        return self.address.startswith("/cashier")

    @property
    def is_key(self) -> bool:
        """Whether what is named is itself the key: it opens to whoever knows it."""
        return bool(self.things & KEYS)


def routes_of(app: FastAPI) -> list[str]:
    """List every route of a program as `METHOD /path`, in the order in which it is looked for."""
    return [
        f"{method} {route.path}"
        for route in iter_route_contexts(app.routes)
        for method in _methods_of(route.original_route, route.methods)
    ]


def asks_of(app: FastAPI) -> list[Ask]:
    """Make what is asked of a program: each route by itself, and by each thing that its form or query can name."""
    return [ask for route in routes_of(app) if route not in LEFT_OUT for ask in _asks(route)]


def in_playing_order(asks: Sequence[Ask]) -> list[Ask]:
    """Look before anything is pressed, and sign out last of all."""
    return sorted(asks, key=lambda ask: (ask.method not in _LOOKS, ask.route in _LAST))


def filled(text: str, things: Mapping[Whose, Mapping[str, str]], whose: Whose, pin: str) -> str:
    """Put the things of one of the three into a text."""
    return text.format_map({**things[whose], "ours": things["own"], "pin": pin})


def _methods_of(route: object, methods: set[str] | None) -> list[str]:
    if isinstance(route, Mount):
        return ["ALL"]
    return sorted((methods or {"WS"}) - {"HEAD"})


def _asks(route: str) -> Iterator[Ask]:
    method, _, path = route.partition(" ")
    recipe = RECIPES.get(route, {})
    fills = dict(recipe.get("fills", {}))
    address = _PARAMETER.sub(lambda found: fills.get(found[1]) or _usual_fill(route, found[1]), path)
    address += recipe.get("query", "")
    rest = {name: value for name, value in recipe.items() if name in {"form", "json", "files"}}
    yield Ask(route, method, address, **rest)
    for name, changed in VARIANTS.get(route, {}).items():
        ours = _THING.sub(r"{ours[\1]}", address)
        yield _variant(Ask(f"{route} · {name}", method, ours, **_of_ours(rest)), changed)


def _usual_fill(route: str, parameter: str) -> str:
    for begin, fills in FILLS.items():
        if route.partition(" ")[2].startswith(begin) and parameter in fills:
            return fills[parameter]
    message = f"{route}: say in tests/rights/recipes.py what stands for {{{parameter}}}"
    raise LookupError(message)


def _of_ours(rest: dict[str, Any]) -> dict[str, Any]:
    form = {name: _THING.sub(r"{ours[\1]}", value) for name, value in rest.get("form", {}).items()}
    return rest | {"form": form}


def _variant(ask: Ask, changed: Mapping[str, Any]) -> Ask:
    return Ask(
        ask.label,
        ask.method,
        changed.get("address", ask.address) + changed.get("query", ""),
        {**ask.form, **changed.get("form", {})},
        changed.get("json", ask.json),
        ask.files,
    )
