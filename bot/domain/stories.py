"""The record of approvals, told as stories: one for each approval, with how it stands or ended."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.audit import Entry, Kind
from bot.domain.job import Action


class Ending(StrEnum):
    """How an approval stands, or how it ended."""

    OPEN = "open"
    DECIDING = "deciding"  # decided, and Fusion has not confirmed yet
    APPROVED = "approved"
    REJECTED = "rejected"
    REPLIED = "replied"
    EXPIRED = "expired"
    UNKNOWN = "unknown"  # it was sent, and nobody here knows whether Fusion took it
    CANCELLED = "cancelled"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Story:
    """What happened to one approval: `entries` are all that is on record, in their order.

    Persons are Slack's keys, WORKSPACE:USER. `approved_by` are all whose approval counted;
    `decided_by` is the last of them, or who rejected or replied. `as_whom` is the Fusion user as
    whom the decision was sent. What is not known is "" or None.
    """

    approval: str
    entries: tuple[Entry, ...]
    outcome: Ending
    what: str
    agent_team: str
    asked_by: str
    asked_at: datetime
    approved_by: tuple[str, ...]
    decided_by: str
    decided_at: datetime | None
    as_whom: str
    reason: str
    trace_id: str

    @property
    def last_at(self) -> datetime:
        """When something happened last."""
        return self.entries[-1].at


def stories(entries: Iterable[Entry]) -> list[Story]:
    """The stories that entries tell, in the order in which they began."""
    found: dict[str, list[Entry]] = {}
    for each in entries:
        found.setdefault(each.approval, []).append(each)
    return [_story(approval, tuple(of_it)) for approval, of_it in found.items()]


def _story(approval: str, entries: tuple[Entry, ...]) -> Story:
    asked = next((each for each in entries if each.kind is Kind.REQUESTED), entries[0])
    settled = _last(entries, Kind.DECIDED, Kind.REOPENED)
    # A decision that did not come about is told among the entries, and is no part of the outcome.
    decided = settled if settled is not None and settled.kind is Kind.DECIDED else None
    sent = _last(entries, Kind.SENT) if decided is not None else None
    return Story(
        approval=approval,
        entries=entries,
        outcome=_outcome(entries, decided),
        what=str(asked.details.get("what", "")),
        agent_team=str(asked.details.get("agent_team", "")),
        asked_by=asked.person if asked.kind is Kind.REQUESTED else "",
        asked_at=asked.at,
        approved_by=_approved_by(entries),
        decided_by=decided.person if decided else "",
        decided_at=decided.at if decided else None,
        as_whom=sent.as_whom if sent else "",
        reason=decided.reason if decided else "",
        trace_id=next((each.trace_id for each in reversed(entries) if each.trace_id), ""),
    )


def _outcome(entries: tuple[Entry, ...], decided: Entry | None) -> Ending:
    for each in reversed(entries):
        if each.kind in _ENDS:
            return _ENDS[each.kind]
        if each.kind is Kind.CONFIRMED:
            action = str(decided.details.get("action")) if decided else ""
            return _DECIDED.get(action, Ending.ELSEWHERE)
    return Ending.DECIDING if decided else Ending.OPEN


def _approved_by(entries: tuple[Entry, ...]) -> tuple[str, ...]:
    """Whose approval counted: what did not come about takes back the one that completed it."""
    persons: list[str] = []
    last = ""
    for each in entries:
        if each.kind is Kind.CLICKED:
            persons.append(each.person)
        elif each.kind is Kind.DECIDED:
            last = each.person
        elif each.kind is Kind.REOPENED and last in persons:
            persons.remove(last)
    return tuple(persons)


def _last(entries: tuple[Entry, ...], *kinds: Kind) -> Entry | None:
    return next((each for each in reversed(entries) if each.kind in kinds), None)


_DECIDED: dict[str, Ending] = {
    Action.APPROVE: Ending.APPROVED,
    Action.REJECT: Ending.REJECTED,
    Action.REPLY: Ending.REPLIED,
}
_ENDS = {
    Kind.EXPIRED: Ending.EXPIRED,
    Kind.UNKNOWN: Ending.UNKNOWN,
    Kind.CANCELLED: Ending.CANCELLED,
    Kind.ELSEWHERE: Ending.ELSEWHERE,
}
