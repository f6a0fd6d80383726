"""Figures for Prometheus: read when they are asked for, so that they cost nothing in between."""

from prometheus_client import CollectorRegistry, Gauge

from bot.domain.run import State
from bot.ledger import Ledger
from bot.worker import Worker


class Metrics:
    """What /metrics shows."""

    def __init__(self, ledger: Ledger, worker: Worker) -> None:
        self._ledger = ledger
        self._worker = worker
        self.registry = CollectorRegistry()
        self._runs = Gauge(
            "fusion_slack_runs", "Runs that are kept, by state", ["state"], registry=self.registry
        )
        self._work = Gauge(
            "fusion_slack_work", "Work in hand in this process", ["kind"], registry=self.registry
        )

    async def refresh(self) -> None:
        """Read the figures. Raises StorageError."""
        counts = await self._ledger.counts()
        for state in State:
            self._runs.labels(state).set(counts.get(state, 0))
        for kind, depth in self._worker.depths.items():
            self._work.labels(kind).set(depth)
