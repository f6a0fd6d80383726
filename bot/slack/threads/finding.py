"""Finding a message of ours that may have been posted, by its metadata."""

from typing import Any

import structlog

from bot.domain.run import Run
from bot.domain.turn import Place
from bot.slack.outbound import Outbound, SlackRefused
from bot.slack.threads.parts import Part
from bot.slack.threads.picture import ROOT

log = structlog.get_logger(__name__)

METADATA = "fusion_run"
SEARCHED = 200


async def find_posted(outbound: Outbound, run: Run, place: Place, part: Part) -> str | None:
    """The ts of the message that is this part of this run; None also where we may not look.

    Raises SlackUnavailable and SlackUnanswered.
    """
    arguments: dict[str, Any] = {
        "channel": place.channel,
        "include_all_metadata": True,
        "limit": SEARCHED,
        "oldest": f"{run.turn.taken_at.timestamp() - 60:.6f}",
    }
    method = "conversations.history"
    if part.name != ROOT and place.ts is not None:
        method = "conversations.replies"
        arguments["ts"] = place.ts
    try:
        reply = await outbound.call(method, place.workspace, arguments)
    except SlackRefused as refused:
        log.info("not_searched", run=run.id, error=refused.error)
        return None
    for message in reply.get("messages") or []:
        payload = (message.get("metadata") or {}).get("event_payload") or {}
        if payload.get("run") == run.id and payload.get("part") == part.name:
            return str(message["ts"])
    return None
