"""What Slack sends, in our words: who said what, where; and what is not for us."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from bot.domain.agent_team import AgentTeam, AgentTeams
from bot.domain.turn import Origin, Person, Place
from bot.slack.asking.payloads import (
    Heard,
    Kind,
    read_message,
)

BOT = "U0BOT"
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
TEAMS = AgentTeams((AgentTeam("FINANCE"), AgentTeam("HR", channels=("C0HR",))))

MENTION = {
    "type": "app_mention",
    "user": "U0ANNA",
    "text": "<@U0BOT> What is overdue?",
    "ts": "1700.000100",
    "channel": "C0FIN",
    "event_ts": "1700.000100",
    "client_msg_id": "9f-1",
    "team": "T1",
    "blocks": [{"type": "rich_text"}],
}
TWIN = {**MENTION, "type": "message", "channel_type": "channel"}
DIRECT = {**TWIN, "text": "What is overdue?", "channel": "D0ANNA", "channel_type": "im"}
REPLY = {**TWIN, "text": "And in May?", "ts": "1701.000100", "thread_ts": "1700.000100"}
CHANGED = {
    "type": "message",
    "subtype": "message_changed",
    "channel": "C0FIN",
    "channel_type": "channel",
    "ts": "1702.000100",
    "message": {
        "type": "message",
        "user": "U0ANNA",
        "text": "<@U0BOT> What is due?",
        "ts": "1700.000100",
        "client_msg_id": "9f-1",
        "edited": {"user": "U0ANNA", "ts": "1702.000000"},
    },
    "previous_message": {"user": "U0ANNA", "text": MENTION["text"], "ts": "1700.000100"},
}
DELETED = {
    "type": "message",
    "subtype": "message_deleted",
    "channel": "C0FIN",
    "channel_type": "channel",
    "ts": "1703.000100",
    "deleted_ts": "1700.000100",
    "previous_message": {"user": "U0ANNA", "text": MENTION["text"], "ts": "1700.000100"},
}
TOMBSTONE = {
    **CHANGED,
    "message": {
        "type": "message",
        "subtype": "tombstone",
        "text": "This message was deleted.",
        "user": "USLACKBOT",
        "hidden": True,
        "ts": "1700.000100",
        "thread_ts": "1700.000100",
    },
}


def envelope(event: Any, event_id: str = "Ev1") -> dict[str, Any]:
    return {"team_id": "T1", "api_app_id": "A1", "event": event, "event_id": event_id}


def heard(event: Any) -> Heard | None:
    return read_message(envelope(event), BOT, TEAMS, NOW)


def without(event: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in event.items() if name not in names}


def test_in_a_channel_of_another_organisation_who_asks_is_one_of_ours_all_the_same() -> None:
    body = envelope(MENTION) | {"team_id": "T-HOST", "authorizations": [{"team_id": "T1"}]}
    found = read_message(body, BOT, TEAMS, NOW)
    assert found is not None
    assert found.turn.asker == Person("T1", "U0ANNA")
    assert found.turn.place.workspace == "T1"


TABLE: list[tuple[str, dict[str, Any], Kind | None]] = [
    ("a mention", MENTION, Kind.TURN),
    ("its twin, a message event", TWIN, Kind.TURN),
    ("a mention in a thread", {**MENTION, "thread_ts": "1600.1"}, Kind.TURN),
    ("a mention in the middle", {**TWIN, "text": "Hey <@U0BOT>, hi"}, Kind.TURN),
    ("a mention with a label", {**TWIN, "text": "<@U0BOT|fusion> hi"}, Kind.TURN),
    ("a mention with a file", {**TWIN, "subtype": "file_share"}, Kind.TURN),
    ("a broadcast reply", {**REPLY, "subtype": "thread_broadcast"}, Kind.PERHAPS),
    ("a mention and nothing else", {**MENTION, "text": " <@U0BOT> "}, Kind.EMPTY),
    ("a mention without text", without(MENTION, "text"), Kind.EMPTY),
    ("a direct message", DIRECT, Kind.TURN),
    ("a direct reply", {**DIRECT, "thread_ts": "1600.1"}, Kind.TURN),
    ("a direct message with a file only", {**DIRECT, "text": "", "files": [{}]}, Kind.EMPTY),
    ("a reply in a thread", REPLY, Kind.PERHAPS),
    ("a reply to somebody else", {**REPLY, "text": "<@U0BEN> look"}, None),
    ("a reply to everybody", {**REPLY, "text": "<!here> look"}, None),
    ("a reply that names somebody", {**REPLY, "text": "ask <@U0BEN>"}, Kind.PERHAPS),
    ("said to nobody", {**TWIN, "text": "lunch?"}, None),
    ("a mention of another", {**TWIN, "text": "<@U0BEN> hi"}, None),
    ("the bot's own message", {**TWIN, "bot_id": "B0BOT", "user": BOT}, None),
    ("another app's message", {**MENTION, "bot_id": "B9"}, None),
    ("an edit", CHANGED, Kind.EDITED),
    (
        "an edit of the bot's",
        {**CHANGED, "message": {**CHANGED["message"], "bot_id": "B"}},  # type: ignore[dict-item]
        None,
    ),
    (
        "an unfurled link",
        {**CHANGED, "previous_message": {**CHANGED["message"]}},  # type: ignore[dict-item]
        None,
    ),
    ("a deletion", DELETED, Kind.DELETED),
    ("a deleted first message of a thread", TOMBSTONE, Kind.DELETED),
    ("a deletion of the bot's", {**DELETED, "previous_message": {"bot_id": "B"}}, None),
    ("a deletion that names nothing", without(DELETED, "deleted_ts", "previous_message"), None),
    *(
        (f"a message of the subtype {subtype}", {**TWIN, "subtype": subtype}, None)
        for subtype in ("channel_join", "bot_message", "me_message", "message_replied", "new", 7)
    ),
    *(
        (f"a mention without its {name}", without(MENTION, name), None)
        for name in ("user", "ts", "channel")
    ),
    ("an edit without its message", without(CHANGED, "message"), None),
    ("nothing", {}, None),
]


@pytest.mark.parametrize(("event", "kind"), [each[1:] for each in TABLE], ids=[e[0] for e in TABLE])
def test_what_an_event_means_to_us(event: dict[str, Any], kind: Kind | None) -> None:
    found = heard(event)
    assert (found.kind if found else None) == kind


def test_a_mention_becomes_a_turn() -> None:
    found = heard(MENTION)
    assert found is not None
    turn = found.turn
    assert turn.key == "message:T1:C0FIN:1700.000100"
    assert turn.place == Place("T1", "C0FIN", "1700.000100")
    assert turn.asker == Person("T1", "U0ANNA")
    assert turn.text == "<@U0BOT> What is overdue?"
    assert turn.origin is Origin.MENTION
    assert turn.agent_team == "FINANCE"
    assert turn.message_ts == "1700.000100"
    assert turn.taken_at == NOW
    assert turn.twins == ("event:Ev1", "client_msg:T1:9f-1")


def test_twins_and_redeliveries_are_one_turn() -> None:
    first = read_message(envelope(MENTION, "Ev1"), BOT, TEAMS, NOW)
    twin = read_message(envelope(TWIN, "Ev2"), BOT, TEAMS, NOW)
    edited = heard(CHANGED)
    deleted = heard(DELETED)
    assert first
    assert twin
    assert edited
    assert deleted
    assert {each.turn.key for each in (first, twin, edited, deleted)} == {first.turn.key}


def test_a_reply_belongs_to_the_thread_and_not_to_itself() -> None:
    found = heard(REPLY)
    assert found is not None
    assert found.turn.place.ts == "1700.000100"
    assert found.turn.message_ts == "1701.000100"


def test_a_direct_message_is_one() -> None:
    found = heard(DIRECT)
    assert found is not None
    assert found.turn.origin is Origin.DIRECT_MESSAGE
    assert found.turn.place.ts == found.turn.message_ts


def test_the_channel_chooses_the_agent_team() -> None:
    found = heard({**MENTION, "channel": "C0HR"})
    assert found is not None
    assert found.turn.agent_team == "HR"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=4,
)
NAMES = [
    "type",
    "subtype",
    "user",
    "bot_id",
    "text",
    "ts",
    "thread_ts",
    "channel",
    "channel_type",
    "client_msg_id",
    "deleted_ts",
]
LIKELY = st.sampled_from(
    ["message", "message_changed", "message_deleted", "im", "1700.1", "U0ANNA", "<@U0BOT> hi", ""]
)
MESSAGES = st.dictionaries(st.sampled_from(NAMES), JSON | LIKELY)
EVENTS = st.builds(
    lambda outer, inner: {**outer, **inner},
    MESSAGES,
    st.dictionaries(st.sampled_from(["message", "previous_message"]), MESSAGES | JSON),
)
BODIES = st.fixed_dictionaries(
    {"event": EVENTS | JSON}, optional={"team_id": JSON, "event_id": JSON}
)


@settings(max_examples=300, deadline=None)
@given(BODIES | st.dictionaries(st.text(max_size=5), JSON))
def test_whatever_an_event_looks_like_reading_it_never_fails(body: dict[str, Any]) -> None:
    found = read_message(body, BOT, TEAMS, NOW)
    if found is not None:
        assert found.turn.key.startswith("message:")
        assert all(isinstance(each, str) for each in (found.turn.text, found.turn.asker.user))
