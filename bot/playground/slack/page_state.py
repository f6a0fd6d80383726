"""What the page is shown: one person's view of the workspace as JSON."""

from typing import Any

from bot.playground.slack.changes import Change
from bot.playground.slack.message import Message
from bot.playground.slack.message_payload import reactions_json
from bot.playground.slack.views import View
from bot.playground.slack.workspace import Workspace
from bot.playground.slack.world import BOT_NAME, BOT_USER, TEAM, TEAM_NAME, Channel, Person

Json = dict[str, Any]

COMMAND = {
    "command": "/fusion",
    "usage": "[ask] TEXT, agents, use CODE, new, stop, status, approvals, sign-in, sign-out, help",
}


def draw_message(message: Message) -> Json:
    """A message as the page shows it."""
    return {
        "channel": message.channel,
        "ts": message.ts,
        "thread_ts": message.thread_ts,
        "user": message.user,
        "bot_id": message.bot_id,
        "text": message.text,
        "blocks": message.blocks or None,
        "edited": message.edited_ts is not None,
        "ephemeral_for": message.ephemeral_for,
        "reactions": [
            {"name": each["name"], "users": each["users"]} for each in reactions_json(message)
        ],
        "files": [
            {"id": file["id"], "name": file["name"], "url": file["url_private"]}
            for file in message.files
        ],
        "metadata": message.metadata,
    }


def draw_view(view: View) -> Json:
    """A modal or home as the page shows it; `notice` is a sentence above a modal's blocks."""
    definition = view.definition
    return {
        "id": view.id,
        "callback_id": view.callback_id,
        "type": view.type,
        "title": definition.get("title"),
        "submit": definition.get("submit"),
        "close": definition.get("close"),
        "blocks": view.blocks,
        "private_metadata": view.private_metadata,
        "errors": view.errors,
        "notice": view.notice,
    }


def _draw_person(person: Person) -> Json:
    return {
        "id": person.id,
        "name": person.name,
        "display_name": person.name,
        "email": person.email,
        "is_bot": person.is_bot,
        "is_guest": person.is_guest,
        "color": person.color,
    }


def _draw_channel(channel: Channel) -> Json:
    drawn: Json = {
        "id": channel.id,
        "name": BOT_NAME if channel.is_im else channel.name,
        "type": "im" if channel.is_im else "channel",
        "member": True,
        "bot_is_member": channel.bot_is_member,
    }
    if channel.is_im:
        drawn["with"] = BOT_USER
    return drawn


def draw_state(workspace: Workspace, person: str, suggestions: list[Json]) -> Json:
    """Everything that a person sees, and the cursor after which the events go on."""
    world = workspace.world
    channels = [channel for channel in world.channels.values() if world.sees(person, channel)]
    seen = {channel.id for channel in channels}
    messages = [draw_message(each) for channel in channels for each in channel.standing()]
    messages += [
        draw_message(each) for each in world.ephemerals.values() if each.ephemeral_for == person
    ]
    home = workspace.views.homes.get(person)
    return {
        "workspace": {"id": TEAM, "name": TEAM_NAME},
        "me": person,
        "bot": {"user_id": BOT_USER, "name": BOT_NAME},
        "people": [_draw_person(each) for each in world.people.values()],
        "channels": [_draw_channel(channel) for channel in channels],
        "suggestions": suggestions,
        "commands": [COMMAND],
        "messages": sorted(messages, key=lambda each: str(each["ts"])),
        "views": [draw_view(view) for view in workspace.views.stack(person)],
        "home": None if home is None else draw_view(home),
        "statuses": [
            {"channel": channel, "thread_ts": ts, "status": status}
            for (channel, ts), status in workspace.sessions.statuses.items()
            if channel in seen
        ],
        "sessions": [
            {"channel": each.channel, "thread_ts": each.thread_ts, "status": each.status}
            for each in workspace.sessions.sessions.values()
            if each.channel in seen
        ],
        "cursor": workspace.changes.cursor,
    }


def sees_change(workspace: Workspace, person: str, change: Change) -> bool:
    """Whether a change concerns what this person sees."""
    if change.person is not None:
        return change.person == person
    if change.channel is not None:
        return workspace.world.sees(person, workspace.world.channels[change.channel])
    return True


def draw_change(change: Change) -> Json | None:
    """A change as one event of the stream; None where it was overtaken by a deletion."""
    drawn: Json = {"cursor": change.cursor, "kind": change.kind}
    match change.subject:
        case Message() as message:
            return None if message.deleted else {**drawn, "message": draw_message(message)}
        case View() as view:
            return {**drawn, view.type if view.type == "home" else "view": draw_view(view)}
        case dict() as fields:
            return {**drawn, **fields}
        case other:
            raise TypeError(f"the page cannot be shown a {type(other).__name__}")
