"""`fusion-slack demo`: the real bot between an emulated Slack and an emulated Fusion."""

import asyncio
import socket
import tempfile
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bot.app import running
from bot.playground.clock import Clock
from bot.playground.fusion import FusionServer, suggestions
from bot.playground.identity import IdentityDomain
from bot.playground.script import Script, WrongScript, play
from bot.playground.slack import SlackServer
from bot.settings import Settings, read_settings
from bot.slack.installing.manifest import EVENTS

__all__ = ["WrongScript", "demo_settings", "grant_settings", "play_script", "playground", "show"]

ADMINISTRATOR = "anna@playground.example"  # of grants that make everybody one user
PAGE = Path(__file__).parent / "playground" / "page" / "dist"


@dataclass(frozen=True, slots=True)
class Playground:
    """Both servers, and the clock by which they and the bot go."""

    slack: SlackServer
    fusion: FusionServer
    clock: Clock


@asynccontextmanager
async def playground(
    port: int = 0, pace: float = 1.0, grant: str = "client_credentials"
) -> AsyncIterator[Playground]:
    """Both servers and the bot at work; what they keep is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="fusion-slack-demo-") as name:
        folder, clock = Path(name), Clock()
        async with (
            FusionServer(pace=pace, clock=clock.seconds) as fusion,
            SlackServer(port=port, page_dir=PAGE, suggestions=suggestions(), clock=clock) as slack,
            running(demo_settings(slack, fusion, folder, grant), clock.now),
        ):
            slack.subscribed.intersection_update(EVENTS)  # as for an app of our manifest
            yield Playground(slack, fusion, clock)


def demo_settings(
    slack: SlackServer, fusion: FusionServer, folder: Path, grant: str = "client_credentials"
) -> Settings:
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
            "FUSION_GRANT": grant,
            **grant_settings(fusion.identity, folder, grant),
        }
    )


def grant_settings(domain: IdentityDomain, folder: Path, grant: str) -> dict[str, str]:
    """What the emulated identity domain wants for a grant; what it must know is registered there."""
    match grant:
        case "password":
            user = domain.users[ADMINISTRATOR]
            return {"FUSION_USERNAME": user.name, "FUSION_PASSWORD": user.password}
        case "refresh_token":
            return {"FUSION_REFRESH_TOKEN": domain.give_refresh_token(ADMINISTRATOR)}
        case "jwt_bearer":
            key, certificate = folder / "key.pem", folder / "certificate.pem"
            key.write_bytes(domain.key_pair.private_key)
            certificate.write_bytes(domain.key_pair.certificate)
            return {
                "FUSION_PRIVATE_KEY_FILE": str(key),
                "FUSION_CERTIFICATE_FILE": str(certificate),
                "FUSION_TENANT_NAME": domain.tenant,
            }
        case "saml2_bearer":
            for user in domain.users:
                (folder / f"{user.name}.xml").write_bytes(domain.saml_assertion(user.name))
            return {"FUSION_SAML_ASSERTION_FILE": str(folder / "{user}.xml")}
        case "authorization_code":
            address = f"http://127.0.0.1:{_free_port()}"
            domain.register_redirect_uri(f"{address}/fusion/callback")
            return {
                "FUSION_AUTHORIZE_URL": domain.authorize_url,
                "PUBLIC_URL": address,
                "BOT_PORT": address.rpartition(":")[2],
            }
        case "device_code":
            domain.set_device_pace(timedelta(seconds=1))
            return {"FUSION_DEVICE_URL": domain.device_url}
        case _:
            return {}


AGENT_TEAMS = """
[[agent_teams]]
code = "FINANCE_DESK"
name = "Finance Desk"

[agent_search]
mode = "on"
"""

POLICIES = """
[[approval_policies]]
name = "Payments over the limit"
node = "Approve payment"
not_the_asker = true
reasons = ["reject"]
[[approval_policies.stages]]
groups = ["S0FINANCE"]
quorum = 2

[[approval_policies]]
name = "Four eyes"
node = "Approve journal"
not_the_asker = true
confirm = true
[[approval_policies.stages]]
people = ["U0ANNA", "U0BEN", "U0CHLOE"]

[[approval_policies]]
name = "Contracts"
node = "Sign contract"
reasons = ["approve", "reject"]
reminders = ["1h", "1d"]
expires_after = "3d"
may_delegate = true
delegates = ["U0ANNA", "U0BEN", "U0CHLOE"]
[[approval_policies.stages]]
manager = true
escalate_after = "8h"
[[approval_policies.stages]]
groups = ["S0FINANCE"]

[managers]
U0ANNA = "U0BEN"
U0BEN = "U0CHLOE"
U0CHLOE = "U0BEN"
"""

POLLING = """
[polling]
waiting_shortest = 1
waiting_longest = 5
"""

BOT_TOML = AGENT_TEAMS + POLICIES + POLLING


async def play_script(text: str, grant: str) -> bool:
    """Play a scripted conversation without a browser; whether it went as written."""
    async with playground(pace=0.3, grant=grant) as stage:
        return await play(Script.read(text), stage.slack, print)


async def show(port: int, *, browser: bool, grant: str) -> None:
    """Serve the page until interrupted, and say where it is."""
    async with playground(port, grant=grant) as stage:
        url = stage.slack.page_url
        print(f"\n  The playground is at {url}\n  Ctrl+C ends it.\n", flush=True)
        if browser:
            webbrowser.open(url)
        await asyncio.Event().wait()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
