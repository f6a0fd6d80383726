"""What invokeAsync and status reply, in our words.

Every field is optional in practice. Status words that we do not know leave the job RUNNING: the
polling goes on, and its own time limit ends it. That is the safe side, as taking an unknown word
for an end would lose the answer.
"""

from collections.abc import Mapping
from typing import Any

from bot.domain.agent import Unreadable
from bot.domain.job import Job, JobStatus
from bot.fusion.wire_answer import read_answer, read_nodes
from bot.fusion.wire_json import by_plain_name, error_text, text_of, texts_of, unpacked
from bot.fusion.wire_waiting import read_waiting

# Oracle's four words, and near words of theirs that mean the same beyond doubt.
_STATUS_WORDS = {
    "RUNNING": JobStatus.RUNNING,
    "WAITING": JobStatus.WAITING,
    "COMPLETE": JobStatus.COMPLETE,
    "COMPLETED": JobStatus.COMPLETE,
    "SUCCESS": JobStatus.COMPLETE,
    "SUCCEEDED": JobStatus.COMPLETE,
    "ERROR": JobStatus.ERROR,
    "FAILED": JobStatus.ERROR,
    "CANCELLED": JobStatus.ERROR,
    "CANCELED": JobStatus.ERROR,
}
_PROGRESS = ("progressmessage", "message", "text", "title", "description", "label")
_TEXT = frozenset({"output", "answer", "response", "result", "text", "message", "content"})
LONGEST_PROGRESS = 50


def read_job(body: Any, *, trace_id: str = "", reply_to_decision: bool = False) -> Job:
    """Read the reply of invokeAsync or status; `trace_id` is used where the body has none.

    A reply to a decision may be as good as empty: the old job goes on. Raises only Unreadable:
    not an object, or one without status, job, output and error.
    """
    if not isinstance(body, dict):
        raise Unreadable("Fusion's reply is not a JSON object.", trace_id=trace_id)
    fields = by_plain_name(body)
    trace_id = text_of(fields.get("traceid")) or trace_id
    output, error = _read_output(fields), error_text(fields.get("error"))
    status = _read_status(fields, output, error)
    if status is None:
        if not reply_to_decision:
            raise Unreadable("Fusion's reply has neither a status nor a job id.", trace_id=trace_id)
        status = JobStatus.RUNNING
    ended = status is JobStatus.COMPLETE or (status is JobStatus.ERROR and output is not None)
    progress = texts_of(fields.get("progressmessage"), _PROGRESS)[-LONGEST_PROGRESS:]
    return Job(
        id=text_of(fields.get("jobid")) or None,
        status=status,
        conversation_id=text_of(fields.get("conversationid")) or None,
        trace_id=trace_id,
        progress=progress,
        nodes=read_nodes(fields.get("nodes")),
        answer=read_answer(fields, output, trace_id) if ended else None,
        waiting=(
            read_waiting(
                fields.get("waitingtoolcode"),
                fields.get("waitingnodedetails"),
                output=output,
                progress=progress,
            )
            if status is JobStatus.WAITING
            else None
        ),
        error=error if status is JobStatus.ERROR else "",
    )


def _read_output(fields: Mapping[str, Any]) -> Any:
    """`output`, or `answer` where the output is null or an empty text."""
    output, answer = fields.get("output"), fields.get("answer")
    empty = output is None or (isinstance(output, str) and not output.strip())
    return _unwrapped(answer if empty and answer is not None else output)


def _unwrapped(output: Any) -> Any:
    """The text where an object holds nothing else, as agents answer that were told to write JSON."""
    inner = unpacked(output)
    if isinstance(inner, dict) and len(inner) == 1:
        ((name, value),) = by_plain_name(inner).items()
        if name in _TEXT and isinstance(value, str) and value.strip():
            return value
    return output


def _read_status(fields: Mapping[str, Any], output: Any, error: str) -> JobStatus | None:
    """How far the job is; None where nothing tells. Without a status word the fields tell."""
    for word in (fields.get("status"), fields.get("jobstatus")):
        if isinstance(word, str) and word.strip():
            return _STATUS_WORDS.get(word.strip().upper(), JobStatus.RUNNING)
    if output is not None and output != "":
        return JobStatus.COMPLETE
    if error:
        return JobStatus.ERROR
    if fields.get("waitingtoolcode") or fields.get("waitingnodedetails"):
        return JobStatus.WAITING
    return JobStatus.RUNNING if text_of(fields.get("jobid")) else None
