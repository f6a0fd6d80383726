"""Traces: a span for each effect, with its requests below it, and nobody's words in any."""

from pathlib import Path

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from bot import app
from bot.tracing import Tracing, tracing
from tests.stories.service import ANNA, FINANCE, service

QUESTION = "echo something private"


async def test_an_effect_has_a_span_and_its_requests_are_below_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    monkeypatch.setattr(app, "tracing", lambda _: Tracing(provider.get_tracer("test")))
    async with service(tmp_path) as house:
        root = await house.slack.say(ANNA, FINANCE, f"@Fusion {QUESTION}")
        await house.answered(FINANCE, root, "something private")
    spans = list(kept.get_finished_spans())
    (invoke,) = [each for each in spans if each.name == "invoke"]
    (request,) = [each for each in spans if each.name == "fusion invokeAsync"]
    assert request.parent is not None
    assert request.parent.span_id == invoke.context.span_id
    assert _attributes(request)["result"] == "202"
    assert _attributes(invoke)["run"]
    assert {"show", "slack chat.postMessage", "slack chat.update"} <= {s.name for s in spans}
    assert not any("private" in str(_attributes(each)) + each.name for each in spans)


def _attributes(span: ReadableSpan) -> dict[str, object]:
    return dict(span.attributes or {})


def test_without_an_endpoint_there_are_no_traces() -> None:
    assert tracing("") is None


def test_with_one_there_are() -> None:
    assert isinstance(tracing("http://127.0.0.1:1"), Tracing)
