"""The port of traces: says what the program is at, and for how long, where an owner collects that; else it is nothing.

A span is told what may leave the house: the gateway's order id, an outcome, a count. Never what guests wrote or hold.
"""

import enum
import functools
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Final, ParamSpec, Protocol, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
Fact = str | int


class Note(Protocol):
    """Adds facts to a span that has begun."""

    def __call__(self, **facts: Fact) -> None: ...


class Tracer(Protocol):
    """Whatever keeps spans (core/gateways/open_telemetry.py)."""

    def span(self, name: str, follows: str | None, **facts: Fact) -> AbstractContextManager[Note]:
        """Keep a span for the length of a block; it follows the notifications about a payment."""
        ...

    def note(self, **facts: Fact) -> None:
        """Add facts to the span that this thread is in."""
        ...

    def was_told_of(self, reference: str) -> None:
        """Remember that this span is about a notification of a payment, for the look that follows."""
        ...


class _Nothing:
    """The span of a house without a collector."""

    def __enter__(self) -> Note:
        return _say_nothing

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _tb: TracebackType | None
    ) -> None:
        return None


def _say_nothing(**_facts: Fact) -> None:
    return None


_NOTHING: Final = _Nothing()
_tracer: Tracer | None = None


def trace_with(tracer: Tracer | None) -> None:
    """Have spans kept in this process from now on, or no longer."""
    global _tracer  # noqa: PLW0603 - one for a process, like its log
    _tracer = tracer


def span(name: str, *, follows: str | None = None, **facts: Fact) -> AbstractContextManager[Note]:
    """Keep a span for the length of a block, if anybody collects them."""
    return _NOTHING if _tracer is None else _tracer.span(name, follows, **facts)


def note(**facts: Fact) -> None:
    """Add facts to the span that this thread is in."""
    if _tracer is not None:
        _tracer.note(**facts)


def was_told_of(reference: str) -> None:
    """Say that this span is about a notification of a payment: the look at it will name this span."""
    if _tracer is not None:
        _tracer.was_told_of(reference)


def traced(name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Keep a span of each call of a function; an outcome it gives is noted."""

    def decorate(do: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(do)
        def done(*args: P.args, **kwargs: P.kwargs) -> R:
            if _tracer is None:
                return do(*args, **kwargs)
            with _tracer.span(name, None) as tell:
                result = do(*args, **kwargs)
                if isinstance(result, enum.StrEnum):
                    tell(outcome=str(result))
                return result

        return done

    return decorate
