"""The ports through which rules learn who somebody is at this moment."""

from collections.abc import Sequence
from typing import Protocol

from bot.domain.policy import Clicker
from bot.domain.turn import Person


class People(Protocol):
    """What Slack says of people and user groups."""

    async def clicker(self, person: Person, groups: Sequence[str]) -> Clicker:
        """What the policy asks of somebody who clicked; never fails: what is not known is said.

        Membership of groups is asked anew each time: who was in one yesterday may have left it.
        """

    async def members(self, workspace: str, groups: Sequence[str]) -> tuple[str, ...]:
        """Who is in any of these user groups, by Slack's user ids. Raises Unavailable."""


class Administrators(Protocol):
    """Who administers a workspace."""

    async def is_administrator(self, person: Person) -> bool:
        """Whether this person administers their workspace; never fails: who is not known does not."""
