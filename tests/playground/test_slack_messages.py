"""chat.* with slack_sdk's client, as strict as Slack's."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack import SlackServer

Json = dict[str, Any]

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "Working …"}}
METADATA = {"event_type": "fusion_run", "event_payload": {"run": "r1"}}


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with SlackServer() as slack:
        yield slack


@pytest.fixture
def client(slack: SlackServer) -> AsyncWebClient:
    return AsyncWebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])


def error_of(refusal: pytest.ExceptionInfo[SlackApiError]) -> str:
    error: str = refusal.value.response["error"]
    return error


async def refused(client: AsyncWebClient, method: str, **arguments: Any) -> str:
    """The error with which a call is refused."""
    with pytest.raises(SlackApiError) as refusal:
        await client.api_call(method, json=arguments)
    return error_of(refusal)


async def test_a_message_is_posted_as_json_or_as_a_form(
    slack: SlackServer, client: AsyncWebClient
) -> None:
    answer = await client.chat_postMessage(channel="C0FINANCE", text="one", blocks=[SECTION])
    form = {"channel": "C0FINANCE", "text": "two", "blocks": '[{"type": "divider"}]'}
    await client.api_call("chat.postMessage", data=form)
    one, two = slack.messages("C0FINANCE")
    assert answer["message"]["bot_id"] == "B0FUSION"
    assert answer["message"]["blocks"][0]["block_id"]
    assert (one.text, one.plain) == ("one", "Working …")
    assert (two.text, [block["type"] for block in two.blocks]) == ("two", ["divider"])


async def test_a_message_keeps_its_metadata_and_how_links_are_to_unfurl(
    slack: SlackServer, client: AsyncWebClient
) -> None:
    await client.chat_postMessage(
        channel="C0FINANCE", text="x", metadata=METADATA, unfurl_links=False, unfurl_media=False
    )
    message = slack.messages("C0FINANCE")[0]
    assert message.metadata == METADATA
    assert message.arguments == {"unfurl_links": False, "unfurl_media": False}


async def test_a_public_channel_is_open_to_chat_write_public(
    slack: SlackServer, client: AsyncWebClient
) -> None:
    slack.scopes.add("chat:write.public")
    await client.chat_postMessage(channel="C0RANDOM", text="hello")
    assert [message.text for message in slack.messages("C0RANDOM")] == ["hello"]


async def test_the_noted_call_stays_as_it_was_sent(
    slack: SlackServer, client: AsyncWebClient
) -> None:
    await client.chat_postMessage(channel="C0FINANCE", text="x", blocks=[SECTION])
    assert slack.calls[0].arguments["blocks"] == [SECTION]
    assert "block_id" in slack.messages("C0FINANCE")[0].blocks[0]


async def test_a_person_can_be_written_to_by_their_id(
    slack: SlackServer, client: AsyncWebClient
) -> None:
    answer = await client.chat_postMessage(channel="U0ANNA", text="hello")
    assert answer["channel"] == "D0ANNA"
    assert [message.text for message in slack.messages("D0ANNA")] == ["hello"]


async def test_a_reply_joins_its_thread(slack: SlackServer, client: AsyncWebClient) -> None:
    root = await slack.say("U0ANNA", "C0FINANCE", "question")
    answer = await client.chat_postMessage(channel="C0FINANCE", thread_ts=root, text="answer")
    assert answer["message"]["thread_ts"] == root
    assert [message.text for message in slack.thread("C0FINANCE", root)] == ["question", "answer"]


async def test_posting_is_refused(slack: SlackServer, client: AsyncWebClient) -> None:
    root = await slack.say("U0ANNA", "C0FINANCE", "question")
    reply = await slack.say("U0BEN", "C0FINANCE", "reply", thread=root)
    slack.add_channel("C0OLD", "old", archived=True)
    slack.add_channel("G0SECRET", "secret", bot_is_member=False, is_private=True)
    there = {"channel": "C0FINANCE"}
    wrong: list[tuple[Json, str]] = [
        ({"text": "x"}, "channel_not_found"),
        ({"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
        ({"channel": "G0SECRET", "text": "x"}, "channel_not_found"),
        ({"channel": "C0RANDOM", "text": "x"}, "not_in_channel"),
        ({"channel": "C0OLD", "text": "x"}, "is_archived"),
        ({**there, "text": ""}, "no_text"),
        ({**there, "text": "x" * 40_001}, "msg_too_long"),
        ({**there, "text": "x", "thread_ts": "1.000001"}, "thread_not_found"),
        ({**there, "text": "x", "thread_ts": reply}, "thread_not_found"),
        ({**there, "text": "x", "blocks": {}}, "invalid_blocks_format"),
        ({**there, "text": "x", "blocks": "no JSON"}, "invalid_blocks_format"),
        ({**there, "text": "x", "blocks": [{"type": "hologram"}]}, "invalid_blocks"),
        ({**there, "text": "x", "markdown_text": "y"}, "markdown_text_conflict"),
        ({**there, "markdown_text": "x" * 12_001}, "msg_too_long"),
        ({**there, "text": "x", "metadata": {"event_type": "e"}}, "invalid_metadata_format"),
        ({**there, "text": ["x"]}, "invalid_arguments"),
    ]
    for arguments, error in wrong:
        assert await refused(client, "chat.postMessage", **arguments) == error, arguments
    assert len(slack.messages("C0FINANCE")) == 2


async def test_markdown_text_becomes_a_markdown_block(
    slack: SlackServer, client: AsyncWebClient
) -> None:
    await client.chat_postMessage(channel="C0FINANCE", markdown_text="**bold**")
    assert slack.messages("C0FINANCE")[0].blocks[0]["type"] == "markdown"


async def test_an_edit_keeps_every_earlier_version(
    slack: SlackServer, client: AsyncWebClient
) -> None:
    answer = await client.chat_postMessage(
        channel="C0FINANCE", text="placeholder", blocks=[SECTION], metadata=METADATA
    )
    ts = answer["ts"]
    await client.chat_update(channel="C0FINANCE", ts=ts, text="progress", blocks=[SECTION] * 2)
    await client.chat_update(channel="C0FINANCE", ts=ts, text="answer", blocks=[])
    message = slack.message("C0FINANCE", ts)
    assert [version.text for version in message.edited_versions] == ["placeholder", "progress"]
    assert message.edited_versions[0].plain == "Working …"
    assert message.plain == "answer"
    assert message.metadata == METADATA


async def test_an_edit_by_text_alone_removes_the_blocks(
    slack: SlackServer, client: AsyncWebClient
) -> None:
    ts = (await client.chat_postMessage(channel="C0FINANCE", text="x", blocks=[SECTION]))["ts"]
    # slack_sdk's own method would warn, as there is no text.
    await client.api_call("chat.update", json={"channel": "C0FINANCE", "ts": ts, "metadata": {}})
    assert slack.message("C0FINANCE", ts).blocks
    answer = await client.chat_update(channel="C0FINANCE", ts=ts, text="y")
    assert answer["message"]["edited"]["user"] == "U0FUSION"
    assert slack.message("C0FINANCE", ts).blocks == []


async def test_editing_and_deleting_are_refused(slack: SlackServer, client: AsyncWebClient) -> None:
    annas = await slack.say("U0ANNA", "C0FINANCE", "mine")
    own = (await client.chat_postMessage(channel="C0FINANCE", text="x"))["ts"]
    there = {"channel": "C0FINANCE"}
    for method, arguments, error in [
        ("chat.update", {"ts": "1.000001", "text": "y"}, "message_not_found"),
        ("chat.update", {"text": "y"}, "message_not_found"),
        ("chat.update", {"ts": annas, "text": "y"}, "cant_update_message"),
        ("chat.update", {"ts": own}, "no_text"),
        ("chat.update", {"ts": own, "text": "", "blocks": []}, "no_text"),
        ("chat.update", {"ts": own, "text": "x", "blocks": [{"type": "x"}]}, "invalid_blocks"),
        ("chat.delete", {"ts": annas}, "cant_delete_message"),
        ("chat.delete", {"ts": "1.000001"}, "message_not_found"),
    ]:
        assert await refused(client, method, **there, **arguments) == error, arguments
    await client.chat_delete(channel="C0FINANCE", ts=own)
    assert await refused(client, "chat.update", **there, ts=own, text="y") == "message_not_found"
    assert slack.message("C0FINANCE", own).deleted


async def test_an_edit_in_an_archived_channel_is_refused(
    slack: SlackServer, client: AsyncWebClient
) -> None:
    ts = (await client.chat_postMessage(channel="C0FINANCE", text="x"))["ts"]
    slack.channel("C0FINANCE").is_archived = True
    arguments = {"channel": "C0FINANCE", "ts": ts, "text": "y"}
    assert await refused(client, "chat.update", **arguments) == "is_archived"


async def test_a_deleted_root_with_replies_still_takes_replies(
    slack: SlackServer, client: AsyncWebClient
) -> None:
    root = await slack.say("U0ANNA", "C0FINANCE", "question")
    await client.chat_postMessage(channel="C0FINANCE", thread_ts=root, text="one")
    await slack.delete("U0ANNA", "C0FINANCE", root)
    await client.chat_postMessage(channel="C0FINANCE", thread_ts=root, text="two")
    assert [message.text for message in slack.thread("C0FINANCE", root)] == ["one", "two"]
    lonely = await slack.say("U0ANNA", "C0FINANCE", "lonely")
    await slack.delete("U0ANNA", "C0FINANCE", lonely)
    arguments = {"channel": "C0FINANCE", "thread_ts": lonely, "text": "x"}
    assert await refused(client, "chat.postMessage", **arguments) == "thread_not_found"


async def test_an_ephemeral_message_is_seen_by_one_person(
    slack: SlackServer, client: AsyncWebClient
) -> None:
    answer = await client.chat_postEphemeral(channel="C0FINANCE", user="U0BEN", text="psst")
    assert [message.text for message in slack.ephemerals("U0BEN")] == ["psst"]
    assert slack.ephemerals("U0ANNA") == []
    assert slack.messages("C0FINANCE") == []
    there = {"channel": "C0FINANCE", "text": "y"}
    ts = answer["message_ts"]
    assert await refused(client, "chat.update", **there, ts=ts) == "message_not_found"
    assert await refused(client, "chat.postEphemeral", **there) == "invalid_arguments"
    assert await refused(client, "chat.postEphemeral", **there, user="U0X") == "user_not_found"
    others = {"channel": "D0ANNA", "user": "U0BEN", "text": "y"}
    assert await refused(client, "chat.postEphemeral", **others) == "user_not_in_channel"


async def test_a_permalink_names_the_thread(slack: SlackServer, client: AsyncWebClient) -> None:
    root = await slack.say("U0ANNA", "C0FINANCE", "question")
    reply = await slack.say("U0BEN", "C0FINANCE", "reply", thread=root)
    answer = await client.chat_getPermalink(channel="C0FINANCE", message_ts=root)
    digits = root.replace(".", "")
    assert answer["permalink"] == f"https://playground.slack.com/archives/C0FINANCE/p{digits}"
    answer = await client.chat_getPermalink(channel="C0FINANCE", message_ts=reply)
    assert answer["permalink"].endswith(f"?thread_ts={root}&cid=C0FINANCE")
    arguments = {"channel": "C0FINANCE", "message_ts": "1.000001"}
    assert await refused(client, "chat.getPermalink", **arguments) == "message_not_found"


async def test_timestamps_never_repeat(slack: SlackServer) -> None:
    stamps = [slack.world.next_ts() for _ in range(5000)]
    assert len(set(stamps)) == 5000
    assert stamps == sorted(stamps)
