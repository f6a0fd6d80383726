"""Short answers that only one person sees; best effort, since nothing depends on them."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

import structlog

from bot.domain.turn import Person
from bot.slack.asking.payloads import Click
from bot.slack.outbound import Outbound, SlackRefused, SlackUnanswered, SlackUnavailable
from bot.slack.text.blocks import Block

log = structlog.get_logger(__name__)

AT_MOST = 200


class Whispers:
    """Ephemeral messages, sent by tasks of its own so that no acknowledgement waits for them."""

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound
        self._tasks: set[asyncio.Task[None]] = set()

    def tell(
        self,
        person: Person,
        channel: str,
        thread_ts: str | None,
        text: str,
        blocks: Sequence[Block] = (),
    ) -> None:
        """Tell a person something in a channel; dropped where too many wait already."""
        if len(self._tasks) >= AT_MOST:
            log.warning("whisper_dropped", channel=channel)
            return
        arguments: dict[str, Any] = {"channel": channel, "user": person.user, "text": text}
        if blocks:
            arguments["blocks"] = list(blocks)
        if thread_ts:
            arguments["thread_ts"] = thread_ts
        self._own(self._send(person, arguments))

    def answer(self, click: Click, text: str) -> None:
        """What was whispered with buttons says this instead, or nothing; it can be clicked once."""
        body: dict[str, Any] = {"replace_original": True, "text": text}
        if not text:
            body = {"delete_original": True}
        if click.response_url:
            self._own(self._outbound.respond(click.response_url, body))
        elif text:
            self.tell(click.person, click.channel, click.thread_ts, text)

    def _own(self, sending: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(sending)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _send(self, person: Person, arguments: dict[str, Any]) -> None:
        try:
            await self._outbound.call("chat.postEphemeral", person.workspace, arguments)
        except (SlackRefused, SlackUnavailable, SlackUnanswered) as error:
            log.info("whisper_failed", channel=arguments["channel"], error=str(error))

    async def close(self) -> None:
        """Stop what has not been sent."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
