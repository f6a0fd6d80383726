"""The app in many workspaces: installations in the store, their tokens renewed under a lock.

What was read is remembered for a minute, so that no event waits for the store, and another replica's
change is known soon. Slack is never asked who we are: the installation says it.
"""

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import structlog
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.ledger import Clock
from bot.one_answer import OneAnswer
from bot.slack.installing.installation import Installation, decode, encode, read_installation
from bot.slack.installing.installed import NotInstalled
from bot.slack.outbound import NO_REPLY, SlackUnavailable
from storage.errors import StorageError
from storage.rows import InstallationRow
from storage.store import Store

log = structlog.get_logger(__name__)

KEPT_FOR = 60.0
LOCKED_FOR = timedelta(minutes=2)  # longer than Slack may take, and the store after it
KEEP_TRIES, KEEP_PAUSE = 30, 1.0  # seconds
LOOKS = 0.2  # seconds between two looks whether another replica has renewed a token
MOST_LOOKS = 25
TRIED_AGAIN_AFTER = 30.0  # seconds after a renewal that failed, while the token is good
MEMBER = b"member of "  # in place of an installation: the workspace is covered by an organisation's


@dataclass(frozen=True, slots=True)
class Application:
    """What Slack knows the app by."""

    client_id: str
    client_secret: str


@dataclass(slots=True)
class _Kept:
    installation: Installation | None
    until: float


class Installations:
    """See Installed; and what becomes of installations.

    `ours` are the workspaces and organisations whose people are the company's own; none means all.
    """

    def __init__(
        self,
        store: Store,
        application: Application,
        client: AsyncWebClient,
        clock: Clock,
        ours: frozenset[str] = frozenset(),
    ) -> None:
        self._ours = ours
        self._failed_at: dict[str, float] = {}  # renewals, by what is to be renewed
        self._renewing: OneAnswer[Installation] = OneAnswer()
        self._store = store
        self.application = application
        self._client = client
        self._clock = clock
        self._kept: dict[str, _Kept] = {}

    # Being installed

    async def exchange(self, code: str, redirect_uri: str) -> Installation:
        """What Slack grants for a code. Raises UnusableInstallation, or what the SDK raises."""
        data = await self._access(code=code, redirect_uri=redirect_uri)
        return read_installation(data, self._clock())

    async def add(self, installation: Installation) -> Installation:
        """Keep an installation, in place of an earlier one, with the address of its workspace.

        Raises StorageError.
        """
        installation = await self._with_address(installation)
        await self._keep(installation)
        log.info("installed", workspace=installation.key)
        return installation

    async def covered(self, workspace: str, enterprise: str, *, for_all: bool) -> list[str]:
        """The workspaces that have an installation, the organisation's own id among them."""
        found = []
        for row in await self._store.installations():
            is_member = row.body == MEMBER + enterprise.encode()
            if row.key == (enterprise if for_all else workspace) or (for_all and is_member):
                found.append(row.key)
        return found

    async def remove(self, workspaces: Iterable[str]) -> None:
        """Forget the installations of these."""
        for key in workspaces:
            await self._store.drop_installation(key)
            self._kept.pop(key, None)

    async def authorize(
        self, enterprise_id: str | None, team_id: str | None
    ) -> AuthorizeResult | None:
        """See Installed."""
        try:
            installation = await self._of(team_id or "", enterprise_id or "")
            token = await self._fresh(installation)
        except NotInstalled:
            log.info("not_installed", workspace=team_id or enterprise_id)
            return None
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_user_id=installation.bot_user,
            bot_token=token,
        )

    # What parts ask (Installed)

    async def prepare(self, workspace: str) -> None:
        """See Installed."""
        await self._read(workspace)

    async def token(self, workspace: str) -> str:
        """See Installed."""
        return await self._fresh(await self._of(workspace, ""))

    def bot_user(self, workspace: str) -> str:
        """See Installed."""
        known = self._known(workspace)
        return known.bot_user if known else ""

    def url(self, workspace: str) -> str:
        """See Installed."""
        known = self._known(workspace)
        return known.url if known else ""

    def is_ours(self, workspace: str, team: str, enterprise: str) -> bool:
        """See Installed."""
        known = self._known(workspace)
        if known is None:
            return False
        # Whoever administers a workspace says there who is who.
        if self._ours and not self._ours & {workspace, known.enterprise, enterprise}:
            return False
        same = bool(known.enterprise) and known.enterprise in {team, enterprise}
        return team in {"", workspace} or same

    def names_team(self, workspace: str) -> bool:
        """See Installed."""
        known = self._known(workspace)
        return known is not None and known.is_for_organisation

    # Reading and renewing

    def _known(self, workspace: str) -> Installation | None:
        kept = self._kept.get(workspace)
        return kept.installation if kept else None

    async def _of(self, workspace: str, enterprise: str) -> Installation:
        found = await self._read(workspace) if workspace else None
        if found is None and enterprise:
            found = await self._read(enterprise)
            if found is not None and workspace:  # so that it is known without its events as well
                body = MEMBER + enterprise.encode()
                await self._store.keep_installation(InstallationRow(workspace, body))
                self._remember(workspace, found)
        if found is None:
            raise NotInstalled(workspace or enterprise)
        return found

    async def _read(self, key: str, *, anew: bool = False) -> Installation | None:
        kept = self._kept.get(key)
        if anew or kept is None or kept.until < time.monotonic():
            row = await self._store.installation(key)
            if row is not None and row.body.startswith(MEMBER):
                row = await self._store.installation(row.body.removeprefix(MEMBER).decode())
            self._remember(key, decode(row.body) if row else None)
        return self._kept[key].installation

    def _remember(self, key: str, installation: Installation | None) -> None:
        self._kept[key] = _Kept(installation, time.monotonic() + KEPT_FOR)

    async def _fresh(self, installation: Installation) -> str:
        """The token, renewed by one caller over all replicas where it ends soon."""
        key, now = installation.key, self._clock()
        since = time.monotonic() - self._failed_at.get(key, -TRIED_AGAIN_AFTER)
        rests = installation.serves(now) and since < TRIED_AGAIN_AFTER
        if installation.must_be_renewed(now) and not rests:
            # The lock is a replica's, not a caller's: here all wait for one renewal.
            installation = await self._renewing.ask(key, lambda: self._renewed(key))
        return installation.bot_token

    async def _renewed(self, key: str) -> Installation:
        installation = await self._read_anew(key)
        looks = 0
        while installation.must_be_renewed(self._clock()):
            now, name = self._clock(), f"slack:{key}"
            if not await self._store.lock(name, now + LOCKED_FOR, now):
                looks += 1
                if looks > MOST_LOOKS and installation.serves(now):
                    return installation  # whoever was to renew it has died: it is good meanwhile
                await asyncio.sleep(LOOKS)
            else:
                try:
                    return await self._renew(key)
                finally:
                    await self._store.unlock(name)
            installation = await self._read_anew(key)
        return installation

    async def _renew(self, key: str) -> Installation:
        installation = await self._read_anew(key)
        if not installation.must_be_renewed(self._clock()):
            return installation  # somebody did it just before
        try:
            data = await self._access(
                grant_type="refresh_token", refresh_token=installation.refresh_token
            )
        except (SlackApiError, *NO_REPLY) as error:
            log.warning("token_not_renewed", workspace=key, error=type(error).__name__)
            self._failed_at[key] = time.monotonic()
            if installation.serves(self._clock()):
                return installation  # half an hour is left to try again
            raise SlackUnavailable("the bot token could not be renewed") from error
        renewed = installation.renewed(data, self._clock())
        await self._keep_at_last(renewed)
        return renewed

    async def _keep_at_last(self, renewed: Installation) -> None:
        """Keep it, trying again where the store fails: the refresh token before it is spent."""
        for _ in range(KEEP_TRIES):
            try:
                return await self._keep(renewed)
            except StorageError:
                log.warning("storage_failed", doing="keeping a bot token", workspace=renewed.key)
                await asyncio.sleep(KEEP_PAUSE)
        return await self._keep(renewed)

    async def _access(self, **given: str) -> dict[str, Any]:
        """oauth.v2.access; the SDK's own method uses what aiohttp has deprecated."""
        client = {
            "client_id": self.application.client_id,
            "client_secret": self.application.client_secret,
        }
        reply = await self._client.api_call("oauth.v2.access", data={**client, **given})
        return reply.data if isinstance(reply.data, dict) else {}

    async def _read_anew(self, key: str) -> Installation:
        found = await self._read(key, anew=True)
        if found is None:
            raise NotInstalled(key)
        return found

    async def _keep(self, installation: Installation) -> None:
        await self._store.keep_installation(InstallationRow(installation.key, encode(installation)))
        for kept in self._kept.values():  # members of an organisation have it under their own names
            kept.until = 0.0  # read anew; until then what was known is

    async def _with_address(self, installation: Installation) -> Installation:
        """With the workspace's address, for links; it works without."""
        try:
            reply = await self._client.auth_test(token=installation.bot_token)
        except (SlackApiError, *NO_REPLY):
            return installation
        return replace(installation, url=str(reply.get("url") or ""))
