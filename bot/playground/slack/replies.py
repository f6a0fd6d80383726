"""Replies through response_urls and to slash commands: what they post, replace and delete."""

import json
import time
from typing import Any

from aiohttp import web

from bot.playground.slack.arguments import Arguments
from bot.playground.slack.errors import SlackError
from bot.playground.slack.message import Message
from bot.playground.slack.methods_chat import Content, read_thread
from bot.playground.slack.workspace import RESPONSE_URL_USES, ResponseUrl, Workspace
from bot.playground.slack.world import BOT, BOT_USER, Channel

Json = dict[str, Any]


def post_reply(
    workspace: Workspace, arguments: Arguments, channel: Channel, person: str
) -> Message:
    """Posts a reply: to everybody where it says `in_channel`, else to the person alone.

    Replies need no membership of the bot, but then its events do not tell of them.
    """
    content = Content(arguments)
    content.must_say_something()
    public = arguments.text("response_type") == "in_channel"
    message = Message(
        channel.id,
        workspace.world.next_ts(),
        BOT_USER,
        content.text,
        content.blocks,
        thread_ts=read_thread(channel, arguments),
        bot_id=BOT,
        ephemeral_for=None if public else person,
        arguments=content.rest,
    )
    return workspace.post(message)


async def answer_response_url(workspace: Workspace, request: web.Request) -> web.Response:
    """The route of every response_url: five uses within 30 minutes."""
    where = workspace.response_urls.get(request.match_info["key"])
    if where is None:
        return web.json_response({"ok": False, "error": "no_such_url"}, status=404)
    if where.uses >= RESPONSE_URL_USES:
        return web.json_response({"ok": False, "error": "used_url"}, status=404)
    if where.expires < time.monotonic():
        return web.json_response({"ok": False, "error": "expired_url"}, status=404)
    try:
        arguments = _read(await request.read())
        where.uses += 1
        _reply(workspace, where, arguments)
    except SlackError as refusal:
        return web.json_response(refusal.body, status=400)
    return web.json_response({"ok": True})


def _read(body: bytes) -> Arguments:
    try:
        values = json.loads(body)
    except ValueError:
        values = None
    if not isinstance(values, dict):
        raise SlackError("invalid_payload")
    return Arguments(values)


def _reply(workspace: Workspace, where: ResponseUrl, arguments: Arguments) -> None:
    source = _source(workspace, where)
    if arguments.flag("delete_original"):
        if source is None:
            raise SlackError("message_not_found")
        if source.ephemeral_for is not None:
            workspace.delete_ephemeral(source)
        else:
            workspace.delete(source)
        return
    if arguments.flag("replace_original") and source is not None:
        content = Content(arguments)
        content.must_say_something()
        if source.ephemeral_for is None:
            workspace.edit(
                source,
                text=content.text,
                blocks=content.blocks,
                metadata=content.metadata or source.metadata,
                mark=not content.blocks,
            )
            return
        workspace.delete_ephemeral(source)
    post_reply(workspace, arguments, workspace.world.channels[where.channel], where.person)


def _source(workspace: Workspace, where: ResponseUrl) -> Message | None:
    """The message whose interaction made the response_url, if it is still there."""
    if where.message_ts is None:
        return None
    ephemeral = workspace.world.ephemerals.get(where.message_ts)
    return ephemeral or workspace.world.channels[where.channel].find(where.message_ts)
