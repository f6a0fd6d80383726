"""A message as it lies in a channel, with every earlier version of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.playground.slack.block_text import block_text, elements_of

Json = dict[str, Any]


class Shown:
    """What people see of a message: its blocks where there are any, else its text."""

    __slots__ = ()
    text: str
    blocks: list[Json]

    @property
    def plain(self) -> str:
        """All that can be read of it, flattened: one line per block or field."""
        if not self.blocks:
            return self.text
        return "\n".join(line for block in self.blocks if (line := block_text(block)))

    @property
    def elements(self) -> list[tuple[Json, Json]]:
        """Every interactive element with the block that it stands in."""
        return list(elements_of(self.blocks))

    @property
    def buttons(self) -> list[str]:
        """The action_ids of what can be clicked, in reading order."""
        return [element["action_id"] for _, element in self.elements]


@dataclass(frozen=True, slots=True)
class Version(Shown):
    """What a message said before an edit at `until` (seconds since the epoch)."""

    text: str
    blocks: list[Json]
    metadata: Json | None
    until: float


@dataclass(slots=True, eq=False)
class Message(Shown):
    """One message; `ephemeral_for` names the only person who sees it.

    `arguments` are what the bot's call said beside the content (unfurl_links, …).
    """

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    bot_id: str | None = None
    metadata: Json | None = None
    client_msg_id: str | None = None
    subtype: str | None = None
    ephemeral_for: str | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    files: list[Json] = field(default_factory=list)
    edited_versions: list[Version] = field(default_factory=list)
    edited_ts: str | None = None
    deleted: bool = False
    arguments: Json = field(default_factory=dict)

    @property
    def root_ts(self) -> str:
        """The ts of the thread that this message belongs to: its root's, or its own."""
        return self.thread_ts or self.ts

    @property
    def is_reply(self) -> bool:
        """Whether it stands inside a thread, below its root."""
        return self.thread_ts is not None and self.thread_ts != self.ts

    def keep_version(self, at: float) -> None:
        """Remembers what it says now as an earlier version; called right before an edit."""
        self.edited_versions.append(Version(self.text, self.blocks, self.metadata, at))

    def versions(self) -> Iterator[Shown]:
        """What it ever showed, newest first."""
        yield self
        yield from reversed(self.edited_versions)
