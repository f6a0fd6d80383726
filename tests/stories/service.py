"""The whole service for story tests: the real bot between the emulated Slack and Fusion.

In this process (`service`) for stories, as a process of its own (`BotProcess`) for the stories in
which it dies. Everything goes over real HTTP and WebSockets on loopback, with signatures checked.
"""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from bot.app import read_audit, running
from bot.demo import grant_settings
from bot.domain.stories import Story
from bot.playground.clock import Clock
from bot.playground.fusion import DEMO_TEAMS, FusionServer, Team
from bot.playground.identity import KEY_CLIENT, PUBLIC_CLIENT, IdentityDomain
from bot.playground.slack import Message, SlackServer
from bot.settings import Settings, read_settings
from bot.slack.installing.manifest import EVENTS
from tests.payload_rules import assert_blocks_valid, assert_view_valid

Mode = Literal["socket", "http"]

ANNA, BEN, CHLOE = "U0ANNA", "U0BEN", "U0CHLOE"
FINANCE, GENERAL, RANDOM = "C0FINANCE", "C0GENERAL", "C0RANDOM"
ROOT = Path(__file__).parents[2]

MANY = "[limits]\nper_person = 10000\napprovals_per_person = 10000\n"  # for one busy person
BOT_TOML = f"""{MANY}
[[agent_teams]]
code = "FINANCE_DESK"
name = "Finance Desk"
[[agent_teams]]
code = "HR_HELP"
name = "HR Help"
channels = ["C0GENERAL"]
[[agent_teams]]
code = "UNPUBLISHED_TEAM"
channels = ["C0RANDOM"]
[polling]
shortest = 0.05
longest = 0.5
waiting_shortest = 0.2
waiting_longest = 0.5
[patience]
grace_seconds = 2
"""


@dataclass(frozen=True, slots=True)
class Service:
    """What a story plays with."""

    slack: SlackServer
    fusion: FusionServer
    port: int
    clock: Clock
    settings: Settings

    async def answered(self, channel: str, root: str, text: str, timeout: float = 15) -> Message:
        """The bot's message in a thread that says this, as soon as it does."""
        return await self.slack.until(
            lambda: next(
                (
                    each
                    for each in self.slack.thread(channel, root)
                    if each.bot_id and text.lower() in each.plain.lower()
                ),
                None,
            ),
            timeout=timeout,
            says=f"the bot should say “{text}”",
        )

    async def being_read(self, readings: int = 1) -> None:
        """Return when Fusion was asked so many times more how far its jobs are."""
        wanted = self.fusion.status_requests + readings
        await self.fusion.wait_until(lambda: self.fusion.status_requests >= wanted)

    async def record(self) -> tuple[Story, ...]:
        """What is on record of approvals, whose chain must be whole."""
        record = await read_audit(self.settings)
        assert record.broken_at is None
        return record.stories

    def bot_messages(self, channel: str, root: str) -> list[Message]:
        """Everything that the bot has posted in a thread."""
        return [each for each in self.slack.thread(channel, root) if each.bot_id]


def environment(
    slack: SlackServer,
    fusion: FusionServer,
    folder: Path,
    mode: Mode,
    toml: str = BOT_TOML,
    grant: str = "client_credentials",
) -> dict[str, str]:
    """The settings of the bot under test."""
    config = folder / "bot.toml"
    config.write_text(toml, "utf-8")
    transport = (
        {"SLACK_APP_TOKEN": "xapp-playground"}
        if mode == "socket"
        else {"SLACK_SIGNING_SECRET": "playground-signing-secret"}
    )
    return transport | {
        "BOT_CONFIG": str(config),
        "BOT_PORT": "0",
        "DATABASE_URL": f"sqlite:///{folder / 'bot.db'}",
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": "xoxb-playground",
        "FUSION_BASE_URL": fusion.base_url,
        "FUSION_AGENT_TEAM": "FINANCE_DESK",
        "FUSION_TOKEN_URL": fusion.token_url,
        "FUSION_CLIENT_ID": fusion.client_id,
        "FUSION_CLIENT_SECRET": fusion.client_secret,
        "FUSION_SCOPE": fusion.scope,
        "FUSION_TIMEOUT_SECONDS": "5",
        "FUSION_GRANT": grant,
        **grant_settings(fusion.identity, folder, grant),
    }


def is_over(message: Message) -> bool:
    """Whether a main message is an end: it can be judged or asked again, but not stopped."""
    return "run_stop" not in message.buttons


@asynccontextmanager
async def service(
    folder: Path,
    mode: Mode = "socket",
    *,
    pace: float = 0.05,
    toml: str = BOT_TOML,
    teams: Sequence[Team] = DEMO_TEAMS,
    grant: str = "client_credentials",
    client_auth: str = "",
    add: str = "",
    more: Mapping[str, str] | None = None,
) -> AsyncIterator[Service]:
    """Both servers, and the bot at work in this process; `add` is more of bot.toml."""
    clock = Clock()
    async with (
        FusionServer(pace=pace, teams=teams, clock=clock.seconds) as fusion,
        SlackServer(clock=clock) as slack,
    ):
        slack.subscribed.intersection_update(EVENTS)  # as for an app of our manifest
        for person in slack.world.people.values():
            person.locale = "en-GB"
        given = environment(slack, fusion, folder, mode, toml + add, grant)
        given |= client_settings(fusion.identity, folder, client_auth) if client_auth else {}
        settings = read_settings(given | dict(more or {}))
        async with running(settings, clock.now) as bot:
            if mode == "http":
                slack.deliver_to(f"http://127.0.0.1:{bot.port}/slack/events")
            else:
                await slack.connected()
            yield Service(slack, fusion, bot.port, clock, settings)
    assert_well_written(slack)


def client_settings(domain: IdentityDomain, folder: Path, auth: str) -> dict[str, str]:
    """The settings of a client that proves itself in this way, whatever the grant."""
    pair, key = domain.key_pair, folder / "client.pem"
    key.write_bytes(pair.private_key)
    client = {"private_key_jwt": KEY_CLIENT, "none": PUBLIC_CLIENT}.get(auth, domain.client.id)
    if auth == "none":
        domain.register_key(pair.certificate, kid=pair.kid, client_id=client)
    for uri in domain.client.redirect_uris:
        domain.register_redirect_uri(uri, client)
    proof = {"FUSION_CLIENT_SECRET": domain.client.secret if client == domain.client.id else ""}
    return proof | {
        "FUSION_CLIENT_ID": client,
        "FUSION_CLIENT_AUTH": auth,
        "FUSION_PRIVATE_KEY_FILE": str(key),
        "FUSION_KEY_ID": pair.kid,
        "FUSION_REFRESH_TOKEN": domain.give_refresh_token("anna@playground.example", client),
    }


def assert_well_written(slack: SlackServer) -> None:
    """Whatever the bot wrote has a text, unfurls nothing, and has blocks as Slack documents them."""
    for call in slack.calls:
        given: dict[str, Any] = call.arguments
        if call.method in {"views.open", "views.publish", "views.update"}:
            assert_view_valid(given["view"])
        if not call.method.startswith("chat."):
            continue
        assert given["text"].strip(), f"{call.method} without a text"
        if call.method == "chat.postMessage":
            assert given["unfurl_links"] is False
            assert given["unfurl_media"] is False
        assert_blocks_valid(given.get("blocks") or [])
    refused = {call.error for call in slack.calls if not call.ok and call.fault is None}
    assert not refused & {"invalid_blocks", "invalid_arguments", "no_text", "msg_too_long"}


class BotProcess:
    """The bot as a process of its own, which can be killed and started again."""

    def __init__(
        self, environment: Mapping[str, str], *, arguments: tuple[str, ...] = ("-m", "bot", "serve")
    ) -> None:
        port = environment.get("BOT_PORT", "0")
        self._environment = {**environment, "BOT_PORT": str(free_port()) if port == "0" else port}
        self._arguments = arguments
        self._process: asyncio.subprocess.Process | None = None
        self.log: list[str] = []
        self._reader: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()

    @property
    def port(self) -> int:
        """Where it listens: the same after every start."""
        return int(self._environment["BOT_PORT"])

    async def start(self, **more: str) -> None:
        """Start it and return when it says that it is ready."""
        if self._reader is not None:
            await self._reader  # of the process before this one: its end would look like "ready"
        self._ready.clear()
        kept = {
            name: os.environ[name]
            for name in ("PATH", "COVERAGE_PROCESS_START")
            if name in os.environ
        }
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            *self._arguments,
            cwd=ROOT,
            env={**kept, **self._environment, **more, "LOG_FORMAT": "json"},
            stderr=asyncio.subprocess.PIPE,
        )
        self._reader = asyncio.create_task(self._read())
        async with asyncio.timeout(20):
            await self._ready.wait()

    async def _read(self) -> None:
        process = self._process
        if process is None or process.stderr is None:
            return
        async for raw in process.stderr:
            line = raw.decode()
            self.log.append(line)
            if line.startswith("{") and json.loads(line).get("event") == "ready":
                self._ready.set()
        self._ready.set()  # it has ended: whoever waits looks at `is_running`

    @property
    def pid(self) -> int:
        """Its number; 0 before it was started."""
        return self._process.pid if self._process is not None else 0

    @property
    def is_running(self) -> bool:
        """Whether it lives."""
        return self._process is not None and self._process.returncode is None

    async def kill(self) -> None:
        """kill -9, and wait until it is gone."""
        if self._process is not None:
            if self.is_running:
                self._process.send_signal(signal.SIGKILL)
            await self._process.wait()

    def suspend(self) -> None:
        """It stands still, and does not know it (SIGSTOP)."""
        if self._process is not None:
            self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """It goes on where it stood (SIGCONT)."""
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)

    async def died(self, timeout: float = 15) -> int:
        """Wait until it has ended by itself; its exit code."""
        if self._process is None:
            raise ValueError("it was never started")
        async with asyncio.timeout(timeout):
            return await self._process.wait()

    async def stop(self) -> int:
        """SIGTERM, and its exit code; kills what does not stop within 15 seconds."""
        if self._process is None:
            return 0
        if self.is_running:
            self._process.send_signal(signal.SIGTERM)
        try:
            return await self.died()
        except TimeoutError:
            await self.kill()
            raise
        finally:
            if self._reader is not None:
                await self._reader


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
