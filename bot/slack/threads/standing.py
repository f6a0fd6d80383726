"""Where a run stands in Slack: in its thread, or in direct messages where its channel was closed."""

from collections.abc import Mapping
from dataclasses import replace

import structlog

from bot.domain.run import Run
from bot.domain.turn import Person, Place
from bot.ledger import Ledger
from bot.places import Posted, Thread
from bot.slack.outbound import Outbound
from bot.slack.people.directs import open_direct
from bot.slack.threads.picture import ROOT

log = structlog.get_logger(__name__)


class Standing:
    """Knows where runs stand. All raise StorageError, and what Outbound.call raises."""

    def __init__(self, outbound: Outbound, ledger: Ledger) -> None:
        self._outbound = outbound
        self._ledger = ledger
        self._directs: dict[tuple[str, str], str] = {}

    async def place_of(self, run: Run, thread: Thread, posted: Mapping[str, Posted]) -> Place:
        """In its thread, but never in another person's direct messages.

        A thread whose channel was closed has moved to those of whoever was to be shown something first.
        """
        place = thread.place
        if not is_direct(place.channel) or place.channel == run.turn.place.channel:
            return place
        own = await self.direct(place.workspace, run.turn.asker.user)
        if own == place.channel:
            return place
        there = Place(place.workspace, own, None)
        root = stands_in(there, posted.get(ROOT))
        return replace(there, ts=root.ts) if root is not None and root.ts else there

    async def move_to_direct_messages(self, run: Run, thread: Thread) -> Thread:
        """The thread stands in the direct messages of whoever asked from now on."""
        workspace = thread.place.workspace
        channel = await self.direct(workspace, run.turn.asker.user)
        log.info("moved_to_direct_message", run=run.id)
        await self._ledger.place_thread(thread, channel, None)
        return Thread(thread.id, Place(workspace, channel, None), thread.conversation_id)

    async def direct(self, workspace: str, user: str) -> str:
        """The direct messages with somebody."""
        if (workspace, user) not in self._directs:
            opened = await open_direct(self._outbound, Person(workspace, user))
            self._directs[workspace, user] = opened
        return self._directs[workspace, user]


def is_direct(channel: str) -> bool:
    """Whether a channel is somebody's direct messages."""
    return channel.startswith("D")


def stands_in(place: Place, known: Posted | None) -> Posted | None:
    """What is known of a part, if it stands in this channel."""
    return known if known is not None and known.channel == place.channel else None
