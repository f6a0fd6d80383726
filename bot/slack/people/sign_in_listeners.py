"""Bolt's listeners for signing in and out, and for the App Home."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.domain.acting import Identities
from bot.domain.turn import Person
from bot.ledger import Ledger
from bot.slack.asking.payloads import read_click, workspace_of
from bot.slack.asking.prompts import Prompts
from bot.slack.people.sign_in_card import OPENED
from bot.slack.people.sign_in_cards import SignInCards
from bot.slack.people.whispers import Whispers
from bot.slack.words import sign_in as sign_in_say

Body = dict[str, Any]


class SignInListeners:
    """Everything that people do about who they are at Fusion."""

    def __init__(
        self,
        identities: Identities,
        ledger: Ledger,
        cards: SignInCards,
        whispers: Whispers,
        prompts: Prompts,
    ) -> None:
        self._prompts = prompts
        self._identities = identities
        self._ledger = ledger
        self._cards = cards
        self._whispers = whispers

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt what we listen to; manifest.yml subscribes to the same."""
        app.event("app_home_opened")(self.on_home_opened)
        app.action("sign_in")(self.on_sign_in)
        app.action("sign_out")(self.on_sign_out)
        app.action("delete_my_data")(self.on_delete)

    async def on_home_opened(self, body: Body) -> None:
        """Somebody looks at the App Home, or at their direct messages with the bot."""
        event = body["event"]
        person = Person(workspace_of(body), str(event["user"]))
        if event.get("tab") == "home":
            self._cards.show_home(person)
        elif event.get("channel"):
            self._prompts.offer(person, str(event["channel"]))

    async def on_sign_in(self, ack: AsyncAck, body: Body) -> None:
        """Sign in: for whoever pressed it, whoever it was meant for."""
        click = read_click(body)
        await ack()
        if click.value == OPENED:  # the button was a link, and the browser is on its way
            return
        if not click.channel:
            self._cards.begin_at_home(click.person)
        elif self._identities.people_sign_in:
            self._cards.begin(click.person, click.channel, click.thread_ts)
        else:
            text = sign_in_say.NOTHING_TO_SIGN_IN
            self._whispers.tell(click.person, click.channel, click.thread_ts, text)

    async def on_delete(self, ack: AsyncAck, body: Body) -> None:
        """Delete my data, in the App Home: the token is taken back at the identity domain first."""
        click = read_click(body)
        await ack()
        if self._identities.people_sign_in:
            await self._identities.sign_out(click.person)
        await self._ledger.forget(click.person)
        self._cards.show_home(click.person)

    async def on_sign_out(self, ack: AsyncAck, body: Body) -> None:
        """Sign out, in the App Home."""
        click = read_click(body)
        await ack()
        await self._identities.sign_out(click.person)
        self._cards.show_home(click.person)
