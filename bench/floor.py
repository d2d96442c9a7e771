"""The least that the same server, framework and disk must do: pages from memory, rows into SQLite, nothing else.

python -m bench.floor PORT FOLDER
"""

import sqlite3
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from core.base.settings import Settings
from core.web.server import run_application
from core.web.threads import REQUEST_THREADS

# What core/base/database.py asks of SQLite.
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000")


class Disk:
    """Writes rows of given sizes, each transaction durable, one writer at a time."""

    def __init__(self, file: Path) -> None:
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        for pragma in PRAGMAS:
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.execute("CREATE TABLE written (id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT")

    def close(self) -> None:
        self._connection.close()

    def commit(self, transactions: list[list[int]]) -> None:
        """Commit one transaction after the other; each is the list of its rows' sizes in bytes."""
        for sizes in transactions:
            with self._lock:
                self._connection.execute("BEGIN IMMEDIATE")
                for size in sizes:
                    self._connection.execute("INSERT INTO written (body) VALUES (zeroblob(?))", (size,))
                self._connection.execute("COMMIT")


def make_floor(folder: Path) -> FastAPI:
    """Make the floor: `PUT` says what an address answers, the other methods answer it."""
    disk = Disk(folder / "floor.db")
    pages: dict[str, tuple[bytes, dict[str, str]]] = {}
    writes: dict[str, tuple[list[list[int]], bytes]] = {}

    @asynccontextmanager
    async def life(_app: FastAPI) -> AsyncIterator[None]:
        current_default_thread_limiter().total_tokens = REQUEST_THREADS
        yield
        disk.close()

    app = FastAPI(lifespan=life, openapi_url=None)

    @app.get("/pages/{name}")
    async def page(name: str) -> Response:
        body, headers = pages[name]
        return Response(body, headers=headers)

    @app.put("/pages/{name}")
    async def keep_page(name: str, request: Request) -> None:
        wanted = ("content-type", "content-encoding")
        pages[name] = (
            await request.body(),
            {key: request.headers[f"x-{key}"] for key in wanted if f"x-{key}" in request.headers},
        )

    @app.post("/writes/{name}")
    async def write(name: str, request: Request) -> Response:
        await request.body()
        transactions, answer = writes[name]
        await run_in_threadpool(disk.commit, transactions)
        return Response(answer, media_type="application/json")

    @app.put("/writes/{name}")
    async def keep_write(name: str, request: Request) -> None:
        wanted = await request.json()
        writes[name] = (wanted["transactions"], b" " * wanted["answer_bytes"])

    return app


def _main(port: int, folder: Path) -> None:
    # The same server with the same options as `meja serve` has.
    run_application(make_floor(folder), Settings(_env_file=None, port=port, data_dir=folder), lambda: None)


if __name__ == "__main__":
    _main(int(sys.argv[1]), Path(sys.argv[2]))
