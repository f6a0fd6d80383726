"""What many runs at once cost, and how soon they are acknowledged: the bot against the floor.

Run `python -m benchmarks.runs [--runs N] [--rate R] [--seconds S] [--repeat K] [--store sqlite|postgres]
[--replicas 1] [--times 1] [--only floor|bot]`. With `--times 3` each event is delivered three times at once, and the
counts below a row say whether each was one question all the same. The floor
(benchmarks.floor) and the bot take turns, each a process of its own that is measured alone; Slack
and Fusion are emulated in another process, and the load comes from this one. "Peak RSS" is the
most memory that a process ever had; "CPU" is user and system time of all, start included. "late" is how
long after its job was over an answer stood in Slack, "polls" how often a job's status was read. Everything
shares this machine's cores: compare rows, not figures of different machines.
"""

import argparse
import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import psutil

from benchmarks.load import send
from benchmarks.scene import LONGEST
from benchmarks.table import HEAD, Figures, draw, draw_ratios
from tests.postgres import PostgresServer

KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="  # made up
ROOT = Path(__file__).parents[1]
PROGRAMS = {"floor": ("-m", "benchmarks.floor"), "bot": ("-m", "bot", "serve")}
STARTED_WITHIN = 60.0
LOOK_EVERY = 0.05
ANSWERED_WITHIN = 180.0  # after the longest job
MEGABYTE = 1024 * 1024


@contextmanager
def process(arguments: Sequence[str], environment: Mapping[str, str]) -> Iterator[psutil.Process]:
    """A Python program that ends with the block; its own folder is the project's."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    with subprocess.Popen(
        [sys.executable, *arguments], cwd=ROOT, env={**kept, **environment}
    ) as started:
        try:
            yield psutil.Process(started.pid)
        finally:
            started.terminate()
            try:
                started.wait(15)
            except subprocess.TimeoutExpired:
                started.kill()


async def until(holds: Callable[[], bool], started: psutil.Process, says: str) -> None:
    """Look until it holds. Raises TimeoutError, or RuntimeError where the process has ended."""
    for _ in range(int(STARTED_WITHIN / LOOK_EVERY)):
        if holds():
            return
        if started.status() == psutil.STATUS_ZOMBIE:
            raise RuntimeError(f"It ended by itself before this: {says}")
        await asyncio.sleep(LOOK_EVERY)
    raise TimeoutError(f"Not within {STARTED_WITHIN:g} s: {says}")


@dataclass(frozen=True, slots=True)
class Load:
    """What is measured under."""

    runs: int = 2000
    rate: float = 200
    seconds: float = 20
    replicas: int = 1
    database: str = ""  # of PostgreSQL; else SQLite
    times: int = 1  # that each event is delivered


async def measure(program: str, load: Load) -> Figures:
    """Start everything, load it, and wait until all is answered or too late."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "scene.json"
        stage = (
            "-m",
            "benchmarks.scene",
            str(file),
            f"--runs={load.runs}",
            f"--seconds={load.seconds}",
        )
        with process(stage, {}) as staged:
            await until(file.exists, staged, "the emulated Slack and Fusion start")
            scene = json.loads(file.read_text("utf-8"))
            environment = {
                **scene["environment"],
                "BOT_CONFIG": _config(Path(folder), load),
                "DATABASE_URL": load.database or f"sqlite:///{folder}/bot.db",
                "ENCRYPTION_KEYS": KEY,
                "LOG_FORMAT": "json",
                "LOG_LEVEL": "warning",
            }
            with ExitStack() as stack:
                measured = []
                ports = [_free_port() for _ in range(load.replicas if program == "bot" else 1)]
                for port in ports:
                    given = environment | {"BOT_PORT": str(port)}
                    measured.append(stack.enter_context(process(PROGRAMS[program], given)))
                    await until(partial(_listens, port), measured[-1], f"{program} listens")
                return await _load(program, measured, scene, ports, load)


def _config(folder: Path, load: Load) -> str:
    """A hundred people ask everything here: what is measured is not the limits."""
    config = folder / "bot.toml"
    config.write_text(
        f"[limits]\nper_person = 1000\nin_all = {max(load.runs * 2, 10_000)}\n", "utf-8"
    )
    return str(config)


async def _load(
    program: str,
    measured: Sequence[psutil.Process],
    scene: Mapping[str, Any],
    ports: Sequence[int],
    load: Load,
) -> Figures:
    idle_rss = max(each.memory_info().rss for each in measured) / MEGABYTE
    start_cpu = sum(map(_cpu, measured))
    events = scene["events"]
    began = time.time()
    urls = [f"http://127.0.0.1:{port}/slack/events" for port in ports]
    acks = await send(urls, scene["signing_secret"], events, load.rate, load.times)
    longest = LONGEST * load.seconds + ANSWERED_WITHIN
    report = dict(await _wait_for_answers(scene["report"], len(events), longest))
    if report["answered"] < len(events) and program == "bot":
        report["refused"] = {**report["refused"], **await _states(ports[0])}
    return Figures(
        program,
        acks,
        report["answered"],
        report["last_answer"] - began,
        idle_rss,
        start_cpu,
        max(map(_peak_rss, measured)),
        sum(map(_cpu, measured)),
        report,
    )


async def _wait_for_answers(url: str, runs: int, within: float) -> Mapping[str, Any]:
    """The report as soon as all is answered, or as it is when that takes too long."""
    late = time.monotonic() + within
    async with aiohttp.ClientSession() as session:
        while True:
            async with session.get(url) as response:
                report: Mapping[str, Any] = await response.json()
            if report["answered"] >= runs or time.monotonic() > late:
                return report
            await asyncio.sleep(0.5)


async def _states(port: int) -> dict[str, float]:
    """How many runs the bot says are in which state: where the unanswered ones are."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}/metrics") as response,
    ):
        lines = (await response.text()).splitlines()
    found = (each.rsplit(" ", 1) for each in lines if each.startswith("fusion_slack_runs{"))
    return {name: float(value) for name, value in found if float(value)}


def _cpu(measured: psutil.Process) -> float:
    times = measured.cpu_times()
    return float(times.user + times.system)


def _peak_rss(measured: psutil.Process) -> float:
    """The high-water mark where the system keeps one (Linux), else what is used now."""
    status = Path(f"/proc/{measured.pid}/status")
    if status.exists():
        for line in status.read_text("ascii", "replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return float(measured.memory_info().rss / MEGABYTE)


def _listens(port: int) -> bool:
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


async def compare(load: Load, repeat: int, only: str) -> None:
    """Measure both in turn and print everything as it comes."""
    where = "PostgreSQL" if load.database else "SQLite"
    print(
        f"{load.runs} runs of about {load.seconds:g} s, {load.rate:g} events/s, {where},"
        f" {load.replicas} replica{'s' * (load.replicas > 1)}"
        + (f", each event {load.times} times" if load.times > 1 else "")
    )
    print(HEAD, flush=True)
    all_figures = []
    for _ in range(repeat):
        for program in (only,) if only else PROGRAMS:
            all_figures.append(await measure(program, load))
            print(draw(all_figures[-1]), flush=True)
    if not only:
        print(draw_ratios(all_figures))


def main() -> None:
    """Read the options and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--rate", type=float, default=200)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--replicas", type=int, default=1)
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--store", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--only", choices=[*PROGRAMS, ""], default="")
    given = parser.parse_args()
    with ExitStack() as stack:
        database = ""
        if given.store == "postgres":
            database = stack.enter_context(PostgresServer()).new_database()
        load = Load(given.runs, given.rate, given.seconds, given.replicas, database, given.times)
        asyncio.run(compare(load, given.repeat, given.only))


if __name__ == "__main__":
    main()
