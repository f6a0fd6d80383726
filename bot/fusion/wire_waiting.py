"""What a waiting job waits for, read from fields whose content Oracle does not publish.

What is known: a HUMAN node on channel CHAT offers Approve / Reject, or Approve / Request Change
for some rounds (both where it names all three), or takes the next typed message; on EMAIL or APPROVAL_PROCESS it is answered
elsewhere; a WAIT node is a timer. That `waitingToolCode` stands for a tool call that wants
confirmation is inferred. Where nothing tells the form, it is a DECISION: Approve and Reject are
the plain case in Oracle's documentation, and a wait without buttons would wait for ever.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.domain.job import Waiting, WaitingFor
from bot.fusion.wire_details import (
    PARAMETERS,
    hidden_in,
    is_volatile,
    read_details,
    redacted,
    scalars,
    wait_key,
)
from bot.fusion.wire_json import (
    by_plain_name,
    count_of,
    first_text,
    items_of,
    plain_name,
    text_of,
    unpacked,
)
from bot.fusion.wire_options import APPROVE_LABEL, OPTIONS, REJECT_LABEL, Options, read_options

LONGEST_MESSAGE = 12_000
DEEPEST_NODE = 4

_MESSAGE = (
    "message", "prompt", "question", "instruction", "instructions", "approvalmessage", "text",
    "content", "body", "description", "subject", "title", "label",
)  # fmt: skip
_NODE = ("nodename", "nodelabel", "displayname", "name", "title", "nodecode", "code", "nodeid")
_TOOL = ("toolcode", "toolname", "waitingtoolcode", "name", "code")
_CHANNEL = ("channeltype", "channel", "approvalchannel", "channels", "notificationchannel")
_NODE_TYPE = ("nodetype", "type", "kind", "waittype")
_ROUNDS = ("maxrounds", "rounds", "maxfeedbackrounds", "maximumrounds", "maxiterations")
_FEEDBACK = ("feedback", "feedbackenabled", "enablefeedback", "allowfeedback", "requestchange")
_APPROVAL = ("approval", "approvalrequired", "requiresapproval", "approvalenabled", "isapproval")
_STRUCTURE = frozenset(
    {
        *_MESSAGE, *_NODE, *_TOOL, *_CHANNEL, *_NODE_TYPE, *_ROUNDS, *_FEEDBACK, *_APPROVAL,
        *OPTIONS, *APPROVE_LABEL, *REJECT_LABEL, "id", "jobid", "status", "state",
        "workflowcode", "workflowid", "conversationid",
    }
)  # fmt: skip
# Objects of these names describe the wait; all others are data for the approver.
_WRAPPERS = frozenset(
    {
        "node", "nodes", "nodedetails", "nodeconfig", "waitingnode", "waitingnodes",
        "waitingnodedetails", "details", "config", "configuration", "settings", "properties",
        "metadata", "human", "humannode", "approval", "approvaldetails", "feedback", "form",
    }
)  # fmt: skip

_ELSEWHERE = frozenset({"EMAIL", "E-MAIL", "MAIL", "APPROVAL_PROCESS", "APPROVALPROCESS"})
_TIMER = frozenset({"WAIT", "TIMER", "DELAY", "WAIT_NODE", "SLEEP"})
_CHAT = frozenset({"CHAT"})
_FLAGS = {"TRUE": True, "Y": True, "YES": True, "FALSE": False, "N": False, "NO": False}
_CODE = re.compile(r"[A-Za-z0-9]+(?:[_.:-][A-Za-z0-9]+)*")


@dataclass(slots=True)
class _Form:
    """What the details say about the wait, collected from all objects that describe it."""

    fields: dict[str, Any] = field(default_factory=dict)  # under plain names
    parameters: list[Any] = field(default_factory=list)
    others: dict[str, Any] = field(default_factory=dict)
    message: str = ""
    options: Options = field(default_factory=Options)


def read_waiting(
    tool_code: Any, details: Any, *, output: Any = None, progress: Sequence[str] = ()
) -> Waiting:
    """Read `waitingToolCode` and `waitingNodeDetails`; never raises, whatever they are.

    The message is the details' own; else the output, which then belongs to the key, since a
    person decides on what is shown; else the newest progress text.
    """
    form = _read_form(unpacked(details))
    from_output = "" if form.message else text_of(output)
    message = form.message or from_output or (progress[-1] if progress else "")
    return Waiting(
        kind=_read_kind(form),
        key=wait_key(tool_code, details, from_output),
        message=hidden_in(message)[:LONGEST_MESSAGE],
        node=first_text(form.fields, _NODE),
        tool=_read_tool(tool_code) or first_text(form.fields, ("toolcode", "toolname")),
        details=read_details(form.parameters, form.others),
        approve_label=form.options.approve,
        reject_label=form.options.reject,
        rounds=_read_rounds(form.fields),
        raw=redacted(details),
    )


def _read_form(details: Any) -> _Form:
    form = _Form()
    items = details if isinstance(details, list) else [details]
    objects = [each for each in map(unpacked, items) if isinstance(each, dict)]
    if not objects:
        _read_words(form, "\n".join(scalars(details)))
    elif isinstance(details, list) and all("value" in by_plain_name(each) for each in objects):
        form.parameters.append(details)
    else:
        for node in _nodes(objects[0], 0):
            _read_node(form, node)
        form.message = first_text(form.fields, _MESSAGE)
        form.options = read_options(form.fields)
        _add_what_is_left(form)
    return form


def _read_words(form: _Form, words: str) -> None:
    """A string: a sentence is the message, a single code names the node or what it is."""
    if not _CODE.fullmatch(words) or len(words) > 100:
        form.message = words
    elif words.upper() in _ELSEWHERE | _CHAT:
        form.fields["channeltype"] = words
    elif words.upper() in _TIMER | {"HUMAN"}:
        form.fields["nodetype"] = words
    else:
        form.fields["nodename"] = words


def _nodes(node: Mapping[str, Any], depth: int) -> Iterator[Mapping[str, Any]]:
    """The objects that describe the wait, outer before inner.

    Of a list only the first: a job has one pending wait at a time, and a mixture of two would
    show a decision that is none.
    """
    yield node
    if depth == DEEPEST_NODE:
        return
    for name, value in node.items():
        if _describes(name, node):
            inner = next((e for e in map(unpacked, items_of(value)) if isinstance(e, dict)), None)
            if inner is not None:
                yield from _nodes(inner, depth + 1)


def _describes(name: str, node: Mapping[str, Any]) -> bool:
    """Whether an object of this name describes the wait, or is all that there is: `{"H1": {…}}`."""
    plain = plain_name(name)
    if plain in PARAMETERS or plain in OPTIONS:
        return False
    return plain in _WRAPPERS or len(node) == 1


def _read_node(form: _Form, node: Mapping[str, Any]) -> None:
    for name, value in node.items():
        plain = plain_name(name)
        holds = isinstance(unpacked(value), (dict, list))
        if plain in PARAMETERS:
            form.parameters.append(value)
        elif holds and _describes(name, node):
            continue  # read as a node of its own
        elif plain not in _STRUCTURE and not is_volatile(name):
            form.others.setdefault(name, value)
    for plain, value in by_plain_name(node).items():
        if form.fields.get(plain) in (None, ""):
            form.fields[plain] = value


def _add_what_is_left(form: _Form) -> None:
    """Texts beside the message, and choices that are no button, are for the approver too."""
    shown = {form.message, first_text(form.fields, _NODE)}
    for name in _MESSAGE:
        if (text := text_of(form.fields.get(name))) and text not in shown:
            form.others.setdefault(name, text)
            shown.add(text)
    if form.options.free:
        form.others["options"] = list(form.options.free)


def _read_kind(form: _Form) -> WaitingFor:
    channels = _upper_words(form.fields, _CHANNEL)
    types = _upper_words(form.fields, _NODE_TYPE)
    if (channels | types) & _ELSEWHERE and not channels & _CHAT:
        return WaitingFor.ELSEWHERE
    if types & _TIMER:
        return WaitingFor.TIMER
    changes = bool(form.options.change) or _flag(form.fields, _FEEDBACK) is True
    if form.options.reject:  # who may approve must be able to refuse, even beside a change
        return WaitingFor.REVIEW if changes else WaitingFor.DECISION
    if changes:
        return WaitingFor.CHANGES
    if form.options.approve:
        return WaitingFor.DECISION
    if form.options.free or _flag(form.fields, _APPROVAL) is False:
        return WaitingFor.TEXT
    return WaitingFor.DECISION


def _upper_words(fields: Mapping[str, Any], names: Sequence[str]) -> set[str]:
    found: list[str] = []
    for name in names:
        value = unpacked(fields.get(name))
        if isinstance(value, dict):
            found.append(first_text(by_plain_name(value), ("type", "name", "code")))
        else:
            found.extend(scalars(value))
    return {word.upper().replace(" ", "_") for word in found}


def _flag(fields: Mapping[str, Any], names: Sequence[str]) -> bool | None:
    """A yes or no, also as a word or as `{"enabled": true}`; None where the fields do not say."""
    for name in names:
        value = unpacked(fields.get(name))
        if isinstance(value, dict):
            value = by_plain_name(value).get("enabled")
        if isinstance(value, str):
            value = _FLAGS.get(value.strip().upper())
        if isinstance(value, bool):
            return value
    return None


def _read_rounds(fields: Mapping[str, Any]) -> int | None:
    return next((rounds for name in _ROUNDS if (rounds := count_of(fields.get(name)))), None)


def _read_tool(tool_code: Any) -> str:
    for item in items_of(tool_code):
        found = by_plain_name(item) if isinstance(item, dict) else {"code": item}
        if text := first_text(found, _TOOL):
            return text
    return ""
