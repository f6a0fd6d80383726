"""What is put on the record of approvals: each entry says who, what, when, and why.

Entries follow from a step of a run, so none can be forgotten; those that are no step (somebody was
shown a card, a click was refused, a decision is about to be sent) are made where they happen.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.domain.approval import Approval, ApprovalState
from bot.domain.run import Run


class Kind(StrEnum):
    """What happened to an approval."""

    REQUESTED = "requested"
    SHOWN = "shown"
    REMINDED = "reminded"
    ESCALATED = "escalated"
    DELEGATED = "delegated"
    CLICKED = "clicked"  # an approval by one of several
    REFUSED = "refused"  # somebody tried who may not, or too late
    DECIDED = "decided"
    SENT = "sent"
    CONFIRMED = "confirmed"
    REOPENED = "reopened"  # the decision did not come about
    EXPIRED = "expired"
    UNKNOWN = "unknown"  # it was sent, and nobody here knows whether Fusion took it
    CANCELLED = "cancelled"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. `person` is Slack's key of who did it, "" where nobody did.

    `as_whom` is the Fusion user as whom something is sent; `digest` is of the card that was shown.
    """

    kind: Kind
    at: datetime
    run: str
    approval: str
    person: str = ""
    as_whom: str = ""
    reason: str = ""
    digest: str = ""
    trace_id: str = ""
    details: dict[str, Any] = field(default_factory=dict)


def entries_of(before: Run, after: Run, now: datetime) -> tuple[Entry, ...]:
    """What one step of a run puts on the record."""
    earlier = {each.id: each for each in before.approvals}
    found: list[Entry] = []
    for approval in after.approvals:
        if approval.waiting.answerable and approval != earlier.get(approval.id):
            found += _of_one(after, earlier.get(approval.id), approval, now)
    return tuple(found)


def _of_one(run: Run, before: Approval | None, after: Approval, now: datetime) -> Iterator[Entry]:
    def entry(kind: Kind, **more: Any) -> Entry:
        return Entry(kind, now, run.id, after.id, trace_id=run.trace_id, **more)

    if before is None:
        yield entry(Kind.REQUESTED, person=run.turn.asker.key, details=_request(run, after))
        return
    workspace = run.turn.asker.workspace
    for vote in after.votes[len(before.votes) :]:
        decision = vote.decision
        details = {"action": decision.action.value, "stage": vote.stage + 1}
        yield entry(
            Kind.CLICKED,
            person=decision.by.key,
            reason=decision.comment,
            digest=decision.shown,
            details=details,
        )
    for handed in after.delegations[len(before.delegations) :]:
        details = {"to": f"{workspace}:{handed.to}", "stage": handed.stage + 1}
        yield entry(Kind.DELEGATED, person=f"{workspace}:{handed.by}", details=details)
    for missed in after.escalations[len(before.escalations) :]:
        yield entry(Kind.ESCALATED, details={"from_stage": missed.stage + 1})
    if len(after.reminders) > len(before.reminders):
        yield entry(Kind.REMINDED, details={"number": len(after.reminders)})
    yield from _moves(before, after, entry)


def _moves(before: Approval, after: Approval, entry: Any) -> Iterator[Entry]:
    if after.state is before.state:
        return
    decision = after.decision
    who = decision.by.key if decision else ""
    match after.state:
        case ApprovalState.OPEN:
            why = after.reopened.value if after.reopened else ""
            yield entry(Kind.REOPENED, reason=why, details={"fusion": after.refusal})
        case ApprovalState.DECIDING if decision is not None:
            yield entry(
                Kind.DECIDED,
                person=decision.by.key,
                reason=decision.comment,
                digest=decision.shown,
                details={"action": decision.action.value},
            )
        case ApprovalState.DECIDED:
            yield entry(Kind.CONFIRMED, person=who)
        case end:
            yield entry(_ENDS[end])


_ENDS = {
    ApprovalState.EXPIRED: Kind.EXPIRED,
    ApprovalState.UNKNOWN: Kind.UNKNOWN,
    ApprovalState.CANCELLED: Kind.CANCELLED,
    ApprovalState.ELSEWHERE: Kind.ELSEWHERE,
}


def _request(run: Run, approval: Approval) -> dict[str, Any]:
    waiting = approval.waiting
    return {
        "agent_team": run.turn.agent_team,
        "what": waiting.message,
        "node": waiting.node,
        "tool": waiting.tool,
        "parameters": [list(each) for each in waiting.details],
        "policy": approval.policy.name,
        "job": approval.job_id,
        "channel": run.turn.place.channel,
        "round": approval.round,
    }


# As it is kept


def encode_entry(entry: Entry) -> bytes:
    """An entry as it is kept: JSON with its keys in order, so that it always reads the same."""
    body = {
        "kind": entry.kind.value,
        "at": entry.at.isoformat(),
        "run": entry.run,
        "approval": entry.approval,
        "person": entry.person,
        "as_whom": entry.as_whom,
        "reason": entry.reason,
        "digest": entry.digest,
        "trace_id": entry.trace_id,
        "details": entry.details,
    }
    return json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode(
        errors="surrogatepass"
    )


def decode_entry(body: bytes) -> Entry:
    """The entry again. Raises ValueError or KeyError for what is none."""
    found = json.loads(body)
    return Entry(
        kind=Kind(found["kind"]),
        at=datetime.fromisoformat(found["at"]),
        **{name: found[name] for name in _PLAIN},
    )


_PLAIN = (
    "run", "approval", "person", "as_whom", "reason", "digest", "trace_id", "details",
)  # fmt: skip
