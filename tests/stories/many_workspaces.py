"""The bot over HTTP for several workspaces, which people install it in themselves."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import urljoin

import aiohttp

from bot.app import running
from bot.demo import grant_settings
from bot.playground.clock import Clock
from bot.playground.fusion import FusionServer
from bot.playground.slack.many import ManyWorkspaces
from bot.settings import Settings, read_settings
from bot.slack.installing.manifest import SCOPES
from tests.stories.service import BOT_TOML, free_port

HOMES = (
    ("T0ONE", "One", ""),
    ("T0TWO", "Two", ""),
    ("T0THREE", "Three", ""),
    ("T0GRIDA", "Grid A", "E0GRID"),
    ("T0GRIDB", "Grid B", "E0GRID"),
)
KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="  # made up


@dataclass(frozen=True, slots=True)
class Many:
    """What a story plays with."""

    slack: ManyWorkspaces
    fusion: FusionServer
    url: str
    clock: Clock
    settings: Settings

    @asynccontextmanager
    async def browser(self) -> AsyncIterator[aiohttp.ClientSession]:
        """Somebody's browser, which keeps cookies also of an address that is a number."""
        jar = aiohttp.CookieJar(unsafe=True)
        async with aiohttp.ClientSession(cookie_jar=jar) as session:
            yield session

    async def install(self, place: str) -> str:
        """Install the app in a workspace or an organisation; what the last page says."""
        async with self.browser() as browser:
            page = await look(browser, f"{self.url}/slack/install")
            page = await look(browser, page.links["Add to Slack"])
            names = {team: name for team, name, _ in HOMES}
            page = await look(
                browser, page.links[f"Allow in {names.get(place, f'all of {place}')}"]
            )
            return page.text


@dataclass(frozen=True, slots=True)
class Page:
    """A page that was come to: its text, and where its links lead."""

    status: int
    text: str
    links: dict[str, str]


LINK = re.compile(r'<a[^>]*href="([^"]*)"[^>]*>([^<]*)')


async def look(browser: aiohttp.ClientSession, url: str) -> Page:
    async with browser.get(url) as reply:
        text = await reply.text()
        here = str(reply.url)
        links = {label: urljoin(here, unescape(href)) for href, label in LINK.findall(text)}
        return Page(reply.status, text, links)


@asynccontextmanager
async def many_workspaces(
    folder: Path, *, grant: str = "client_credentials", token_life: int = 0, toml: str = BOT_TOML
) -> AsyncIterator[Many]:
    clock = Clock()
    config = folder / "bot.toml"
    config.write_text(toml, "utf-8")
    async with (
        FusionServer(pace=0.05, clock=clock.seconds) as fusion,
        ManyWorkspaces(HOMES, frozenset(SCOPES), token_life=token_life) as slack,
    ):
        port = free_port()
        settings = read_settings(
            {
                "BOT_CONFIG": str(config),
                "BOT_PORT": str(port),
                "PUBLIC_URL": f"http://127.0.0.1:{port}",
                "DATABASE_URL": f"sqlite:///{folder / 'bot.db'}",
                "ENCRYPTION_KEYS": KEY,
                "SLACK_API_URL": slack.api_url,
                "SLACK_CLIENT_ID": slack.client_id,
                "SLACK_CLIENT_SECRET": slack.client_secret,
                "SLACK_SIGNING_SECRET": slack.signing_secret,
                "FUSION_BASE_URL": fusion.base_url,
                "FUSION_AGENT_TEAM": "FINANCE_DESK",
                "FUSION_TOKEN_URL": fusion.token_url,
                "FUSION_CLIENT_ID": fusion.client_id,
                "FUSION_CLIENT_SECRET": fusion.client_secret,
                "FUSION_SCOPE": fusion.scope,
                "FUSION_GRANT": grant,
                **grant_settings(fusion.identity, folder, grant),
            }
        )
        async with running(settings, clock.now) as bot:
            slack.bot_url = f"http://127.0.0.1:{bot.port}"
            yield Many(slack, fusion, slack.bot_url, clock, settings)
