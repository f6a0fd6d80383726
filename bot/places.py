"""Threads and messages of ours, and where they stand in Slack."""

from dataclasses import dataclass

from bot.domain.turn import Place
from storage.rows import ThreadRow


@dataclass(frozen=True, slots=True)
class Posted:
    """One part of a run's picture, where it stands in Slack, and a digest of what it shows."""

    part: str
    channel: str
    ts: str
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread that is ours: where it stands, and the conversation that it carries."""

    id: str
    place: Place
    conversation_id: str | None


def read_thread(row: ThreadRow) -> Thread:
    """A thread from its row."""
    return Thread(row.id, Place(row.workspace, row.channel, row.ts), row.conversation_id)
