"""Traces by OpenTelemetry, where it is installed and OTEL_EXPORTER_OTLP_ENDPOINT is set.

A span for each effect that is performed, with the run's id, and below it one for each request.
Nothing that people wrote is in them. Source: the OpenTelemetry API for Python; the exporter is
configured by OpenTelemetry's own variables.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bot.observing import Observer

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

NANOSECONDS = 1_000_000_000
GOOD = frozenset({"ok", "200", "202"})


class Tracing:
    """Spans for what happens (an Observer)."""

    def __init__(self, tracer: "Tracer") -> None:
        self._tracer = tracer

    def called(self, system: str, what: str, result: str, seconds: float) -> None:
        """See Observer: a span that has ended already."""
        now = time.time_ns()
        span = self._tracer.start_span(
            f"{system} {what}",
            start_time=now - int(seconds * NANOSECONDS),
            attributes={"peer.service": system, "rpc.method": what, "result": result},
        )
        span.end(now)

    def took_over(self, claims: int) -> None:
        """See Observer: for figures alone."""

    @contextmanager
    def effect(self, kind: str, run: str) -> Iterator[None]:
        """See Observer."""
        with self._tracer.start_as_current_span(kind, attributes={"run": run}):
            yield


def tracing(endpoint: str) -> Observer | None:
    """Traces to this OTLP endpoint; None without one. Raises ImportError without the extra."""
    if not endpoint:
        return None
    # The extra is imported where it is wanted alone.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (
        OTLPSpanExporter,
    )
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource.create({"service.name": "fusion-slack"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return Tracing(provider.get_tracer("fusion-slack"))
