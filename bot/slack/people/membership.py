"""What Slack says of people and user groups, as rules ask it (bot.domain.people).

Slack lets user groups be read some twenty times a minute, and fifty people may click at once: an
answer counts for a few seconds, and who asks while it is awaited waits for the same one.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from bot.domain.agent import NoFusionUser, Unavailable
from bot.domain.policy import Clicker
from bot.domain.turn import Person
from bot.ledger import Clock
from bot.one_answer import OneAnswer
from bot.slack.outbound import Outbound, SlackRefused, SlackUnanswered, SlackUnavailable
from bot.slack.people.directory import Directory

log = structlog.get_logger(__name__)

TROUBLE = (SlackRefused, SlackUnavailable, SlackUnanswered)


NOW = timedelta(0)
MEMBERS_COUNT_FOR = timedelta(seconds=5)
ACCOUNT_COUNTS_FOR = 60.0  # seconds: who was made a guest decides no longer than that


class SlackPeople:
    """Accounts from the directory, and user groups as they are or were a few seconds ago."""

    def __init__(self, directory: Directory, outbound: Outbound, clock: Clock) -> None:
        self._directory = directory
        self._outbound = outbound
        self._clock = clock
        self._asking: OneAnswer[tuple[str, ...]] = OneAnswer()
        self._members: dict[tuple[str, str], tuple[datetime, tuple[str, ...]]] = {}

    async def clicker(self, person: Person, groups: Sequence[str]) -> Clicker:
        """See People."""
        try:
            account = await self._directory.account(person, ACCOUNT_COUNTS_FOR)
        except (NoFusionUser, Unavailable):
            return Clicker(is_known=False)
        return Clicker(
            is_guest=account.is_guest,
            is_external=account.is_external,
            is_deactivated=account.is_deactivated,
            is_member=await self._is_member(person, groups),
        )

    async def is_administrator(self, person: Person) -> bool:
        """See Administrators."""
        try:
            account = await self._directory.account(person, ACCOUNT_COUNTS_FOR)
        except (NoFusionUser, Unavailable):
            return False
        return account.is_admin and not (account.is_external or account.is_deactivated)

    async def _is_member(self, person: Person, groups: Sequence[str]) -> bool | None:
        if not groups:
            return False
        try:
            return person.user in await self.members(person.workspace, groups)
        except Unavailable:
            return None

    async def members(self, workspace: str, groups: Sequence[str]) -> tuple[str, ...]:
        """See People."""
        found: dict[str, None] = {}
        for group in groups:
            found |= dict.fromkeys(await self._members_of(workspace, group))
        return tuple(found)

    async def _members_of(self, workspace: str, group: str) -> tuple[str, ...]:
        key = workspace, group
        asked_at, members = self._members.get(key, (None, ()))
        if asked_at is not None:
            age = self._clock() - asked_at
            if NOW <= age < MEMBERS_COUNT_FOR:  # not where the clock was set back
                return members
        return await self._asking.ask(key, lambda: self._ask_for_members(workspace, group))

    async def _ask_for_members(self, workspace: str, group: str) -> tuple[str, ...]:
        now = self._clock()
        arguments = {"usergroup": group}
        try:
            reply = await self._outbound.call("usergroups.users.list", workspace, arguments)
        except TROUBLE as trouble:
            log.warning("group_not_read", group=group, error=str(trouble))
            raise Unavailable(f"Slack does not say who is in {group}.") from trouble
        members = tuple(map(str, reply.get("users") or ()))
        self._members[workspace, group] = now, members
        return members
