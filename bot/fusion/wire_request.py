"""What is sent to invokeAsync: a question, or the decision on a wait.

There is no published way to answer a wait, so the way is a setting, see `ResumeStrategy`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from bot.domain.agent import JobRef, Question
from bot.domain.agent_team import FACTS, IN_BRACES, AgentTeam
from bot.domain.approval import Decision
from bot.domain.job import Action, Waiting

PLACEHOLDERS = frozenset(
    {"job_id", "action", "comment", "decider", "waiting_tool_code", "waiting_node_details"}
)


class ResumeKind(StrEnum):
    """How a decision is sent."""

    MESSAGE = "message"  # as the next message of the conversation
    RESUME = "resume"  # the same, with jobId and resumeNodeInput


@dataclass(frozen=True, slots=True)
class ResumeStrategy:
    """How decisions are sent to a waiting job.

    `words` are the messages; they may name {comment} and {decider}. `actions` are the words for
    {action} in `template`, the JSON value of resumeNodeInput, in which every string may name the
    PLACEHOLDERS. None leaves resumeNodeInput out.
    """

    kind: ResumeKind = ResumeKind.MESSAGE
    words: Mapping[Action, str] = field(
        default_factory=lambda: MappingProxyType(
            {Action.APPROVE: "Approve", Action.REJECT: "Reject", Action.REPLY: "{comment}"}
        )
    )
    actions: Mapping[Action, str] = field(default_factory=lambda: MappingProxyType({}))
    template: Any = None


def build_invoke(
    team: AgentTeam, question: Question, conversation_id: str | None
) -> dict[str, Any]:
    """The body of invokeAsync.

    `conversational` and `conversationId` are always explicit: where either is left out the agent
    team answers one-shot, without a conversation.
    """
    parameters = {name: _filled(text, question.facts) for name, text in team.parameters.items()}
    return _build(team, question.text, conversation_id, parameters)


def build_resume(
    strategy: ResumeStrategy, job: JobRef, waiting: Waiting, decision: Decision
) -> dict[str, Any]:
    """The body of invokeAsync that answers a wait.

    Parameters that name facts about the question are left out: the facts are the first
    request's, which the waiting job already has.
    """
    parameters = {
        name: text for name, text in job.team.parameters.items() if not _named_facts(text)
    }
    words = strategy.words.get(decision.action, "{comment}")
    spoken = {"comment": decision.comment, "decider": decision.by.user}
    body = _build(job.team, _rendered_text(words, spoken).strip(), job.conversation_id, parameters)
    if strategy.kind is ResumeKind.RESUME:
        body["jobId"] = job.id
        if strategy.template is not None:
            body["resumeNodeInput"] = _rendered(
                strategy.template,
                {
                    **spoken,
                    "job_id": job.id,
                    "action": strategy.actions.get(decision.action, decision.action.value),
                    "waiting_tool_code": waiting.tool,
                    "waiting_node_details": waiting.raw,
                },
            )
    return body


def unknown_placeholders(template: Any) -> set[str]:
    """The names in braces within a template (or a text) that nothing stands for."""
    if isinstance(template, str):
        return set(IN_BRACES.findall(template)) - PLACEHOLDERS
    values = template.values() if isinstance(template, Mapping) else template
    if not isinstance(template, (Mapping, list, tuple)):
        return set()
    return {name for value in values for name in unknown_placeholders(value)}


def _build(
    team: AgentTeam, message: str, conversation_id: str | None, parameters: dict[str, str]
) -> dict[str, Any]:
    body: dict[str, Any] = {
        "conversational": True,
        "conversationId": conversation_id,
        "status": team.status,
        "message": message,
        "invocationMode": team.invocation_mode,
        "parameters": parameters,
        "progressMessage": True,
    }
    if team.version is not None:  # left out, it is the latest published one
        body["version"] = team.version
    return body


def _named_facts(text: str) -> set[str]:
    return set(IN_BRACES.findall(text)) & FACTS


def _filled(text: str, facts: Mapping[str, str]) -> str:
    """Known facts filled in, "" for one that this question lacks; other braces stay."""
    known = dict.fromkeys(FACTS, "") | dict(facts)
    return _rendered_text(text, known)


def _rendered(template: Any, values: Mapping[str, Any]) -> Any:
    """A copy of the template; a string that is one placeholder becomes the value itself."""
    if isinstance(template, Mapping):
        return {name: _rendered(each, values) for name, each in template.items()}
    if isinstance(template, (list, tuple)):
        return [_rendered(each, values) for each in template]
    if not isinstance(template, str):
        return template
    whole = IN_BRACES.fullmatch(template)
    if whole and whole[1] in values:
        return values[whole[1]]
    return _rendered_text(template, values)


def _rendered_text(text: str, values: Mapping[str, Any]) -> str:
    """One pass: braces that a value brings along are not filled again."""
    return IN_BRACES.sub(
        lambda found: _as_text(values[found[1]]) if found[1] in values else found[0], text
    )


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
