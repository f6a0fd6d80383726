"""Where the app is installed, and how it acts there: what every part on Slack's side may ask."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from slack_bolt.authorization import AuthorizeResult

if TYPE_CHECKING:
    from bot.slack.installing.preflight import Identity  # which needs what needs this


class NotInstalled(Exception):
    """The app is not installed in this workspace, or not any more."""


class Installed(Protocol):
    """The workspaces that the app is installed in."""

    async def authorize(
        self, enterprise_id: str | None, team_id: str | None
    ) -> AuthorizeResult | None:
        """Tells Bolt who we are where an event comes from; None where the app is not installed.

        Raises SlackUnavailable and StorageError.
        """

    async def prepare(self, workspace: str) -> None:
        """Know what there is to know of a workspace, if the app is installed there.

        Raises StorageError.
        """

    async def token(self, workspace: str) -> str:
        """The bot token for calls about this workspace.

        Raises NotInstalled, SlackUnavailable where it must be renewed and cannot be, StorageError.
        """

    def bot_user(self, workspace: str) -> str:
        """The id of the bot there; "" where that is not known (see `prepare`)."""

    def url(self, workspace: str) -> str:
        """The address of the workspace; "" where that is not known."""

    def is_ours(self, workspace: str, team: str, enterprise: str) -> bool:
        """Whether somebody of this team and enterprise, met in this workspace, belongs to it.

        Shared channels bring in people of other organisations, whatever a payload says.
        """

    def names_team(self, workspace: str) -> bool:
        """Whether calls must say which workspace they are about: the token is an organisation's."""


@dataclass(frozen=True, slots=True)
class OneWorkspace:
    """The app is installed in one workspace, whose token the settings have."""

    identity: "Identity"
    bot_token: str

    async def authorize(
        self, enterprise_id: str | None = None, team_id: str | None = None
    ) -> AuthorizeResult | None:
        """See Installed; it was found out before.

        Bolt's own way is to ask Slack when the first event comes; where Slack does not reply then, it
        acknowledges the event all the same, and nobody ever reads it.
        """
        del enterprise_id, team_id
        return AuthorizeResult(
            enterprise_id=None,
            team_id=self.identity.workspace,
            bot_user_id=self.identity.bot_user,
            bot_id=self.identity.bot_id,
            bot_token=self.bot_token,
        )

    async def prepare(self, workspace: str) -> None:
        """See Installed."""

    async def token(self, workspace: str) -> str:
        """See Installed; events of another workspace come by shared channels alone."""
        del workspace
        return self.bot_token

    def bot_user(self, workspace: str) -> str:
        """See Installed."""
        del workspace
        return self.identity.bot_user

    def url(self, workspace: str) -> str:
        """See Installed."""
        del workspace
        return self.identity.url

    def is_ours(self, workspace: str, team: str, enterprise: str) -> bool:
        """See Installed."""
        ours = self.identity
        same = bool(ours.enterprise) and ours.enterprise in {team, enterprise}
        return workspace == ours.workspace and (team in {"", workspace} or same)

    def names_team(self, workspace: str) -> bool:
        """See Installed."""
        del workspace
        return False
