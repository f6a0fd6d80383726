"""Clicks in messages: what is there to click, and what the bot is told."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack import ButtonNotThere, NotThere, SlackServer
from tests.playground.test_slack_http_delivery import Receiver, a_receiver

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def button(action_id: str, value: str, **more: Any) -> Json:
    return {
        "type": "button",
        "action_id": action_id,
        "value": value,
        "text": plain(action_id),
        **more,
    }


OPTIONS = [{"text": plain("One"), "value": "1"}, {"text": plain("Two"), "value": "2"}]
CARD: list[Json] = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "Pay invoice 4711?"}},
    {
        "type": "actions",
        "block_id": "decide",
        "elements": [
            button("approval_approve", "a1", style="primary"),
            button("approval_reject", "a1"),
        ],
    },
]
FEEDBACK = {
    "type": "context_actions",
    "elements": [
        {
            "type": "feedback_buttons",
            "action_id": "answer_feedback",
            "positive_button": {"text": plain("Good"), "value": "good"},
            "negative_button": {"text": plain("Bad"), "value": "bad"},
        }
    ],
}


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


async def post(client: AsyncWebClient, blocks: list[Json], **more: Any) -> str:
    answer = await client.chat_postMessage(channel="C0FINANCE", text="x", blocks=blocks, **more)
    ts: str = answer["ts"]
    return ts


async def test_a_click_has_slacks_shape(
    slack: SlackServer, client: AsyncWebClient, receiver: Receiver
) -> None:
    root = await slack.say("U0ANNA", "C0FINANCE", "question")
    metadata = {"event_type": "fusion_run", "event_payload": {"run": "r1"}}
    ts = await post(client, CARD, thread_ts=root, metadata=metadata)
    answer = await slack.click("U0BEN", ts, "approval_approve", channel="C0FINANCE")
    assert answer.ok
    body = receiver.received[-1].payload
    action = body["actions"][0]
    assert action.pop("action_ts")
    assert body["type"] == "block_actions"
    assert body["user"] == {"id": "U0BEN", "username": "ben", "name": "ben", "team_id": "T0PLAY"}
    assert body["container"] == {
        "type": "message",
        "message_ts": ts,
        "channel_id": "C0FINANCE",
        "is_ephemeral": False,
        "thread_ts": root,
    }
    assert body["channel"] == {"id": "C0FINANCE", "name": "finance"}
    assert (body["enterprise"], body["is_enterprise_install"]) == (None, False)
    assert body["team"] == {"id": "T0PLAY", "domain": "playground"}
    assert body["message"]["blocks"][1]["block_id"] == "decide"
    assert body["message"]["thread_ts"] == root
    assert body["message"]["metadata"] == metadata
    assert body["state"] == {"values": {}}
    assert body["trigger_id"]
    assert body["response_url"].startswith(slack.page_url)
    assert action == {
        "type": "button",
        "action_id": "approval_approve",
        "block_id": "decide",
        "text": plain("approval_approve"),
        "value": "a1",
        "style": "primary",
    }


async def test_a_button_that_is_not_there_cannot_be_clicked(
    slack: SlackServer, client: AsyncWebClient
) -> None:
    ts = await post(client, CARD)
    with pytest.raises(ButtonNotThere, match="there is: approval_approve, approval_reject"):
        await slack.click("U0BEN", ts, "run_stop", channel="C0FINANCE")
    with pytest.raises(ButtonNotThere, match="with the value 'a2'"):
        await slack.click("U0BEN", ts, "approval_approve", channel="C0FINANCE", value="a2")
    with pytest.raises(NotThere):
        await slack.click("U0BEN", "1.1", "run_stop", channel="C0FINANCE")


async def test_a_late_click_still_names_the_button_that_has_gone(
    slack: SlackServer, client: AsyncWebClient, receiver: Receiver
) -> None:
    ts = await post(client, CARD)
    await client.chat_update(channel="C0FINANCE", ts=ts, text="Approved")
    with pytest.raises(ButtonNotThere, match="nothing to click"):
        await slack.click("U0BEN", ts, "approval_approve", channel="C0FINANCE")
    await slack.click("U0BEN", ts, "approval_approve", channel="C0FINANCE", even_if_gone=True)
    assert receiver.received[-1].payload["actions"][0]["value"] == "a1"
    assert receiver.received[-1].payload["message"]["text"] == "Approved"


async def test_menus_and_feedback_send_what_was_chosen(
    slack: SlackServer, client: AsyncWebClient, receiver: Receiver
) -> None:
    menus = {
        "type": "actions",
        "elements": [
            {"type": "overflow", "action_id": "more", "options": OPTIONS},
            {"type": "static_select", "action_id": "team", "options": OPTIONS},
            {"type": "multi_static_select", "action_id": "teams", "options": OPTIONS},
            {"type": "users_select", "action_id": "who"},
        ],
    }
    ts = await post(client, [menus, FEEDBACK])
    chosen: list[tuple[str, Any, Json]] = [
        ("more", "2", {"selected_option": OPTIONS[1]}),
        ("team", "1", {"selected_option": OPTIONS[0]}),
        ("teams", ["1", "2"], {"selected_options": OPTIONS}),
        ("who", "U0BEN", {"selected_user": "U0BEN"}),
        ("answer_feedback", "bad", {"value": "bad", "text": plain("Bad")}),
    ]
    for action_id, value, expected in chosen:
        await slack.click("U0ANNA", ts, action_id, channel="C0FINANCE", value=value)
        action = receiver.received[-1].payload["actions"][0]
        assert expected.items() <= action.items(), action
    with pytest.raises(LookupError, match="no option '3'"):
        await slack.click("U0ANNA", ts, "team", channel="C0FINANCE", value="3")


async def test_buttons_that_share_an_action_id_are_told_apart_by_value(
    slack: SlackServer, client: AsyncWebClient, receiver: Receiver
) -> None:
    rows = [{"type": "actions", "elements": [button("follow_up", value)]} for value in "ab"]
    ts = await post(client, rows)
    await slack.click("U0ANNA", ts, "follow_up", channel="C0FINANCE", value="b")
    assert receiver.received[-1].payload["actions"][0]["value"] == "b"


async def test_an_ephemeral_message_is_clicked_without_its_content(
    slack: SlackServer, client: AsyncWebClient, receiver: Receiver
) -> None:
    answer = await client.chat_postEphemeral(
        channel="C0FINANCE", user="U0BEN", text="x", blocks=CARD
    )
    ts = answer["message_ts"]
    await slack.click("U0BEN", ts, "approval_reject", channel="C0FINANCE")
    body = receiver.received[-1].payload
    assert body["container"]["is_ephemeral"] is True
    assert "message" not in body
    with pytest.raises(NotThere):
        await slack.click("U0ANNA", ts, "approval_reject", channel="C0FINANCE")


async def test_a_click_that_the_bot_refuses_is_not_ok(
    slack: SlackServer, client: AsyncWebClient, receiver: Receiver
) -> None:
    receiver.answer = lambda _payload: web.Response(status=500)
    ts = await post(client, CARD)
    answer = await slack.click("U0BEN", ts, "approval_approve", channel="C0FINANCE")
    assert not answer
    assert answer.error == "The app did not respond (http_error)."
