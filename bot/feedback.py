"""What people think of answers: kept with the run, one opinion for each person, and printed."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.domain.codec import decode_run
from bot.domain.run import Run, State
from bot.domain.turn import Person
from bot.ledger import Clock, Ledger
from bot.spreadsheet import write_csv
from bot.verdicts import known
from storage.rows import FeedbackRow
from storage.store import Store


class Opinion(StrEnum):
    """What somebody thinks of an answer."""

    GOOD = "good"
    BAD = "bad"


class Feedback:
    """Takes opinions. Raises StorageError: nothing was kept."""

    def __init__(
        self,
        ledger: Ledger,
        store: Store,
        clock: Clock,
        forward: Callable[["Thought"], None] = lambda _: None,
    ) -> None:
        self._forward = forward
        self._ledger = ledger
        self._store = store
        self._clock = clock

    async def note(
        self, run_id: str, person: Person, opinion: Opinion, comment: str = ""
    ) -> Run | None:
        """Keep what a person thinks of a run's answer; None where the run is no longer kept."""
        run = await known(self._ledger, run_id)
        if run is None or run.state is not State.COMPLETE:
            return None
        body = json.dumps({"opinion": opinion.value, "comment": comment.strip()})
        row = FeedbackRow(run_id, person.key, self._clock(), body.encode())
        await self._store.note_feedback(row)
        self._forward(Thought(run, person.key, row.at, opinion.value, comment.strip()))
        return run


@dataclass(frozen=True, slots=True)
class Thought:
    """One opinion, with what it is about."""

    run: Run
    person: str
    at: datetime
    opinion: str
    comment: str


async def read_feedback(store: Store, since: datetime) -> list[Thought]:
    """What people thought since then, oldest first. Raises StorageError."""
    found: list[Thought] = []
    for row in await store.feedback(since):
        kept = await store.run(row.run)
        if kept is None:
            continue  # purged meanwhile
        said = json.loads(row.body)
        run = decode_run(kept.body)
        found.append(Thought(run, row.person, row.at, said["opinion"], said["comment"]))
    return found


_COLUMNS = (
    "at", "person", "opinion", "comment", "agent_team", "question", "asked_by", "run", "trace_id",
)  # fmt: skip


def as_jsonl(thoughts: Iterable[Thought]) -> str:
    """One JSON object for each, with the answer as it came."""
    lines = (
        json.dumps(
            _summary(each) | {"answer": each.run.answer.output if each.run.answer else None},
            ensure_ascii=False,
        )
        for each in thoughts
    )
    return "".join(f"{line}\n" for line in lines)


def as_csv(thoughts: Iterable[Thought]) -> str:
    """One row for each under a line of names (RFC 4180), without the answers."""
    return write_csv(_COLUMNS, map(_summary, thoughts))


def _summary(thought: Thought) -> dict[str, Any]:
    run = thought.run
    return {
        "at": thought.at.isoformat(),
        "person": thought.person,
        "opinion": thought.opinion,
        "comment": thought.comment,
        "agent_team": run.turn.agent_team,
        "question": run.turn.text,
        "asked_by": run.turn.asker.key,
        "run": run.id,
        "trace_id": run.trace_id,
    }
