"""What `check` says of Fusion: whether it can be reached, and whether the agent teams are there."""

from collections.abc import AsyncIterator
from datetime import timedelta

import aiohttp

from bot.check.finding import Finding
from bot.domain.agent import AgentError, NotSignedIn, Refused
from bot.domain.turn import Person
from bot.fusion.client import ORCHESTRATOR, FusionClient, status_path
from bot.fusion.wire_request import ResumeStrategy
from bot.settings import Settings

NOBODY = Person("", "")


class OneToken:
    """The token that `check` got (bot.fusion.client.AccessTokens)."""

    def __init__(self, value: str) -> None:
        self._value = value

    async def token(self, person: Person) -> str:
        """Whoever asks."""
        del person
        return self._value

    async def renew(self, person: Person, stale: str) -> str:
        """There is no other one."""
        del person, stale
        raise NotSignedIn("Fusion did not accept the access token: check FUSION_SCOPE.")


async def look_at_fusion(settings: Settings, session: aiohttp.ClientSession) -> Finding:
    """Whether the pod answers, where no token is at hand: that it wants one is enough."""
    agents = (
        f"{settings.fusion_base_url.rstrip('/')}{ORCHESTRATOR}/agent/{settings.status_api_version}"
    )
    timeout = aiohttp.ClientTimeout(total=settings.fusion_timeout_seconds)
    try:
        async with session.get(
            agents + status_path(settings.fusion_agent_team or "NONE", "0"),
            allow_redirects=False,
            timeout=timeout,
        ) as reply:
            status = reply.status
    except (aiohttp.ClientError, TimeoutError, OSError) as trouble:
        note = f"cannot be reached ({type(trouble).__name__}). Check FUSION_BASE_URL."
        return Finding(False, "Fusion", note)
    if status in {401, 403} or 300 <= status < 400:
        return Finding(True, "Fusion", "answers, and wants an access token; whose is not tried")
    note = f"answers with HTTP status {status} where it should want a token. Check FUSION_BASE_URL."
    return Finding(True, "Fusion", note, warning=True)


async def look_at_agent_teams(
    settings: Settings, session: aiohttp.ClientSession, token: str, user: str
) -> AsyncIterator[Finding]:
    """Asks Fusion for its list of agent teams with this token, and compares."""
    timeout = timedelta(seconds=settings.fusion_timeout_seconds)
    client = FusionClient(
        session,
        settings.fusion_base_url,
        settings.fusion_api_version,
        OneToken(token),
        ResumeStrategy(),
        timeout,
    )
    try:
        found = {each.code for each in await client.search(NOBODY)}
    except Refused as refused:
        if refused.status == 404:
            note = "it has no list of agent teams, so whether they are published is not known"
            yield Finding(True, "Fusion", note, warning=True)
        else:
            yield Finding(False, "Fusion", f"refused with {refused.status}: {refused.detail}")
        return
    except AgentError as error:
        yield Finding(False, "Fusion", f"{error.detail} Check FUSION_BASE_URL.")
        return
    yield Finding(True, "Fusion", f"lists {len(found)} agent teams for {user or 'this account'}")
    for number, team in enumerate(settings.offered_teams):
        if team.code in found:
            yield Finding(True, f"agent team {team.code}", "published, and may be asked")
        else:
            note = (
                "is not in Fusion's list: check its code, that it is published, and the roles of "
                f"{user or 'the account'}"
            )
            may_lack = number > 0 or team.status == "DRAFT"  # Fusion may list what is published
            yield Finding(may_lack, f"agent team {team.code}", note, warning=may_lack)
