"""Oracle Fusion's agent API over HTTP: the implementation of `bot.domain.agent.Agent` and `Registry`.

Its one hard question is whether a request that failed may have been carried out. A POST is sent
once; only failures that precede its first byte, and refusals, count as "nothing was done".

A kept-alive connection that the other side closes just as a POST is sent on it is an outcome that
cannot be known. Give the session's connector a keepalive_timeout shorter than any load balancer's
(15 s, aiohttp's own default, is good) to keep this rare. aiohttp repeats only idempotent methods
by itself (RFC 9112 section 9.3.1), so never a POST.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal, Protocol
from urllib.parse import quote

import aiohttp

from bot.domain.agent import (
    AgentError,
    JobRef,
    OutcomeUnknown,
    Question,
    Unavailable,
    Unreadable,
)
from bot.domain.agent_team import AgentTeam
from bot.domain.approval import Decision
from bot.domain.job import Job, Waiting
from bot.domain.turn import Person
from bot.fusion.problems import (
    find_trace_id,
    read_problem,
    read_trace_id,
    read_unreadable,
)
from bot.fusion.wire_job import read_job
from bot.fusion.wire_json import NotJson, read_json
from bot.fusion.wire_request import ResumeStrategy, build_invoke, build_resume
from bot.fusion.wire_teams import count_listed, read_teams
from bot.observing import Nobody, Observer

NOBODY = Nobody()
ORCHESTRATOR = "/api/fusion-ai/orchestrator"
# An answer of more is no text for people; the limit protects our memory.
LARGEST_BODY = 10 * 1024 * 1024
READ_KEPT, LONGEST_KEPT = 4096, 4000  # statuses, and characters of each
LONGEST_CONNECT = timedelta(seconds=10)
PAGE, MOST_PAGES = 50, 10  # of the registry: five hundred teams are more than a menu holds

# Raised by aiohttp before the first byte of the request is sent. The connect time-out is always
# shorter than the total one, whose TimeoutError would not tell how far the request had come.
_NOT_SENT = (
    aiohttp.ClientConnectorError,  # refused, unreachable, name not found, TLS, certificate
    aiohttp.ConnectionTimeoutError,
    aiohttp.ServerFingerprintMismatch,
    aiohttp.ClientHttpProxyError,
    aiohttp.InvalidURL,
    aiohttp.NonHttpUrlClientError,
)
_TROUBLE = (aiohttp.ClientError, TimeoutError, OSError)


class AccessTokens(Protocol):
    """Where access tokens come from; a person's own, or one that all share."""

    async def token(self, person: Person) -> str:
        """An access token that is thought to be valid. Raises NotSignedIn or Unavailable."""

    async def renew(self, person: Person, stale: str) -> str:
        """Another token than `stale`, which was not accepted. Raises NotSignedIn or Unavailable."""


@dataclass(frozen=True, slots=True)
class _Reply:
    """A reply; `flaw` says why its body could not be read to the end."""

    status: int
    headers: Mapping[str, str]
    text: str
    flaw: AgentError | None = None

    @property
    def trace_id(self) -> str:
        return read_trace_id(self.headers, self.text)


class FusionClient:
    """Asks agent teams on one pod. `timeout` is for one HTTP request, all in all.

    `may_act` says whether this replica still holds its work; else it starts and decides nothing.
    Some pods start jobs by one version and tell their status by another: `status_version`.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        base_url: str,
        api_version: Literal["v1", "v2"],
        tokens: AccessTokens,
        strategy: ResumeStrategy,
        timeout: timedelta,
        may_act: Callable[[], bool] = lambda: True,
        observer: Observer = NOBODY,
        status_version: Literal["v1", "v2"] | None = None,
    ) -> None:
        self._may_act = may_act
        self._observer = observer
        self._session = session
        self._agents = f"{base_url.rstrip('/')}{ORCHESTRATOR}/agent/{api_version}"
        self._jobs = f"{base_url.rstrip('/')}{ORCHESTRATOR}/agent/{status_version or api_version}"
        self._registry = f"{base_url.rstrip('/')}{ORCHESTRATOR}/a2a/v1/agents/search"
        self._tokens = tokens
        self._strategy = strategy
        self._read: OrderedDict[str, tuple[str, Job]] = OrderedDict()  # the last status, by address
        connect = min(LONGEST_CONNECT, timeout / 2)
        self._timeout = aiohttp.ClientTimeout(
            total=timeout.total_seconds(), connect=connect.total_seconds()
        )

    async def prepare(self, person: Person) -> None:
        """Have an access token at hand; errors as in the port."""
        await self._tokens.token(person)

    async def invoke(
        self, team: AgentTeam, question: Question, conversation_id: str | None, person: Person
    ) -> Job:
        """Start a job: POST /agent/{version}/{code}/invokeAsync; errors as in the port."""
        reply = await self._post(team, build_invoke(team, question, conversation_id), person)
        job = _read_posted(reply)
        if job.id is None:
            raise OutcomeUnknown("Fusion's reply names no job.", trace_id=job.trace_id)
        return job

    async def status(self, job: JobRef, person: Person) -> Job:
        """Read a job: GET /agent/{version}/{code}/status/{jobId}; errors as in the port."""
        url = f"{self._jobs}{status_path(job.team.code, job.id)}"
        if job.team.invocation_mode == "ADMIN":  # or the reply has no debug details
            url += "?invocationMode=ADMIN"
        reply = await self._ask("GET", url, None, person)
        if reply.flaw is not None:
            raise reply.flaw
        return self._read_status(url, reply)

    def _read_status(self, url: str, reply: _Reply) -> Job:
        """The job in a reply. Most readings say what the one before said, and are not read again."""
        last = self._read.pop(url, None)
        if last is None or last[0] != reply.text:
            last = reply.text, _read_reply(reply, reply_to_decision=False)
        if len(reply.text) <= LONGEST_KEPT:
            self._read[url] = last
            if len(self._read) > READ_KEPT:
                self._read.popitem(last=False)
        return last[1]

    async def resume(
        self, job: JobRef, waiting: Waiting, decision: Decision, person: Person
    ) -> Job:
        """Send a decision, as the strategy says; errors as in the port."""
        body = build_resume(self._strategy, job, waiting, decision)
        return _read_posted(await self._post(job.team, body, person), reply_to_decision=True)

    async def search(self, person: Person) -> tuple[AgentTeam, ...]:
        """The agent teams that Fusion lists for a person: POST /a2a/v1/agents/search, page by page.

        Raises any AgentError (see bot.domain.agent.Registry).
        """
        found: list[AgentTeam] = []
        for page in range(MOST_PAGES):
            asked = {"query": "", "skip": page * PAGE, "top": PAGE}
            try:
                reply = await self._ask("POST", self._registry, asked, person)
            except OutcomeUnknown as unknown:  # a search changes nothing
                raise Unavailable(unknown.detail) from unknown
            if reply.flaw is not None:
                raise reply.flaw
            try:
                body = read_json(reply.text)
            except NotJson as problem:
                raise read_unreadable(reply.headers, reply.text) from problem
            found += read_teams(body)
            if count_listed(body) < PAGE:
                break
        return tuple(found)

    async def _post(self, team: AgentTeam, body: dict[str, Any], person: Person) -> _Reply:
        url = f"{self._agents}/{quote(team.code, safe='')}/invokeAsync"
        return await self._ask("POST", url, body, person)

    async def _ask(
        self, method: Literal["GET", "POST"], url: str, body: Any, person: Person
    ) -> _Reply:
        """One request, sent again only after a 401, with a new token; returns a 2xx reply."""
        token = await self._tokens.token(person)
        reply = await self._send(method, url, body, token)
        if reply.status == 401:  # nothing was done
            token = await self._tokens.renew(person, token)
            reply = await self._send(method, url, body, token)
        if 200 <= reply.status < 300:
            return reply
        raise read_problem(reply.status, reply.headers, reply.text, repeatable=method == "GET")

    async def _send(
        self, method: Literal["GET", "POST"], url: str, body: Any, token: str
    ) -> _Reply:
        if method == "POST" and not self._may_act():
            raise Unavailable("This replica's lease has run out.")
        began, result = time.monotonic(), "no_reply"
        try:
            async with self._session.request(
                method,
                url,
                json=body,
                headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
                allow_redirects=False,  # a redirect leads to a login page, and would repeat a POST
                raise_for_status=False,
                timeout=self._timeout,
            ) as response:
                # A cookie would carry one person's Fusion session into another's request.
                self._session.cookie_jar.clear()
                result = str(response.status)
                return await _read_body(response)
        # From None below: a cause may hold the request's headers, and with them the token.
        except _NOT_SENT as trouble:
            raise Unavailable(f"Fusion cannot be reached: {_said(trouble)}") from None
        except _TROUBLE as trouble:
            if method == "GET":
                raise Unavailable(f"Fusion did not reply: {_said(trouble)}") from None
            raise OutcomeUnknown(f"No reply came from Fusion: {_said(trouble)}") from None
        finally:
            what = _what(method, url)
            self._observer.called("fusion", what, result, time.monotonic() - began)


def status_path(code: str, job_id: str) -> str:
    """Where a job's status is, below /agent/{version}."""
    return f"/{quote(code, safe='')}/status/{quote(job_id, safe='')}"


def _what(method: str, url: str) -> str:
    """Which of the calls it is: for figures."""
    if method == "GET":
        return "status"
    return "search" if url.endswith("/agents/search") else "invokeAsync"


async def _read_body(response: aiohttp.ClientResponse) -> _Reply:
    """The reply, however much of its body can be had: the status counts in any case."""
    status, headers, body = response.status, response.headers, bytearray()
    try:
        async for chunk in response.content.iter_chunked(64 * 1024):
            body += chunk
            if len(body) > LARGEST_BODY:
                response.close()
                flaw = Unreadable(f"Fusion's reply is larger than {LARGEST_BODY} bytes.")
                return _Reply(status, headers, "", flaw)
    except _TROUBLE as trouble:
        return _Reply(
            status, headers, "", Unavailable(f"Fusion's reply broke off: {_said(trouble)}")
        )
    try:
        text = body.decode(response.charset or "utf-8", "replace")
    except LookupError:  # a charset that Python does not know
        text = body.decode("utf-8", "replace")
    return _Reply(status, headers, text)


def _read_posted(reply: _Reply, *, reply_to_decision: bool = False) -> Job:
    """The job in a 2xx reply to a POST; OutcomeUnknown where it cannot be read: it may run."""
    if reply.flaw is not None:
        raise OutcomeUnknown(reply.flaw.detail, trace_id=reply.trace_id)
    if reply_to_decision and not reply.text.strip():  # such as 202 or 204: taken, nothing to tell
        return read_job({}, trace_id=reply.trace_id, reply_to_decision=True)
    try:
        return _read_reply(reply, reply_to_decision=reply_to_decision)
    except Unreadable as unreadable:
        raise OutcomeUnknown(unreadable.detail, trace_id=unreadable.trace_id) from unreadable


def _read_reply(reply: _Reply, *, reply_to_decision: bool) -> Job:
    try:
        body = read_json(reply.text)
    except NotJson as problem:
        raise read_unreadable(reply.headers, reply.text) from problem
    trace_id = find_trace_id(reply.headers, body)
    return read_job(body, trace_id=trace_id, reply_to_decision=reply_to_decision)


def _said(trouble: BaseException) -> str:
    """What went wrong on the way, without addresses or headers: some exceptions print them."""
    if isinstance(trouble, TimeoutError):
        return "time-out"
    cause = getattr(trouble, "os_error", None) or trouble
    said = getattr(cause, "strerror", None)
    return f"{type(trouble).__name__}: {said}" if said else type(trouble).__name__
