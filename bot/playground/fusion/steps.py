"""What scripts are made of, and how a person's answer to a waiting node is understood.

A script is a tuple of steps that ends in Done or Failed. It is plain data: time only enters when
a job plays it. Seconds are stretched by the server's pace.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any


class Action(StrEnum):
    """What an answer to a waiting node was understood as."""

    APPROVE = "approve"
    REJECT = "reject"
    REPLY = "reply"  # a requested change, or the text that was asked for
    UNCLEAR = "unclear"  # neither Approve nor Reject: the node asks again


class Takes(StrEnum):
    """What a waiting node takes as its answer."""

    DECISION = "decision"  # Approve / Reject
    CHANGES = "changes"  # Approve / Request Change with words
    TEXT = "text"  # the next typed message
    NOTHING = "nothing"  # it is answered elsewhere, or goes on by itself


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, what had been asked before in the conversation, and the parameters."""

    message: str
    earlier: tuple[str, ...]
    parameters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody said to a waiting node; `comment` holds a REPLY's words or the reason."""

    action: Action
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """A node that works for some seconds; None means until it is released."""

    node: str
    seconds: float | None
    progress: str = ""
    kind: str = "AGENT"


@dataclass(frozen=True, slots=True)
class Wait:
    """A node that waits.

    `details` is what waitingNodeDetails shows beside the message, None for none at all; as
    `packed` it is JSON in a string. `answered` gives the rest of the script for an answer; with
    `lasts` the script goes on by itself after so many seconds.
    """

    node: str
    message: str
    takes: Takes
    details: dict[str, Any] | None
    answered: Callable[[Answer], "Script"] | None = None
    lasts: float | None = None
    kind: str = "HUMAN"
    tool: str | None = None
    packed: bool = False

    @property
    def answerable(self) -> bool:
        """Whether a message in the conversation can answer it."""
        return self.takes is not Takes.NOTHING

    def asking_again(self) -> "Wait":
        """The same node after an answer that it could not make sense of."""
        again = "I did not understand that. Please answer Approve or Reject."
        message = self.message.removeprefix(again).lstrip()
        return replace(self, message=f"{again}\n\n{message}")


@dataclass(frozen=True, slots=True)
class Done:
    """The end of a job that worked; `output` is any JSON value."""

    output: Any
    citations: tuple[Any, ...] = ()
    supporting_chunks: tuple[Any, ...] = ()
    follow_ups: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Failed:
    """The end of a job that failed, with what it had so far."""

    error: Any
    output: Any = None


Step = Work | Wait | Done | Failed
Script = tuple[Step, ...]

_DECISION = re.compile(
    r"(?P<word>approved?|reject(?:ed)?)\s*(?:[:\n](?P<comment>.*)|[.!])?", re.IGNORECASE | re.DOTALL
)
_COMMENTS = ("comment", "feedback", "$feedbackReceived", "feedbackReceived", "message", "text")
_ACTIONS = ("action", "$actionPerformed", "actionPerformed", "decision")


def read_answer(wait: Wait, message: str) -> Answer:
    """What a typed message means to this node.

    A plain node understands "Approve" and "Reject", alone or followed by a colon and a reason; a
    node that takes changes understands "Approve" and takes everything else as a change.
    """
    text = message.strip()
    if wait.takes is Takes.TEXT:
        return Answer(Action.REPLY, text)
    found = _DECISION.fullmatch(text)
    approves = found is not None and found["word"].lower().startswith("approve")
    if wait.takes is Takes.CHANGES:
        return Answer(Action.APPROVE) if approves else Answer(Action.REPLY, text)
    if found is None:
        return Answer(Action.UNCLEAR, text)
    action = Action.APPROVE if approves else Action.REJECT
    return Answer(action, (found["comment"] or "").strip())


def read_resume_node_input(wait: Wait, given: dict[str, Any], message: str) -> Answer:
    """What `resumeNodeInput` means: an action such as APPROVE_ACTION, and a comment.

    Its schema is published empty, so several names are accepted; without an action the message
    of the request counts instead.
    """
    action = _first_text(given, _ACTIONS).upper()
    comment = _first_text(given, _COMMENTS)
    if wait.takes is Takes.TEXT:
        return Answer(Action.REPLY, comment or message.strip())
    if action.startswith("APPROVE"):
        return Answer(Action.APPROVE, comment)
    if wait.takes is Takes.CHANGES and action:
        return Answer(Action.REPLY, comment or message.strip())
    if action.startswith("REJECT"):
        return Answer(Action.REJECT, comment)
    return Answer(Action.UNCLEAR, comment) if action else read_answer(wait, message)


def _first_text(given: dict[str, Any], names: tuple[str, ...]) -> str:
    found = (given.get(name) for name in names)
    return next((each.strip() for each in found if isinstance(each, str) and each.strip()), "")
