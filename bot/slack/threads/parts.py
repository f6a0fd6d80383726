"""A part of a run's picture: one message, and where it stands."""

from dataclasses import dataclass

from bot.slack.text.blocks import Block


@dataclass(frozen=True, slots=True)
class Part:
    """One message: its name within the picture, its blocks, and its text for notifications.

    It stands in the run's thread, unless `to` names the one person who gets it directly, or
    `channel` the channel that it is for. One with a `file` is posted as a file of that text.
    """

    name: str
    text: str
    blocks: tuple[Block, ...]
    to: str = ""
    channel: str = ""
    file: str = ""

    @property
    def is_elsewhere(self) -> bool:
        """Whether it stands outside of the run's thread."""
        return bool(self.to or self.channel)
