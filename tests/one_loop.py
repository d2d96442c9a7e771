"""One event loop for the applications that a process asks: Starlette's client would start one for each request."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache

from anyio.from_thread import BlockingPortal, start_blocking_portal
from starlette.testclient import TestClient


@contextmanager
def answering_on_one_loop() -> Iterator[None]:
    """Answer on one loop with its threads for the length of a block, but for clients that start the whole application."""
    stand_alone = TestClient._portal_factory
    with ExitStack() as open_ones:

        @cache
        def one_for_all() -> BlockingPortal:
            return open_ones.enter_context(start_blocking_portal())

        @contextmanager
        def shared(self: TestClient) -> Iterator[BlockingPortal]:
            if self.portal is None:
                yield one_for_all()
                return
            with stand_alone(self) as its_own:
                yield its_own

        TestClient._portal_factory = shared  # type: ignore[method-assign] # for the length of the block
        yield
        TestClient._portal_factory = stand_alone  # type: ignore[method-assign] # as it was
