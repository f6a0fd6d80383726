"""Who people are and what channels are called, as Slack says; kept for an hour."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from bot.domain import reasons
from bot.domain.account import SlackAccount
from bot.domain.agent import NoFusionUser, Question, Unavailable
from bot.domain.agent_team import AgentTeam, AgentTeams, UnknownAgentTeam
from bot.domain.run import Run
from bot.domain.turn import Person
from bot.one_answer import OneAnswer
from bot.slack.asking.attachments import Attachments
from bot.slack.installing.installed import Installed
from bot.slack.outbound import Outbound, SlackRefused, SlackUnanswered, SlackUnavailable
from bot.slack.text.plain import Names, mentioned_ids, read_plain_text
from bot.slack.words import language_of

log = structlog.get_logger(__name__)

KEPT_FOR = 3600.0
KEPT_AT_MOST = 5000

FACTS_OF_PEOPLE = ("asker_email", "asker_name", "locale", "time_zone")
FACTS_OF_CHANNELS = ("channel_name",)


@dataclass(frozen=True, slots=True)
class Profile:
    """What Slack says of a person; empty where it does not say."""

    name: str = ""
    email: str = ""
    locale: str = ""
    time_zone: str = ""
    is_guest: bool = False
    is_deactivated: bool = False
    is_admin: bool = False
    team: str = ""
    is_stranger: bool = False
    enterprise: str = ""


class Directory:
    """Looks names up, and makes the plain question of a turn (bot.asking.Questions)."""

    def __init__(
        self,
        outbound: Outbound,
        attachments: Attachments,
        teams: AgentTeams,
        installed: Installed,
    ) -> None:
        self._attachments = attachments
        self._outbound = outbound
        self._teams = teams
        self._installed = installed
        self._asking: OneAnswer[Any] = OneAnswer()
        self._kept: OrderedDict[tuple[str, str], tuple[float, Any]] = OrderedDict()

    async def question(self, run: Run) -> Question:
        """The words of the turn with names for ids, and the facts that its parameters name."""
        turn = run.turn
        workspace = turn.asker.workspace
        bot_user = self._installed.bot_user(workspace)
        ids = mentioned_ids(turn.text)
        users = {
            user: profile.name
            for user in ids.users - {bot_user}
            if (profile := await self._profile(workspace, user)).name
        }
        channels = {
            channel: name
            for channel in ids.channels
            if (name := await self._channel_name(workspace, channel))
        }
        text = read_plain_text(turn.text, Names(users, channels), bot_user)
        found = AgentTeam(turn.agent_team, turn.team_title)
        teams = self._teams.joined([found])
        named = teams.addressed_in(text) if turn.names_team else None
        text = named[1] if named else text
        if turn.files:
            text = await self._attachments.below(text, turn.files, workspace)
        return Question(text, await self._facts(run))

    async def plain_question(self, run: Run) -> str:
        """The words of the turn alone."""
        return (await self.question(run)).text

    async def language(self, person: Person) -> str:
        """The language of a person's Slack (bot.slack.speaking.Languages)."""
        return language_of((await self._profile(person.workspace, person.user)).locale)

    async def account(self, person: Person, younger_than: float = KEPT_FOR) -> SlackAccount:
        """What Slack says of a person (bot.domain.account.Accounts); asked anew if that is older."""
        try:
            profile = await self._kept_or(
                person.workspace,
                person.user,
                lambda: self._ask_for_profile(person),
                younger_than,
            )
        except SlackRefused as refused:
            raise NoFusionUser(reasons.NOT_TOLD) from refused
        except (SlackUnavailable, SlackUnanswered) as trouble:
            needs_news = younger_than < KEPT_FOR  # such as whoever decides
            if needs_news or (person.workspace, person.user) not in self._kept:
                raise Unavailable("Slack cannot be asked who you are.") from trouble
            profile = self._kept[person.workspace, person.user][1]  # old news are better than none
        ours = self._installed.is_ours(person.workspace, profile.team, profile.enterprise)
        return SlackAccount(
            email=profile.email,
            is_guest=profile.is_guest,
            is_external=profile.is_stranger or not ours,
            is_deactivated=profile.is_deactivated,
            is_admin=profile.is_admin and ours,
            name=profile.name,
        )

    async def _ask_for_profile(self, person: Person) -> Profile:
        arguments = {"user": person.user, "include_locale": "true"}
        return _read_profile(await self._outbound.call("users.info", person.workspace, arguments))

    async def _facts(self, run: Run) -> Mapping[str, str]:
        turn = run.turn
        facts = {
            "asker_id": turn.asker.user,
            "workspace_id": turn.asker.workspace,
            "channel_id": turn.place.channel,
            "thread_ts": turn.place.ts or "",
        }
        wanted = self._parameters(turn.agent_team)
        if any(f"{{{fact}}}" in wanted for fact in FACTS_OF_PEOPLE):
            profile = await self._profile(turn.asker.workspace, turn.asker.user)
            facts |= {
                "asker_email": profile.email,
                "asker_name": profile.name,
                "locale": profile.locale,
                "time_zone": profile.time_zone,
            }
        if any(f"{{{fact}}}" in wanted for fact in FACTS_OF_CHANNELS):
            name = await self._channel_name(turn.asker.workspace, turn.place.channel)
            facts["channel_name"] = name
        return facts

    def _parameters(self, code: str) -> str:
        try:
            return " ".join(self._teams.by_code(code).parameters.values())
        except UnknownAgentTeam:
            return ""

    async def _profile(self, workspace: str, user: str) -> Profile:
        person = Person(workspace, user)
        found = await self._look_up(workspace, user, lambda: self._ask_for_profile(person))
        return found if isinstance(found, Profile) else Profile()

    async def _channel_name(self, workspace: str, channel: str) -> str:
        async def ask() -> str:
            reply = await self._outbound.call("conversations.info", workspace, {"channel": channel})
            return str((reply.get("channel") or {}).get("name") or "")

        return str(await self._look_up(workspace, channel, ask) or "")

    async def _look_up(self, workspace: str, id: str, ask: Callable[[], Awaitable[Any]]) -> Any:
        """What is kept, or what Slack says now; nothing where it does not: never fails."""
        try:
            return await self._kept_or(workspace, id, ask)
        except (SlackRefused, SlackUnavailable, SlackUnanswered) as error:
            log.info("not_looked_up", id=id, error=str(error))
            return None

    async def _kept_or(
        self,
        workspace: str,
        id: str,
        ask: Callable[[], Awaitable[Any]],
        younger_than: float = KEPT_FOR,
    ) -> Any:
        now = asyncio.get_running_loop().time()
        key = (workspace, id)
        if key in self._kept and now - self._kept[key][0] < younger_than:
            self._kept.move_to_end(key)
            return self._kept[key][1]
        # An event comes twice, and a language is waited for but shortly: one question for all.
        return await self._asking.ask(key, lambda: self._asked(key, ask))

    async def _asked(self, key: tuple[str, str], ask: Callable[[], Awaitable[Any]]) -> Any:
        asked_at = asyncio.get_running_loop().time()
        found = await ask()
        self._kept[key] = (asked_at, found)
        if len(self._kept) > KEPT_AT_MOST:
            self._kept.popitem(last=False)
        return found


def _read_profile(reply: Mapping[str, Any]) -> Profile:
    user = reply.get("user") or {}
    profile = user.get("profile") or {}
    name = profile.get("display_name") or profile.get("real_name") or user.get("real_name")
    return Profile(
        name=str(name or user.get("name") or ""),
        email=str(profile.get("email") or ""),
        locale=str(user.get("locale") or ""),
        time_zone=str(user.get("tz") or ""),
        is_guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        is_deactivated=bool(user.get("deleted")),
        is_admin=bool(user.get("is_admin") or user.get("is_owner")),
        team=str(user.get("team_id") or ""),
        is_stranger=bool(user.get("is_stranger")),
        enterprise=str((user.get("enterprise_user") or {}).get("enterprise_id") or ""),
    )
