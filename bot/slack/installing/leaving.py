"""Bolt's listeners for the end of an installation."""

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.leaving import Leaving
from bot.slack.installing.installations import Installations

Body = dict[str, Any]


class LeavingListeners:
    """What Slack tells when the app is removed, or its token taken back."""

    def __init__(self, installations: Installations, leaving: Leaving) -> None:
        self._installations = installations
        self._leaving = leaving

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt what we listen to; manifest.yml subscribes to the same."""
        app.event("app_uninstalled")(self.on_uninstalled)
        app.event("tokens_revoked")(self.on_revoked)

    async def on_uninstalled(self, body: Body) -> None:
        """The app was removed from a workspace, or from an organisation."""
        await self._leave(body)

    async def on_revoked(self, body: Body) -> None:
        """Tokens were taken back; without the bot's own, the installation is of no use."""
        if (body["event"].get("tokens") or {}).get("bot"):
            await self._leave(body)

    async def _leave(self, body: Body) -> None:
        authorizations = body.get("authorizations") or [{}]
        for_all = bool(authorizations[0].get("is_enterprise_install")) or not body.get("team_id")
        leaving = await self._installations.covered(
            str(body.get("team_id") or ""), str(body.get("enterprise_id") or ""), for_all=for_all
        )
        for workspace in leaving:  # first: where this fails, Slack tells it again
            await self._leaving.leave(workspace)
        await self._installations.remove(leaving)
