"""The client against failing sockets: may anything have been done?"""

import asyncio
import json
from datetime import timedelta

import aiohttp
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.domain.agent import OutcomeUnknown, Refused, Unavailable, Unreadable
from bot.domain.job import Job
from bot.fusion import client as client_module
from tests.fusion.asking import TAKEN, Call, client_for, invoke, outcome, resume, status
from tests.fusion.raw_server import (
    Act,
    RawServer,
    breaks_off,
    closes,
    drops_unread,
    replies,
    says_nothing,
)

# What certainly was not done


@pytest.mark.parametrize("call", [invoke, resume, status])
async def test_a_refused_connection_is_unavailable(
    session: aiohttp.ClientSession, call: Call
) -> None:
    async with RawServer([]) as server:
        url = server.url
    with pytest.raises(Unavailable, match="cannot be reached"):
        await call(client_for(session, url))


@pytest.mark.parametrize("call", [invoke, resume, status])
async def test_a_failed_tls_handshake_is_unavailable(
    session: aiohttp.ClientSession, call: Call
) -> None:
    async with RawServer([drops_unread]) as server:
        with pytest.raises(Unavailable):
            await call(client_for(session, server.url.replace("http:", "https:")))


class Names(AbstractResolver):
    """A resolver without a network: fails, or never replies."""

    def __init__(self, *, answers: bool) -> None:
        self.answers = answers

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        if self.answers:
            raise OSError(-2, f"Name or service not known: {host} {port} {family}")
        await asyncio.Event().wait()
        raise AssertionError

    async def close(self) -> None:
        pass


@pytest.mark.parametrize("answers", [True, False])
@pytest.mark.parametrize("call", [invoke, resume, status])
async def test_a_name_that_is_not_found_or_too_slow_is_unavailable(
    call: Call, *, answers: bool
) -> None:
    connector = aiohttp.TCPConnector(resolver=Names(answers=answers))
    async with aiohttp.ClientSession(connector=connector) as session:
        with pytest.raises(Unavailable):
            await call(client_for(session, "http://pod.example", timeout=0.2))


@pytest.mark.parametrize("call", [invoke, resume, status])
@pytest.mark.parametrize("code", [429, 503])
async def test_429_and_503_that_say_when_to_come_again_did_nothing(
    session: aiohttp.ClientSession, call: Call, code: int
) -> None:
    error, server = await outcome(session, call, replies(code, "busy", {"Retry-After": "7"}))
    assert isinstance(error, Unavailable)
    assert error.retry_after == timedelta(seconds=7)
    assert len(server.requests) == 1


@pytest.mark.parametrize("call", [invoke, resume, status])
async def test_403_tells_why_and_the_trace_id(session: aiohttp.ClientSession, call: Call) -> None:
    body = {"title": "FAI-40300", "detail": "You can not execute this workflow.", "traceId": "t-9"}
    error, _ = await outcome(session, call, replies(403, body))
    assert isinstance(error, Refused)
    assert (error.status, error.detail, error.trace_id) == (
        403,
        "You can not execute this workflow.",
        "t-9",
    )


# What may have been done


@pytest.mark.parametrize("call", [invoke, resume])
@pytest.mark.parametrize(
    "act",
    [
        closes,
        breaks_off(200, '{"jobId": "job-1"'),
        replies(200, "<html><title>Sign In</title></html>"),
        replies(200, "done"),
        replies(200, "[1, 2]"),
        replies(500, {"error": "oops"}),
        replies(502, "<html><title>Bad Gateway</title></html>"),
        replies(503, "upstream connect error or disconnect/reset before headers"),
        replies(504, ""),
        replies(303, "", {"Location": "https://login.example.com/"}),
    ],
)
async def test_a_post_that_may_have_been_carried_out_is_never_repeated(
    session: aiohttp.ClientSession, call: Call, act: Act
) -> None:
    error, server = await outcome(session, call, act)
    assert isinstance(error, OutcomeUnknown)
    assert len(server.requests) == 1


async def test_a_post_on_a_dropped_connection_is_not_repeated(
    session: aiohttp.ClientSession,
) -> None:
    error, server = await outcome(session, invoke, drops_unread, replies(200, TAKEN))
    assert isinstance(error, OutcomeUnknown)
    assert server.connections == 1


async def test_a_post_on_a_connection_that_was_kept_too_long_is_not_repeated(
    session: aiohttp.ClientSession,
) -> None:
    async with RawServer([replies(200, TAKEN), closes, replies(200, TAKEN)]) as server:
        client = client_for(session, server.url)
        await status(client)
        with pytest.raises(OutcomeUnknown):
            await invoke(client)
    assert server.connections == 1
    assert [each.method for each in server.requests] == ["GET", "POST"]


@pytest.mark.parametrize("call", [invoke, resume])
async def test_a_post_without_a_reply_in_time_has_an_unknown_outcome(
    session: aiohttp.ClientSession, call: Call
) -> None:
    error, server = await outcome(session, call, says_nothing, timeout=0.3)
    assert isinstance(error, OutcomeUnknown)
    assert "time-out" in error.detail
    assert len(server.requests) == 1


async def test_an_invocation_that_names_no_job_keeps_its_trace_id(
    session: aiohttp.ClientSession,
) -> None:
    error, _ = await outcome(session, invoke, replies(200, {"status": "RUNNING", "traceId": "t-7"}))
    assert isinstance(error, OutcomeUnknown)
    assert error.trace_id == "t-7"


async def test_the_trace_id_of_an_unreadable_reply_is_in_its_headers(
    session: aiohttp.ClientSession,
) -> None:
    for act in (
        replies(200, "oops", {"X-Trace-Id": "t-8"}),
        breaks_off(200, '{"a', "opc-request-id: t-8\r\n"),
    ):
        error, _ = await outcome(session, invoke, act)
        assert isinstance(error, OutcomeUnknown)
        assert error.trace_id == "t-8"


# Reading a status, which may be repeated


@pytest.mark.parametrize(
    "act",
    [
        breaks_off(200, '{"jobId": "job-1"'),
        replies(500, "oops"),
        replies(502, "<html><title>Bad Gateway</title></html>"),
        replies(503, "upstream connect error or disconnect/reset before headers"),
        replies(504, ""),
    ],
)
async def test_a_status_that_is_not_had_is_unavailable(
    session: aiohttp.ClientSession, act: Act
) -> None:
    error, _ = await outcome(session, status, act)
    assert isinstance(error, Unavailable)


async def test_a_status_on_a_dropped_connection_is_asked_once_more_by_aiohttp_itself(
    session: aiohttp.ClientSession,
) -> None:
    job, _ = await outcome(session, status, drops_unread, replies(200, TAKEN))
    assert isinstance(job, Job)
    error, _ = await outcome(session, status, closes, closes)
    assert isinstance(error, Unavailable)


async def test_a_status_without_a_reply_in_time_is_unavailable(
    session: aiohttp.ClientSession,
) -> None:
    error, _ = await outcome(session, status, says_nothing, timeout=0.3)
    assert isinstance(error, Unavailable)


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (replies(200, "<!DOCTYPE html><html><title>Sign&nbsp;In</title></html>"), "Sign In"),
        (replies(404, "<html><title>Nothing here</title></html>"), "Nothing here"),
        (replies(200, "fine"), "not JSON"),
        (replies(200, ""), "empty"),
        (replies(200, '"fine"'), "not a JSON object"),
        (replies(200, "[" * 100_000), "not JSON"),
        (
            replies(302, "", {"Location": "https://login.example.com/?secret=1"}),
            "login.example.com",
        ),
    ],
)
async def test_what_is_no_status_is_unreadable(
    session: aiohttp.ClientSession, act: Act, said: str
) -> None:
    error, server = await outcome(session, status, act)
    assert isinstance(error, Unreadable)
    assert said in error.detail
    assert "secret=1" not in error.detail
    assert len(server.requests) == 1


async def test_a_redirected_post_was_refused(session: aiohttp.ClientSession) -> None:
    redirect = replies(302, "", {"Location": "https://login.example.com/"})
    error, _ = await outcome(session, invoke, redirect)
    assert isinstance(error, Refused)
    assert "login.example.com" in error.detail


async def test_an_endless_body_is_not_read_to_the_end(
    session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "LARGEST_BODY", 1000)
    big = replies(200, json.dumps(TAKEN | {"output": "x" * 2000}))
    error, _ = await outcome(session, status, big)
    assert isinstance(error, Unreadable)
    error, _ = await outcome(session, invoke, big)
    assert isinstance(error, OutcomeUnknown)


async def test_the_charset_is_the_replys_own(session: aiohttp.ClientSession) -> None:
    body = '{"jobId": "é"}'.encode("latin-1")
    for charset, expected in (("latin-1", "é"), ("no-such-charset", "\ufffd")):
        kind = {"Content-Type": f"application/json; charset={charset}"}
        job, _ = await outcome(session, status, replies(200, body, kind))
        assert isinstance(job, Job)
        assert job.id == expected
