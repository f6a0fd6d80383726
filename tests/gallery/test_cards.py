"""The gallery lacks nothing, and Slack takes all of it in every language."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.approval import ApprovalState
from bot.domain.events import Trouble
from bot.domain.job import WaitingFor
from bot.domain.run import State
from bot.playground.slack import SlackServer
from bot.slack.words import LANGUAGES
from tests.gallery.cards import Shown, all_of
from tests.payload_rules import assert_blocks_valid, assert_view_valid


def test_every_state_is_there() -> None:
    names = " | ".join(each.name for each in all_of("en"))
    for kind in (State, Trouble, WaitingFor, ApprovalState):
        for member in kind:
            assert member.value in names, f"{kind.__name__} {member} is in no card"


@pytest.mark.parametrize("language", LANGUAGES)
async def test_slack_takes_all_of_it(language: str) -> None:
    async with SlackServer() as slack:
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
        for shown in all_of(language):
            await publish(slack, client, shown)
            assert_blocks_valid(shown.blocks)
            if shown.view is not None:
                assert_view_valid(shown.view)


async def publish(slack: SlackServer, client: AsyncWebClient, shown: Shown) -> None:
    """Give it to Slack, which checks it."""
    if shown.view is None:
        await client.chat_postMessage(
            channel="C0FINANCE", text=shown.text, blocks=list(shown.blocks)
        )
    elif shown.view["type"] == "home":
        await client.views_publish(user_id="U0ANNA", view=shown.view)
    else:
        trigger = slack.workspace.views.issue_trigger("U0ANNA")
        await client.views_open(trigger_id=trigger, view=shown.view)
        slack.workspace.views.stack("U0ANNA").clear()
