"""The agent teams that each person may choose from: the settings', and those that Fusion lists.

What Fusion said is remembered for a while; nobody waits for it long.
"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.domain.agent import AgentError, Registry, SignInNeeded
from bot.domain.agent_team import AgentTeam, AgentTeams
from bot.domain.turn import Person
from bot.ledger import Clock
from bot.one_answer import Closed, OneAnswer

log = structlog.get_logger(__name__)

KEPT_FOR = timedelta(minutes=5)
FAILURE_KEPT_FOR = timedelta(seconds=15)
PEOPLE_KEPT = 2000


@dataclass(frozen=True, slots=True)
class Offered:
    """The teams that somebody may choose from; Fusion's part may be missing, and why."""

    teams: AgentTeams
    is_complete: bool = True
    needs_sign_in: bool = False


@dataclass(frozen=True, slots=True)
class _Found:
    teams: tuple[AgentTeam, ...]
    until: datetime
    is_complete: bool = True
    needs_sign_in: bool = False


class Catalogue:
    """Knows what is offered to whom; without a registry, the settings alone."""

    def __init__(self, teams: AgentTeams, registry: Registry | None, clock: Clock) -> None:
        self.teams = teams
        self._registry = registry
        self._clock = clock
        self._found: OrderedDict[str, _Found] = OrderedDict()  # by person
        self._searches: OneAnswer[_Found] = OneAnswer()

    async def offered(self, person: Person, patience: float) -> Offered:
        """What this person may choose from; Fusion is waited for so many seconds. Never fails."""
        if self._registry is None:
            return Offered(self.teams)
        found = self._found.get(person.key)
        if found is None or found.until <= self._clock():
            found = await self._searched(self._registry, person, patience) or found
        if found is None:
            return Offered(self.teams, is_complete=False)
        teams = self.teams.joined(found.teams)
        return Offered(teams, found.is_complete, found.needs_sign_in)

    def forget(self, person: Person) -> None:
        """What this person may use is another thing now: they signed in or out."""
        self._found.pop(person.key, None)

    async def close(self) -> None:
        """Stop searching."""
        await self._searches.close()

    async def _searched(self, registry: Registry, person: Person, patience: float) -> _Found | None:
        """One search for all who want it; it goes on, though nobody waits any more."""
        search = partial(self._search, registry, person)
        try:
            return await self._searches.ask(person.key, search, patience)
        except (TimeoutError, Closed):
            return None

    async def _search(self, registry: Registry, person: Person) -> _Found:
        now = self._clock()
        try:
            found = _Found(await registry.search(person), now + KEPT_FOR)
        except AgentError as error:
            log.info("no_agent_teams_found", error=type(error).__name__)
            before = self._found.get(person.key)
            found = _Found(
                before.teams if before else (),
                now + FAILURE_KEPT_FOR,
                is_complete=False,
                needs_sign_in=isinstance(error, SignInNeeded),
            )
        self._found[person.key] = found
        self._found.move_to_end(person.key)
        if len(self._found) > PEOPLE_KEPT:
            self._found.popitem(last=False)
        return found
