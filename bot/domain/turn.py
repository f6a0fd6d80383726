"""What a person said, and where they said it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from bot.domain.attachment import Attachment

Replies = Literal["off", "asker", "everyone"]  # whose replies without a mention are turns


class Origin(StrEnum):
    """How a turn came in."""

    MENTION = "mention"
    REPLY = "reply"  # in a thread that the bot is part of, without a mention
    DIRECT_MESSAGE = "direct_message"
    COMMAND = "command"
    FOLLOW_UP = "follow_up"  # a follow-up question was clicked
    AGAIN = "again"  # Ask again was clicked
    SHORTCUT = "shortcut"  # the form of a shortcut was sent


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in Slack: the only identity that authority is ever derived from."""

    workspace: str
    user: str

    @property
    def key(self) -> str:
        """One string for both, unique over all workspaces."""
        return f"{self.workspace}:{self.user}"


@dataclass(frozen=True, slots=True)
class Place:
    """A thread in Slack; `ts` is None while its first message is not posted yet (commands)."""

    workspace: str
    channel: str
    ts: str | None


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing that a person said to the bot.

    `key` is what makes it unique: workspace, channel and message ts; `twins` are other names under
    which the same message may be delivered once more (event id, client_msg_id).
    `text` is as Slack sent it; it becomes plain text just before it is asked. `names_team` means
    that the text begins by naming its agent team; `instead_of` is the team that its thread had before.
    `continues` is the conversation, as a thread keeps it, that this turn takes to a new thread.
    `team_title` is what a team that no setting names is called.
    """

    key: str
    origin: Origin
    place: Place
    asker: Person
    text: str
    agent_team: str
    taken_at: datetime
    message_ts: str | None = None
    twins: tuple[str, ...] = ()
    team_title: str = ""
    names_team: bool = False
    instead_of: str = ""
    continues: str = ""
    files: tuple[Attachment, ...] = ()
