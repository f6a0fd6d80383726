"""Who a person is in Slack, as far as that matters for who they are at Fusion."""

from dataclasses import dataclass
from typing import Protocol

from bot.domain.turn import Person


@dataclass(frozen=True, slots=True)
class SlackAccount:
    """What Slack says of a person; `email` and `name` are "" where it does not say.

    `is_guest` is a single- or multi-channel guest, `is_external` somebody of another organisation
    (Slack Connect), `is_admin` an administrator or owner of the workspace.
    """

    email: str = ""
    is_guest: bool = False
    is_external: bool = False
    is_deactivated: bool = False
    is_admin: bool = False
    name: str = ""


class Accounts(Protocol):
    """Looks people up in Slack."""

    async def account(self, person: Person) -> SlackAccount:
        """What Slack says of this person.

        Raises Unavailable where Slack cannot be asked, NoFusionUser where it does not tell.
        """
