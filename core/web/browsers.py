"""Names a browser in a word or two, by what it says of itself. Nothing depends on whether that is true."""

from collections.abc import Sequence
from typing import Final

from starlette.requests import Request

_BROWSERS: Final = (
    # Each of these also calls itself by the names below it.
    *(("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox")),
    *(("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari")),
)
_SYSTEMS: Final = (
    *(("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows")),
    *(("CrOS", "ChromeOS"), ("Mac OS X", "macOS"), ("Linux", "Linux")),
)


def browser_of(request: Request) -> str:
    """Say what kind of browser asks: `Chrome, Android`; nothing when it names none that we know."""
    said = request.headers.get("user-agent", "")
    found = (_named(said, _BROWSERS), _named(said, _SYSTEMS))
    return ", ".join(name for name in found if name)


def _named(said: str, names: Sequence[tuple[str, str]]) -> str:
    return next((name for sign, name in names if sign in said), "")
