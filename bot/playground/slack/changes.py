"""What changed, in order: wakes those who wait for a condition and feeds the page's event streams."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")

FEED_LENGTH = 20_000
"""Changes kept for event streams that come back; a page further behind reads its state again."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change that a page may show; `subject` is drawn when it is sent, so it is the newest.

    `person` limits it to one person; `channel` to those who see that channel; neither: everybody.
    """

    cursor: int
    kind: str
    subject: Any
    person: str | None = None
    channel: str | None = None


class Changes:
    """Everything that happens is noted here once; whoever waits looks again after each note."""

    def __init__(self) -> None:
        self.cursor = 0
        self.feed: deque[Change] = deque(maxlen=FEED_LENGTH)
        self._waiting: set[asyncio.Future[None]] = set()

    def note(
        self, kind: str, subject: Any, *, person: str | None = None, channel: str | None = None
    ) -> None:
        """Adds a change to the feed and wakes everybody who waits."""
        self.cursor += 1
        self.feed.append(Change(self.cursor, kind, subject, person, channel))
        self.wake()

    def wake(self) -> None:
        """Lets everybody who waits look at their condition again."""
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)
        self._waiting.clear()

    async def next(self) -> None:
        """Returns after the next change, whatever it is."""
        waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(waiting)
        try:
            await waiting
        finally:
            self._waiting.discard(waiting)

    async def until(self, predicate: Callable[[], T | None], timeout: float, says: str = "") -> T:
        """What `predicate` returns as soon as that is true-ish; TimeoutError after `timeout` s."""
        try:
            async with asyncio.timeout(timeout):
                while not (found := predicate()):
                    await self.next()
                return found
        except TimeoutError:
            what = says or getattr(predicate, "__name__", "the condition")
            raise TimeoutError(f"not within {timeout:g} s: {what}") from None

    def after(self, cursor: int) -> list[Change]:
        """The changes noted after `cursor`, oldest first."""
        behind = self.cursor - cursor
        if behind <= 0:
            return []
        behind = min(behind, len(self.feed))
        return [self.feed[index] for index in range(len(self.feed) - behind, len(self.feed))]
