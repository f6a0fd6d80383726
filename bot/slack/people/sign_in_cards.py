"""Shows people how to sign in, so that only they see it, and what became of it.

A link comes as an ephemeral message where they asked. A code comes as a direct message, because that
can be changed when it is over. In the App Home both stand in the Home itself.
"""

import asyncio
import json
from collections.abc import Coroutine
from typing import Any

import structlog

from bot.domain.acting import Identities, SignInEnded, SignInOffer
from bot.domain.agent import AgentError
from bot.domain.run import Run
from bot.domain.turn import Person
from bot.ledger import Ledger, UnknownRun
from bot.slack.outbound import Outbound, SlackRefused, SlackUnanswered, SlackUnavailable
from bot.slack.people.directs import open_direct
from bot.slack.people.home import Home
from bot.slack.people.sign_in_card import Card, draw_ended, draw_offer
from bot.slack.people.speaking import Languages
from bot.slack.people.whispers import Whispers
from bot.slack.words import reason, sign_in as sign_in_say, speak
from storage.errors import StorageError

log = structlog.get_logger(__name__)

AT_MOST = 200
SLACK_TROUBLE = (SlackRefused, SlackUnavailable, SlackUnanswered)
IN_HOME = json.dumps({"home": True})


class SignInCards:
    """Cards of sign-ins; each is sent by a task of its own, so that nobody waits for it."""

    def __init__(
        self,
        identities: Identities,
        home: Home,
        outbound: Outbound,
        whispers: Whispers,
        ledger: Ledger,
        languages: Languages,
    ) -> None:
        self._languages = languages
        self._home = home
        self._identities = identities
        self._outbound = outbound
        self._whispers = whispers
        self._ledger = ledger
        self._tasks: set[asyncio.Task[None]] = set()

    async def invite(self, run: Run) -> None:
        """Show whoever asked how to sign in (bot.signing_in.SignInInvitations)."""
        try:
            place = (await self._ledger.thread_of(run)).place
        except (StorageError, UnknownRun):
            place = run.turn.place
        moved = place.channel.startswith("D") and place.channel != run.turn.place.channel
        # It may have moved to the direct messages of somebody else.
        self.begin(run.turn.asker, "" if moved else place.channel, None if moved else place.ts)

    def begin(self, person: Person, channel: str, thread_ts: str | None) -> None:
        """Begin a sign-in for this person, from a message in a channel; "" for their direct messages."""
        self._own(self._begin(person, channel, thread_ts), person)

    async def reply(self, person: Person, channel: str) -> Card | str:
        """The reply to a command that begins a sign-in; asks Slack and the identity domain alone."""
        if not self._identities.people_sign_in:
            return sign_in_say.NOTHING_TO_SIGN_IN
        note = json.dumps({"channel": channel, "thread": None})
        try:
            offer = await self._identities.offer(person, note)
        except AgentError as refused:
            return sign_in_say.not_signed_in(reason(refused.detail) or sign_in_say.TROUBLE)
        if offer.user_code:
            self._own(self._send_code(person, offer, channel, None), person)
            return sign_in_say.SENT
        return draw_offer(offer)

    def begin_at_home(self, person: Person) -> None:
        """Begin a sign-in for this person, from their App Home."""
        self._own(self._begin_at_home(person), person)

    def show_home(self, person: Person) -> None:
        """Publish the App Home as it is now."""
        self._own(self._home.publish(person), person)

    async def ended(self, over: SignInEnded) -> None:
        """A sign-in has come to its end: the card says so, or a whisper where there is none."""
        self._own(self._show_end(over), over.person)

    async def close(self) -> None:
        """Stop what has not been sent."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _own(self, work: Coroutine[Any, Any, None], person: Person) -> None:
        if len(self._tasks) >= AT_MOST:
            log.warning("sign_in_card_dropped", person=person.key)
            work.close()
            return
        task = asyncio.create_task(self._guarded(work, person))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _guarded(self, work: Coroutine[Any, Any, None], person: Person) -> None:
        try:
            speak(await self._languages.language(person))
            await work
        except (*SLACK_TROUBLE, StorageError) as error:
            log.warning("sign_in_card_failed", person=person.key, error=type(error).__name__)

    async def _begin(self, person: Person, channel: str, thread_ts: str | None) -> None:
        channel = channel or await open_direct(self._outbound, person)
        try:
            if await self._identities.is_signed_in(person):
                text = sign_in_say.SIGNED_IN_ALREADY
                self._whispers.tell(person, channel, thread_ts, text)
                return
            note = json.dumps({"channel": channel, "thread": thread_ts})
            offer = await self._identities.offer(person, note)
        except AgentError as refused:
            text = sign_in_say.not_signed_in(reason(refused.detail) or sign_in_say.TROUBLE)
            self._whispers.tell(person, channel, thread_ts, text)
            return
        if offer.user_code:
            await self._send_code(person, offer, channel, thread_ts)
        else:
            text, blocks = draw_offer(offer)
            self._whispers.tell(person, channel, thread_ts, text, blocks)

    async def _send_code(
        self, person: Person, offer: SignInOffer, channel: str, thread_ts: str | None
    ) -> None:
        direct = channel
        if not channel.startswith("D"):
            direct, thread = await open_direct(self._outbound, person), None
            if thread_ts is not None:  # else it is the reply to a command, which says so itself
                self._whispers.tell(person, channel, thread_ts, sign_in_say.SENT)
        else:
            thread = thread_ts
        arguments = {"unfurl_links": False, "unfurl_media": False}
        posted = await self._write(
            "chat.postMessage",
            person,
            direct,
            draw_offer(offer),
            arguments | ({"thread_ts": thread} if thread else {}),
        )
        card = {"channel": direct, "ts": str(posted["ts"])}
        await self._identities.keep_note(person, json.dumps(card))

    async def _begin_at_home(self, person: Person) -> None:
        try:
            offer = await self._identities.offer(person, IN_HOME)
        except AgentError as refused:
            log.info("no_sign_in_offered", person=person.key, error=type(refused).__name__)
            await self._home.publish(person)
            return
        await self._home.publish(person, offer)

    async def _show_end(self, over: SignInEnded) -> None:
        note: dict[str, Any] = json.loads(over.note or "{}")
        text, blocks = draw_ended(over)
        if note.get("ts"):
            arguments = {"ts": note["ts"]}
            await self._write(
                "chat.update", over.person, note["channel"], (text, blocks), arguments
            )
        elif note.get("channel"):
            self._whispers.tell(over.person, note["channel"], note.get("thread"), text, blocks)
        if note.get("home"):
            await self._home.publish(over.person)

    async def _write(
        self, method: str, person: Person, channel: str, card: Card, arguments: dict[str, Any]
    ) -> dict[str, Any]:
        text, blocks = card
        body = {"channel": channel, "text": text, "blocks": list(blocks), **arguments}
        return await self._outbound.call(method, person.workspace, body)
