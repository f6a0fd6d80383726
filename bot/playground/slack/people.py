"""What people do in channels: say, edit, delete, command, open the home, press Stop."""

import uuid
from collections.abc import Mapping
from typing import Any

from bot.playground.slack import events
from bot.playground.slack.arguments import Arguments
from bot.playground.slack.composer import Composer
from bot.playground.slack.delivery import COMMANDS, Acknowledgement
from bot.playground.slack.errors import SlackError
from bot.playground.slack.interaction_payload import slash_command
from bot.playground.slack.message import Message
from bot.playground.slack.methods_files import file_json
from bot.playground.slack.replies import post_reply
from bot.playground.slack.workspace import File, Workspace
from bot.playground.slack.world import Channel, NotThere, Person

Json = dict[str, Any]


class NotAllowed(ValueError):
    """Slack's client does not let a person do that."""


class People:
    """The people's side of the workspace; every name in it is an id unless it says otherwise."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    def _place(self, person: str, channel: str) -> tuple[Person, Channel]:
        world = self.workspace.world
        return world.person(person), world.channel(channel, seen_by=person)

    def own_message(self, person: str, channel: str, ts: str) -> Message:
        """A message that this person wrote; NotThere or NotAllowed otherwise."""
        _, place = self._place(person, channel)
        message = place.find(ts)
        if message is None:
            raise NotThere(f"there is no message {ts} in {channel}")
        if message.user != person:
            raise NotAllowed("People change only what they wrote themselves.")
        return message

    async def say(
        self,
        person: str,
        channel: str,
        text: str,
        thread: str | None = None,
        files: Mapping[str, bytes] | None = None,
    ) -> str:
        """Writes a message, in a thread where its root's ts is given; returns the new ts.

        `files` are attached, by their names.

        `@Fusion`, `@Anna Schmidt`, `#finance` and addresses become what Slack makes of them.
        """
        author, place = self._place(person, channel)
        if place.is_archived:
            raise NotAllowed("Nobody can write in an archived channel.")
        if thread is not None and not place.has_thread(thread):
            raise NotThere(f"there is no thread {thread} in {channel}")
        sent, blocks = Composer(self.workspace.world).compose(text)
        message = Message(
            place.id,
            self.workspace.world.next_ts(),
            author.id,
            sent,
            blocks,
            thread_ts=thread,
            bot_id=author.bot_id,
            client_msg_id=str(uuid.uuid4()),
            subtype="file_share" if files else None,
            files=[self._attached(author, *each) for each in (files or {}).items()],
        )
        self.workspace.post(message)
        return message.ts

    def _attached(self, author: Person, name: str, content: bytes) -> Json:
        file = File(self.workspace.world.next_id("F"), name, len(content), content, name)
        self.workspace.files[file.id] = file
        return {**file_json(self.workspace, file), "user": author.id}

    async def edit(self, person: str, channel: str, ts: str, text: str) -> None:
        """Rewrites a message of one's own."""
        message = self.own_message(person, channel, ts)
        sent, blocks = Composer(self.workspace.world).compose(text)
        self.workspace.edit(message, text=sent, blocks=blocks, metadata=message.metadata, mark=True)

    async def delete(self, person: str, channel: str, ts: str) -> None:
        """Deletes a message of one's own."""
        self.workspace.delete(self.own_message(person, channel, ts))

    async def command(
        self, person: str, channel: str, command: str, text: str = ""
    ) -> Acknowledgement:
        """Types a slash command; what the bot answers at once is posted as Slack does."""
        author, place = self._place(person, channel)
        payload = slash_command(
            author,
            place,
            command,
            text,
            trigger_id=self.workspace.views.issue_trigger(author.id),
            response_url=self.workspace.issue_response_url(author.id, place.id, None),
        )
        answer = await self.workspace.deliveries.ask(COMMANDS, payload)
        if not answer.ok or not answer.body:
            return answer
        reply = answer.body if isinstance(answer.body, dict) else {"text": str(answer.body)}
        try:
            post_reply(self.workspace, Arguments(reply), place, author.id)
        except SlackError as refusal:
            return Acknowledgement(ok=False, error=f"invalid_command_response: {refusal.error}")
        return answer

    async def open_home(self, person: str, tab: str = "home") -> None:
        """Opens the app's `home` or `messages` tab."""
        someone = self.workspace.world.person(person)
        im = self.workspace.world.im_of(person)
        home = self.workspace.views.homes.get(person)
        shown = None if home is None else home.json()
        event = events.home_opened_event(someone, im, tab, shown, self.workspace.world.next_ts())
        self.workspace.tell(im, event)

    async def uninstall(self) -> None:
        """An administrator removes the app from the workspace."""
        for event in events.uninstalled_events():
            self.workspace.tell(self.workspace.world.im_of("U0ANNA"), event)

    async def look_at(self, person: str, channel: str) -> None:
        """Looks at a channel, with the direct messages with the app open beside it."""
        someone, place = self._place(person, channel)
        event = events.context_changed_event(someone, place, self.workspace.world.next_ts())
        self.workspace.tell(self.workspace.world.im_of(person), event)

    async def stop_session(self, person: str, channel: str, thread_ts: str) -> None:
        """Presses the native Stop, which is there while the thread's session is processing."""
        someone, place = self._place(person, channel)
        session = self.workspace.sessions.sessions.get((channel, thread_ts))
        if session is None or session.status != "processing":
            raise NotAllowed("There is a Stop only while the agent session is processing.")
        ts = self.workspace.world.next_ts()
        self.workspace.tell(place, events.session_stopped_event(place, someone, thread_ts, ts))

    async def react(self, person: str, channel: str, ts: str, name: str) -> None:
        """Adds a reaction to a message."""
        _, place = self._place(person, channel)
        message = place.find(ts)
        if message is None:
            raise NotThere(f"there is no message {ts} in {channel}")
        users = message.reactions.setdefault(name, [])
        if person not in users:
            users.append(person)
            someone = self.workspace.world.person(person)
            self.workspace.tell(place, events.reaction_event(place, message, someone, name))
        self.workspace.changes.note("message", message, channel=place.id)
