"""How many turns and steps the embedded engine keeps in a second, and with how few disk syncs.

Run `python -m benchmarks.storage [--calls N] [--folder DIR]`. Every call is on disk when it counts;
bodies are 5 KB and sealed. The last columns compare with one caller at a time.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from cryptography.fernet import Fernet

from storage.crypto import Sealer
from storage.rows import Change, Claim, Owed, RunRow, Slot, Standing, ThreadRow
from storage.sqlite import SqliteStore

BODY = b"x" * 5000
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Figure:
    """One measurement."""

    what: str
    callers: int
    calls: int
    seconds: float
    syncs: int

    @property
    def rate(self) -> float:
        """Calls per second."""
        return self.calls / self.seconds


async def take(store: SqliteStore, number: int) -> list[Claim]:
    """A turn as the intake keeps it: two keys, a new thread, an invocation and a look."""
    run = f"run-{number}"
    thread = ThreadRow(f"thread-{number}", "T1", "C1", f"{number}.000100")
    row = RunRow(run, thread.id, "T1:U1", "invoking", Standing.LIVE, 1, NOW, BODY)
    owe = [Owed(run, Slot.AGENT, "invoke", NOW), Owed(run, Slot.SHOW, "show", NOW)]
    return await store.take(thread, row, [f"T1:C1:{number}", f"Ev{number}"], owe, NOW)


async def save(store: SqliteStore, claims: list[Claim]) -> list[Claim]:
    """A step as the worker saves it: the claim is settled, the next thing and a look are owed."""
    agent, run = claims[0], claims[0].row
    owe = (Owed(run.id, Slot.AGENT, "poll", NOW), Owed(run.id, Slot.SHOW, "show", NOW))
    change = Change(replace(run, state="running", version=2), owe, claim=agent)
    return await store.save(change, NOW)


async def measure(
    store: SqliteStore,
    what: str,
    callers: int,
    calls: Sequence[Callable[[], Awaitable[list[Claim]]]],
) -> tuple[Figure, list[list[Claim]]]:
    """Make all calls, `callers` of them at a time."""
    results: list[list[Claim]] = []
    todo = iter(calls)

    async def call_on() -> None:
        for call in todo:
            results.append(await call())  # noqa: PERF401 (the iterator is shared by all callers)

    syncs, began = store.commits, time.perf_counter()
    await asyncio.gather(*(call_on() for _ in range(callers)))
    seconds = time.perf_counter() - began
    return Figure(what, callers, len(calls), seconds, store.commits - syncs), results


async def measure_all(folder: Path, calls: int) -> list[Figure]:
    """Takes, then a save for each, for 1, 10 and 200 callers."""
    figures = []
    for callers in (1, 10, 200):
        path = folder / f"{callers}.db"
        sealer = Sealer([Fernet.generate_key().decode()])
        store = SqliteStore(path, replica="bench", lease=timedelta(minutes=1), sealer=sealer)
        await store.open(NOW)
        share = calls if callers > 1 else calls // 10
        takes = [partial(take, store, number) for number in range(share)]
        taken, claims = await measure(store, "take", callers, takes)
        saves = [partial(save, store, each) for each in claims]
        saved, _ = await measure(store, "save", callers, saves)
        figures += [taken, saved]
        await store.close()
    return figures


def draw(figures: list[Figure]) -> None:
    """Print the table."""
    print(f"{'':6}{'callers':>8}{'calls/s':>10}{'syncs':>8}{'calls/sync':>12}{'ratio':>8}")
    alone = {figure.what: figure.rate for figure in figures if figure.callers == 1}
    for figure in figures:
        shared, ratio = figure.calls / figure.syncs, figure.rate / alone[figure.what]
        print(
            f"{figure.what:6}{figure.callers:>8}{figure.rate:>10.0f}{figure.syncs:>8}"
            f"{shared:>12.1f}{ratio:>8.1f}"
        )


def main() -> None:
    """Measure on the disk that holds `--folder`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=5000)
    parser.add_argument("--folder", type=Path, default=Path.cwd())
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        draw(asyncio.run(measure_all(Path(folder), options.calls)))


if __name__ == "__main__":
    main()
