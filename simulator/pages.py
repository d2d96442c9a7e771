"""What the simulator's own pages share: their templates, forms and way to write money."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from jinja2 import Environment
    from starlette.requests import Request

STATIC = Path(__file__).parent / "static"
ROOT = Path(__file__).parent.parent
TEMPLATES = (ROOT / "templates" / "simulator", ROOT / "core" / "_templates" / "simulator")
"""In a checkout, and where an installed package keeps them."""
FORM_LIMIT = 16 * 1024


def render(name: str, **values: object) -> str:
    """Return a page."""
    return _environment().get_template(name).render(**values)


async def read_form(request: Request) -> dict[str, str]:
    """Read a posted form, the first value of each field."""
    body = await request.body()
    fields = parse_qs(body[:FORM_LIMIT].decode("utf-8", "replace"), keep_blank_values=True)
    return {name: values[0].strip() for name, values in fields.items()}


def in_rupiah(amount: int) -> str:
    """Write whole rupiah as people here do."""
    return f"Rp{amount:,}".replace(",", ".")


@cache
def _environment() -> Environment:
    # Slow to import, and tests that never look at a page need not wait for it.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
