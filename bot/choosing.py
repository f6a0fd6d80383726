"""Which agent team a turn is for: the one it names, its thread's, its channel's, its person's."""

from dataclasses import replace

from bot.domain.agent_team import AgentTeam, AgentTeams, UnknownAgentTeam
from bot.domain.turn import Person, Turn
from bot.ledger import Ledger
from storage.store import Store

TEAM = "agent_team"  # the name of the choice


class Choosing:
    """The agent teams that are offered, and what people have chosen among them."""

    def __init__(self, ledger: Ledger, store: Store, teams: AgentTeams) -> None:
        self._ledger = ledger
        self._store = store
        self.teams = teams

    async def with_team(self, turn: Turn) -> Turn:
        """The turn with its team. A thread keeps its team unless a turn names another."""
        before = await self._before(turn)
        if turn.names_team:
            changed = before if before != turn.agent_team else ""
            return replace(turn, instead_of=changed)
        if before:
            return replace(turn, agent_team=before)
        team = await self.team_for(turn.asker, turn.place.channel)
        return replace(turn, agent_team=team.code)

    async def team_for(self, person: Person, channel: str) -> AgentTeam:
        """The team that a new thread of this person is for."""
        return self.teams.for_channel(channel, await self.chosen(person))

    async def chosen(self, person: Person) -> str:
        """The code that this person has chosen; "" where none, or none that is still offered."""
        code = await self._store.choice(person.key, TEAM)
        return code if self._is_offered(code) else ""

    async def choose(self, person: Person, code: str) -> None:
        """From now on this person's new threads are for this team; "" for the default one."""
        await self._store.choose(person.key, TEAM, code)

    async def _before(self, turn: Turn) -> str:
        """The team of the turn's thread, if it is one of ours and the team still offered."""
        if turn.place.ts in {None, turn.message_ts}:
            return ""
        thread = await self._ledger.thread_at(turn.place)
        run = await self._ledger.newest_in(thread) if thread else None
        code = run.turn.agent_team if run else ""
        return code if self._is_offered(code) else ""

    def _is_offered(self, code: str) -> bool:
        try:
            self.teams.by_code(code)
        except UnknownAgentTeam:
            return False
        return True
