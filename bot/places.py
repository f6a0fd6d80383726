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
    """A thread that is ours: where it stands, and the conversation that it carries.

    A conversation is with one agent team, `agent_team`; "" where that was not kept.
    """

    id: str
    place: Place
    conversation_id: str | None
    agent_team: str = ""

    def conversation_with(self, agent_team: str) -> str | None:
        """The conversation to go on with this team; None begins one."""
        return self.conversation_id if self.agent_team in {"", agent_team} else None


def read_thread(row: ThreadRow) -> Thread:
    """A thread from its row."""
    team, _, conversation = (row.conversation_id or "").rpartition(_BETWEEN)
    return Thread(row.id, Place(row.workspace, row.channel, row.ts), conversation or None, team)


def conversation_key(agent_team: str, conversation_id: str | None) -> str | None:
    """A conversation as a thread's row keeps it: with whom it is, and its id."""
    return None if conversation_id is None else f"{agent_team}{_BETWEEN}{conversation_id}"


_BETWEEN = "\n"  # in no code and no id
