"""chat.* of the Web API."""

import copy
from typing import Any

from bot.playground.slack.arguments import Arguments
from bot.playground.slack.block_rules import MARKDOWN_TOTAL, check_message_blocks
from bot.playground.slack.errors import SlackError
from bot.playground.slack.message import Message
from bot.playground.slack.message_payload import message_json, permalink
from bot.playground.slack.registry import method
from bot.playground.slack.workspace import Workspace
from bot.playground.slack.world import BOT, BOT_USER, Channel

Json = dict[str, Any]

TEXT_TOTAL = 40_000
TEXT_OF_AN_EDIT = 4000  # documented nowhere; edits of more have been seen refused
METADATA_TOTAL = 16_000
CONTENT = frozenset(
    {"channel", "text", "blocks", "markdown_text", "metadata", "thread_ts", "ts", "team_id", "user"}
)


class Content:
    """What a call wants to say, checked as Slack checks it."""

    def __init__(self, arguments: Arguments) -> None:
        self.text = arguments.text("text")
        blocks = arguments.items("blocks", "invalid_blocks_format")
        markdown = arguments.text("markdown_text")
        if markdown and (blocks is not None or self.text):
            raise SlackError("markdown_text_conflict")
        if len(markdown) > MARKDOWN_TOTAL or len(self.text) > TEXT_TOTAL:
            raise SlackError("msg_too_long")
        if markdown:
            blocks = [{"type": "markdown", "text": markdown}]
            self.text = markdown
        self.given_blocks = blocks is not None
        check_message_blocks(blocks or [])
        # Copied, as ids are added to them while the noted call stays what was sent.
        self.blocks: list[Json] = copy.deepcopy(blocks or [])
        self.given_metadata = "metadata" in arguments
        self.metadata = read_metadata(arguments)
        self.rest = {k: v for k, v in arguments.values.items() if k not in CONTENT}

    def must_say_something(self) -> None:
        """Refuses a message with neither text nor blocks."""
        if not self.text and not self.blocks:
            raise SlackError("no_text")


def read_metadata(arguments: Arguments) -> Json | None:
    """The metadata of a call: an event_type and an event_payload, or nothing."""
    metadata = arguments.fields("metadata", "invalid_metadata_format")
    if not metadata:
        return None
    payload = metadata.get("event_payload")
    if not isinstance(metadata.get("event_type"), str) or not isinstance(payload, dict):
        raise SlackError("invalid_metadata_format")
    if len(str(payload)) > METADATA_TOTAL:
        raise SlackError("metadata_too_large")
    return metadata


def read_thread(channel: Channel, arguments: Arguments) -> str | None:
    """The thread to post to. Stricter than Slack, which posts below what is not there."""
    thread_ts = arguments.text("thread_ts")
    if thread_ts and not channel.has_thread(thread_ts):
        raise SlackError("thread_not_found")
    return thread_ts or None


@method("chat.postMessage", scope="chat:write")
def post_message(workspace: Workspace, arguments: Arguments) -> Json:
    """Posts a message of the bot."""
    channel = workspace.writable_channel(arguments.required("channel", "channel_not_found"))
    content = Content(arguments)
    content.must_say_something()
    message = Message(
        channel.id,
        workspace.world.next_ts(),
        BOT_USER,
        content.text,
        content.blocks,
        thread_ts=read_thread(channel, arguments),
        bot_id=BOT,
        metadata=content.metadata,
        arguments=content.rest,
    )
    workspace.post(message)
    shown = message_json(message, metadata=True)
    return {"channel": channel.id, "ts": message.ts, "message": shown}


@method("chat.update", scope="chat:write")
def update(workspace: Workspace, arguments: Arguments) -> Json:
    """Edits a message of the bot.

    Source: Slack's reference. Without `blocks`, a new `text` removes the blocks; metadata stays
    unless it is sent, and `{}` removes it. Only edits by text show that the message was edited.
    """
    channel = workspace.find_channel(arguments.required("channel", "channel_not_found"))
    ts = arguments.required("ts", "message_not_found")
    message = workspace.own_message(channel, ts, "cant_update_message")
    if channel.is_archived:
        raise SlackError("is_archived")
    if not channel.bot_is_member:
        raise SlackError("not_in_channel")
    content = Content(arguments)
    if len(content.text) > TEXT_OF_AN_EDIT:
        raise SlackError("msg_too_long")
    gone = content.given_blocks or bool(content.text)
    blocks = content.blocks if gone else message.blocks
    text = content.text or ("" if content.given_blocks else message.text)
    if not content.given_blocks and not content.text and not content.given_metadata:
        raise SlackError("no_text")
    if not text and not blocks:
        raise SlackError("no_text")
    metadata = content.metadata if content.given_metadata else message.metadata
    workspace.edit(message, text=text, blocks=blocks, metadata=metadata, mark=not blocks)
    shown = message_json(message, metadata=True)
    return {"channel": channel.id, "ts": ts, "text": text, "message": shown}


@method("chat.delete", scope="chat:write")
def delete(workspace: Workspace, arguments: Arguments) -> Json:
    """Deletes a message of the bot."""
    channel = workspace.find_channel(arguments.required("channel", "channel_not_found"))
    ts = arguments.required("ts", "message_not_found")
    workspace.delete(workspace.own_message(channel, ts, "cant_delete_message"))
    return {"channel": channel.id, "ts": ts}


@method("chat.postEphemeral", scope="chat:write")
def post_ephemeral(workspace: Workspace, arguments: Arguments) -> Json:
    """Shows a message to one person."""
    channel = workspace.writable_channel(arguments.required("channel", "channel_not_found"))
    person = arguments.required("user")
    if person not in workspace.world.people:
        raise SlackError("user_not_found")
    if not workspace.world.sees(person, channel):
        raise SlackError("user_not_in_channel")
    content = Content(arguments)
    content.must_say_something()
    message = Message(
        channel.id,
        workspace.world.next_ts(),
        BOT_USER,
        content.text,
        content.blocks,
        thread_ts=read_thread(channel, arguments),
        bot_id=BOT,
        ephemeral_for=person,
        arguments=content.rest,
    )
    workspace.post(message)
    return {"message_ts": message.ts}


@method("chat.getPermalink")
def get_permalink(workspace: Workspace, arguments: Arguments) -> Json:
    """The address of a message."""
    channel = workspace.find_channel(arguments.required("channel", "channel_not_found"))
    message = channel.find(arguments.required("message_ts", "message_not_found"))
    if message is None:
        raise SlackError("message_not_found")
    return {"channel": channel.id, "permalink": permalink(channel, message)}
