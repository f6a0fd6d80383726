"""The app was removed from a workspace: nothing of its people's identity stays, and nothing runs on."""

import structlog

from bot.domain.codec import decode_run
from bot.domain.events import Stopped
from bot.ledger import Ledger
from bot.verdicts import Outcome, attempt
from storage.store import Store

log = structlog.get_logger(__name__)


class Leaving:
    """Stops what runs for a workspace and forgets its people's tokens. Raises StorageError."""

    def __init__(self, ledger: Ledger, store: Store) -> None:
        self._ledger = ledger
        self._store = store

    async def leave(self, workspace: str) -> None:
        """What is kept of questions and approvals stays, as the retention has it."""
        stopped = 0
        for row in await self._store.unfinished_of(workspace):
            run = decode_run(row.body)
            verdict = await attempt(self._ledger, run, Stopped(run.turn.asker))
            stopped += verdict.outcome is Outcome.DONE  # else a decision is on its way already
        forgotten = await self._store.forget_people_of(workspace)
        log.info("left", workspace=workspace, stopped=stopped, tokens=forgotten)
