"""The bot, made to die at one named point: `python tests/faults/dying_bot.py serve`.

DIE_AT names the point: `before:` or `after:` a call of the real program, such as
`after:store.take` or `before:slack.chat.postMessage`; DIE_ON says at which time (1), and
DIE_LATE for how many seconds it hangs there first (0), while everything else goes on. The process
then kills itself with SIGKILL, so that nothing is flushed, closed or said. Without DIE_AT it is
the bot as it is; the bot itself knows nothing of this.

Points: store.take · store.save, store.save.STATE (a run comes into that state) ·
store.begin.KIND · store.settle.KIND · store.note.PART (what may be posted, then where it stands) ·
slack.METHOD · fusion.prepare, fusion.invoke, fusion.status, fusion.resume · bolt.TYPE (a payload of that type was
handled; its acknowledgement is sent afterwards).
"""

import asyncio
import os
import signal
from collections.abc import Callable
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.cli import main
from bot.fusion.client import FusionClient
from bot.slack.outbound import Outbound
from storage.sqlite import SqliteStore

Names = Callable[..., tuple[str, ...]]


class Death:
    """Comes at a point, when it is reached for the n-th time."""

    def __init__(self, at: str, on: int, late: float) -> None:
        self._at = at
        self._left = on
        self._late = late

    async def meet(self, point: str) -> None:
        """Die here, if this is the point and the time has come."""
        if point == self._at:
            self._left -= 1
            if self._left <= 0:  # who comes while it hangs here hangs too
                await asyncio.sleep(self._late)
                os.kill(os.getpid(), signal.SIGKILL)

    def wait_at(self, owner: Any, method: str, names: Names) -> None:
        """Wait before and after each call of a method, under what `names` makes of its arguments."""
        real = getattr(owner, method)

        async def call(*args: Any, **kwargs: Any) -> Any:
            points = names(*args, **kwargs)
            for point in points:
                await self.meet(f"before:{point}")
            result = await real(*args, **kwargs)
            for point in points:
                await self.meet(f"after:{point}")
            return result

        setattr(owner, method, call)


class Saves:
    """Names a save, and the state that a run comes into by it."""

    def __init__(self) -> None:
        self._states: dict[str, str] = {}

    def names(self, _: Any, change: Any, *__: Any) -> tuple[str, ...]:
        """`store.save`, and `store.save.STATE` where the state is another than before."""
        row = change.row
        before = self._states.get(row.id)
        self._states[row.id] = row.state
        return ("store.save",) if before == row.state else ("store.save", f"store.save.{row.state}")


def lie_in_wait(death: Death) -> None:
    """Put death before and after everything that leaves a trace outside of the process."""
    death.wait_at(SqliteStore, "take", lambda *_: ("store.take",))
    death.wait_at(SqliteStore, "save", Saves().names)
    death.wait_at(SqliteStore, "begin", lambda _, claim, *__: (f"store.begin.{claim.kind}",))
    death.wait_at(SqliteStore, "settle", lambda _, claim, *__: (f"store.settle.{claim.kind}",))
    death.wait_at(SqliteStore, "note_message", lambda _, row: (f"store.note.{row.part}",))
    death.wait_at(Outbound, "call", lambda _, method, *__: (f"slack.{method}",))
    for method in ("prepare", "invoke", "status", "resume"):
        death.wait_at(FusionClient, method, lambda *_, name=f"fusion.{method}": (name,))
    death.wait_at(AsyncApp, "async_dispatch", lambda _, asked: (f"bolt.{asked.body.get('type')}",))


if __name__ == "__main__":
    if at := os.environ.get("DIE_AT"):
        on, late = os.environ.get("DIE_ON", "1"), os.environ.get("DIE_LATE", "0")
        lie_in_wait(Death(at, int(on), float(late)))
    main()
