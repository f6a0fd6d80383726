"""Opening a form (modal): within three seconds of the click, so before anything that may take longer."""

import structlog

from bot.slack.outbound import Outbound, SlackRefused, SlackUnanswered, SlackUnavailable
from bot.slack.text.blocks import Block

log = structlog.get_logger(__name__)


async def open_form(outbound: Outbound, workspace: str, trigger_id: str, view: Block) -> bool:
    """Open it for whoever pressed; whether Slack did."""
    arguments = {"trigger_id": trigger_id, "view": view}
    try:
        await outbound.call("views.open", workspace, arguments)
    except (SlackRefused, SlackUnavailable, SlackUnanswered) as error:
        log.warning("form_not_opened", error=str(error))
        return False
    return True
