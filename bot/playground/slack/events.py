"""The Events API's bodies. Source obeyed: Slack's event reference, shapes as delivered."""

import time
import uuid
from typing import Any

from bot.playground.slack.message import Message
from bot.playground.slack.message_payload import message_json
from bot.playground.slack.world import APP, BOT_USER, TEAM, Channel, Person

Json = dict[str, Any]

HOST = "T0HOST"  # the other organisation, whose shared channels are
VERIFICATION_TOKEN = "playground"  # noqa: S105 - Slack's legacy token, of no worth here
BOT_EVENTS = frozenset(
    {
        "app_mention",
        "app_home_opened",
        "app_context_changed",
        "agent_session_stopped",
        "message.im",
        "message.channels",
        "message.groups",
        "reaction_added",
        "tokens_revoked",
        "app_uninstalled",
    }
)
"""What the app is subscribed to unless a test says otherwise."""


def event_callback(event: Json, *, ext_shared: bool = False) -> Json:
    """The envelope of one event, with an event_id of its own.

    A channel that is shared with another organisation is theirs here, and so is the `team_id`; who it
    is delivered for stands in `authorizations`.
    """
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": HOST if ext_shared else TEAM,
        "api_app_id": APP,
        "event": event,
        "type": "event_callback",
        "event_id": f"Ev{uuid.uuid4().hex[:10].upper()}",
        "event_time": int(time.time()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM,
                "user_id": BOT_USER,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": ext_shared,
        "event_context": f"4-{uuid.uuid4().hex}",
    }


def subscription(event: Json) -> str:
    """The name under which apps subscribe to this event."""
    if event["type"] != "message":
        return str(event["type"])
    return {"channel": "message.channels", "group": "message.groups", "im": "message.im"}[
        event["channel_type"]
    ]


def message_event(channel: Channel, message: Message, author: Person) -> Json:
    """`message`, as every message in a channel of the bot causes it."""
    event = {
        **message_json(message),
        "channel": channel.id,
        "channel_type": channel.channel_type,
        "event_ts": message.ts,
    }
    if message.is_reply and message.thread_ts is not None:
        event["parent_user_id"] = channel.messages[message.thread_ts].user
    if author.team != TEAM:
        event |= {"user_team": author.team, "source_team": author.team, "team": author.team}
    return event


def mention_event(channel: Channel, message: Message, author: Person) -> Json:
    """`app_mention`, the twin of `message_event` where the bot is mentioned."""
    event = message_event(channel, message, author)
    for name in ("channel_type", "parent_user_id"):
        event.pop(name, None)
    return {**event, "type": "app_mention"}


def changed_event(channel: Channel, message: Message, previous: Json, ts: str) -> Json:
    """`message_changed`: the message now and before; `ts` is the event's own."""
    return {
        "type": "message",
        "subtype": "message_changed",
        "message": {**message_json(message), "source_team": TEAM, "user_team": TEAM},
        "previous_message": previous,
        "channel": channel.id,
        "hidden": True,
        "ts": ts,
        "event_ts": ts,
        "channel_type": channel.channel_type,
    }


def tombstone_event(channel: Channel, message: Message, previous: Json, ts: str) -> Json:
    """What the deletion of a root with replies causes: it changes into a tombstone."""
    event = changed_event(channel, message, previous, ts)
    event["message"] = {
        "type": "message",
        "subtype": "tombstone",
        "text": "This message was deleted.",
        "user": "USLACKBOT",
        "hidden": True,
        "thread_ts": message.ts,
        "ts": message.ts,
    }
    return event


def deleted_event(channel: Channel, message: Message, previous: Json, ts: str) -> Json:
    """`message_deleted`: which message went; `ts` is the event's own."""
    return {
        "type": "message",
        "subtype": "message_deleted",
        "previous_message": previous,
        "channel": channel.id,
        "hidden": True,
        "deleted_ts": message.ts,
        "ts": ts,
        "event_ts": ts,
        "channel_type": channel.channel_type,
    }


def home_opened_event(person: Person, im: Channel, tab: str, view: Json | None, ts: str) -> Json:
    """`app_home_opened`; `view` is the home that the app published, if it did."""
    event: Json = {
        "type": "app_home_opened",
        "user": person.id,
        "channel": im.id,
        "tab": tab,
        "event_ts": ts,
    }
    if view is not None and tab == "home":
        event["view"] = view
    return event


def reaction_event(channel: Channel, message: Message, person: Person, name: str) -> Json:
    """`reaction_added`: somebody put an emoji on a message."""
    return {
        "type": "reaction_added",
        "user": person.id,
        "reaction": name,
        "item_user": message.user,
        "item": {"type": "message", "channel": channel.id, "ts": message.ts},
        "event_ts": f"{time.time():.6f}",
    }


def context_changed_event(person: Person, viewed: Channel, ts: str) -> Json:
    """`app_context_changed`: somebody looks at another channel beside their direct messages."""
    entity = {"type": "slack#/types/channel_id", "value": viewed.id, "team_id": TEAM}
    return {
        "type": "app_context_changed",
        "user": person.id,
        "context": {"entities": [entity]},
        "event_ts": ts,
    }


def uninstalled_events() -> tuple[Json, Json]:
    """`tokens_revoked` and `app_uninstalled`: the app was removed from the workspace."""
    revoked = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [BOT_USER]}}
    return revoked, {"type": "app_uninstalled"}


def session_stopped_event(channel: Channel, person: Person, thread_ts: str, ts: str) -> Json:
    """`agent_session_stopped`: somebody pressed the native Stop."""
    return {
        "type": "agent_session_stopped",
        "channel": channel.id,
        "user": person.id,
        "thread_ts": thread_ts,
        "streaming_message_ts": [],
        "event_ts": ts,
    }
