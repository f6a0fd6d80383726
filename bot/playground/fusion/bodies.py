"""What Fusion's replies look like: all the fields of invokeAsync and status, times in both forms."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.playground.fusion.jobs import Job, JobStatus, Played
from bot.playground.fusion.steps import Done, Failed, Step, Wait, Work

_NOT_YET = "1970-01-01T00:00:00.000+0000"


@dataclass(frozen=True, slots=True)
class Workflow:
    """The fields that name the agent team in every reply."""

    code: str
    name: str
    version: int
    status: str
    progress_as_list: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """A job at one moment; `offset` turns the server's clock into seconds of the epoch."""

    status: JobStatus
    step: Step
    began: float
    ended: float | None
    trail: tuple[Played, ...]
    offset: float


def read_fresh(job: Job, offset: float) -> Reading:
    """A job that was started just now: it runs, however short its script is."""
    began = job.legs[0].began
    return Reading(JobStatus.RUNNING, Work("", None), began, None, (), offset)


def read_at(job: Job, now: float, offset: float) -> Reading:
    """A job as it is now."""
    current, status = job.current(now), job.status(now)
    ended = current.began if status in {JobStatus.COMPLETE, JobStatus.ERROR} else None
    began = job.legs[0].began
    return Reading(status, current.step, began, ended, tuple(job.trail(now)), offset)


def draw_job(job: Job, workflow: Workflow, reading: Reading, *, admin: bool) -> dict[str, Any]:
    """The body of a reply about a job; `admin` adds what each node got and gave."""
    step = reading.step
    started = _millis(reading.began, reading.offset)
    ended = 0 if reading.ended is None else _millis(reading.ended, reading.offset)
    done = step if isinstance(step, Done) else Done(None)
    failed = step if isinstance(step, Failed) else None
    output = failed.output if failed else done.output
    return {
        "jobId": job.id,
        "conversationId": job.conversation_id,
        "traceId": job.trace_id,
        "status": reading.status.value,
        "input": job.input,
        "output": output,
        "error": failed.error if failed else None,
        "followUpQuestions": list(done.follow_ups),
        "supportingChunks": list(done.supporting_chunks),
        "citations": list(done.citations),
        "nodes": _draw_nodes(reading, job, admin=admin),
        **_draw_progress(job, workflow, reading),
        **_draw_waiting(step),
        "workflowCode": workflow.code,
        "workflowName": workflow.name,
        "workflowVersion": workflow.version,
        "workflowStatus": workflow.status,
        "startDate": started,
        "endTime": ended,
        "createDate": draw_time(started),
        "endDate": draw_time(ended) if ended else _NOT_YET,
        "timeTaken": max(ended - started, 0) if ended else 0,
        "inputTokenCount": 180 + len(job.input) // 4,
        "outputTokenCount": _tokens(output),
    }


def draw_error(code: str, text: str, trace_id: str) -> dict[str, Any]:
    """The body of a refusal."""
    return {"errorCode": code, "error": text, "traceId": trace_id}


def draw_time(millis: int) -> str:
    """Oracle's form of a time: "2026-03-12T18:50:43.081+0000", no colon in the offset."""
    time = datetime.fromtimestamp(millis / 1000, UTC)
    return f"{time:%Y-%m-%dT%H:%M:%S}.{millis % 1000:03d}+0000"


def _draw_progress(job: Job, workflow: Workflow, reading: Reading) -> dict[str, Any]:
    """The progress texts, where they were asked for: the newest, or a list of all."""
    if not job.request.get("progressMessage"):
        return {}
    steps = [each.step for each in reading.trail]
    texts = [each.progress for each in steps if isinstance(each, Work) and each.progress]
    if workflow.progress_as_list:
        return {"progressMessage": texts}
    return {"progressMessage": texts[-1] if texts else None}


def _draw_waiting(step: Step) -> dict[str, Any]:
    if not isinstance(step, Wait):
        return {"waitingToolCode": None, "waitingNodeDetails": None}
    if step.details is None:
        return {"waitingToolCode": step.tool, "waitingNodeDetails": None}
    details = {
        "nodeCode": _code(step.node),
        "nodeName": step.node,
        "nodeType": step.kind,
        "message": step.message,
        **step.details,
    }
    shown = json.dumps(details, ensure_ascii=False) if step.packed else details
    return {"waitingToolCode": step.tool, "waitingNodeDetails": shown}


def _draw_nodes(reading: Reading, job: Job, *, admin: bool) -> list[dict[str, Any]]:
    """One object for each node that was reached; a node that asked again is there once."""
    nodes: list[dict[str, Any]] = []
    for played in reading.trail:
        step = played.step
        if not isinstance(step, (Work, Wait)):
            continue
        node = _draw_node(played, step, reading)
        if nodes and nodes[-1]["nodeName"] == step.node:
            node["startDate"] = nodes.pop()["startDate"]
        if admin:
            node["input"] = job.input
            node["output"] = step.progress if isinstance(step, Work) else step.message
        nodes.append(node)
    if nodes and isinstance(reading.step, Failed):
        nodes[-1]["status"] = JobStatus.ERROR.value
    return nodes


def _draw_node(played: Played, step: Work | Wait, reading: Reading) -> dict[str, Any]:
    started = _millis(played.began, reading.offset)
    ended = 0 if played.ended is None else _millis(played.ended, reading.offset)
    running = JobStatus.RUNNING if isinstance(step, Work) else JobStatus.WAITING
    return {
        "nodeCode": _code(step.node),
        "nodeName": step.node,
        "nodeType": step.kind,
        "status": (JobStatus.COMPLETE if ended else running).value,
        "startDate": started,
        "endTime": ended,
    }


def _code(name: str) -> str:
    return "".join(each if each.isalnum() else "_" for each in name.upper())


def _millis(clock: float, offset: float) -> int:
    return round((clock + offset) * 1000)


def _tokens(output: Any) -> int:
    if output is None:
        return 0
    text = output if isinstance(output, str) else json.dumps(output)
    return 1 + len(text) // 4
