"""Whether this replica may act: only while it has told the store, in time, that it lives.

A process that was stopped and goes on does not know it. Others have taken over its work by then;
before it writes anything anywhere it finds here that its lease has run out.
"""

import asyncio
from datetime import timedelta


class Lease:
    """Measured by the event loop's clock, which goes on while a process is stopped.

    Where a store has one owner at a time, as an SQLite file has, it cannot lapse: however late a
    heartbeat is, nobody else can have taken anything over.
    """

    def __init__(self, length: timedelta, *, can_lapse: bool = True) -> None:
        self.length = length
        self.can_lapse = can_lapse
        self._until: float | None = None

    def prolong(self, since: float) -> None:
        """The store was told at `since` that this replica lives; until then nothing is measured."""
        self._until = since + self.length.total_seconds()

    def may_act(self) -> bool:
        """Whether nobody else can have taken over what this replica holds."""
        if self._until is None or not self.can_lapse:
            return True
        return asyncio.get_running_loop().time() < self._until
