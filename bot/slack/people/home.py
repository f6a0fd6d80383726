"""The App Home: who somebody is at Fusion, what waits for them, what they asked, what they chose."""

from bot.choosing import Choosing
from bot.domain.acting import Identities, SignInOffer
from bot.domain.people import Administrators
from bot.domain.turn import Person
from bot.ledger import Ledger
from bot.slack.approvals.queue import draw_queue
from bot.slack.asking.teams import draw_default_picker, draw_team_picker
from bot.slack.outbound import Outbound
from bot.slack.people.run_list import draw_deletion, draw_runs
from bot.slack.people.sign_in_card import draw_identity
from bot.slack.text.blocks import Block
from bot.slack.threads.picture import Look

PATIENCE = 5.0  # seconds for Fusion's list of agent teams


class Home:
    """Publishes App Homes."""

    def __init__(
        self,
        identities: Identities,
        ledger: Ledger,
        choosing: Choosing,
        administrators: Administrators,
        outbound: Outbound,
        look: Look,
    ) -> None:
        self._identities = identities
        self._ledger = ledger
        self._choosing = choosing
        self._administrators = administrators
        self._outbound = outbound
        self._look = look

    async def publish(self, person: Person, offer: SignInOffer | None = None) -> None:
        """Show somebody their Home as it is now; `offer` is a sign-in that they have just begun.

        Raises SlackRefused, SlackUnavailable, SlackUnanswered or StorageError.
        """
        acting = await self._identities.acting(person)
        people_sign_in = self._identities.people_sign_in
        mine = await self._ledger.waiting_for(person)
        decidable = {each.id for each in mine}  # each is shown once, where there is most to do
        others = [
            each
            for each in await self._ledger.unfinished_runs_of(person)
            if each.id not in decidable
        ]
        asked = [each for each in others if each.pending and each.pending.waiting.answerable]
        running = [each for each in others if each not in asked]
        blocks = [
            *draw_identity(acting, people_sign_in=people_sign_in, offer=offer),
            *draw_queue(mine, asked, self._look),
            *draw_runs(running, await self._ledger.ended_runs_of(person), self._look),
            *await self._draw_teams(person),
            *draw_deletion(),
        ]
        view = {"type": "home", "blocks": blocks}
        arguments = {"user_id": person.user, "view": view}
        await self._outbound.call("views.publish", person.workspace, arguments)

    async def _draw_teams(self, person: Person) -> list[Block]:
        choosing = self._choosing
        offered = await choosing.offered(person, PATIENCE)
        default = await choosing.default_in(person.workspace)
        blocks = draw_team_picker(offered.teams.teams, await choosing.chosen(person), default)
        if await self._administrators.is_administrator(person):
            blocks += draw_default_picker(choosing.teams.teams, default)
        return blocks
