"""Writes one message in the first form that Slack takes: as it is drawn, plainer, or its beginning.

What Slack takes is not all documented. A message that it refuses in every form would stand as it
was before, for ever: "is working on it".
"""

from collections.abc import Mapping, Sequence
from typing import Any

import structlog

from bot.slack.outbound import Outbound, SlackRefused
from bot.slack.text.plainer import beginning, plainer
from bot.slack.text.safe import cut_mrkdwn
from bot.slack.threads.closed import INVALID
from bot.slack.threads.parts import Part
from bot.slack.words import answers as say

log = structlog.get_logger(__name__)

# Slack documents 40,000 characters of `text`, and edits of more than 4,000 have been seen refused
# beside good blocks. Notifications and screen readers read it; the blocks say all of it.
LONGEST_TEXT = 1000


class Writing:
    """Posts or edits messages: `given` is what chat.postMessage or chat.update wants beside them.

    All raise as Outbound.call does, and return the message's ts.
    """

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound

    async def write(self, method: str, workspace: str, part: Part, given: Mapping[str, Any]) -> str:
        """The whole part; in its plainest form where Slack finds the blocks invalid."""
        try:
            return await self._call(method, workspace, part, given, part.blocks)
        except SlackRefused as refused:
            if refused.error not in INVALID:
                raise
            log.warning("drawn_plainer", part=part.name, error=refused.error, why=refused.details)
        return await self._call(method, workspace, part, given, plainer(part.blocks))

    async def write_beginning(
        self, method: str, workspace: str, part: Part, given: Mapping[str, Any]
    ) -> str:
        """As much as Slack takes in any case, saying that this is not all."""
        text = cut_mrkdwn(part.text, LONGEST_TEXT)
        blocks = beginning(text, part.blocks, say.ONLY_THE_BEGINNING)
        return await self._call(method, workspace, part, given, blocks)

    async def _call(
        self,
        method: str,
        workspace: str,
        part: Part,
        given: Mapping[str, Any],
        blocks: Sequence[Any],
    ) -> str:
        text = cut_mrkdwn(part.text, LONGEST_TEXT)
        reply = await self._outbound.call(
            method, workspace, {"text": text, **given, "blocks": list(blocks)}
        )
        return str(reply.get("ts", ""))
