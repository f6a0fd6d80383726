"""Slash commands, shortcuts and response_urls."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack import SlackServer
from tests.playground.test_slack_http_delivery import Receiver, a_receiver
from tests.playground.test_slack_interactions import CARD, post

Json = dict[str, Any]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with a_receiver() as receiver:
        receiver.slack.subscribed.clear()
        yield receiver


@pytest.fixture
def slack(receiver: Receiver) -> SlackServer:
    return receiver.slack


@pytest.fixture
def client(slack: SlackServer) -> AsyncWebClient:
    return AsyncWebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])


async def test_shortcuts_have_slacks_shapes(slack: SlackServer, receiver: Receiver) -> None:
    ts = await slack.say("U0BEN", "C0FINANCE", "look at this")
    await slack.shortcut("U0ANNA", "ask_fusion")
    await slack.shortcut("U0ANNA", "ask_about", channel="C0FINANCE", message_ts=ts)
    shortcut, about = (each.payload for each in receiver.received)
    assert (shortcut["type"], shortcut["callback_id"]) == ("shortcut", "ask_fusion")
    assert "channel" not in shortcut
    assert (about["type"], about["message_ts"]) == ("message_action", ts)
    assert about["message"]["text"] == "look at this"


async def test_a_command_has_slacks_fields(slack: SlackServer, receiver: Receiver) -> None:
    await slack.command("U0ANNA", "C0FINANCE", "/fusion", "ask What?")
    form = receiver.received[0].payload
    assert form.pop("trigger_id")
    assert form.pop("response_url")
    assert form == {
        "token": "playground",
        "team_id": "T0PLAY",
        "team_domain": "playground",
        "channel_id": "C0FINANCE",
        "channel_name": "finance",
        "user_id": "U0ANNA",
        "user_name": "anna",
        "command": "/fusion",
        "text": "ask What?",
        "api_app_id": "A0FUSION",
        "is_enterprise_install": "false",
    }


async def test_a_command_is_answered_in_private_or_in_the_channel(
    slack: SlackServer, receiver: Receiver
) -> None:
    receiver.answer = lambda _payload: web.Response(text="just text")
    await slack.command("U0ANNA", "C0FINANCE", "/fusion")
    reply = {"response_type": "in_channel", "text": "for all"}
    receiver.answer = lambda _payload: web.json_response(reply)
    await slack.command("U0ANNA", "C0FINANCE", "/fusion")
    assert [message.text for message in slack.ephemerals("U0ANNA")] == ["just text"]
    assert [message.text for message in slack.messages("C0FINANCE")] == ["for all"]
    wrong = {"text": "x", "blocks": [{"type": "hologram"}]}
    receiver.answer = lambda _payload: web.json_response(wrong)
    answer = await slack.command("U0ANNA", "C0FINANCE", "/fusion")
    assert answer.error == "invalid_command_response: invalid_blocks"


async def respond(url: str, **body: Any) -> tuple[int, Json]:
    async with aiohttp.ClientSession() as session, session.post(url, json=body) as answer:
        return answer.status, await answer.json()


async def test_a_response_url_replaces_and_deletes_and_posts(
    slack: SlackServer, client: AsyncWebClient, receiver: Receiver
) -> None:
    ts = await post(client, CARD)
    await slack.click("U0BEN", ts, "approval_approve", channel="C0FINANCE")
    url = receiver.received[-1].payload["response_url"]
    assert await respond(url, text="only you") == (200, {"ok": True})
    assert [message.text for message in slack.ephemerals("U0BEN")] == ["only you"]
    await respond(url, text="Approved", replace_original=True)
    assert slack.message("C0FINANCE", ts).plain == "Approved"
    await respond(url, text="all", response_type="in_channel", thread_ts=ts)
    assert [message.text for message in slack.thread("C0FINANCE", ts)] == ["Approved", "all"]
    await respond(url, delete_original="true")
    assert slack.message("C0FINANCE", ts).deleted
    status, body = await respond(url, text="x", blocks=[{"type": "hologram"}])
    assert (status, body["error"]) == (400, "invalid_blocks")
    assert await respond(url, text="sixth") == (404, {"ok": False, "error": "used_url"})


async def test_an_ephemeral_message_is_replaced_and_deleted_by_its_response_url(
    slack: SlackServer, client: AsyncWebClient, receiver: Receiver
) -> None:
    answer = await client.chat_postEphemeral(
        channel="C0FINANCE", user="U0BEN", text="x", blocks=CARD
    )
    await slack.click("U0BEN", answer["message_ts"], "approval_reject", channel="C0FINANCE")
    url = receiver.received[-1].payload["response_url"]
    await respond(url, text="Rejected", replace_original=True)
    assert [message.text for message in slack.ephemerals("U0BEN")] == ["Rejected"]
    missing = await respond(f"{slack.page_url}response/unknown", text="x")
    assert missing == (404, {"ok": False, "error": "no_such_url"})
