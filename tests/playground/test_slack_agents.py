"""Agent sessions, files, homes and validation of the Web API with slack_sdk's client."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack import SlackServer
from tests.playground.test_slack_web_api import refused

Json = dict[str, Any]


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with SlackServer() as slack:
        yield slack


@pytest.fixture
def client(slack: SlackServer) -> AsyncWebClient:
    return AsyncWebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])


# Agents


async def test_a_status_goes_when_the_bot_answers(
    slack: SlackServer, client: AsyncWebClient
) -> None:
    root = await slack.say("U0ANNA", "C0FINANCE", "question")
    thread: Json = {"channel_id": "C0FINANCE", "thread_ts": root}
    await client.assistant_threads_setStatus(**thread, status="is thinking …")
    assert slack.status("C0FINANCE", root) == "is thinking …"
    await client.chat_postMessage(channel="C0FINANCE", thread_ts=root, text="answer")
    assert slack.status("C0FINANCE", root) is None


async def test_a_status_goes_by_itself(slack: SlackServer, client: AsyncWebClient) -> None:
    slack.workspace.sessions.status_life = 0.02
    root = await slack.say("U0ANNA", "D0ANNA", "question")
    await client.assistant_threads_setStatus(
        channel_id="D0ANNA", thread_ts=root, status="is thinking …"
    )
    await slack.until(lambda: slack.status("D0ANNA", root) is None)


async def test_an_agent_session_is_kept_per_thread(
    slack: SlackServer, client: AsyncWebClient
) -> None:
    root = await slack.say("U0ANNA", "D0ANNA", "question")
    thread = {"channel_id": "D0ANNA", "thread_ts": root}
    answer = await client.agents_sessions_setStatus(**thread, status="processing", title="Spend")
    assert (answer["status"], answer["title"]) == ("processing", "Spend")
    assert "warning" not in answer.data
    answer = await client.agents_sessions_setStatus(**thread, status="active", title="Other")
    assert answer["title"] == "Spend"
    assert slack.session_status("D0ANNA", root) == "active"
    slack.subscribed.remove("agent_session_stopped")
    answer = await client.agents_sessions_setStatus(**thread, status="processing")
    assert answer["warning"] == "missing_agent_session_stopped_event_subscription"
    renamed = {**thread, "title": "Supplier spend"}
    await client.api_call("agents.sessions.rename", json=renamed)
    assert slack.workspace.sessions.sessions["D0ANNA", root].title == "Supplier spend"
    wrong = {**thread, "status": "busy"}
    assert await refused(client, "agents.sessions.setStatus", **wrong) == "invalid_arguments"
    lost = {"channel_id": "D0ANNA", "thread_ts": "1.1", "status": "active"}
    assert await refused(client, "agents.sessions.setStatus", **lost) == "thread_not_found"


async def test_prompts_and_titles_are_kept(slack: SlackServer, client: AsyncWebClient) -> None:
    prompts = [{"title": "Spend", "message": "Show me supplier spend"}]
    await client.assistant_threads_setSuggestedPrompts(channel_id="D0ANNA", prompts=prompts)
    assert slack.workspace.sessions.prompts["D0ANNA", None] == prompts
    method = "assistant.threads.setSuggestedPrompts"
    many = {"channel_id": "D0ANNA", "prompts": prompts * 5}
    assert await refused(client, method, **many) == "invalid_arguments"
    elsewhere = {"channel_id": "C0FINANCE", "prompts": prompts}
    assert await refused(client, method, **elsewhere) == "channel_type_not_supported"
    root = await slack.say("U0ANNA", "D0ANNA", "question")
    await client.assistant_threads_setTitle(channel_id="D0ANNA", thread_ts=root, title="Spend")
    assert slack.workspace.sessions.titles["D0ANNA", root] == "Spend"


# Files


async def test_a_file_is_uploaded_into_a_thread(slack: SlackServer, client: AsyncWebClient) -> None:
    root = await slack.say("U0ANNA", "C0FINANCE", "question")
    await client.files_upload_v2(
        channel="C0FINANCE",
        thread_ts=root,
        filename="answer.md",
        title="The whole answer",
        content="# Answer",
        initial_comment="It is long.",
    )
    reply = slack.thread("C0FINANCE", root)[1]
    assert reply.text == "It is long."
    assert [file["title"] for file in reply.files] == ["The whole answer"]
    async with (
        aiohttp.ClientSession() as session,
        session.get(reply.files[0]["url_private"]) as answer,
    ):
        assert await answer.text() == "# Answer"


async def test_a_file_whose_bytes_never_came_is_not_shared(
    slack: SlackServer, client: AsyncWebClient
) -> None:
    ticket = await client.files_getUploadURLExternal(filename="a.txt", length=3)
    sharing: Json = {"files": [{"id": ticket["file_id"]}], "channel_id": "C0FINANCE"}
    assert await refused(client, "files.completeUploadExternal", **sharing) == "file_not_found"
    async with aiohttp.ClientSession() as session:
        async with session.post(ticket["upload_url"], data=b"four") as answer:
            assert answer.status == 400
        form = aiohttp.FormData()
        form.add_field("file", b"abc", filename="a.txt")
        async with session.post(ticket["upload_url"], data=form) as answer:
            assert answer.status == 200
    await client.files_completeUploadExternal(**sharing)
    assert slack.messages("C0FINANCE")[0].files[0]["size"] == 3
    again = await refused(client, "files.completeUploadExternal", **sharing)
    assert again == "file_already_shared"
    wrong = {"filename": "a.txt", "length": 0}
    assert await refused(client, "files.getUploadURLExternal", **wrong) == "invalid_arguments"


# Views and validation


A_HOME = {"type": "home", "blocks": [{"type": "divider"}]}


async def test_a_home_is_published_and_published_again(
    slack: SlackServer, client: AsyncWebClient
) -> None:
    first = await client.views_publish(user_id="U0ANNA", view=A_HOME)
    home = slack.home("U0ANNA")
    assert home is not None
    assert home.id == first["view"]["id"]
    again = {**A_HOME, "blocks": [{"type": "divider"}] * 2}
    second = await client.views_publish(user_id="U0ANNA", view=again)
    assert second["view"]["id"] == home.id
    assert len(home.blocks) == 2
    stale = {"user_id": "U0ANNA", "view": A_HOME, "hash": first["view"]["hash"]}
    assert await refused(client, "views.publish", **stale) == "hash_conflict"
    nobody = {"user_id": "U0X", "view": A_HOME}
    assert await refused(client, "views.publish", **nobody) == "invalid_arguments"


async def test_validation_says_where_and_what(slack: SlackServer) -> None:
    client = AsyncWebClient(base_url=slack.api_url)
    await client.blocks_validate(blocks=[{"type": "divider"}])
    await client.blocks_validate(view=A_HOME)
    with pytest.raises(SlackApiError) as refusal:
        await client.blocks_validate(blocks=[{"type": "section"}])
    body = refusal.value.response
    assert body["error"] == "invalid_blocks"
    assert body["errors"] == [
        {
            "pointer": "/0",
            "code": "missing_field",
            "message": "at least one of text, fields is required",
        }
    ]
    message = {"message": {"blocks": [{"type": "alert", "text": {}}]}}
    assert await refused(client, "blocks.validate", **message) == "invalid_message"
    both = {"message": {}, "view": A_HOME}
    assert await refused(client, "blocks.validate", **both) == "invalid_arguments"
