"""Which agent team a turn is for: the one it names, its thread's, its channel's, its person's."""

import asyncio
import re
from collections import OrderedDict
from contextlib import suppress
from dataclasses import replace

from bot.catalogue import Catalogue, Offered
from bot.domain.agent_team import AgentTeam, AgentTeams, UnknownAgentTeam
from bot.domain.people import People
from bot.domain.run import Run
from bot.domain.turn import Person, Turn
from bot.ledger import Ledger
from storage.store import Store

TEAM = "agent_team"  # the name of the choice
COUNTS_FOR = 30.0  # seconds until another replica follows what was chosen for a workspace
NAMED = re.compile(r"(?:<@[^>]+>\s*)?\+([\w.-]*\w)")
VIEWS_KEPT = 5000
AT_ONCE = 0.8  # seconds that what must be acknowledged waits for Fusion's list
BETWEEN = "\n"  # in a choice, between the code of a team that no setting names and its title


class Choosing:
    """The agent teams that are offered, and what people have chosen among them."""

    def __init__(self, ledger: Ledger, store: Store, catalogue: Catalogue, people: People) -> None:
        self._people = people
        self._ledger = ledger
        self._store = store
        self._catalogue = catalogue
        self._defaults: dict[str, tuple[float, str]] = {}  # by workspace, and when it was read
        self._viewed: OrderedDict[str, str] = OrderedDict()  # by person, the channel in view
        self.teams: AgentTeams = catalogue.teams

    async def offered(self, person: Person, patience: float = AT_ONCE) -> Offered:
        """What this person may choose from; see Catalogue.

        Teams for members of user groups are left out for others, as far as Slack says who is one.
        """
        offered = await self._catalogue.offered(person, patience)
        teams = offered.teams.teams
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                teams = tuple([each for each in teams if await self._may_ask(person, each)])
        return replace(offered, teams=replace(offered.teams, teams=teams)) if teams else offered

    async def _may_ask(self, person: Person, team: AgentTeam) -> bool:
        if not team.groups:
            return True
        found = await self._people.clicker(person, team.groups)
        return found.is_member is not False or not found.is_known

    async def with_team(self, turn: Turn) -> Turn:
        """The turn with its team. A thread keeps its team unless a turn names another."""
        run = await self._newest_in_thread_of(turn)
        before = run.turn.agent_team if run else ""
        turn = await self._as_named(turn)
        if turn.names_team:
            changed = before if before != turn.agent_team else ""
            return replace(turn, instead_of=changed)
        if run is not None:
            return replace(turn, agent_team=before, team_title=run.turn.team_title)
        return self._for(turn, await self.team_for(turn.asker, turn.place.channel))

    async def team_for(self, person: Person, channel: str) -> AgentTeam:
        """The team that a new thread of this person is for.

        In direct messages, where nothing else tells, it is the one of the channel that they look at.
        """
        viewed = self._viewed.get(person.key, "") if channel.startswith("D") else ""
        return (
            self.teams.of_channel(channel)
            or await self._chosen(person)
            or self.teams.of_channel(viewed)
            or await self.default_in(person.workspace)
        )

    def note_view(self, person: Person, channel: str) -> None:
        """This person looks at this channel now, with their direct messages beside it."""
        self._viewed[person.key] = channel
        self._viewed.move_to_end(person.key)
        if len(self._viewed) > VIEWS_KEPT:
            self._viewed.popitem(last=False)

    async def chosen(self, person: Person) -> str:
        """The code that this person has chosen; "" where none, or none that is still offered."""
        team = await self._chosen(person)
        return team.code if team else ""

    async def choose(self, person: Person, code: str) -> None:
        """From now on this person's new threads are for this team; "" for the default one."""
        found = (await self._catalogue.offered(person, AT_ONCE)).teams if code else self.teams
        title = "" if self._is_configured(code) or not code else found.by_code(code).name
        kept = f"{code}{BETWEEN}{title}" if title else code
        await self._store.choose(person.key, TEAM, kept)

    async def default_in(self, workspace: str) -> AgentTeam:
        """What a workspace's administrators have chosen for it, else what the settings say."""
        now = asyncio.get_running_loop().time()
        read_at, code = self._defaults.get(workspace, (-COUNTS_FOR, ""))
        if now - read_at >= COUNTS_FOR:
            code = await self._store.choice(_of_all(workspace), TEAM)
            self._defaults[workspace] = now, code
        chosen = next((each for each in self.teams.teams if each.code == code), None)
        return chosen or self.teams.default_in(workspace)

    async def choose_default(self, workspace: str, code: str) -> None:
        """From now on a workspace's new threads are for this team; "" for what the settings say.

        Whether somebody may is asked before. Only teams that the settings name can be chosen: what
        Fusion lists is one person's list.
        """
        if code and not self._is_configured(code):
            raise UnknownAgentTeam(code)
        await self._store.choose(_of_all(workspace), TEAM, code)
        self._defaults[workspace] = asyncio.get_running_loop().time(), code

    async def _chosen(self, person: Person) -> AgentTeam | None:
        code, _, title = (await self._store.choice(person.key, TEAM)).partition(BETWEEN)
        try:
            team = self.teams.by_code(code)
        except UnknownAgentTeam:
            return None
        return replace(team, name=team.name or title)

    async def _as_named(self, turn: Turn) -> Turn:
        """The turn for the team whose code it begins with, if that is one that Fusion lists."""
        code = NAMED.match(turn.text.lstrip())
        if turn.names_team or not self.teams.is_open or code is None:
            return turn
        found = (await self.offered(turn.asker)).teams.found_by(code[1])
        return replace(self._for(turn, found), names_team=True) if found else turn

    def _for(self, turn: Turn, team: AgentTeam) -> Turn:
        title = "" if self._is_configured(team.code) else team.name
        return replace(turn, agent_team=team.code, team_title=title)

    def _is_configured(self, code: str) -> bool:
        return any(team.code == code for team in self.teams.teams)

    async def _newest_in_thread_of(self, turn: Turn) -> Run | None:
        """The newest run of the turn's thread, if it is one of ours and its team still offered."""
        if turn.place.ts in {None, turn.message_ts}:
            return None
        thread = await self._ledger.thread_at(turn.place)
        run = await self._ledger.newest_in(thread) if thread else None
        try:
            self.teams.by_code(run.turn.agent_team if run else "")
        except UnknownAgentTeam:
            return None
        return run


def _of_all(workspace: str) -> str:
    """The key of a workspace's choice, beside those of its people; it goes when they go."""
    return f"{workspace}:"
