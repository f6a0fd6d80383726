"""What an agent team replied."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Citation:
    """A source that an answer names; every field but the title may be empty."""

    title: str
    url: str = ""
    page: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """One step of a workflow team, or one agent of a supervisor team."""

    name: str
    status: str = ""
    kind: str = ""
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The output of a job with what came along; `output` is JSON as it was sent, None included."""

    output: Any = None
    citations: tuple[Citation, ...] = ()
    follow_up_questions: tuple[str, ...] = ()
    nodes: tuple[Node, ...] = ()
    input_tokens: int | None = None
    output_tokens: int | None = None
    trace_id: str = ""
