"""Whom we ask: an agent team and how it wants to be invoked."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

FACTS = frozenset(
    {
        "asker_email", "asker_name", "asker_id", "workspace_id", "channel_id", "channel_name",
        "thread_ts", "locale", "time_zone",
    }
)  # fmt: skip
IN_BRACES = re.compile(r"\{([a-z][a-z0-9_]*)\}")


def unknown_facts(parameters: Mapping[str, str]) -> set[str]:
    """What the values name in braces although no question has such a fact."""
    return {name for value in parameters.values() for name in IN_BRACES.findall(value)} - FACTS


@dataclass(frozen=True, slots=True)
class AgentTeam:
    """An agent team as configured; `code` is Oracle's name for it.

    `version` None means the latest published one. Values of `parameters` may name FACTS about the
    question in braces, as in "{asker_email}". `groups` are the Slack user groups whose members may
    ask it; where there are none, everybody may.
    """

    code: str
    name: str = ""
    description: str = ""
    version: int | None = None
    status: str = "PUBLISHED"
    invocation_mode: str = "END_USER"
    parameters: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    channels: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    starter_questions: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What people call it: its name, or its code where it has none."""
        return self.name or self.code


class UnknownAgentTeam(LookupError):
    """This agent team is no longer part of the bot's configuration."""


@dataclass(frozen=True, slots=True)
class AgentTeams:
    """The agent teams that this deployment offers; the first is the default one.

    `by_workspace` names the default one of some workspaces. `is_open` lets people ask teams that no setting names: Fusion decides who may.
    """

    teams: tuple[AgentTeam, ...]
    is_open: bool = False
    by_workspace: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def by_code(self, code: str) -> AgentTeam:
        """The team with this code; UnknownAgentTeam where it is not offered."""
        for team in self.teams:
            if team.code == code:
                return team
        if self.is_open and code:
            return AgentTeam(code)
        raise UnknownAgentTeam(code)

    def joined(self, found: Iterable[AgentTeam]) -> "AgentTeams":
        """With those that were found as well; what the settings say of a team counts."""
        known = {team.code for team in self.teams}
        return replace(self, teams=(*self.teams, *(t for t in found if t.code not in known)))

    def of_channel(self, channel: str) -> AgentTeam | None:
        """The team that answers in this channel, if one names it."""
        return next((team for team in self.teams if channel in team.channels), None)

    def default_in(self, workspace: str) -> AgentTeam:
        """The default team of a workspace."""
        return self.by_code(self.by_workspace.get(workspace) or self.teams[0].code)

    def for_channel(self, channel: str, chosen: str = "") -> AgentTeam:
        """The channel's team, else the one that the person has chosen, else the default one."""
        mine = next((team for team in self.teams if team.code == chosen), self.teams[0])
        return self.of_channel(channel) or mine

    def found_by(self, words: str) -> AgentTeam | None:
        """The team that a person means by its code or name, whatever the case."""
        wanted = " ".join(words.split()).casefold()
        for team in self.teams:
            if wanted and wanted in {team.code.casefold(), team.name.casefold()}:
                return team
        return None

    def addressed_in(self, question: str) -> tuple[AgentTeam, str] | None:
        """The team that a question begins by naming, and what is left of the question.

        `+CODE …` names it by its code; `Name: …` or `Name, …` by its name.
        """
        for team in self.teams:
            names = "|".join(map(re.escape, filter(None, (team.name, team.code))))
            opening = re.compile(
                rf"\s*(?:\+{re.escape(team.code)}\b[:,]?|(?:{names})[:,])\s+", re.IGNORECASE
            )
            found = opening.match(question)
            if found and question[found.end() :].strip():
                return team, question[found.end() :]
        return None
