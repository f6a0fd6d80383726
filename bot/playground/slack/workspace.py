"""The workspace in motion: what happens in it is noted for the page and told to the bot."""

import time
import uuid
from dataclasses import dataclass
from typing import Any

from bot.playground.slack import events
from bot.playground.slack.agent_sessions import AgentSessions
from bot.playground.slack.block_text import INTERACTIVE, NESTS_BLOCKS, own_elements
from bot.playground.slack.changes import Changes
from bot.playground.slack.delivery import Deliveries
from bot.playground.slack.errors import SlackError
from bot.playground.slack.message import Message
from bot.playground.slack.message_payload import message_json
from bot.playground.slack.socket_mode import SocketMode
from bot.playground.slack.views import View, Views
from bot.playground.slack.world import BOT, BOT_USER, Channel, World

Json = dict[str, Any]

SCOPES = (
    "app_mentions:read", "assistant:write", "channels:history", "channels:join", "channels:read",
    "chat:write", "commands", "files:read", "files:write", "groups:history", "groups:read", "im:history",
    "im:read", "im:write", "reactions:read", "reactions:write", "usergroups:read", "users:read", "users:read.email",
)  # fmt: skip
"""The bot token's scopes unless a test says otherwise."""

RESPONSE_URL_LIFE = 1800.0
RESPONSE_URL_USES = 5


@dataclass(slots=True)
class ResponseUrl:
    """A response_url: what it answers to, and how often it was used."""

    channel: str
    person: str
    message_ts: str | None
    expires: float
    uses: int = 0


@dataclass(slots=True, eq=False)
class File:
    """A file that the bot uploads: announced, then sent, then shared."""

    id: str
    name: str
    length: int
    content: bytes | None = None
    title: str = ""
    shared: bool = False


class Workspace:
    """Messages, views, sessions and files, and the consequences of changing them."""

    def __init__(
        self, world: World, changes: Changes, deliveries: Deliveries, sockets: SocketMode
    ) -> None:
        self.world = world
        self.changes = changes
        self.deliveries = deliveries
        self.sockets = sockets
        self.views = Views()
        self.sessions = AgentSessions(changes)
        self.files: dict[str, File] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.scopes: set[str] = set(SCOPES)
        self.subscribed: set[str] = set(events.BOT_EVENTS)
        self.address = ""

    # Messages

    def post(self, message: Message) -> Message:
        """Puts a message into its channel, or before the one person who may see it."""
        channel = self.world.channels[message.channel]
        self.name_blocks(message.blocks)
        if message.ephemeral_for is not None:
            self.world.ephemerals[message.ts] = message
            self.changes.note("message", message, person=message.ephemeral_for)
            return message
        channel.put(message)
        if message.is_reply:
            channel.messages[message.root_ts].thread_ts = message.root_ts
        if message.user == BOT_USER:
            self.sessions.message_came(channel.id, message.root_ts)
        self.changes.note("message", message, channel=channel.id)
        self._tell_posted(channel, message)
        return message

    def _tell_posted(self, channel: Channel, message: Message) -> None:
        author = self.world.person(message.user)
        if f"<@{BOT_USER}>" in message.text and not channel.is_im and message.user != BOT_USER:
            self.tell(channel, events.mention_event(channel, message, author))
        self.tell(channel, events.message_event(channel, message, author))

    def edit(
        self, message: Message, *, text: str, blocks: list[Json], metadata: Json | None, mark: bool
    ) -> None:
        """Replaces what a message says; `mark` shows people that it was edited."""
        channel = self.world.channels[message.channel]
        previous = message_json(message)
        message.keep_version(time.time())
        self.name_blocks(blocks)
        message.text, message.blocks, message.metadata = text, blocks, metadata
        ts = self.world.next_ts()
        if mark:
            message.edited_ts = ts
        self.changes.note("message", message, channel=channel.id)
        self.tell(channel, events.changed_event(channel, message, previous, ts))

    def delete(self, message: Message) -> None:
        """Removes a message; below a root with replies a tombstone stays."""
        channel = self.world.channels[message.channel]
        previous = message_json(message)
        message.deleted = True
        shown = {"channel": channel.id, "ts": message.ts}
        self.changes.note("deleted", shown, channel=channel.id)
        ts = self.world.next_ts()
        replies = not message.is_reply and channel.replies(message.ts)
        shape = events.tombstone_event if replies else events.deleted_event
        self.tell(channel, shape(channel, message, previous, ts))

    def delete_ephemeral(self, message: Message) -> None:
        """Takes an ephemeral message away from its person."""
        message.deleted = True
        del self.world.ephemerals[message.ts]
        shown = {"channel": message.channel, "ts": message.ts}
        self.changes.note("deleted", shown, person=message.ephemeral_for)

    def name_blocks(self, blocks: list[Json]) -> None:
        """Gives each block a block_id and each element an action_id where there is none."""
        for block in blocks:
            # Slack does not keep the block_id of a markdown block.
            if "block_id" not in block or block["type"] == "markdown":
                block["block_id"] = uuid.uuid4().hex[:5]
            for element in own_elements(block):
                if element["type"] in INTERACTIVE:
                    element.setdefault("action_id", uuid.uuid4().hex[:5])
            for name in NESTS_BLOCKS:
                self.name_blocks(block.get(name) or [])

    def tell(self, channel: Channel, event: Json) -> None:
        """Sends an event to the bot if it is subscribed to it and is in that channel."""
        if channel.bot_is_member and events.subscription(event) in self.subscribed:
            callback = events.event_callback(event, ext_shared=channel.is_ext_shared)
            self.deliveries.send_event(callback)

    # Views

    def show_view(self, person: str, definition: Json, *, below: View | None = None) -> View:
        """Opens a modal, on top of `below` if there is one."""
        self.name_blocks(definition["blocks"])
        id_ = self.world.next_id("V")
        root = below.root_id if below is not None else id_
        view = View(id_, person, definition, root, below.id if below is not None else None)
        self.views.open(view)
        self.changes.note("view", view, person=person)
        return view

    def change_view(self, view: View, definition: Json) -> None:
        """Shows something else in an open modal or home."""
        self.name_blocks(definition["blocks"])
        view.become(definition)
        self.note_view(view)

    def note_view(self, view: View) -> None:
        """Tells the page that a view looks different now."""
        self.changes.note("home" if view.type == "home" else "view", view, person=view.person)

    def publish_home(self, person: str, definition: Json) -> View:
        """Shows a home to a person."""
        view = self.views.homes.get(person)
        if view is None:
            self.name_blocks(definition["blocks"])
            id_ = self.world.next_id("V")
            view = View(id_, person, definition, id_)
            self.views.homes[person] = view
            self.note_view(view)
        else:
            self.change_view(view, definition)
        return view

    def close_view(self, view: View) -> None:
        """Takes a modal away; those below stay."""
        self.views.close(view)
        self.changes.note("view_closed", {"id": view.id}, person=view.person)

    # Response URLs

    def issue_response_url(self, person: str, channel: str, message: Message | None) -> str:
        """The response_url of an interaction with a message, or of a command in a channel.

        It is good for five uses within 30 minutes.
        """
        expires = time.monotonic() + RESPONSE_URL_LIFE
        ts = None if message is None else message.ts
        key = f"{self.world.next_id('R')}{uuid.uuid4().hex}"
        self.response_urls[key] = ResponseUrl(channel, person, ts, expires)
        return f"{self.address}/response/{key}"

    # Looking things up as the Web API does

    def need_scope(self, scope: str) -> None:
        """Refuses with missing_scope where the bot's token lacks this one."""
        if scope not in self.scopes:
            provided = ",".join(sorted(self.scopes))
            raise SlackError("missing_scope", needed=scope, provided=provided)

    def find_channel(self, id_: str) -> Channel:
        """A channel by its id, or a person's direct messages by theirs; channel_not_found."""
        channel = self.world.channels.get(id_)
        if channel is None and id_ in self.world.people and id_ != BOT_USER:
            channel = self.world.im_of(id_)
        if channel is None or (channel.is_private and not channel.bot_is_member):
            raise SlackError("channel_not_found")
        return channel

    def writable_channel(self, id_: str) -> Channel:
        """A channel that the bot may post to: its own, or a public one with chat:write.public."""
        channel = self.find_channel(id_)
        if channel.is_archived:
            raise SlackError("is_archived")
        public = not channel.is_private and "chat:write.public" in self.scopes
        if not channel.bot_is_member and not public:
            raise SlackError("not_in_channel")
        return channel

    def own_message(self, channel: Channel, ts: str, refusal: str) -> Message:
        """A message of the bot; message_not_found, or `refusal` where another wrote it."""
        message = channel.find(ts)
        if message is None:
            raise SlackError("message_not_found")
        if message.bot_id != BOT:
            raise SlackError(refusal)
        return message
