"""The rest of the Web API with slack_sdk's client: who may call, and what is answered."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack import SlackServer

Json = dict[str, Any]


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with SlackServer() as slack:
        yield slack


@pytest.fixture
def client(slack: SlackServer) -> AsyncWebClient:
    return AsyncWebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])


async def refused(client: AsyncWebClient, method: str, **arguments: Any) -> str:
    """The error with which a call is refused."""
    with pytest.raises(SlackApiError) as refusal:
        await client.api_call(method, json=arguments)
    error: str = refusal.value.response["error"]
    return error


# Who may call


async def test_the_bot_is_told_who_it_is_and_what_it_may_do(
    slack: SlackServer, client: AsyncWebClient
) -> None:
    answer = await client.auth_test()
    assert (answer["user_id"], answer["bot_id"]) == ("U0FUSION", "B0FUSION")
    assert (answer["team_id"], answer["team"]) == ("T0PLAY", "Playground")
    assert set(answer.headers["x-oauth-scopes"].split(",")) == slack.scopes


async def test_calls_without_the_right_token_are_refused(
    slack: SlackServer, client: AsyncWebClient
) -> None:
    async def call(token: str | None) -> str:
        return await refused(AsyncWebClient(token, base_url=slack.api_url), "auth.test")

    assert await call(None) == "not_authed"
    assert await call("xoxb-wrong") == "invalid_auth"
    assert await call(slack.app_token) == "not_allowed_token_type"
    assert await refused(client, "apps.connections.open") == "not_allowed_token_type"


async def test_a_token_may_stand_in_a_form_but_not_in_json(slack: SlackServer) -> None:
    async with aiohttp.ClientSession() as session:
        url = f"{slack.api_url}auth.test"
        async with session.post(url, data={"token": slack.bot_token}) as answer:
            assert (await answer.json())["ok"]
        async with session.post(url, json={"token": slack.bot_token}) as answer:
            assert (await answer.json())["error"] == "not_authed"
    assert all("token" not in call.arguments for call in slack.calls)


async def test_a_call_without_its_scope_is_refused(
    slack: SlackServer, client: AsyncWebClient
) -> None:
    slack.scopes = {"chat:write", "channels:history", "users:read"}
    with pytest.raises(SlackApiError) as refusal:
        await client.reactions_add(channel="C0FINANCE", timestamp="1.1", name="eyes")
    body = refusal.value.response
    assert (body["error"], body["needed"]) == ("missing_scope", "reactions:write")
    assert body["provided"] == "channels:history,chat:write,users:read"
    assert await refused(client, "conversations.history", channel="D0ANNA") == "missing_scope"
    await client.conversations_history(channel="C0FINANCE")
    assert "email" not in (await client.users_info(user="U0ANNA"))["user"]["profile"]


async def test_unknown_methods_and_broken_json_are_refused(
    slack: SlackServer, client: AsyncWebClient
) -> None:
    assert await refused(client, "chat.shout") == "unknown_method"
    headers = {"Content-Type": "application/json"}
    async with aiohttp.ClientSession(headers=headers) as session:
        for body, error in [("{", "invalid_json"), ("[]", "json_not_object")]:
            async with session.post(f"{slack.api_url}api.test", data=body) as answer:
                assert (await answer.json())["error"] == error


async def test_every_call_is_noted(slack: SlackServer, client: AsyncWebClient) -> None:
    await client.chat_postMessage(channel="C0FINANCE", text="x")
    await refused(client, "chat.postMessage", channel="C0RANDOM", text="x")
    good, bad = slack.calls_of("chat.postMessage")
    assert (good.ok, good.error, good.arguments) == (
        True,
        None,
        {"channel": "C0FINANCE", "text": "x"},
    )
    assert (bad.ok, bad.error) == (False, "not_in_channel")
    assert good.at <= bad.at


async def test_api_test_echoes(client: AsyncWebClient) -> None:
    assert (await client.api_test(foo="bar"))["args"] == {"foo": "bar"}
    assert await refused(client, "api.test", error="no_luck") == "no_luck"


# Conversations and people


async def test_channels_are_shown(slack: SlackServer, client: AsyncWebClient) -> None:
    slack.add_channel("C0PARTNER", "partner", is_ext_shared=True)
    finance = (await client.conversations_info(channel="C0FINANCE"))["channel"]
    assert (finance["name"], finance["is_member"]) == ("finance", True)
    assert not (await client.conversations_info(channel="C0RANDOM"))["channel"]["is_member"]
    assert (await client.conversations_info(channel="C0PARTNER"))["channel"]["is_ext_shared"]
    im = (await client.conversations_info(channel="D0ANNA"))["channel"]
    assert (im["is_im"], im["user"]) == (True, "U0ANNA")
    assert await refused(client, "conversations.info", channel="C0X") == "channel_not_found"


async def test_direct_messages_are_opened(client: AsyncWebClient) -> None:
    assert (await client.conversations_open(users="U0ANNA"))["channel"]["id"] == "D0ANNA"
    assert await refused(client, "conversations.open", users="U0X") == "user_not_found"
    assert await refused(client, "conversations.open") == "users_list_not_supplied"


async def test_the_bot_joins_a_channel(slack: SlackServer, client: AsyncWebClient) -> None:
    await client.conversations_join(channel="C0RANDOM")
    assert slack.channel("C0RANDOM").bot_is_member
    await client.chat_postMessage(channel="C0RANDOM", text="hello")
    again = await client.conversations_join(channel="C0RANDOM")
    assert again["warning"] == "already_in_channel"
    wrong = "method_not_supported_for_channel_type"
    assert await refused(client, "conversations.join", channel="D0ANNA") == wrong


async def test_a_thread_is_read_in_pages_with_metadata(
    slack: SlackServer, client: AsyncWebClient
) -> None:
    root = await slack.say("U0ANNA", "C0FINANCE", "question")
    metadata = {"event_type": "fusion_run", "event_payload": {"run": "r1"}}
    for text in ("one", "two", "three"):
        await client.chat_postMessage(
            channel="C0FINANCE", thread_ts=root, text=text, metadata=metadata
        )
    first = await client.conversations_replies(
        channel="C0FINANCE", ts=root, limit=2, include_all_metadata=True
    )
    assert [message["text"] for message in first["messages"]] == ["question", "one"]
    assert first["messages"][0]["reply_count"] == 3
    assert first["messages"][1]["metadata"] == metadata
    assert first["messages"][1]["parent_user_id"] == "U0ANNA"
    assert first["has_more"]
    cursor = first["response_metadata"]["next_cursor"]
    second = await client.conversations_replies(channel="C0FINANCE", ts=root, cursor=cursor)
    assert [message["text"] for message in second["messages"]] == ["two", "three"]
    assert "metadata" not in second["messages"][0]
    one = slack.thread("C0FINANCE", root)[1].ts
    later = await client.conversations_replies(channel="C0FINANCE", ts=root, oldest=one)
    assert [message["text"] for message in later["messages"]] == ["question", "two", "three"]


async def test_a_channel_is_read_from_new_to_old_without_replies(
    slack: SlackServer, client: AsyncWebClient
) -> None:
    root = await slack.say("U0ANNA", "C0FINANCE", "first")
    await slack.say("U0BEN", "C0FINANCE", "reply", thread=root)
    await slack.say("U0BEN", "C0FINANCE", "second")
    history = await client.conversations_history(channel="C0FINANCE")
    assert [message["text"] for message in history["messages"]] == ["second", "first"]
    assert not history["has_more"]
    at = await client.conversations_history(channel="C0FINANCE", latest=root, inclusive=True)
    assert [message["text"] for message in at["messages"]] == ["first"]


async def test_reading_is_refused(client: AsyncWebClient) -> None:
    assert await refused(client, "conversations.history", channel="C0RANDOM") == "not_in_channel"
    there = {"channel": "C0FINANCE"}
    assert await refused(client, "conversations.replies", **there, ts="1.1") == "thread_not_found"
    assert await refused(client, "conversations.replies", **there) == "invalid_arguments"
    assert await refused(client, "conversations.history", **there, limit=0) == "invalid_limit"
    assert await refused(client, "conversations.history", **there, cursor="x") == "invalid_cursor"


async def test_people_are_shown(slack: SlackServer, client: AsyncWebClient) -> None:
    slack.add_person("U0EVE", "Eve", email="eve@partner.example", team="T0PARTNER")
    anna = (await client.users_info(user="U0ANNA", include_locale=True))["user"]
    assert anna["real_name"] == "Anna Schmidt"
    assert anna["profile"]["email"] == "anna@playground.example"
    assert (anna["tz"], anna["locale"]) == ("Europe/Berlin", "en-GB")
    assert (await client.users_info(user="U0DAN"))["user"]["is_restricted"]
    eve = (await client.users_info(user="U0EVE"))["user"]
    assert (eve["team_id"], eve["is_stranger"]) == ("T0PARTNER", True)
    found = await client.users_lookupByEmail(email="Ben@playground.example")
    assert found["user"]["id"] == "U0BEN"
    assert await refused(client, "users.info", user="U0X") == "user_not_found"
    assert await refused(client, "users.lookupByEmail", email="x@y.z") == "users_not_found"


async def test_reactions_come_and_go(slack: SlackServer, client: AsyncWebClient) -> None:
    ts = await slack.say("U0ANNA", "C0FINANCE", "question")
    there = {"channel": "C0FINANCE", "timestamp": ts}
    await client.reactions_add(**there, name="eyes")
    assert slack.message("C0FINANCE", ts).reactions == {"eyes": ["U0FUSION"]}
    assert await refused(client, "reactions.add", **there, name="eyes") == "already_reacted"
    await client.reactions_remove(**there, name="eyes")
    assert slack.message("C0FINANCE", ts).reactions == {}
    assert await refused(client, "reactions.remove", **there, name="eyes") == "no_reaction"
    await client.reactions_add(**there, name="+1")
    assert await refused(client, "reactions.add", **there, name="no way") == "invalid_name"
    lost = {"channel": "C0FINANCE", "timestamp": "1.1", "name": "eyes"}
    assert await refused(client, "reactions.add", **lost) == "message_not_found"


async def test_people_react_too(slack: SlackServer, client: AsyncWebClient) -> None:
    ts = (await client.chat_postMessage(channel="C0FINANCE", text="answer"))["ts"]
    await slack.react("U0ANNA", "C0FINANCE", ts, "tada")
    await slack.react("U0BEN", "C0FINANCE", ts, "tada")
    history = await client.conversations_history(channel="C0FINANCE")
    tada = {"name": "tada", "users": ["U0ANNA", "U0BEN"], "count": 2}
    assert history["messages"][0]["reactions"] == [tada]
