"""Drives a job from several connections at once and keeps what each one took."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from bench.client import Connection
from bench.processes import Child

Reading = dict[str, float]
"""What one round says: `per_second`, `p50_ms`, `p99_ms` and whatever else a measure looks at."""
Job = Callable[[Connection, "Load"], Awaitable[bool]]
"""One unit of work; says whether there is more to do."""


@dataclass(slots=True)
class Load:
    """What was done, and how long each part of it took."""

    count: int = 0
    seconds: float = 0.0
    own_cpu: float = 0.0
    """Share of one core that the load generator itself used."""
    program_cpu: float = 0.0
    """Processor time that the program used, in seconds: it hardly depends on what else the machine does."""
    spans: dict[str, list[float]] = field(default_factory=dict)

    def took(self, name: str, seconds: float) -> None:
        self.spans.setdefault(name, []).append(seconds)

    def reading(self, main: str = "whole") -> Reading:
        """Give throughput, the middle and the slow end of the main span, and the middle of each other one."""
        values = self.spans.get(main, [])
        found = {
            "per_second": self.count / self.seconds if self.seconds else 0.0,
            "p50_ms": quantile(values, 0.5) * 1000,
            "p99_ms": quantile(values, 0.99) * 1000,
            "generator_cpu": self.own_cpu,
            "count": float(self.count),
        }
        if self.program_cpu and self.count:
            found["cpu_ms_each"] = self.program_cpu * 1000 / self.count
        others = {name: spans for name, spans in self.spans.items() if name != main}
        return found | {f"{name}_p50_ms": quantile(spans, 0.5) * 1000 for name, spans in others.items()}


async def drive(program: Child, connections: int, seconds: float, job: Job) -> Load:
    """Run the job on each connection, again and again, until the time is over or there is nothing left to do."""
    load = Load()
    async with AsyncExitStack() as stack:
        open_ones = [await stack.enter_async_context(Connection(program.port)) for _ in range(connections)]
        began, cpu, theirs = time.perf_counter(), time.process_time(), program.cpu_seconds
        until = began + seconds

        async def work(connection: Connection) -> None:
            while time.perf_counter() < until and await job(connection, load):
                load.count += 1

        async with asyncio.TaskGroup() as tasks:
            for connection in open_ones:
                tasks.create_task(work(connection))
        load.seconds = time.perf_counter() - began
        load.own_cpu = (time.process_time() - cpu) / load.seconds
        load.program_cpu = program.cpu_seconds - theirs
    return load


def repeat(request: bytes) -> Job:
    """Make a job of one request that is always the same."""

    async def job(connection: Connection, load: Load) -> bool:
        began = time.perf_counter()
        await connection.send(request)
        load.took("whole", time.perf_counter() - began)
        return True

    return job


def quantile(values: Sequence[float], share: float) -> float:
    """Tell below which value a share of all lies; 0 when there are none."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
