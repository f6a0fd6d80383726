"""The emulated Fusion as a whole: starts, stops, and is what tests look at and steer."""

import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from aiohttp import web

from bot.playground.fusion.faults import Faults
from bot.playground.fusion.jobs import Job, JobStatus
from bot.playground.fusion.news import News
from bot.playground.fusion.orchestrator import Decision, Invocation, Orchestrator, Refusal
from bot.playground.fusion.routes import Routes
from bot.playground.fusion.steps import Action, Answer
from bot.playground.fusion.teams import DEMO_TEAMS, Team
from bot.playground.identity import Client, IdentityDomain

_BACKLOG = 1024  # benchmarks open hundreds of connections at once
_SHUTDOWN_SECONDS = 0.2  # a late reply (see faults) is not worth waiting for


class FusionServer:
    """An identity domain (see `identity`) and agent teams on one port.

    `pace` stretches all seconds of the scripts: 0 lets every script end at once. `clock` gives
    seconds and may be a test's own. What happened stays known over stop() and start(), which
    listens at the same address again: an outage.
    """

    def __init__(
        self,
        *,
        teams: Sequence[Team] = DEMO_TEAMS,
        host: str = "127.0.0.1",
        port: int = 0,
        pace: float = 1.0,
        client_id: str = "playground-client",
        client_secret: str = "playground-secret",  # noqa: S107 - made up, for the playground
        scope: str = "urn:opc:resource:fusion:playground:fusion-ai/",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.scope = scope
        self.client_id = client_id
        self.client_secret = client_secret
        self.teams = tuple(teams)
        self.faults = Faults()
        self._host = host
        self._port = port
        self._runner: web.AppRunner | None = None
        self._news = News()
        self._orchestrator = Orchestrator(teams, pace, clock)
        self.identity = IdentityDomain(
            Client(client_id, scope, client_secret),
            address=lambda: self.base_url,
            now=self._orchestrator.moment,
            told=self._news.announce,
        )
        self._routes = Routes(self._orchestrator, self.identity, self.faults, self._news)

    # Life

    async def start(self) -> None:
        """Listen. Raises OSError where the port is taken, RuntimeError when it listens already."""
        if self._runner is not None:
            raise RuntimeError("The emulated Fusion is running already.")
        runner = web.AppRunner(
            self._routes.application(), access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS
        )
        await runner.setup()
        site = web.TCPSite(runner, self._host, self._port, backlog=_BACKLOG)
        try:
            await site.start()
        except OSError:
            await runner.cleanup()
            raise
        self._runner = runner
        self._port = runner.addresses[0][1]

    async def stop(self) -> None:
        """Close the port and all connections. Safe to repeat."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    @property
    def base_url(self) -> str:
        """The pod's address; known from the first start on."""
        if self._port == 0:
            raise RuntimeError("The emulated Fusion was not started yet.")
        return f"http://{self._host}:{self._port}"

    @property
    def token_url(self) -> str:
        """The token endpoint's address."""
        return self.identity.token_url

    @property
    def authorize_url(self) -> str:
        """The authorization endpoint's address."""
        return self.identity.authorize_url

    @property
    def device_url(self) -> str:
        """The device authorization endpoint's address."""
        return self.identity.device_url

    @property
    def revoke_url(self) -> str:
        """The revocation endpoint's address."""
        return self.identity.revoke_url

    # What happened

    @property
    def searches(self) -> int:
        """How many searches for agent teams came in."""
        return self._routes.arrived["search"]

    @property
    def invocations(self) -> list[Invocation]:
        """The questions that started jobs, oldest first; answers to waiting jobs are decisions."""
        return self._orchestrator.invocations

    def invocations_of(self, message: str) -> list[Invocation]:
        """The invocations with exactly this message."""
        return [each for each in self.invocations if each.message == message]

    @property
    def decisions(self) -> list[Decision]:
        """The answers to waiting nodes that came in, oldest first, unclear ones included."""
        return self._orchestrator.decisions

    @property
    def refusals(self) -> list[Refusal]:
        """The requests to the orchestrator that were refused, oldest first."""
        return self._orchestrator.refusals

    @property
    def jobs(self) -> dict[str, Job]:
        """All jobs by id, oldest first."""
        return self._orchestrator.jobs

    def job_status(self, job_id: str) -> JobStatus:
        """How far a job is now; KeyError for an unknown id."""
        return self.jobs[job_id].status(self._orchestrator.clock())

    def waiting_jobs(self) -> list[Job]:
        """The jobs that wait now, oldest first."""
        now = self._orchestrator.clock()
        return [job for job in self.jobs.values() if job.status(now) is JobStatus.WAITING]

    @property
    def token_requests(self) -> int:
        """How many requests came to the token endpoint, refused ones and faults included."""
        return self._routes.arrived["token"]

    @property
    def invoke_requests(self) -> int:
        """How many requests came to invokeAsync, refused ones and faults included."""
        return self._routes.arrived["invoke"]

    @property
    def status_requests(self) -> int:
        """How many requests came to status, refused ones and faults included."""
        return self._routes.arrived["status"]

    async def wait_until(self, holds: Callable[[], bool], timeout: float = 10.0) -> None:
        """Return when `holds()` is true; looked at whenever a request came in or was carried out.

        Raises TimeoutError after `timeout` seconds.
        """
        await self._news.until(holds, timeout)

    async def wait_for_invocations(self, n: int, timeout: float = 10.0) -> list[Invocation]:
        """Return all invocations as soon as there are at least n. Raises TimeoutError."""
        await self.wait_until(lambda: len(self.invocations) >= n, timeout)
        return self.invocations

    async def wait_for_decisions(self, n: int, timeout: float = 10.0) -> list[Decision]:
        """Return all decisions as soon as there are at least n. Raises TimeoutError."""
        await self.wait_until(lambda: len(self.decisions) >= n, timeout)
        return self.decisions

    # Steering

    @property
    def token_life(self) -> int:
        """How long tokens live that are given from now on, in seconds."""
        return self.identity.token_life

    @token_life.setter
    def token_life(self, seconds: int) -> None:
        self.identity.token_life = seconds

    def revoke_all(self) -> None:
        """No access token given so far is valid any more: 401 comes next."""
        self.identity.revoke_all()

    def forbid(self, user: str, team: str) -> None:
        """This user (or client id) may not use an agent team: 403 with FAI-40300 comes next.

        Raises KeyError for a team that there is not.
        """
        code = self._orchestrator.teams[team].code
        self._orchestrator.forbidden.add((self._subject(user), code))

    def permit(self, user: str, team: str) -> None:
        """Take `forbid` back."""
        self._orchestrator.forbidden.discard((self._subject(user), team))

    def _subject(self, name: str) -> str:
        user = self.identity.users.find(name)
        return name if user is None else user.name

    def release(self, job_id: str) -> bool:
        """Let a running job's work end now; False where it does not run, KeyError if unknown.

        The job goes on with what follows its work: a wait, or its end.
        """
        released = self.jobs[job_id].release(self._orchestrator.clock())
        self._news.announce()
        return released

    def release_all(self) -> int:
        """Let the work of all running jobs end now; returns how many there were."""
        return sum(self.release(job_id) for job_id in list(self.jobs))

    def finish_elsewhere(
        self, job_id: str, action: Action | str = Action.APPROVE, comment: str = ""
    ) -> None:
        """Decide a waiting job outside of chat; it is no entry of `decisions`.

        Also ends a timer. Raises KeyError for an unknown id, LookupError if it does not wait.
        """
        self._orchestrator.finish_elsewhere(job_id, Answer(Action(action), comment))
        self._news.announce()
