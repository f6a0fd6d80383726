"""Asks the agent team what a run owes it, and says what happened as an event.

Unavailable is let out: nothing happened, and the worker tries again. Every other error is an
event, since it is the answer to the question what happened.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Protocol

from bot.domain import events as e, reasons
from bot.domain.agent import (
    Agent,
    AgentError,
    JobRef,
    NoFusionUser,
    NotSignedIn,
    OutcomeUnknown,
    Question,
    Refused,
    SignInNeeded,
    Unavailable,
)
from bot.domain.agent_team import AgentTeam, AgentTeams, UnknownAgentTeam
from bot.domain.answer import Answer
from bot.domain.approval import Decision
from bot.domain.approval_policy import Policies
from bot.domain.events import Event, Failure, Trouble
from bot.domain.job import Job, JobStatus, Waiting
from bot.domain.openings import ALL_CLOSED, Openings
from bot.domain.people import People
from bot.domain.run import Run

Begin = Callable[[], Awaitable[None]]

NO_POLICIES = Policies()

NOT_OFFERED = Failure(Trouble.NOT_OFFERED)
FOR_OTHERS = Failure(Trouble.FOR_OTHERS)


class Questions(Protocol):
    """Makes the plain question of a turn, with its facts; what cannot be looked up is left out."""

    async def question(self, run: Run) -> Question:
        """The question as the agent team shall read it; never fails."""


class Asking:
    """Performs what runs owe to their agent teams."""

    def __init__(
        self,
        agent: Agent,
        teams: AgentTeams,
        questions: Questions,
        people: People,
        policies: Policies = NO_POLICIES,
        openings: Openings = ALL_CLOSED,
    ) -> None:
        self._openings = openings
        self._people = people
        self._policies = policies
        self._agent = agent
        self._teams = teams
        self._questions = questions

    async def invoke(self, run: Run, conversation_id: str | None, begin: Begin) -> Event:
        """Start the job. `begin` is awaited just before the request is made. Raises Unavailable."""
        try:
            team = self._teams.by_code(run.turn.agent_team)
        except UnknownAgentTeam:
            return e.InvokeRefused(NOT_OFFERED)
        if not await self._may_ask(run, team):
            return e.InvokeRefused(FOR_OTHERS)
        question = await self._questions.question(run)
        try:
            await self._check_channel(run)
            await self._agent.prepare(run.turn.asker)  # before: dying meanwhile has sent nothing
            await begin()
            job = await self._agent.invoke(team, question, conversation_id, run.turn.asker)
        except Unavailable:
            raise
        except SignInNeeded:
            return e.SignedOut()
        except OutcomeUnknown as unknown:
            return e.InvokeUnanswered(unknown.trace_id)
        except AgentError as error:
            return e.InvokeRefused(failure_of(error))
        if job.id is None:
            return e.InvokeUnanswered(job.trace_id)
        return e.Invoked(job.id, job.conversation_id or conversation_id, job.trace_id)

    async def _check_channel(self, run: Run) -> None:
        """Raises NoFusionUser where the channel is not open to its asker; Unavailable if unsure.

        While all channels are closed, nobody who must be kept out is given a token anyway.
        """
        if not self._openings.channels:
            return
        asker = await self._people.clicker(run.turn.asker, ())
        if not asker.is_known:
            raise Unavailable("Slack does not tell who asks.")
        if not self._openings.admit(
            run.turn.place.channel, is_guest=asker.is_guest, is_external=asker.is_external
        ):
            raise NoFusionUser(reasons.NOT_OPEN_HERE)

    async def _may_ask(self, run: Run, team: AgentTeam) -> bool:
        """Whether the asker is in one of the team's user groups. Raises Unavailable."""
        if not team.groups:
            return True
        clicker = await self._people.clicker(run.turn.asker, team.groups)
        if clicker.is_member is None or not clicker.is_known:
            raise Unavailable("Slack does not tell who is in the agent team's user groups.")
        return clicker.is_member

    async def read(self, run: Run) -> Event:
        """Read the job's status. Raises Unavailable."""
        try:
            job = await self._agent.status(self._job(run), run.turn.asker)
            return self._with_policy(run, reading(job))
        except UnknownAgentTeam:
            return e.PollFailed(NOT_OFFERED)
        except Unavailable:
            raise
        except AgentError as error:
            return e.PollFailed(failure_of(error))

    async def resume(self, run: Run, begin: Begin) -> Event:
        """Send the pending decision, unless the job has left its wait. Raises Unavailable."""
        approval = run.pending
        if approval is None or approval.decision is None:
            raise ValueError(f"run {run.id} has no decision to send")
        decision, waiting = approval.decision, approval.waiting
        try:
            now = reading(await self._agent.status(self._job(run), decision.by))
            if not (isinstance(now, e.Waited) and now.waiting.key == waiting.key):
                return self._with_policy(run, now)
            await begin()
            return await self._send(run, waiting, decision)
        except UnknownAgentTeam:
            return e.ResumeRefused(NOT_OFFERED)
        except Unavailable:
            raise
        except OutcomeUnknown:
            return e.ResumeUnanswered()
        except AgentError as error:
            return e.ResumeRefused(failure_of(error))

    async def _send(self, run: Run, waiting: Waiting, decision: Decision) -> Event:
        job = await self._agent.resume(self._job(run), waiting, decision, decision.by)
        return e.Resumed(job.id if job.id != run.job_id else None, job.trace_id)

    def _with_policy(self, run: Run, event: Event) -> Event:
        """A wait with the policy by which it is decided."""
        if not isinstance(event, e.Waited):
            return event
        turn = run.turn
        asker = turn.asker
        policy = self._policies.choose(turn.agent_team, event.waiting, asker.user, asker.workspace)
        return replace(event, policy=policy)

    def _job(self, run: Run) -> JobRef:
        team = self._teams.by_code(run.turn.agent_team)
        return JobRef(team, run.job_id or "", run.conversation_id)


def reading(job: Job) -> Event:
    """What one reading of a job's status says has happened to the run."""
    match job.status:
        case JobStatus.COMPLETE:
            return e.Completed(job.answer or Answer(trace_id=job.trace_id), job.conversation_id)
        case JobStatus.ERROR:
            failure = Failure(Trouble.AGENT_FAILED, job.error, job.trace_id)
            return e.JobFailed(failure, job.answer, job.conversation_id)
        case JobStatus.WAITING if job.waiting is not None:
            return e.Waited(job.waiting, conversation_id=job.conversation_id)
        case JobStatus.WAITING | JobStatus.RUNNING:
            return e.Progressed(job.progress, job.nodes, job.trace_id, job.conversation_id)


def failure_of(error: AgentError) -> Failure:
    """What an error means to the person who asked."""
    match error:
        case SignInNeeded():
            trouble = Trouble.SIGNED_OUT
        case NoFusionUser():
            trouble = Trouble.NO_FUSION_USER
        case NotSignedIn():
            trouble = Trouble.NOT_SIGNED_IN
        case Refused(status=403):
            trouble = Trouble.NOT_ALLOWED
        case Refused(status=404):
            trouble = Trouble.NOT_FOUND
        case Unavailable():
            trouble = Trouble.UNAVAILABLE
        case Refused():
            trouble = Trouble.REFUSED
        case _:
            trouble = Trouble.LOST
    return Failure(trouble, error.detail, error.trace_id)
