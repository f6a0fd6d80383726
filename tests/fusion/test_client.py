"""What the client asks, with which token, and what it makes of the reply."""

import asyncio
from datetime import timedelta

import aiohttp
import pytest

from bot.domain.agent import Agent, AgentError, JobRef, NotSignedIn, Unavailable
from bot.domain.agent_team import AgentTeam
from bot.domain.job import Job, JobStatus
from bot.fusion.client import FusionClient
from bot.fusion.wire_request import ResumeKind, ResumeStrategy
from tests.fusion.asking import (
    ADMIN,
    ANNA,
    QUESTION,
    TAKEN,
    TEAM,
    Call,
    Tokens,
    client_for,
    invoke,
    outcome,
    resume,
    status,
)
from tests.fusion.raw_server import Act, RawServer, closes, replies, says_nothing


async def test_it_is_the_agent_of_the_domain(session: aiohttp.ClientSession) -> None:
    agent: Agent = client_for(session, "http://127.0.0.1")
    assert agent is not None


async def test_an_invocation_is_one_post_with_the_token(session: aiohttp.ClientSession) -> None:
    job, server = await outcome(session, invoke, replies(202, TAKEN))
    assert job == Job("job-1", JobStatus.RUNNING, "conv-1", "t-1")
    (request,) = server.requests
    assert (request.method, request.target) == (
        "POST",
        "/api/fusion-ai/orchestrator/agent/v1/HR_TEAM/invokeAsync",
    )
    assert request.headers["authorization"] == "Bearer first"
    assert request.headers["content-type"] == "application/json"
    assert request.json["conversationId"] is None


async def test_codes_and_ids_cannot_leave_their_place_in_the_path(
    session: aiohttp.ClientSession,
) -> None:
    async with RawServer([replies(200, TAKEN), replies(200, TAKEN)]) as server:
        client = client_for(session, server.url + "/")
        await client.status(JobRef(AgentTeam("a/b?c"), "x/../y z#%41+é", None), ANNA)
        await client.invoke(AgentTeam("a/b?c"), QUESTION, None, ANNA)
    agents = "/api/fusion-ai/orchestrator/agent/v1"
    assert server.requests[0].target.startswith(f"{agents}/a%2Fb%3Fc/status/x%2F..%2Fy%20z%23%2541")
    assert server.requests[1].target == f"{agents}/a%2Fb%3Fc/invokeAsync"


@pytest.mark.parametrize(("team", "query"), [(TEAM, ""), (ADMIN, "?invocationMode=ADMIN")])
async def test_only_admin_teams_ask_for_debug_details(
    session: aiohttp.ClientSession, team: AgentTeam, query: str
) -> None:
    async def admin_status(client: FusionClient) -> Job:
        return await client.status(JobRef(team, "job-1", None), ANNA)

    _, server = await outcome(session, admin_status, replies(200, TAKEN))
    assert server.requests[0].target.endswith(f"/HR_TEAM/status/job-1{query}")


async def test_version_2_is_another_path(session: aiohttp.ClientSession) -> None:
    async with RawServer([replies(200, TAKEN)]) as server:
        client = FusionClient(
            session, server.url, "v2", Tokens(), ResumeStrategy(), timedelta(seconds=9)
        )
        await invoke(client)
    assert "/agent/v2/HR_TEAM/" in server.requests[0].target


async def test_a_decision_may_come_back_without_a_job(session: aiohttp.ClientSession) -> None:
    for act in (replies(200, {}), replies(202, ""), replies(200, {"message": "ok"})):
        job, _ = await outcome(session, resume, act)
        assert isinstance(job, Job)
        assert job.id is None


async def test_a_decision_is_sent_as_the_strategy_says(session: aiohttp.ClientSession) -> None:
    strategy = ResumeStrategy(ResumeKind.RESUME, template={"node": "{waiting_node_details}"})
    async with RawServer([replies(200, TAKEN)]) as server:
        await resume(client_for(session, server.url, strategy=strategy))
    sent = server.requests[0].json
    assert sent["jobId"] == "job-1"
    assert sent["conversationId"] == "conv-1"
    assert sent["message"] == "Approve"
    assert sent["resumeNodeInput"] == {"node": {"a": 1}}


@pytest.mark.parametrize("call", [invoke, resume, status])
async def test_after_a_401_the_token_is_renewed_once(
    session: aiohttp.ClientSession, call: Call
) -> None:
    tokens = Tokens()
    async with RawServer([replies(401, ""), replies(200, TAKEN)]) as server:
        job = await call(client_for(session, server.url, tokens=tokens))
    assert job.id == "job-1"
    assert tokens.renewals == ["first"]
    assert [each.headers["authorization"] for each in server.requests] == [
        "Bearer first",
        "Bearer second",
    ]


@pytest.mark.parametrize("call", [invoke, resume, status])
async def test_a_second_401_is_not_signed_in(session: aiohttp.ClientSession, call: Call) -> None:
    said = {"error": "invalid_token", "traceId": "t-4"}
    error, server = await outcome(session, call, replies(401, said), replies(401, said))
    assert isinstance(error, NotSignedIn)
    assert "expired" in error.detail
    assert "audience" in error.detail
    assert error.trace_id == "t-4"
    assert len(server.requests) == 2


async def test_a_failed_renewal_is_what_the_caller_hears(session: aiohttp.ClientSession) -> None:
    tokens = Tokens(problem=Unavailable("no identity domain"))
    async with RawServer([replies(401, "")]) as server:
        with pytest.raises(Unavailable, match="no identity domain"):
            await invoke(client_for(session, server.url, tokens=tokens))


@pytest.mark.parametrize("act", [closes, says_nothing, replies(500, "first"), replies(400, "no")])
async def test_no_error_shows_the_token(session: aiohttp.ClientSession, act: Act) -> None:
    error, _ = await outcome(session, invoke, act, timeout=0.3)
    assert isinstance(error, AgentError)
    assert error.__cause__ is None
    assert "Bearer" not in repr(error)


async def test_no_cookie_of_one_person_reaches_the_next_request(
    session: aiohttp.ClientSession,
) -> None:
    acts = [replies(200, TAKEN, {"Set-Cookie": "JSESSIONID=anna"}), replies(200, TAKEN)]
    async with RawServer(acts) as server:
        # By name: an aiohttp session takes no cookies from bare addresses.
        client = client_for(session, server.url.replace("127.0.0.1", "localhost"))
        await status(client)
        await status(client)
    assert "cookie" not in server.requests[1].headers


async def test_cancelling_the_caller_passes_through(session: aiohttp.ClientSession) -> None:
    async with RawServer([says_nothing]) as server:
        task = asyncio.create_task(invoke(client_for(session, server.url)))
        async with asyncio.timeout(5):
            await server.arrived.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_a_job_may_be_read_by_another_version_than_it_is_started_by(
    session: aiohttp.ClientSession,
) -> None:
    async with RawServer([replies(200, TAKEN), replies(200, TAKEN)]) as server:
        client = FusionClient(
            session,
            server.url,
            "v2",
            Tokens(),
            ResumeStrategy(),
            timedelta(seconds=9),
            status_version="v1",
        )
        await invoke(client)
        await status(client)
    started, read = (each.target for each in server.requests)
    assert "/agent/v2/" in started
    assert "/agent/v1/" in read
