"""Messages, people and channels as Slack's JSON shows them."""

from typing import Any

from bot.playground.slack.message import Message
from bot.playground.slack.world import (
    APP,
    BOT,
    BOT_NAME,
    BOT_USER,
    TEAM,
    TEAM_DOMAIN,
    Channel,
    Person,
)

Json = dict[str, Any]


def message_json(message: Message, *, metadata: bool = False) -> Json:
    """A message as methods, events and interactions show it."""
    optional: Json = {
        "subtype": message.subtype,
        "client_msg_id": message.client_msg_id,
        "bot_id": message.bot_id,
        "thread_ts": message.thread_ts,
    }
    json: Json = {
        "type": "message",
        "user": message.user,
        "ts": message.ts,
        "text": message.text,
        "team": TEAM,
        **{name: value for name, value in optional.items() if value is not None},
    }
    if message.bot_id == BOT:
        json |= {"app_id": APP, "bot_profile": _bot_profile()}
    if message.blocks:
        json["blocks"] = message.blocks
    if message.edited_ts is not None:
        json["edited"] = {"user": message.user, "ts": message.edited_ts}
    if message.files:
        json["files"] = message.files
    if message.reactions:
        json["reactions"] = reactions_json(message)
    if metadata and message.metadata is not None:
        json["metadata"] = message.metadata
    return json


def in_thread(channel: Channel, message: Message, *, metadata: bool = False) -> Json:
    """A message as conversations.replies and history show it, with what its thread adds."""
    json = message_json(message, metadata=metadata)
    if message.is_reply:
        root = channel.messages[message.root_ts]
        return {**json, "parent_user_id": root.user}
    replies = channel.replies(message.ts)
    if replies:
        people = list(dict.fromkeys(reply.user for reply in replies))
        json |= {
            "thread_ts": message.ts,
            "reply_count": len(replies),
            "reply_users_count": len(people),
            "reply_users": people[:5],
            "latest_reply": replies[-1].ts,
            "is_locked": False,
            "subscribed": False,
        }
    return json


def reactions_json(message: Message) -> list[Json]:
    """The reactions of a message: name, users and count."""
    return [
        {"name": name, "users": list(users), "count": len(users)}
        for name, users in message.reactions.items()
    ]


def _bot_profile() -> Json:
    return {
        "id": BOT,
        "app_id": APP,
        "user_id": BOT_USER,
        "name": BOT_NAME,
        "deleted": False,
        "updated": 1_760_000_000,
        "team_id": TEAM,
    }


def user_json(person: Person, *, email: bool, locale: bool) -> Json:
    """A person as users.info shows them; the address only where the app may read it."""
    profile: Json = {
        "real_name": person.name,
        "real_name_normalized": person.name,
        "display_name": "" if person.is_bot else person.name.partition(" ")[0],
        "display_name_normalized": person.name.partition(" ")[0],
        "team": person.team,
    }
    if email and person.email:
        profile["email"] = person.email
    json: Json = {
        "id": person.id,
        "team_id": person.team,
        "name": person.username,
        "deleted": person.deleted,
        "color": person.color,
        "real_name": person.name,
        "tz": person.tz,
        "tz_label": person.tz,
        "tz_offset": person.tz_offset,
        "profile": profile,
        "is_admin": person.is_admin,
        "is_owner": False,
        "is_restricted": person.is_guest,
        "is_ultra_restricted": False,
        "is_stranger": person.team != TEAM,
        "is_bot": person.is_bot,
        "is_app_user": False,
        "updated": 1_760_000_000,
    }
    if locale:
        json["locale"] = person.locale
    return json


def channel_json(channel: Channel) -> Json:
    """A channel as conversations.info shows it."""
    if channel.is_im:
        return {
            "id": channel.id,
            "created": 1_760_000_000,
            "is_im": True,
            "is_channel": False,
            "is_group": False,
            "is_mpim": False,
            "is_private": True,
            "is_archived": channel.is_archived,
            "is_org_shared": False,
            "is_ext_shared": False,
            "context_team_id": TEAM,
            "user": channel.im_user,
            "is_user_deleted": False,
            "is_open": True,
        }
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "created": 1_760_000_000,
        "is_channel": not channel.is_private,
        "is_group": False,
        "is_im": False,
        "is_mpim": False,
        "is_private": channel.is_private,
        "is_archived": channel.is_archived,
        "is_general": channel.name == "general",
        "is_shared": channel.is_ext_shared,
        "is_ext_shared": channel.is_ext_shared,
        "is_org_shared": False,
        "is_member": channel.bot_is_member,
        "context_team_id": TEAM,
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


def permalink(channel: Channel, message: Message) -> str:
    """The address of a message; a reply's names its thread."""
    address = (
        f"https://{TEAM_DOMAIN}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    )
    if message.is_reply:
        return f"{address}?thread_ts={message.root_ts}&cid={channel.id}"
    return address
