"""What invokeAsync and status reply, in our words, however oddly it is said."""

import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given, strategies as st

from bot.domain.agent import Unreadable
from bot.domain.answer import Answer, Citation, Node
from bot.domain.job import Job, JobStatus, WaitingFor
from bot.fusion.wire_answer import MOST_CITATIONS, read_citations, read_nodes
from bot.fusion.wire_job import read_job
from bot.fusion.wire_json import NotJson, error_text, read_json

NAMES = [
    "jobId", "conversationId", "traceId", "status", "output", "answer", "error", "nodes",
    "followUpQuestions", "supportingChunks", "citations", "waitingToolCode", "progressMessage",
    "waitingNodeDetails", "inputTokenCount", "outputTokenCount", "title", "url", "page", "text",
    "name", "value", "options", "type", "channelType", "message", "parameters", "nodeType",
    "startDate", "endTime", "timeTaken", "token", "label", "feedback", "approval", "maxRounds",
]  # fmt: skip
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["WAITING", "COMPLETE", "ERROR", "CHAT", "EMAIL", '{"a": 1}', "[1, [", "x"])
)
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=8), inner, max_size=6)
    ),
    max_leaves=30,
)
BODIES = JSON | st.dictionaries(st.sampled_from(NAMES[:16]), JSON, max_size=12)

COMPLETE = {
    "input": '{"message": "How many days?"}',
    "output": "**12** days",
    "status": "COMPLETE",
    "jobId": "job-1",
    "conversationId": "conv-1",
    "traceId": "trace-1",
    "error": None,
    "followUpQuestions": ["And next year?"],
    "supportingChunks": [],
    "citations": [{"documentName": "Policy.pdf", "pageNumber": 4, "url": "https://x.example/p"}],
    "nodes": [{"nodeCode": "LLM_1", "nodeType": "LLM", "status": "COMPLETE", "timeTaken": 1500}],
    "waitingToolCode": None,
    "waitingNodeDetails": None,
    "startDate": 1773341443081,
    "endTime": 1773341449081,
    "createDate": "2026-03-12T18:50:43.081+0000",
    "inputTokenCount": 120,
    "outputTokenCount": "34",
}


def test_a_complete_job_is_read_with_all_that_came_along() -> None:
    nodes = (Node("LLM_1", "COMPLETE", "LLM", 1.5),)
    assert read_job(COMPLETE) == Job(
        id="job-1",
        status=JobStatus.COMPLETE,
        conversation_id="conv-1",
        trace_id="trace-1",
        nodes=nodes,
        answer=Answer(
            output="**12** days",
            citations=(Citation("Policy.pdf", "https://x.example/p", "4"),),
            follow_up_questions=("And next year?",),
            nodes=nodes,
            input_tokens=120,
            output_tokens=34,
            trace_id="trace-1",
        ),
    )


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"status": "RUNNING"}, JobStatus.RUNNING),
        ({"status": " complete "}, JobStatus.COMPLETE),
        ({"status": "COMPLETED"}, JobStatus.COMPLETE),
        ({"status": "FAILED"}, JobStatus.ERROR),
        ({"status": "WAITING"}, JobStatus.WAITING),
        ({"status": "PAUSED_BY_MOON", "output": "x"}, JobStatus.RUNNING),
        ({"jobStatus": "ERROR"}, JobStatus.ERROR),
        ({"job_id": "j", "conversation_id": "c"}, JobStatus.RUNNING),
        ({"jobId": "j", "output": ""}, JobStatus.RUNNING),
        ({"jobId": "j", "output": "done"}, JobStatus.COMPLETE),
        ({"jobId": "j", "output": {"rows": []}}, JobStatus.COMPLETE),
        ({"jobId": "j", "answer": "done"}, JobStatus.COMPLETE),
        ({"jobId": "j", "error": "broke"}, JobStatus.ERROR),
        ({"jobId": "j", "waitingToolCode": "T"}, JobStatus.WAITING),
        ({"jobId": 17, "status": 200}, JobStatus.RUNNING),
        ({"job_id": "", "jobId": "j", "JOBID": ""}, JobStatus.RUNNING),
    ],
)
def test_the_status_is_the_word_or_else_what_the_fields_tell(
    body: dict[str, Any], status: JobStatus
) -> None:
    assert read_job(body).status is status


@pytest.mark.parametrize("body", [None, [], "text", 7, True, {}, {"status": 404}, {"jobId": ""}])
def test_what_tells_neither_status_nor_job_is_unreadable(body: Any) -> None:
    with pytest.raises(Unreadable):
        read_job(body)


def test_a_reply_to_a_decision_may_be_empty() -> None:
    assert read_job({}, trace_id="t", reply_to_decision=True) == Job(
        None, JobStatus.RUNNING, trace_id="t"
    )


@pytest.mark.parametrize(
    ("body", "output"),
    [
        ({"output": None}, None),
        ({}, None),
        ({"output": None, "answer": "a"}, "a"),
        ({"output": " ", "answer": "a"}, "a"),
        ({"output": "o", "answer": "a"}, "o"),
        ({"output": {"rows": [1]}}, {"rows": [1]}),
        ({"output": 0, "answer": "a"}, 0),
        ({"output": '{"answer": "Hello **you**"}'}, "Hello **you**"),
        ({"output": {"Response": "Paid."}}, "Paid."),
        ({"output": "", "answer": {"text": "a"}}, "a"),
        ({"output": {"answer": "a", "confidence": 0.9}}, {"answer": "a", "confidence": 0.9}),
        ({"output": '{"answer": ""}'}, '{"answer": ""}'),
        ({"output": '{"total": "4711"}'}, '{"total": "4711"}'),
        ({"output": {"answer": ["a"]}}, {"answer": ["a"]}),
    ],
)
def test_the_output_comes_first_then_the_answer(body: dict[str, Any], output: Any) -> None:
    answer = read_job({"status": "COMPLETE", **body}).answer
    assert answer is not None
    assert answer.output == output


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("broke", "broke"),
        ({"message": "broke"}, "broke"),
        ({"code": "FAI-1", "detail": "broke"}, "FAI-1: broke"),
        ({"errorCode": "FAI-1"}, "FAI-1"),
        ('{"error": {"message": "broke"}}', "broke"),
        (["a", {"title": "b"}], "a; b"),
        ({"code": "FAI-1", "detail": "FAI-1 broke"}, "FAI-1 broke"),
        (None, ""),
        ({"unknown": 1}, ""),
        ("x" * 5000, "x" * 2000),
    ],
)
def test_an_error_is_a_text_or_an_object(error: Any, said: str) -> None:
    job = read_job({"status": "ERROR", "error": error})
    assert job.error == said
    assert job.answer is None


def test_an_error_may_come_with_partial_output() -> None:
    job = read_job({"status": "ERROR", "error": "broke", "output": "half"})
    assert job.answer is not None
    assert job.answer.output == "half"


@pytest.mark.parametrize(
    ("value", "progress"),
    [
        ("Looking", ("Looking",)),
        (["Looking", " ", None, {"text": "Reading"}, "Looking"], ("Looking", "Reading")),
        ({"message": "Looking"}, ("Looking",)),
        ('["Looking"]', ("Looking",)),
        (None, ()),
        (True, ()),
    ],
)
def test_progress_is_a_text_or_a_list(value: Any, progress: tuple[str, ...]) -> None:
    assert read_job({"jobId": "j", "progressMessage": value}).progress == progress


def test_follow_up_questions_are_texts_or_objects_each_once() -> None:
    questions = ["A?", {"question": "B?"}, {"text": "C?"}, {"message": "A?"}, {}, 3, None]
    answer = read_job({"output": "x", "followUpQuestions": questions}).answer
    assert answer is not None
    assert answer.follow_up_questions == ("A?", "B?", "C?", "3")


@pytest.mark.parametrize(
    ("citations", "chunks", "expected"),
    [
        (None, None, ()),
        ("https://x.example/a%20b.pdf", None, [Citation("a b.pdf", "https://x.example/a%20b.pdf")]),
        (["https://x.example"], None, [Citation("x.example", "https://x.example")]),
        (["https://[x"], None, [Citation("https://[x", "https://[x")]),
        ([{"title": "T", "pages": [1, 2]}], None, [Citation("T", page="1, 2")]),
        (
            [{"fileName": "T", "link": "u"}],
            [{"document_name": "t", "url": "u", "chunk": "one"}, {"name": "T", "uri": "u"}],
            [Citation("T", "u", "", "one")],
        ),
        (
            None,
            [[{"name": "T", "text": "one"}], {"name": "T", "text": "two"}, {"name": "T", "text": "one"}],
            [Citation("T", text="one\n\ntwo")],
        ),
        (None, [{"content": "word " * 40}], [Citation(("word " * 16).strip() + "…", text=("word " * 40).strip())]),
        (None, ["short"], [Citation("short", text="short")]),
        (None, '[{"title": "T"}]', [Citation("T")]),
        ([{"document": {"title": "T", "url": "u"}, "text": "x"}], None, [Citation("T", "u", "", "x")]),
        ([{"documentId": 42, "page": 3}], None, [Citation("42", page="3")]),
        ([{}, None, True, "", {"page": 1}], None, []),
    ],
)  # fmt: skip
def test_sources_come_in_many_shapes_and_are_named_once(
    citations: Any, chunks: Any, expected: list[Citation]
) -> None:
    assert read_citations(citations, chunks) == tuple(expected)


def test_the_number_of_citations_is_bounded() -> None:
    many = [{"title": str(n), "text": "x"} for n in range(MOST_CITATIONS + 9)]
    found = read_citations(many, [{"title": "0", "text": "more"}])
    assert len(found) == MOST_CITATIONS
    assert found[0].text == "x\n\nmore"


@pytest.mark.parametrize(
    ("nodes", "expected"),
    [
        ([{"name": "A", "startDate": 1000, "endTime": 3500}], [Node("A", seconds=2.5)]),
        ([{"name": "A", "startDate": 1000, "endTime": 0}], [Node("A")]),
        (
            [{"agentName": "A", "state": "RUNNING", "type": "AGENT"}],
            [Node("A", "RUNNING", "AGENT")],
        ),
        ({"A": {"status": "COMPLETE"}, "B": {"name": "Bee"}}, [Node("A", "COMPLETE"), Node("Bee")]),
        (["A", None, {}, {"id": 7}], [Node("A"), Node("7")]),
        ({"name": "A"}, [Node("A")]),
        ({}, []),
        (None, []),
    ],
)
def test_nodes_come_in_many_shapes(nodes: Any, expected: list[Node]) -> None:
    assert read_nodes(nodes) == tuple(expected)


def test_counts_that_are_no_counts_are_unknown() -> None:
    odds: list[Any] = [None, True, -1, "many", float("nan"), [], "1" * 30]
    for odd in odds:
        answer = read_job({"output": "x", "inputTokenCount": odd}).answer
        assert answer is not None
        assert answer.input_tokens is None


def test_a_waiting_job_says_what_it_waits_for() -> None:
    body = {"jobId": "j", "status": "WAITING", "waitingToolCode": "T", "output": "Shall I?"}
    job = read_job(body)
    assert job.waiting is not None
    assert (job.waiting.kind, job.waiting.tool) == (WaitingFor.DECISION, "T")
    assert job.waiting.message == "Shall I?"
    assert job.answer is None


def test_reading_json_leaves_nothing_that_cannot_be_stored() -> None:
    assert read_json('{"a": NaN, "b": "\\ud800x", "c": "\\ud83d\\ude00"}') == {
        "a": None,
        "b": "?x",
        "c": "😀",
    }
    for text in ("", "{", "[" * 100_000, "1" * 10_000):
        with pytest.raises(NotJson):
            read_json(text)


def test_an_error_nested_without_end_says_nothing() -> None:
    error: Any = "deep"
    for _ in range(500):
        error = {"error": error}
    assert error_text(error) == ""


@given(BODIES)
def test_any_json_is_a_job_or_unreadable(body: Any) -> None:
    try:
        job = read_job(body)
    except Unreadable:
        return
    assert (job.waiting is not None) is (job.status is JobStatus.WAITING)
    assert (job.answer is not None) >= (job.status is JobStatus.COMPLETE)
    json.dumps(dataclasses.asdict(job)).encode()


@given(BODIES, st.text(max_size=20))
def test_any_json_is_a_reply_to_a_decision_if_it_is_an_object(body: Any, trace_id: str) -> None:
    if isinstance(body, dict):
        read_job(body, trace_id=trace_id, reply_to_decision=True)
