"""Runs shown in threads of the emulated Slack: what tests of threads share."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.domain import events as e
from bot.domain.answer import Answer
from bot.domain.events import Event
from bot.domain.job import Waiting, WaitingFor
from bot.domain.run import Run
from bot.domain.turn import Person, Place, Turn
from bot.playground.slack import Message, SlackServer
from bot.playground.slack.world import TEAM
from bot.slack.budgets import Budgets
from bot.slack.installing.manifest import SCOPES
from bot.slack.outbound import Outbound
from bot.slack.text.links import AllowedHosts
from bot.slack.threads.picture import Look
from bot.slack.threads.sessions import Sessions
from bot.slack.threads.statuses import Statuses
from bot.slack.threads.uploads import Uploads
from bot.slack.threads.view import SlackThreads
from tests.kept import TEAMS, Kept, kept, turn
from tests.slack.scripted_slack import client_of

FINANCE, ANNA = "C0FINANCE", "U0ANNA"
INVOKED = e.Invoked("job-1", "conversation-1")
PAYMENT = e.Waited(Waiting(WaitingFor.DECISION, key="payment", message="Pay?"))
LONG = e.Completed(
    Answer(output="\n\n".join(f"Paragraph {n}. " + "word " * 200 for n in range(30)))
)
DONE = e.Completed(Answer(output="Paid."))


@dataclass
class Showing:
    """A thread in the emulated Slack, and what shows runs in it."""

    slack: SlackServer
    house: Kept
    view: SlackThreads

    async def ask(self, channel: str = FINANCE) -> Run:
        ts = await self.slack.say(ANNA, channel, "Pay 4711")
        place = Place(TEAM, channel, ts)
        asked = turn(ts, channel=channel, asker=Person(TEAM, ANNA))
        return await self.take(replace(asked, place=place, taken_at=datetime.now(UTC)))

    async def take(self, asked: Turn) -> Run:
        taken = await self.house.ledger.take(asked)
        return await self.house.ledger.run(taken.run_id)

    async def shown(self, run: Run, *events: Event) -> Run:
        """The run after these events, each shown."""
        for event in events:
            run = await self.house.ledger.record(run, event)
            await self.view.show(run)
        return run

    def posted(self, channel: str = FINANCE) -> list[Message]:
        return [each for each in self.slack.messages(channel) if each.bot_id]


@asynccontextmanager
async def showing() -> AsyncIterator[Showing]:
    async with SlackServer() as slack, client_of(slack.api_url) as client, kept() as house:
        slack.scopes = set(SCOPES)
        client.token = slack.bot_token
        outbound, session = Outbound(client, Budgets()), client.session
        assert session is not None
        look = Look(TEAMS, AllowedHosts(), timedelta(minutes=1))
        yield Showing(
            slack,
            house,
            SlackThreads(
                outbound,
                house.ledger,
                look,
                house.clock,
                Sessions(outbound),
                Statuses(outbound),
                Uploads(outbound, session),
            ),
        )
