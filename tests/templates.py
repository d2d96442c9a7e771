"""Templates that are compiled once in a run: every application of a test has an environment of its own."""

from typing import Any

from jinja2 import FileSystemBytecodeCache

from core.web.pages import Pages
from tests import servers


def share_what_is_compiled() -> None:
    """Let every application of this run, in all its processes, use the templates that those before it compiled."""
    place = servers.open_run()[0] / "compiled-templates"
    place.mkdir(exist_ok=True)
    compiled = FileSystemBytecodeCache(str(place))
    begin = Pages.__init__

    def begun(self: Pages, *given: Any, **named: Any) -> None:
        begin(self, *given, **named)
        # It knows a template by its name and its text: one that was changed is compiled anew.
        self.environment.bytecode_cache = compiled

    Pages.__init__ = begun  # type: ignore[method-assign] # for the whole run
