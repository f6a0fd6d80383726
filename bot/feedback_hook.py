"""Hands feedback on to another system as it comes: one POST of JSON for each opinion.

Best effort: what the bot keeps is the record, and `fusion-slack feedback` prints all of it. No text
of a question or an answer leaves here, only the comment that somebody wrote to be read.
"""

import asyncio
import random
from typing import Any

import aiohttp
import structlog

from bot.feedback import Thought

log = structlog.get_logger(__name__)

TRIES = 5
PAUSE = 2.0  # seconds, doubled with each try
AT_MOST = 500  # opinions on their way
TIMEOUT = aiohttp.ClientTimeout(total=10)


class FeedbackHook:
    """Posts opinions to `url`, if there is one, with `token` as a bearer token."""

    def __init__(self, session: aiohttp.ClientSession, url: str, token: str) -> None:
        self._session = session
        self._url = url
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._tasks: set[asyncio.Task[None]] = set()

    def forward(self, thought: Thought) -> None:
        """Hand one on; returns at once."""
        if not self._url:
            return
        if len(self._tasks) >= AT_MOST:
            log.warning("feedback_not_forwarded", run=thought.run.id, error="too many wait")
            return
        task = asyncio.create_task(self._post(thought))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Stop what has not been sent."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _post(self, thought: Thought) -> None:
        body, said = _body(thought), ""
        for attempt in range(TRIES):
            if attempt:
                await asyncio.sleep(PAUSE * 2 ** (attempt - 1) * random.uniform(0.5, 1.0))
            try:
                async with self._session.post(
                    self._url, json=body, headers=self._headers, timeout=TIMEOUT
                ) as reply:
                    if reply.status < 400:
                        return
                    said = f"http_{reply.status}"
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                said = type(error).__name__
        log.warning("feedback_not_forwarded", run=thought.run.id, error=said)


def _body(thought: Thought) -> dict[str, Any]:
    run = thought.run
    return {
        "id": f"{run.id}:{thought.person}",  # the same when somebody thinks better of it
        "at": thought.at.isoformat(),
        "person": thought.person,
        "opinion": thought.opinion,
        "comment": thought.comment,
        "agent_team": run.turn.agent_team,
        "conversation_id": run.conversation_id,
        "job_id": run.job_id,
        "trace_id": run.trace_id,
    }
