"""The page's routes: state, events, and what a person does there."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack import SlackServer
from tests.playground.test_slack_http_delivery import Receiver, a_receiver

Json = dict[str, Any]

SUGGESTIONS = [{"title": "Spend", "message": "Show me supplier spend", "what": "A table"}]
CARD: list[Json] = [
    {
        "type": "actions",
        "elements": [
            {
                "type": "button",
                "action_id": "approval_approve",
                "value": "a1",
                "text": {"type": "plain_text", "text": "Approve"},
            }
        ],
    }
]
MODAL = {
    "type": "modal",
    "callback_id": "approval_reply",
    "title": {"type": "plain_text", "text": "Reply"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [
        {
            "type": "input",
            "block_id": "why",
            "label": {"type": "plain_text", "text": "Why?"},
            "element": {"type": "plain_text_input", "action_id": "reason"},
        }
    ],
}


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with a_receiver(suggestions=SUGGESTIONS) as receiver:
        yield receiver


@pytest.fixture
def slack(receiver: Receiver) -> SlackServer:
    return receiver.slack


@pytest.fixture
def client(slack: SlackServer) -> AsyncWebClient:
    return AsyncWebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])


@pytest.fixture
async def page(slack: SlackServer) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(slack.page_url) as session:
        yield session


async def act(page: aiohttp.ClientSession, name: str, **body: Any) -> tuple[int, Json]:
    async with page.post(f"page/{name}", json=body) as answer:
        return answer.status, await answer.json()


async def state(page: aiohttp.ClientSession, person: str = "U0ANNA") -> Json:
    async with page.get("page/state", params={"person": person}) as answer:
        shown: Json = await answer.json()
        return shown


@asynccontextmanager
async def events(
    page: aiohttp.ClientSession, person: str, after: int
) -> AsyncIterator[AsyncIterator[Json]]:
    """The stream of events of a person, one JSON object at a time."""
    params = {"person": person, "after": str(after)}
    async with page.get("page/events", params=params) as answer:

        async def read() -> AsyncIterator[Json]:
            async for line in answer.content:
                if line.startswith(b"data: "):
                    yield json.loads(line.removeprefix(b"data: "))

        yield read()


async def test_the_state_is_what_a_person_sees(
    slack: SlackServer, client: AsyncWebClient, page: aiohttp.ClientSession
) -> None:
    root = await slack.say("U0ANNA", "C0FINANCE", "@Fusion hello")
    await slack.say("U0BEN", "D0BEN", "between us")
    await client.chat_postMessage(channel="C0FINANCE", thread_ts=root, text="x", blocks=CARD)
    await client.chat_postEphemeral(channel="C0FINANCE", user="U0ANNA", text="psst")
    await client.assistant_threads_setStatus(
        channel_id="C0FINANCE", thread_ts=root, status="is thinking …"
    )
    await client.agents_sessions_setStatus(
        channel_id="C0FINANCE", thread_ts=root, status="processing"
    )
    shown = await state(page)
    assert shown["workspace"] == {"id": "T0PLAY", "name": "Playground"}
    assert (shown["me"], shown["bot"]) == ("U0ANNA", {"user_id": "U0FUSION", "name": "Fusion"})
    assert [channel["id"] for channel in shown["channels"]] == [
        "D0ANNA",
        "C0GENERAL",
        "C0FINANCE",
        "C0RANDOM",
    ]
    assert shown["channels"][0]["type"] == "im"
    assert shown["channels"][3]["bot_is_member"] is False
    assert [message["text"] for message in shown["messages"]] == ["<@U0FUSION> hello", "x", "psst"]
    assert shown["messages"][1]["bot_id"] == "B0FUSION"
    assert shown["messages"][2]["ephemeral_for"] == "U0ANNA"
    thread = {"channel": "C0FINANCE", "thread_ts": root}
    assert shown["statuses"] == [{**thread, "status": "is thinking …"}]
    assert shown["sessions"] == [{**thread, "status": "processing"}]
    assert shown["suggestions"] == SUGGESTIONS
    assert shown["commands"][0]["command"] == "/fusion"
    assert {person["id"]: person["is_guest"] for person in shown["people"]}["U0DAN"]
    assert (await state(page, "U0X")) == {"error": "Nobody here is called 'U0X'."}


async def test_what_happens_after_the_state_comes_as_events(
    slack: SlackServer, client: AsyncWebClient, page: aiohttp.ClientSession
) -> None:
    await slack.say("U0ANNA", "C0FINANCE", "before")
    cursor = (await state(page))["cursor"]
    async with events(page, "U0ANNA", cursor) as stream:
        ts = await slack.say("U0BEN", "C0FINANCE", "after")
        first = await anext(stream)
        assert (first["kind"], first["message"]["text"]) == ("message", "after")
        await slack.say("U0BEN", "D0BEN", "not for Anna")
        await client.chat_postEphemeral(channel="C0FINANCE", user="U0BEN", text="nor this")
        await slack.delete("U0BEN", "C0FINANCE", ts)
        second = await anext(stream)
        assert second.pop("cursor") > first["cursor"]
        assert second == {"kind": "deleted", "channel": "C0FINANCE", "ts": ts}
        await client.views_publish(user_id="U0ANNA", view={"type": "home", "blocks": []})
        third = await anext(stream)
        assert (third["kind"], third["home"]["type"]) == ("home", "home")
    async with events(page, "U0ANNA", cursor) as stream:
        # The message is gone by now, so the stream that comes late does not show it.
        assert (await anext(stream))["kind"] == "deleted"


async def test_two_pages_follow_the_same_channel(
    slack: SlackServer, page: aiohttp.ClientSession
) -> None:
    async with events(page, "U0ANNA", 0) as annas, events(page, "U0BEN", 0) as bens:
        await slack.say("U0CHLOE", "C0FINANCE", "bonjour")
        assert (await anext(annas))["message"]["text"] == "bonjour"
        assert (await anext(bens))["message"]["text"] == "bonjour"


async def test_a_person_says_and_edits_and_deletes(
    slack: SlackServer, page: aiohttp.ClientSession
) -> None:
    me = {"person": "U0ANNA", "channel": "C0FINANCE"}
    status, body = await act(page, "say", **me, text="@Fusion hello")
    assert status == 200
    ts = body["ts"]
    assert slack.message("C0FINANCE", ts).text == "<@U0FUSION> hello"
    _, reply = await act(page, "say", **me, text="more", thread_ts=ts)
    assert slack.message("C0FINANCE", reply["ts"]).thread_ts == ts
    assert await act(page, "edit", **me, ts=ts, text="new") == (200, {"ok": True})
    assert slack.message("C0FINANCE", ts).text == "new"
    assert await act(page, "delete", **me, ts=reply["ts"]) == (200, {"ok": True})
    assert slack.message("C0FINANCE", reply["ts"]).deleted


async def test_a_command_is_typed_like_a_message_but_not_in_threads(
    slack: SlackServer, receiver: Receiver, page: aiohttp.ClientSession
) -> None:
    me = {"person": "U0ANNA", "channel": "C0FINANCE"}
    assert await act(page, "say", **me, text="/fusion help  me ") == (200, {"ok": True})
    assert receiver.received[-1].payload["text"] == "help  me"
    ts = await slack.say("U0ANNA", "C0FINANCE", "question")
    refusal = {"error": "Slash commands do not work in threads."}
    assert await act(page, "say", **me, text="/fusion", thread_ts=ts) == (409, refusal)
    refusal = {"error": "/wibble is not a valid command."}
    assert await act(page, "say", **me, text="/wibble a") == (409, refusal)
    assert await act(page, "say", **me, text="/3 of it")
    assert [each.text for each in slack.messages("C0FINANCE")] == ["question", "/3 of it"]


async def test_a_click_and_a_modal_go_all_the_way(
    client: AsyncWebClient,
    receiver: Receiver,
    page: aiohttp.ClientSession,
) -> None:
    posted = await client.chat_postMessage(channel="C0FINANCE", text="x", blocks=CARD)
    me = {"person": "U0BEN"}
    click = {"channel": "C0FINANCE", "message_ts": posted["ts"], "action_id": "approval_approve"}
    assert await act(page, "click", **me, **click, value="a1") == (200, {"ok": True})
    trigger = receiver.received[-1].payload["trigger_id"]
    await client.views_open(trigger_id=trigger, view=MODAL)
    (view,) = (await state(page, "U0BEN"))["views"]
    assert (view["type"], view["title"]["text"], view["errors"]) == ("modal", "Reply", None)
    errors = {"why": "Too short."}
    receiver.answer = lambda _payload: web.json_response(
        {"response_action": "errors", "errors": errors}
    )
    filled = {"view_id": view["id"], "values": {"why": {"reason": "no"}}}
    answer = await act(page, "submit", **me, **filled)
    assert answer == (200, {"ok": False, "errors": errors})
    receiver.answer = lambda _payload: web.Response()
    assert await act(page, "submit", **me, **filled) == (200, {"ok": True})
    values = receiver.received[-1].payload["view"]["state"]["values"]
    assert values == {"why": {"reason": {"type": "plain_text_input", "value": "no"}}}
    assert (await state(page, "U0BEN"))["views"] == []


async def test_a_modal_is_closed_and_other_things_are_told(
    slack: SlackServer,
    client: AsyncWebClient,
    receiver: Receiver,
    page: aiohttp.ClientSession,
) -> None:
    me = {"person": "U0ANNA"}
    assert await act(page, "shortcut", **me, callback_id="ask") == (200, {"ok": True})
    trigger = receiver.received[-1].payload["trigger_id"]
    opened = await client.views_open(trigger_id=trigger, view=MODAL)
    assert await act(page, "close", **me, view_id=opened["view"]["id"]) == (200, {"ok": True})
    assert slack.views("U0ANNA") == []
    assert await act(page, "home", **me, tab="messages") == (200, {"ok": True})
    root = await slack.say("U0ANNA", "D0ANNA", "question")
    await client.agents_sessions_setStatus(channel_id="D0ANNA", thread_ts=root, status="processing")
    there = {"channel": "D0ANNA", "thread_ts": root}
    assert await act(page, "stop", **me, **there) == (200, {"ok": True})
    await slack.settled()
    assert [event["tab"] for event in receiver.of("app_home_opened")] == ["messages"]
    assert len(receiver.of("agent_session_stopped")) == 1


async def test_refusals_are_sentences(
    client: AsyncWebClient,
    receiver: Receiver,
    page: aiohttp.ClientSession,
) -> None:
    ts = (await client.chat_postMessage(channel="C0FINANCE", text="x", blocks=CARD))["ts"]
    me = {"person": "U0ANNA", "channel": "C0FINANCE"}
    receiver.answer = lambda _payload: web.Response(status=500)
    refused = [
        (await act(page, "say", **me), 400, "missing required field: text"),
        (await act(page, "say", **{**me, "channel": "D0BEN"}, text="x"), 404, "cannot see"),
        (await act(page, "edit", **me, ts=ts, text="x"), 409, "themselves"),
        (await act(page, "click", **me, message_ts=ts, action_id="x"), 404, "there is:"),
        (
            await act(page, "click", **me, message_ts=ts, action_id="approval_approve"),
            424,
            "The app did not respond",
        ),
        (await act(page, "submit", person="U0ANNA", view_id="V0X"), 404, "no view"),
        (await act(page, "stop", **me, thread_ts=ts), 409, "Stop"),
    ]
    for (status, body), expected, words in refused:
        assert (status, words in body["error"]) == (expected, True), body
    async with page.post("page/say", data="[]") as answer:
        assert answer.status == 400
    async with page.post("page/say", data="{") as answer:
        assert answer.status == 400
    async with page.get("page/events", params={"person": "U0X"}) as answer:
        assert answer.status == 404
