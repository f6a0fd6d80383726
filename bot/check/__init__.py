"""`fusion-slack check`: looks at everything that must work, one line each, with what to do."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from email.utils import parsedate_to_datetime

import aiohttp

from bot.build import build_slack_client, http_session, now
from bot.check.finding import Finding
from bot.check.identity import look_at_identity
from bot.check.public_url import look_at_public_url
from bot.check.storage import look_at_installations, look_at_storage
from bot.settings import Settings
from bot.slack.installing.manifest import SCOPES
from bot.slack.installing.preflight import SlackNotReady, identify, try_socket_mode

SIGNING_SECRET = re.compile(r"[0-9a-f]{32}")
MOST_AHEAD = 60.0  # seconds
ANY_WORKSPACE = (
    "whoever installs the app says in their workspace who its people are, and the grant asks for no "
    "more. Name your own in bot.toml: [workspaces.T…] ours = true."
)


async def look(settings: Settings, user: str = "") -> AsyncIterator[Finding]:
    """Everything in turn: storage, Slack, the identity domain; `user` is a Fusion user to try."""
    yield await look_at_storage(settings)
    async with http_session() as session:
        async for finding in _slack(settings, session):
            yield finding
        async for finding in look_at_identity(settings, session, user):
            yield finding
        if settings.public_url:
            yield await look_at_public_url(session, settings.public_url)


async def _slack(settings: Settings, session: aiohttp.ClientSession) -> AsyncIterator[Finding]:
    if settings.serves_many_workspaces:
        yield await look_at_installations(settings)
        if settings.believes_any_workspace:
            yield Finding(True, "workspaces", ANY_WORKSPACE, warning=True)
        for finding in _http(settings):
            yield finding
        return
    async for finding in _bot(settings, session):
        yield finding
    if not settings.uses_socket_mode:
        for finding in _http(settings):
            yield finding
        return
    try:
        client = build_slack_client(settings, session)
        await try_socket_mode(client, settings.slack_app_token.get_secret_value())
    except SlackNotReady as error:
        yield Finding(False, "Socket Mode", str(error))
    else:
        yield Finding(True, "Socket Mode", "a connection is granted")


async def _bot(settings: Settings, session: aiohttp.ClientSession) -> AsyncIterator[Finding]:
    try:
        identity = await identify(build_slack_client(settings, session))
    except SlackNotReady as error:
        yield Finding(False, "Slack", str(error))
        return
    yield Finding(True, "Slack", f"{identity.bot_name} in {identity.workspace_name}")
    yield _clock(identity.date)
    missing = sorted(set(SCOPES) - identity.scopes)
    if identity.scopes and missing:
        note = f"missing {', '.join(missing)}. Reinstall the app from `fusion-slack manifest`."
        yield Finding(False, "scopes", note)
    elif identity.scopes:
        yield Finding(True, "scopes", "all that the manifest asks for")


def _http(settings: Settings) -> Iterator[Finding]:
    address = settings.public_url or f"http://{settings.bot_host}:{settings.bot_port}"
    yield Finding(True, "HTTP mode", f"Slack must reach {address}/slack/events")
    if not SIGNING_SECRET.fullmatch(settings.slack_signing_secret.get_secret_value()):
        note = "SLACK_SIGNING_SECRET does not look like one: 32 of 0-9 and a-f (Basic Information)"
        yield Finding(True, "signing secret", note, warning=True)


def _clock(date: str) -> Finding:
    """This machine's clock beside Slack's: signatures and assertions are good for minutes."""
    try:
        ahead = (now() - parsedate_to_datetime(date)).total_seconds()
    except (ValueError, TypeError):  # no date, or one that cannot be read
        return Finding(True, "clock", "Slack did not say what time it is", warning=True)
    said = f"{abs(ahead):.0f} s {'ahead of' if ahead > 0 else 'behind'} Slack's"
    if abs(ahead) > MOST_AHEAD:
        return Finding(False, "clock", f"{said}: set it, or requests and assertions are refused")
    return Finding(True, "clock", said)


async def check(settings: Settings, user: str = "", *, as_json: bool = False) -> bool:
    """Print all findings, each as a line of text or of JSON; whether everything is good."""
    good = True
    async for finding in look(settings, user):
        print(finding.as_json() if as_json else finding)
        good = good and finding.good
        await asyncio.sleep(0)
    return good
