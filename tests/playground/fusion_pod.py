"""An emulated Fusion with a clock of its own, and a plain HTTP client that talks to it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from bot.playground.fusion import DEMO_TEAMS, FusionServer, Team

AGENT = "/api/fusion-ai/orchestrator/agent"
SECRET = "playground-secret"
GRANT = {"grant_type": "client_credentials"}


@dataclass(slots=True)
class Clock:
    """Seconds that pass only when a test says so."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass(slots=True)
class Reply:
    status: int
    body: Any
    headers: Any

    def __getitem__(self, name: str) -> Any:
        return self.body[name]


@dataclass(slots=True)
class Pod:
    """The server, its clock, and a client with a token."""

    server: FusionServer
    clock: Clock
    session: aiohttp.ClientSession
    token: str = ""
    version: str = "v1"
    team: str = "FINANCE_DESK"
    extra: dict[str, Any] = field(default_factory=dict)

    async def sign_in(self) -> None:
        self.token = (await self.ask_for_token())["access_token"]

    async def ask_for_token(self, secret: str = SECRET, **changes: str) -> Reply:
        form = GRANT | {"scope": self.server.scope} | changes
        basic = aiohttp.encode_basic_auth("playground-client", secret)
        return await self.post_form(form, {"Authorization": basic})

    async def post_form(self, form: Any, headers: dict[str, str]) -> Reply:
        async with self.session.post(self.server.token_url, data=form, headers=headers) as reply:
            return Reply(reply.status, await reply.json(), reply.headers)

    async def post(self, body: Any, *, team: str | None = None) -> Reply:
        url = f"{self.server.base_url}{AGENT}/{self.version}/{team or self.team}/invokeAsync"
        async with self.session.post(url, json=body, headers=self.bearer) as reply:
            return Reply(reply.status, await reply.json(content_type=None), reply.headers)

    async def ask(self, message: str, conversation: str | None = None, **changes: Any) -> Reply:
        return await self.post(a_body(message, conversation) | self.extra | changes)

    async def status(self, job: str, query: str = "", *, team: str | None = None) -> Reply:
        url = (
            f"{self.server.base_url}{AGENT}/{self.version}/{team or self.team}/status/{job}{query}"
        )
        async with self.session.get(url, headers=self.bearer) as reply:
            return Reply(reply.status, await reply.json(content_type=None), reply.headers)

    async def after(self, seconds: float, job: str) -> Reply:
        """The job's status when so many more seconds have passed."""
        self.clock.now += seconds
        return await self.status(job)

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


def a_body(message: str, conversation: str | None = None) -> dict[str, Any]:
    return {
        "message": message,
        "conversational": True,
        "conversationId": conversation,
        "parameters": {},
        "progressMessage": True,
    }


@asynccontextmanager
async def a_pod(
    *, teams: Sequence[Team] = DEMO_TEAMS, pace: float = 1.0, team: str = "FINANCE_DESK"
) -> AsyncIterator[Pod]:
    clock = Clock()
    async with (
        FusionServer(teams=teams, pace=pace, clock=clock) as server,
        aiohttp.ClientSession() as session,
    ):
        pod = Pod(server, clock, session, team=team)
        await pod.sign_in()
        yield pod
