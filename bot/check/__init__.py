"""`fusion-slack check`: looks at everything that must work, one line each, with what to do."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp

from bot.build import build_slack_client, build_store, http_session, now
from bot.check.finding import Finding
from bot.check.identity import look_at_identity
from bot.settings import Settings
from bot.slack.manifest import SCOPES
from bot.slack.preflight import SlackNotReady, identify, try_socket_mode
from storage.store import StorageError


async def look(settings: Settings, user: str = "") -> AsyncIterator[Finding]:
    """Everything in turn: storage, Slack, the identity domain; `user` is a Fusion user to try."""
    yield await _storage(settings)
    async with http_session() as session:
        async for finding in _slack(settings, session):
            yield finding
        async for finding in look_at_identity(settings, session, user):
            yield finding


async def _storage(settings: Settings) -> Finding:
    try:
        store = build_store(settings, exclusive=False)
        await store.open(now())
        try:
            await store.healthy()
        finally:
            await store.close()
    except (StorageError, OSError) as error:
        return Finding(False, "storage", f"{error} Check DATABASE_URL.")
    return Finding(True, "storage", settings.database)


async def _slack(settings: Settings, session: aiohttp.ClientSession) -> AsyncIterator[Finding]:
    client = build_slack_client(settings, session)
    try:
        identity = await identify(client)
    except SlackNotReady as error:
        yield Finding(False, "Slack", str(error))
        return
    yield Finding(True, "Slack", f"{identity.bot_name} in {identity.workspace_name}")
    missing = sorted(set(SCOPES) - identity.scopes)
    if identity.scopes and missing:
        note = f"missing {', '.join(missing)}. Reinstall the app from `fusion-slack manifest`."
        yield Finding(False, "scopes", note)
    elif identity.scopes:
        yield Finding(True, "scopes", "all that the manifest asks for")
    if settings.uses_socket_mode:
        try:
            await try_socket_mode(client, settings.slack_app_token.get_secret_value())
        except SlackNotReady as error:
            yield Finding(False, "Socket Mode", str(error))
        else:
            yield Finding(True, "Socket Mode", "a connection is granted")
    else:
        address = settings.public_url or f"http://{settings.bot_host}:{settings.bot_port}"
        note = f"Slack must reach {address}/slack/events"
        yield Finding(True, "HTTP mode", note)


async def check(settings: Settings, user: str = "") -> bool:
    """Print all findings; whether everything is good."""
    good = True
    async for finding in look(settings, user):
        print(finding)
        good = good and finding.good
        await asyncio.sleep(0)
    return good
