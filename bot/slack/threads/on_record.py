"""That somebody was shown an approval, for the record: which card, where, and what it said."""

from datetime import datetime

from bot.domain.audit import Entry, Kind
from bot.domain.run import Run
from bot.slack.threads.parts import Part


def entry_of(
    run: Run, part: Part, channel: str, ts: str, digest: str, now: datetime
) -> Entry | None:
    """The entry for a part that was just posted; None for one that is no approval's card."""
    kind, _, rest = part.name.partition(":")
    number = rest.partition(":")[0]
    if kind != "approval" or not number.isdecimal():
        return None
    approval = run.approvals[int(number) - 1]
    if not approval.waiting.answerable:
        return None
    return Entry(
        Kind.SHOWN,
        now,
        run.id,
        approval.id,
        person=f"{run.turn.place.workspace}:{part.to}" if part.to else "",
        digest=digest,
        trace_id=run.trace_id,
        details={"channel": channel, "ts": ts},
    )
