"""`fusion-slack demo`: the real bot between an emulated Slack and an emulated Fusion."""

import asyncio
import tempfile
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.app import running
from bot.playground.fusion import FusionServer, suggestions
from bot.playground.script import Script, WrongScript, play
from bot.playground.slack import SlackServer
from bot.settings import Settings, read_settings
from bot.slack.manifest import EVENTS

__all__ = ["WrongScript", "demo_settings", "play_script", "playground", "show"]

PAGE = Path(__file__).parent / "playground" / "page" / "dist"


@asynccontextmanager
async def playground(port: int = 0, pace: float = 1.0) -> AsyncIterator[SlackServer]:
    """Both servers and the bot at work; what they keep is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="fusion-slack-demo-") as folder:
        async with (
            FusionServer(pace=pace) as fusion,
            SlackServer(port=port, page_dir=PAGE, suggestions=suggestions()) as slack,
            running(demo_settings(slack, fusion, Path(folder))),
        ):
            slack.subscribed.intersection_update(EVENTS)  # as for an app of our manifest
            yield slack


def demo_settings(slack: SlackServer, fusion: FusionServer, folder: Path) -> Settings:
    """What a deployment would be given, with the playground's addresses. Nothing else is read."""
    config = folder / "bot.toml"
    config.write_text(BOT_TOML, "utf-8")
    return read_settings(
        {
            "BOT_CONFIG": str(config),
            "BOT_PORT": "0",
            "DATABASE_URL": f"sqlite:///{folder / 'bot.db'}",
            "SLACK_API_URL": slack.api_url,
            "SLACK_BOT_TOKEN": "xoxb-playground",
            "SLACK_APP_TOKEN": "xapp-playground",
            "FUSION_BASE_URL": fusion.base_url,
            "FUSION_AGENT_TEAM": "FINANCE_DESK",
            "FUSION_TOKEN_URL": fusion.token_url,
            "FUSION_CLIENT_ID": fusion.client_id,
            "FUSION_CLIENT_SECRET": fusion.client_secret,
            "FUSION_SCOPE": fusion.scope,
        }
    )


BOT_TOML = """
[[agent_teams]]
code = "FINANCE_DESK"
name = "Finance Desk"

[polling]
waiting_shortest = 1
waiting_longest = 5
"""


async def play_script(text: str) -> bool:
    """Play a scripted conversation without a browser; whether it went as written."""
    async with playground(pace=0.3) as slack:
        return await play(Script.read(text), slack, print)


async def show(port: int, *, browser: bool) -> None:
    """Serve the page until interrupted, and say where it is."""
    async with playground(port) as slack:
        print(f"\n  The playground is at {slack.page_url}\n  Ctrl+C ends it.\n", flush=True)
        if browser:
            webbrowser.open(slack.page_url)
        await asyncio.Event().wait()
