"""Bolt's listeners for what decides which agent team answers: a choice, a channel in view."""

from contextlib import suppress
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.choosing import Choosing
from bot.domain.agent_team import UnknownAgentTeam
from bot.domain.people import Administrators
from bot.slack.asking.payloads import read_click, read_view
from bot.slack.asking.teams import DEFAULT
from bot.slack.people.sign_in_cards import SignInCards

log = structlog.get_logger(__name__)

Body = dict[str, Any]


class TeamListeners:
    """What people do about which agent team answers them."""

    def __init__(
        self, choosing: Choosing, administrators: Administrators, cards: SignInCards
    ) -> None:
        self._choosing = choosing
        self._administrators = administrators
        self._cards = cards

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt what we listen to."""
        app.action("choose_agent_team")(self.on_choice)
        app.action("choose_default_team")(self.on_default)
        app.event("app_context_changed")(self.on_context)

    async def on_choice(self, ack: AsyncAck, body: Body) -> None:
        """Somebody chose one from the menu."""
        click = read_click(body)
        await self._choosing.choose(click.person, "" if click.value == DEFAULT else click.value)
        await ack()
        self._cards.show_home(click.person)

    async def on_default(self, ack: AsyncAck, body: Body) -> None:
        """Somebody chose one for the workspace: an administrator, or who was one a minute ago."""
        click = read_click(body)
        if await self._administrators.is_administrator(click.person):
            with suppress(UnknownAgentTeam):  # the Home is shown as it is
                await self._choosing.choose_default(click.person.workspace, click.value)
                log.info("default_team_chosen", by=click.person.key, agent_team=click.value)
        await ack()
        self._cards.show_home(click.person)

    async def on_context(self, body: Body) -> None:
        """Somebody looks at another channel beside their direct messages with the bot."""
        viewed = read_view(body)
        if viewed is not None:
            self._choosing.note_view(*viewed)
