"""The bodies of interactions and slash commands. Source obeyed: Slack's interaction reference."""

import time
from typing import Any

from bot.playground.slack.element_state import initial_values
from bot.playground.slack.events import VERIFICATION_TOKEN
from bot.playground.slack.message import Message
from bot.playground.slack.message_payload import message_json
from bot.playground.slack.views import View
from bot.playground.slack.world import APP, TEAM, TEAM_DOMAIN, Channel, Person

Json = dict[str, Any]


def _base(kind: str, person: Person, trigger_id: str | None) -> Json:
    base: Json = {
        "type": kind,
        "user": {
            "id": person.id,
            "username": person.username,
            "name": person.username,
            "team_id": person.team,
        },
        "api_app_id": APP,
        "token": VERIFICATION_TOKEN,
        "team": {"id": TEAM, "domain": TEAM_DOMAIN},
        "enterprise": None,
        "is_enterprise_install": False,
    }
    if trigger_id is not None:
        base["trigger_id"] = trigger_id
    return base


def _channel(channel: Channel) -> Json:
    return {"id": channel.id, "name": channel.name}


def message_actions(
    person: Person,
    channel: Channel,
    message: Message,
    action: Json,
    *,
    trigger_id: str,
    response_url: str,
) -> Json:
    """block_actions from a message; an ephemeral one is not part of the body."""
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.ephemeral_for is not None,
    }
    if message.thread_ts is not None:
        container["thread_ts"] = message.thread_ts
    payload = {
        **_base("block_actions", person, trigger_id),
        "container": container,
        "channel": _channel(channel),
        "state": {"values": initial_values(message.blocks)},
        "response_url": response_url,
        "actions": [action],
    }
    if message.ephemeral_for is None:
        payload["message"] = message_json(message, metadata=True)
    return payload


def view_actions(person: Person, view: View, action: Json, trigger_id: str) -> Json:
    """block_actions from a modal or a home."""
    return {
        **_base("block_actions", person, trigger_id),
        "container": {"type": "view", "view_id": view.id},
        "view": view.json(),
        "actions": [action],
    }


def view_submission(person: Person, view: View, trigger_id: str) -> Json:
    """view_submission; the values are those of the view's state."""
    return {
        **_base("view_submission", person, trigger_id),
        "view": view.json(),
        "response_urls": [],
    }


def view_closed(person: Person, view: View) -> Json:
    """view_closed, for views that asked for it."""
    return {**_base("view_closed", person, None), "view": view.json(), "is_cleared": False}


def global_shortcut(person: Person, callback_id: str, trigger_id: str) -> Json:
    """A shortcut from the composer or the search."""
    return {
        **_base("shortcut", person, trigger_id),
        "callback_id": callback_id,
        "action_ts": f"{time.time():.6f}",
    }


def message_shortcut(
    person: Person,
    channel: Channel,
    message: Message,
    callback_id: str,
    *,
    trigger_id: str,
    response_url: str,
) -> Json:
    """A shortcut from a message's menu."""
    return {
        **_base("message_action", person, trigger_id),
        "callback_id": callback_id,
        "action_ts": f"{time.time():.6f}",
        "channel": _channel(channel),
        "message_ts": message.ts,
        "message": message_json(message),
        "response_url": response_url,
    }


def slash_command(
    person: Person, channel: Channel, command: str, text: str, *, trigger_id: str, response_url: str
) -> Json:
    """The form fields of a slash command."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": TEAM,
        "team_domain": TEAM_DOMAIN,
        "channel_id": channel.id,
        "channel_name": channel.name,
        "user_id": person.id,
        "user_name": person.username,
        "command": command,
        "text": text,
        "api_app_id": APP,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger_id,
    }
