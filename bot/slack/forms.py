"""Opening a form (modal): within three seconds of the click, so before anything that may take longer."""

import asyncio

import structlog

from bot.slack.outbound import Outbound, SlackRefused, SlackUnanswered, SlackUnavailable
from bot.slack.text.blocks import Block

log = structlog.get_logger(__name__)

OPENS_WITHIN = 2.5  # seconds: a trigger is good for three, so it is not tried for longer


async def open_form(outbound: Outbound, workspace: str, trigger_id: str, view: Block) -> bool:
    """Open it for whoever pressed; whether Slack did."""
    arguments = {"trigger_id": trigger_id, "view": view}
    try:
        async with asyncio.timeout(OPENS_WITHIN):
            await outbound.call("views.open", workspace, arguments)
    except (SlackRefused, SlackUnavailable, SlackUnanswered, TimeoutError) as error:
        log.warning("form_not_opened", error=str(error) or "time-out")
        return False
    return True
