"""Runs as rows: what of a run the store must query, and what one step of it changes there."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from bot.domain.approval import Approval, ApprovalState
from bot.domain.audit import Entry, encode_entry, entries_of
from bot.domain.codec import decode_run, encode_run
from bot.domain.effects import Effect
from bot.domain.machine import ENDS, abandons_job, owes
from bot.domain.run import Run, State
from bot.domain.timing import due_at
from bot.domain.turn import Person
from bot.places import conversation_key
from storage.rows import ApprovalRow, AuditRow, Change, Claim, Owed, RunRow, Slot, Standing


def new_run_id(now: datetime) -> str:
    """An id that sorts by time and cannot be guessed: milliseconds and 48 random bits, in hex."""
    return f"{int(now.timestamp() * 1000):011x}{secrets.token_hex(6)}"


def run_of(claim: Claim) -> Run:
    """The run as it stood when the claim was made."""
    return decode_run(claim.row.body)


def change(
    before: Run, after: Run, effects: Sequence[Effect], claim: Claim | None, now: datetime
) -> Change:
    """One step of a run as the store shall save it.

    A claim that it came from is settled only if the run owes its agent team something else now.
    """
    ours = owes(after)
    moved = ours is not owes(before)
    owe = [owed_to_thread(after, now)] if Effect.SHOW in effects else []
    if moved and ours is not None:
        owe.append(owed_to_agent(after, now))
    settle = [] if ours is not None else [Slot.AGENT]
    date = due_at(after)
    of_clock = claim is not None and claim.slot is Slot.CLOCK
    if date is None and (of_clock or due_at(before) is not None):
        settle.append(Slot.CLOCK)
    elif date is not None and (of_clock or date != due_at(before)):
        owe.append(Owed(after.id, Slot.CLOCK, Effect.ATTEND, date))
    conversation: tuple[str | None] | None = None
    if abandons_job(before, after):
        conversation = (None,)
    elif after.conversation_id != before.conversation_id:
        conversation = (conversation_key(after.turn.agent_team, after.conversation_id),)
    return Change(
        row=row_of(after),
        owe=tuple(owe),
        settle=tuple(settle),
        claim=claim if moved or of_clock else None,
        approvals=tuple(_approval_changes(before, after)),
        conversation=conversation,
        audit=tuple(map(audit_row, entries_of(before, after, now))),
    )


def row_of(run: Run) -> RunRow:
    """A run with the columns that are queried."""
    return RunRow(
        id=run.id,
        thread=run.thread,
        asker=run.turn.asker.key,
        state=run.state,
        standing=_standing(run.state),
        version=run.version,
        created_at=run.turn.taken_at,
        body=encode_run(run),
    )


def owed_to_thread(run: Run, now: datetime) -> Owed:
    """Every change of a run is shown in its thread."""
    return Owed(run.id, Slot.SHOW, Effect.SHOW, now)


def owed_to_agent(run: Run, now: datetime) -> Owed:
    """What a run that has not ended owes to its agent team."""
    effect = owes(run)
    if effect is None:
        raise ValueError(f"a run that is {run.state} owes nothing")
    return Owed(run.id, Slot.AGENT, effect, now, when_idle=effect is Effect.START)


def _standing(state: State) -> Standing:
    if state is State.QUEUED:
        return Standing.QUEUED
    return Standing.ENDED if state in ENDS else Standing.LIVE


def _approval_changes(before: Run, after: Run) -> list[tuple[ApprovalRow, str | None]]:
    earlier = {each.id: each for each in before.approvals}
    return [
        (_approval_row(after, each), earlier[each.id].state if each.id in earlier else None)
        for each in after.approvals
        if _row_differs(earlier.get(each.id), each)
    ]


def _row_differs(before: Approval | None, after: Approval) -> bool:
    return before is None or (before.state, before.deciders, before.voted) != (
        after.state,
        after.deciders,
        after.voted,
    )


def _approval_row(run: Run, approval: Approval) -> ApprovalRow:
    decision, workspace = approval.decision, run.turn.asker.workspace
    is_open = approval.state is ApprovalState.OPEN and approval.waiting.answerable
    return ApprovalRow(
        id=approval.id,
        run=run.id,
        job=approval.job_id,
        state=approval.state,
        pending=approval.is_pending,
        opened_at=approval.opened_at,
        decided_by=decision.by.key if decision else None,
        decided_at=decision.at if decision else None,
        waits_for=tuple(Person(workspace, user).key for user in approval.undecided if is_open),
    )


def audit_row(entry: Entry) -> AuditRow:
    """An entry of the record as a row."""
    return AuditRow(encode_entry(entry), entry.approval, entry.at)
