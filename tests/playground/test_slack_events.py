"""The events that what happens in the workspace causes, in the shapes of Slack."""

import re
from collections.abc import AsyncIterator

import pytest
from hypothesis import given, strategies as st
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack import NotAllowed, NotThere, SlackServer
from bot.playground.slack.block_text import block_text
from bot.playground.slack.composer import Composer
from bot.playground.slack.world import World
from tests.playground.test_slack_http_delivery import Receiver, a_receiver


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with a_receiver() as receiver:
        yield receiver


@pytest.fixture
def slack(receiver: Receiver) -> SlackServer:
    return receiver.slack


@pytest.fixture
def client(slack: SlackServer) -> AsyncWebClient:
    return AsyncWebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])


async def test_a_message_in_a_channel_has_slacks_shape(
    slack: SlackServer, receiver: Receiver
) -> None:
    ts = await slack.say("U0ANNA", "C0FINANCE", "What is R&D <net>?")
    await slack.settled()
    body = receiver.received[0].payload
    event = body["event"]
    client_msg_id, block_id = event.pop("client_msg_id"), event["blocks"][0].pop("block_id")
    assert client_msg_id
    assert block_id
    typed = {"type": "text", "text": "What is R&D <net>?"}
    section = {"type": "rich_text_section", "elements": [typed]}
    assert event == {
        "type": "message",
        "user": "U0ANNA",
        "ts": ts,
        "text": "What is R&amp;D &lt;net&gt;?",
        "team": "T0PLAY",
        "blocks": [{"type": "rich_text", "elements": [section]}],
        "channel": "C0FINANCE",
        "channel_type": "channel",
        "event_ts": ts,
    }
    assert (body["team_id"], body["api_app_id"]) == ("T0PLAY", "A0FUSION")
    assert (body["type"], body["is_ext_shared_channel"]) == ("event_callback", False)
    assert body["event_id"].startswith("Ev")
    assert isinstance(body["event_time"], int)
    assert body["event_context"]
    assert body["authorizations"] == [
        {
            "enterprise_id": None,
            "team_id": "T0PLAY",
            "user_id": "U0FUSION",
            "is_bot": True,
            "is_enterprise_install": False,
        }
    ]


async def test_a_mention_arrives_as_two_events(slack: SlackServer, receiver: Receiver) -> None:
    ts = await slack.say("U0ANNA", "C0FINANCE", "@Fusion hello")
    await slack.settled()
    mention, message = receiver.of("app_mention")[0], receiver.of("message")[0]
    assert len(receiver.events) == 2
    assert mention["ts"] == message["ts"] == ts
    assert mention["text"] == message["text"] == "<@U0FUSION> hello"
    assert "channel_type" not in mention
    assert len({each.payload["event_id"] for each in receiver.received}) == 2


async def test_direct_messages_arrive_as_messages_only(
    slack: SlackServer, receiver: Receiver
) -> None:
    await slack.say("U0ANNA", "D0ANNA", "@Fusion hello")
    await slack.settled()
    assert [event["type"] for event in receiver.events] == ["message"]
    assert receiver.events[0]["channel_type"] == "im"


async def test_a_reply_names_its_thread_and_who_began_it(
    slack: SlackServer, receiver: Receiver
) -> None:
    root = await slack.say("U0ANNA", "C0FINANCE", "question")
    await slack.say("U0BEN", "C0FINANCE", "reply", thread=root)
    await slack.settled()
    reply = next(event for event in receiver.events if event["text"] == "reply")
    assert (reply["thread_ts"], reply["parent_user_id"]) == (root, "U0ANNA")


async def test_the_bot_hears_nothing_from_where_it_is_not(
    slack: SlackServer, receiver: Receiver
) -> None:
    await slack.say("U0ANNA", "C0RANDOM", "@Fusion are you there?")
    await slack.settled()
    assert receiver.events == []


async def test_the_bot_hears_only_what_it_is_subscribed_to(
    slack: SlackServer, receiver: Receiver
) -> None:
    slack.subscribed.discard("message.channels")
    await slack.say("U0ANNA", "C0FINANCE", "@Fusion hello")
    await slack.settled()
    assert [event["type"] for event in receiver.events] == ["app_mention"]


async def test_the_bots_own_messages_come_back_to_it(
    slack: SlackServer, receiver: Receiver, client: AsyncWebClient
) -> None:
    answer = await client.chat_postMessage(channel="C0FINANCE", text="<@U0FUSION> is me")
    await client.chat_update(channel="C0FINANCE", ts=answer["ts"], text="edited")
    await client.chat_delete(channel="C0FINANCE", ts=answer["ts"])
    await slack.settled()
    by_subtype = {event.get("subtype"): event for event in receiver.events}
    assert set(by_subtype) == {None, "message_changed", "message_deleted"}
    assert by_subtype[None]["bot_id"] == "B0FUSION"
    assert by_subtype["message_changed"]["message"]["text"] == "edited"
    assert by_subtype["message_changed"]["message"]["bot_id"] == "B0FUSION"
    assert receiver.of("app_mention") == []


async def test_edits_and_deletions_of_people_are_told(
    slack: SlackServer, receiver: Receiver
) -> None:
    ts = await slack.say("U0ANNA", "C0FINANCE", "befor")
    await slack.edit("U0ANNA", "C0FINANCE", ts, "before")
    await slack.delete("U0ANNA", "C0FINANCE", ts)
    await slack.settled()
    changed = next(e for e in receiver.events if e.get("subtype") == "message_changed")
    deleted = next(e for e in receiver.events if e.get("subtype") == "message_deleted")
    assert changed["message"]["text"] == "before"
    assert changed["message"]["edited"]["user"] == "U0ANNA"
    assert changed["previous_message"]["text"] == "befor"
    assert changed["hidden"] is True
    assert changed["ts"] != ts
    assert deleted["deleted_ts"] == ts
    assert deleted["previous_message"]["text"] == "before"


async def test_a_root_with_replies_leaves_a_tombstone(
    slack: SlackServer, receiver: Receiver
) -> None:
    root = await slack.say("U0ANNA", "C0FINANCE", "question")
    await slack.say("U0BEN", "C0FINANCE", "reply", thread=root)
    await slack.delete("U0ANNA", "C0FINANCE", root)
    await slack.settled()
    event = next(e for e in receiver.events if e.get("subtype") == "message_changed")
    assert event["message"]["subtype"] == "tombstone"
    assert event["previous_message"]["text"] == "question"


async def test_the_home_is_opened(
    slack: SlackServer, receiver: Receiver, client: AsyncWebClient
) -> None:
    await slack.open_home("U0ANNA", "messages")
    await slack.settled()
    await client.views_publish(
        user_id="U0ANNA", view={"type": "home", "blocks": [{"type": "divider"}]}
    )
    await slack.open_home("U0ANNA", "home")
    await slack.settled()
    first, second = receiver.events
    assert (first["tab"], first["channel"], "view" in first) == ("messages", "D0ANNA", False)
    assert (second["tab"], second["view"]["type"]) == ("home", "home")


async def test_a_stop_is_there_only_while_the_session_is_processing(
    slack: SlackServer, receiver: Receiver, client: AsyncWebClient
) -> None:
    root = await slack.say("U0ANNA", "D0ANNA", "question")
    with pytest.raises(NotAllowed):
        await slack.stop_session("U0ANNA", "D0ANNA", root)
    await client.agents_sessions_setStatus(channel_id="D0ANNA", thread_ts=root, status="processing")
    await slack.stop_session("U0ANNA", "D0ANNA", root)
    await slack.settled()
    (event,) = receiver.of("agent_session_stopped")
    assert (event["channel"], event["thread_ts"], event["user"]) == ("D0ANNA", root, "U0ANNA")
    assert event["streaming_message_ts"] == []
    assert slack.session_status("D0ANNA", root) == "processing"


async def test_people_of_other_organisations_and_other_bots_are_told_apart(
    slack: SlackServer, receiver: Receiver
) -> None:
    slack.add_channel("C0PARTNER", "partner", is_ext_shared=True)
    slack.add_person("U0EVE", "Eve", team="T0PARTNER")
    slack.add_person("U0ROBOT", "Robot", is_bot=True)
    await slack.say("U0EVE", "C0PARTNER", "hello")
    await slack.say("U0ROBOT", "C0FINANCE", "beep")
    await slack.settled()
    bodies = {each.payload["event"]["text"]: each.payload for each in receiver.received}
    assert bodies["hello"]["is_ext_shared_channel"] is True
    assert bodies["hello"]["event"]["user_team"] == "T0PARTNER"
    assert bodies["beep"]["event"]["bot_id"] == "B0ROBOT"


async def test_the_composer_makes_mentions_and_links(
    slack: SlackServer, receiver: Receiver
) -> None:
    typed = "@Fusion ask @Anna Schmidt in #finance, see https://a.example/x?a=1&b=2. Or a@b.example"
    await slack.say("U0BEN", "C0FINANCE", typed)
    await slack.settled()
    message = receiver.of("message")[0]
    assert message["text"] == (
        "<@U0FUSION> ask <@U0ANNA> in <#C0FINANCE|finance>, "
        "see <https://a.example/x?a=1&amp;b=2>. Or <mailto:a@b.example|a@b.example>"
    )
    elements = message["blocks"][0]["elements"][0]["elements"]
    kinds = [element["type"] for element in elements]
    assert kinds == ["user", "text", "user", "text", "channel", "text", "link", "text", "link"]


@given(st.text(alphabet="<>&@#!|: /.Fusionhtp", min_size=1))
def test_what_people_type_is_never_live_by_itself(typed: str) -> None:
    text, (block,) = Composer(World()).compose(typed)
    bare = re.sub(r"<@U0FUSION>|<(https?://|mailto:)[^<>]*>", "", text)
    assert not re.search("[<>]", bare)
    assert block_text(block).replace("<@U0FUSION>", "@Fusion") == typed


async def test_people_do_only_what_slacks_client_lets_them(slack: SlackServer) -> None:
    ts = await slack.say("U0ANNA", "C0FINANCE", "mine")
    slack.add_channel("C0OLD", "old", archived=True)
    with pytest.raises(NotAllowed):
        await slack.edit("U0BEN", "C0FINANCE", ts, "yours")
    with pytest.raises(NotAllowed):
        await slack.say("U0BEN", "C0OLD", "hello?")
    with pytest.raises(NotThere, match="cannot see"):
        await slack.say("U0BEN", "D0ANNA", "hello?")
    with pytest.raises(NotThere, match="no thread"):
        await slack.say("U0BEN", "C0FINANCE", "hello?", thread="1.1")
    with pytest.raises(NotThere, match="nobody has the id"):
        await slack.say("U0X", "C0FINANCE", "hello?")
    with pytest.raises(NotThere, match="no channel has the id"):
        await slack.say("U0ANNA", "C0X", "hello?")
    with pytest.raises(NotThere, match="no message"):
        await slack.delete("U0ANNA", "C0FINANCE", "1.1")


async def test_waiting_says_for_what_it_waited(slack: SlackServer) -> None:
    with pytest.raises(TimeoutError, match=r"not within 0\.01 s: the answer comes"):
        await slack.until(lambda: False, timeout=0.01, says="the answer comes")
    assert await slack.until(lambda: "at once") == "at once"
