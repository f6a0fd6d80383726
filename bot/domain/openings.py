"""Which channels are open to guests and to people of other organisations: none that is not named."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Opening:
    """Whom one channel is open to, besides the workspace's own people."""

    guests: bool = False
    other_organisations: bool = False

    def admits(self, *, is_guest: bool, is_external: bool) -> bool:
        """Whether such a person may ask here; who is both needs both."""
        return (self.guests or not is_guest) and (self.other_organisations or not is_external)


CLOSED = Opening()


@dataclass(frozen=True, slots=True)
class Openings:
    """What is open, by the id of its channel."""

    channels: Mapping[str, Opening] = field(default_factory=dict)

    def admit(self, channel: str, *, is_guest: bool, is_external: bool) -> bool:
        """Whether such a person may ask in this channel."""
        here = self.channels.get(channel, CLOSED)
        return here.admits(is_guest=is_guest, is_external=is_external)

    def admit_anywhere(self, *, is_guest: bool, is_external: bool) -> bool:
        """Whether such a person may ask in some channel, so that they act at Fusion at all."""
        return any(
            each.admits(is_guest=is_guest, is_external=is_external)
            for each in (CLOSED, *self.channels.values())
        )


ALL_CLOSED = Openings()
