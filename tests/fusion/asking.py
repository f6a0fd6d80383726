"""A client, the three ways to ask with it, and what comes of one on a raw server."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import aiohttp

from bot.domain.agent import AgentError, JobRef, Question
from bot.domain.agent_team import AgentTeam
from bot.domain.approval import Decision
from bot.domain.job import Action, Job, Waiting, WaitingFor
from bot.domain.turn import Person
from bot.fusion.client import FusionClient
from bot.fusion.wire_request import ResumeStrategy
from tests.fusion.raw_server import Act, RawServer

ANNA = Person("T1", "U1")
TEAM = AgentTeam("HR_TEAM")
ADMIN = AgentTeam("HR_TEAM", invocation_mode="ADMIN")
QUESTION = Question("How many days?", {})
JOB = JobRef(TEAM, "job-1", "conv-1")
WAITING = Waiting(WaitingFor.DECISION, "key", tool="TOOL", raw={"a": 1})
DECISION = Decision(Action.APPROVE, ANNA, datetime(2026, 7, 1, tzinfo=UTC))
TAKEN = {"jobId": "job-1", "conversationId": "conv-1", "status": "RUNNING", "traceId": "t-1"}
Call = Callable[[FusionClient], Awaitable[Job]]


@dataclass
class Tokens:
    """Hands out `first`, and after a renewal `second`."""

    renewals: list[str] = field(default_factory=list)
    problem: AgentError | None = None

    async def token(self, person: Person) -> str:
        assert person == ANNA
        return "first"

    async def renew(self, person: Person, stale: str) -> str:
        assert person == ANNA
        self.renewals.append(stale)
        if self.problem is not None:
            raise self.problem
        return "second"


def client_for(
    session: aiohttp.ClientSession,
    url: str,
    *,
    tokens: Tokens | None = None,
    strategy: ResumeStrategy | None = None,
    timeout: float = 20,
) -> FusionClient:
    return FusionClient(
        session, url, "v1", tokens or Tokens(), strategy or ResumeStrategy(),
        timedelta(seconds=timeout),
    )  # fmt: skip


async def invoke(client: FusionClient) -> Job:
    return await client.invoke(TEAM, QUESTION, None, ANNA)


async def resume(client: FusionClient) -> Job:
    return await client.resume(JOB, WAITING, DECISION, ANNA)


async def status(client: FusionClient) -> Job:
    return await client.status(JOB, ANNA)


async def outcome(
    session: aiohttp.ClientSession, call: Call, *acts: Act, timeout: float = 20
) -> tuple[Job | AgentError, RawServer]:
    async with RawServer(list(acts)) as server:
        try:
            return await call(client_for(session, server.url, timeout=timeout)), server
        except AgentError as error:
            return error, server
