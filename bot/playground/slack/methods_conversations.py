"""conversations.*, users.* and reactions.* of the Web API."""

import re
from collections.abc import Callable
from typing import Any

from bot.playground.slack.arguments import Arguments
from bot.playground.slack.errors import SlackError
from bot.playground.slack.message import Message
from bot.playground.slack.message_payload import channel_json, in_thread, user_json
from bot.playground.slack.registry import method
from bot.playground.slack.workspace import Workspace
from bot.playground.slack.world import (
    APP,
    BOT,
    BOT_NAME,
    BOT_USER,
    TEAM,
    TEAM_DOMAIN,
    TEAM_NAME,
    Channel,
    Person,
)

Json = dict[str, Any]

MOST = 1000
_EMOJI = re.compile(r"[\w+'-]+(::[\w-]+)?")


READ = {"channel": "channels:read", "group": "groups:read", "im": "im:read"}
HISTORY = {"channel": "channels:history", "group": "groups:history", "im": "im:history"}


@method("conversations.info")
def info(workspace: Workspace, arguments: Arguments) -> Json:
    """One channel."""
    channel = workspace.find_channel(arguments.required("channel", "channel_not_found"))
    workspace.need_scope(READ[channel.channel_type])
    shown = channel_json(channel)
    if arguments.flag("include_num_members"):
        shown["num_members"] = 2 if channel.is_im else len(workspace.world.people)
    return {"channel": shown}


@method("conversations.open", scope="im:write")
def open_conversation(workspace: Workspace, arguments: Arguments) -> Json:
    """The direct messages with one person; group messages are not emulated."""
    users = arguments.text("users")
    if "channel" in arguments and not users:
        return {"channel": {"id": workspace.find_channel(arguments.text("channel")).id}}
    if not users:
        raise SlackError("users_list_not_supplied")
    if users not in workspace.world.people or users == BOT_USER:
        raise SlackError("user_not_found")
    im = workspace.world.im_of(users)
    if arguments.flag("return_im"):
        return {"channel": channel_json(im)}
    return {"channel": {"id": im.id}}


@method("conversations.join", scope="channels:join")
def join(workspace: Workspace, arguments: Arguments) -> Json:
    """The bot joins a public channel."""
    channel = workspace.find_channel(arguments.required("channel", "channel_not_found"))
    if channel.is_archived:
        raise SlackError("is_archived")
    if channel.is_private:
        raise SlackError("method_not_supported_for_channel_type")
    already = channel.bot_is_member
    channel.bot_is_member = True
    answer: Json = {"channel": channel_json(channel)}
    if already:
        answer |= {"warning": "already_in_channel"}
    return answer


@method("conversations.replies")
def replies(workspace: Workspace, arguments: Arguments) -> Json:
    """A thread: its root first, then the replies from old to new, in pages."""
    channel = _readable(workspace, arguments)
    ts = arguments.required("ts")
    asked = channel.messages.get(ts)
    root = channel.messages.get(asked.root_ts) if asked is not None else None
    if root is None or (root.deleted and not channel.replies(root.ts)):
        raise SlackError("thread_not_found")
    between = _between(arguments)
    standing = [] if root.deleted else [root]
    thread = [*standing, *(each for each in channel.replies(root.ts) if between(each))]
    return _page(channel, thread, arguments)


@method("conversations.history")
def history(workspace: Workspace, arguments: Arguments) -> Json:
    """What stands in a channel outside threads, from new to old, in pages."""
    channel = _readable(workspace, arguments)
    between = _between(arguments)
    top = [each for each in channel.standing() if not each.is_reply and between(each)]
    return _page(channel, top[::-1], arguments)


def _readable(workspace: Workspace, arguments: Arguments) -> Channel:
    channel = workspace.find_channel(arguments.required("channel", "channel_not_found"))
    workspace.need_scope(HISTORY[channel.channel_type])
    if not channel.bot_is_member:
        raise SlackError("not_in_channel")
    return channel


def _between(arguments: Arguments) -> Callable[[Message], bool]:
    """Whether a message lies between `oldest` and `latest`, which count if `inclusive`."""
    oldest, latest = arguments.text("oldest"), arguments.text("latest")
    inclusive = arguments.flag("inclusive")
    try:
        low = float(oldest) if oldest else float("-inf")
        high = float(latest) if latest else float("inf")
    except ValueError:
        raise SlackError("invalid_ts_latest" if oldest else "invalid_ts_oldest") from None

    def between(message: Message) -> bool:
        at = float(message.ts)
        return low <= at <= high if inclusive else low < at < high

    return between


def _page(channel: Channel, messages: list[Message], arguments: Arguments) -> Json:
    limit = arguments.number("limit", 100)
    if not 1 <= limit <= MOST:
        raise SlackError("invalid_limit")
    cursor = arguments.text("cursor") or "0"
    if not cursor.isdecimal():
        raise SlackError("invalid_cursor")
    start = int(cursor)
    end = start + limit
    metadata = arguments.flag("include_all_metadata")
    page = [in_thread(channel, each, metadata=metadata) for each in messages[start:end]]
    more = end < len(messages)
    answer: Json = {"messages": page, "has_more": more}
    if more:
        answer["response_metadata"] = {"next_cursor": str(end)}
    return answer


@method("users.info", scope="users:read")
def users_info(workspace: Workspace, arguments: Arguments) -> Json:
    """One person; their address only with the scope users:read.email."""
    person = workspace.world.people.get(arguments.required("user", "user_not_found"))
    if person is None:
        raise SlackError("user_not_found")
    return {"user": _shown(workspace, person, arguments)}


@method("usergroups.users.list", scope="usergroups:read")
def group_members(workspace: Workspace, arguments: Arguments) -> Json:
    """Who is in a user group."""
    members = workspace.world.groups.get(arguments.required("usergroup", "no_such_subteam"))
    if members is None:
        raise SlackError("no_such_subteam")
    return {"users": list(members)}


@method("users.lookupByEmail", scope="users:read.email")
def lookup_by_email(workspace: Workspace, arguments: Arguments) -> Json:
    """The person with this address."""
    email = arguments.required("email", "users_not_found").lower()
    for person in workspace.world.people.values():
        if person.email.lower() == email and not person.deleted:
            return {"user": _shown(workspace, person, arguments)}
    raise SlackError("users_not_found")


def _shown(workspace: Workspace, person: Person, arguments: Arguments) -> Json:
    email = "users:read.email" in workspace.scopes
    return user_json(person, email=email, locale=arguments.flag("include_locale"))


@method("reactions.add", scope="reactions:write")
def add_reaction(workspace: Workspace, arguments: Arguments) -> Json:
    """The bot reacts to a message."""
    message, name = _reaction(workspace, arguments)
    users = message.reactions.setdefault(name, [])
    if BOT_USER in users:
        raise SlackError("already_reacted")
    users.append(BOT_USER)
    workspace.changes.note("message", message, channel=message.channel)
    return {}


@method("reactions.remove", scope="reactions:write")
def remove_reaction(workspace: Workspace, arguments: Arguments) -> Json:
    """The bot takes a reaction back."""
    message, name = _reaction(workspace, arguments)
    users = message.reactions.get(name, [])
    if BOT_USER not in users:
        raise SlackError("no_reaction")
    users.remove(BOT_USER)
    if not users:
        del message.reactions[name]
    workspace.changes.note("message", message, channel=message.channel)
    return {}


def _reaction(workspace: Workspace, arguments: Arguments) -> tuple[Message, str]:
    name = arguments.required("name", "invalid_name").strip(":")
    if not _EMOJI.fullmatch(name):
        raise SlackError("invalid_name")
    if "channel" not in arguments or "timestamp" not in arguments:
        raise SlackError("no_item_specified")
    channel = workspace.find_channel(arguments.text("channel"))
    if not channel.bot_is_member:
        raise SlackError("not_in_channel")
    if channel.is_archived:
        raise SlackError("is_archived")
    message = channel.find(arguments.text("timestamp"))
    if message is None:
        raise SlackError("message_not_found")
    return message, name


@method("api.test", caller=None)
def api_test(workspace: Workspace, arguments: Arguments) -> Json:
    """Echoes its arguments, and its `error` as an error."""
    del workspace
    if "error" in arguments:
        raise SlackError(arguments.text("error"), args=arguments.values)
    return {"args": arguments.values}


@method("auth.test")
def auth_test(workspace: Workspace, arguments: Arguments) -> Json:
    """Who the bot is."""
    del workspace, arguments
    return {
        "url": f"https://{TEAM_DOMAIN}.slack.com/",
        "team": TEAM_NAME,
        "user": BOT_NAME.lower(),
        "team_id": TEAM,
        "user_id": BOT_USER,
        "bot_id": BOT,
        "app_id": APP,
        "is_enterprise_install": False,
    }


@method("apps.connections.open", caller="app", scope="connections:write")
def connections_open(workspace: Workspace, arguments: Arguments) -> Json:
    """A WebSocket address that works once."""
    del arguments
    address = workspace.address.replace("http", "ws", 1)
    ticket = workspace.sockets.issue_ticket()
    return {"url": f"{address}/link/?ticket={ticket}&app_id={APP}"}
