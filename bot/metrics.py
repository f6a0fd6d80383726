"""Figures for Prometheus: counted as things happen, or read when they are asked for."""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from bot.domain.machine import ENDS
from bot.domain.run import State
from bot.ledger import Clock, Ledger

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
LAGS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3)
LOOKS = 0.5  # seconds between two looks at how late the event loop is


class Works(Protocol):
    """What a worker says of itself."""

    @property
    def depths(self) -> dict[str, int]:
        """How much of each kind is in hand."""


Left = Callable[[], Iterable[tuple[str, str, int]]]


class Metrics:
    """What /metrics shows (an Observer). `watch` says who works and what Slack still grants."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.registry = registry = CollectorRegistry()
        self._calls = Histogram(
            "fusion_slack_call_seconds",
            "Requests by system, method and result",
            ["system", "method", "result"],
            buckets=SECONDS,
            registry=registry,
        )
        self._taken_over = Counter(
            "fusion_slack_taken_over",
            "Work that another replica, or an earlier process, had held",
            registry=registry,
        )
        self._effects = Counter(
            "fusion_slack_effects", "Effects that were performed", ["kind"], registry=registry
        )
        self._lag = Histogram(
            "fusion_slack_loop_lag_seconds",
            "How late the event loop is",
            buckets=LAGS,
            registry=registry,
        )
        self._runs = Gauge(
            "fusion_slack_runs", "Runs that are kept, by state", ["state"], registry=registry
        )
        self._oldest = Gauge(
            "fusion_slack_oldest_run_seconds",
            "Age of the oldest run in each unfinished state",
            ["state"],
            registry=registry,
        )
        self._work = Gauge(
            "fusion_slack_work", "Work in hand in this process", ["kind"], registry=registry
        )
        self._budget = Gauge(
            "fusion_slack_budget_left",
            "Calls that Slack still grants in this minute",
            ["workspace", "method"],
            registry=registry,
        )
        self._replicas = Gauge("fusion_slack_replicas", "Replicas that live", registry=registry)
        self._looking: asyncio.Task[None] | None = None
        self._ledger: Ledger | None = None
        self._worker: Works | None = None
        self._left: Left = tuple

    def watch(self, ledger: Ledger, worker: Works, left: Left = tuple) -> None:
        """Read these when figures are asked for."""
        self._ledger, self._worker, self._left = ledger, worker, left

    # As things happen

    def called(self, system: str, what: str, result: str, seconds: float) -> None:
        """See Observer."""
        self._calls.labels(system, what, result).observe(seconds)

    def took_over(self, claims: int) -> None:
        """See Observer."""
        self._taken_over.inc(claims)

    def effect(self, kind: str, run: str) -> AbstractContextManager[None]:
        """See Observer."""
        del run
        self._effects.labels(kind).inc()
        return nullcontext()

    def start(self) -> None:
        """Begin to look how late the event loop is."""
        self._looking = asyncio.create_task(self._look())

    async def close(self) -> None:
        """Look no more."""
        if self._looking is not None:
            self._looking.cancel()
            with suppress(asyncio.CancelledError):
                await self._looking

    async def _look(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + LOOKS
            await asyncio.sleep(LOOKS)
            self._lag.observe(max(loop.time() - due, 0.0))

    # As they are asked for

    async def refresh(self) -> None:
        """Read the figures. Raises StorageError."""
        if self._ledger is None or self._worker is None:
            return
        counts, oldest = await self._ledger.counts(), await self._ledger.oldest()
        now = self._clock()
        for state in State:
            self._runs.labels(state).set(counts.get(state, 0))
            if state not in ENDS:
                since = oldest.get(state)
                self._oldest.labels(state).set((now - since).total_seconds() if since else 0)
        for kind, depth in self._worker.depths.items():
            self._work.labels(kind).set(depth)
        self._budget.clear()
        for workspace, method, left in self._left():
            self._budget.labels(workspace, method).set(left)
        self._replicas.set(await self._ledger.living())
