"""The body of invokeAsync, read strictly: what a real pod might ignore silently is refused here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


class NotValid(ValueError):
    """The body is not what invokeAsync takes; the text says why, naming the field."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What an invocation asks for. `body` is all of it, as it was sent."""

    message: str
    conversation_id: str | None
    status: str
    version: int | None
    parameters: dict[str, str]
    job_id: str | None
    resume_node_input: dict[str, Any] | None
    body: dict[str, Any]


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _is_text_table(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(each, str) for each in value.values())


Check = tuple[Callable[[Any], bool], str]

# These must be there.
_NEEDED: dict[str, Check] = {
    "message": (lambda value: isinstance(value, str) and bool(value.strip()), "a non-empty string"),
    "conversational": (lambda value: value is True, "true"),
    "conversationId": (lambda value: value is None or isinstance(value, str), "null or a string"),
    "parameters": (_is_text_table, "an object of strings"),
}
# These may be left out, or null.
_OPTIONAL: dict[str, Check] = {
    "version": (_is_number, "a whole number"),
    "status": (lambda value: value in {"PUBLISHED", "DRAFT"}, "PUBLISHED or DRAFT"),
    "invocationMode": (lambda value: value in {"END_USER", "ADMIN"}, "END_USER or ADMIN"),
    "progressMessage": (_is_flag, "true or false"),
    "jobId": (_is_text, "a string"),
    "resumeNodeInput": (_is_object, "an object"),
    "streamOutput": (_is_flag, "true or false"),
    "agentCodes": (_are_texts, "a list of strings"),
    "toolCodes": (_are_texts, "a list of strings"),
    "architecture": (_is_text, "a string"),
    "workflowName": (_is_text, "a string"),
}


def read_asked(body: Any) -> Asked:
    """Read a body that was JSON; raises NotValid with all that is wrong with it."""
    if not isinstance(body, dict):
        raise NotValid("The body must be a JSON object.")
    wrong = [f"Unknown field: {name}." for name in body if name not in _NEEDED | _OPTIONAL]
    for name, (holds, what) in _NEEDED.items():
        if name not in body or not holds(body[name]):
            wrong.append(f"{name} must be there, and be {what}.")
    for name, (holds, what) in _OPTIONAL.items():
        if body.get(name) is not None and not holds(body[name]):
            wrong.append(f"{name} must be {what}.")
    if wrong:
        raise NotValid(" ".join(wrong))
    return Asked(
        message=body["message"],
        conversation_id=body["conversationId"],
        status=body.get("status") or "PUBLISHED",
        version=body.get("version"),
        parameters=body["parameters"],
        job_id=body.get("jobId"),
        resume_node_input=body.get("resumeNodeInput"),
        body=body,
    )
