"""What Slack says of people and user groups, as the policy asks it (bot.domain.people.People)."""

from collections.abc import Sequence

import structlog

from bot.domain.agent import NoFusionUser, Unavailable
from bot.domain.policy import Clicker
from bot.domain.turn import Person
from bot.slack.directory import Directory
from bot.slack.outbound import Outbound, SlackRefused, SlackUnanswered, SlackUnavailable

log = structlog.get_logger(__name__)

TROUBLE = (SlackRefused, SlackUnavailable, SlackUnanswered)


class SlackPeople:
    """Accounts from the directory, and user groups asked anew each time."""

    def __init__(self, directory: Directory, outbound: Outbound) -> None:
        self._directory = directory
        self._outbound = outbound

    async def clicker(self, person: Person, groups: Sequence[str]) -> Clicker:
        """See People."""
        try:
            account = await self._directory.account(person)
        except (NoFusionUser, Unavailable):
            return Clicker(is_known=False)
        return Clicker(
            is_guest=account.is_guest,
            is_external=account.is_external,
            is_deactivated=account.is_deactivated,
            is_member=await self._is_member(person, groups),
        )

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
            arguments = {"usergroup": group}
            try:
                reply = await self._outbound.call("usergroups.users.list", workspace, arguments)
            except TROUBLE as trouble:
                log.warning("group_not_read", group=group, error=str(trouble))
                raise Unavailable(f"Slack does not say who is in {group}.") from trouble
            found |= dict.fromkeys(map(str, reply.get("users") or ()))
        return tuple(found)
