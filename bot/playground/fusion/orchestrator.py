"""Conversations and jobs: what an invocation and a reading of a status do. Nothing of HTTP.

One live job per conversation. While it waits for an answer from chat, the next message of the
conversation is that answer.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import uuid4

from bot.playground.fusion.bodies import Workflow, draw_job, read_at, read_fresh
from bot.playground.fusion.invocation import Asked, NotValid, read_asked
from bot.playground.fusion.jobs import Job, JobStatus, without_work
from bot.playground.fusion.steps import (
    Action,
    Answer,
    Done,
    Question,
    Script,
    Wait,
    read_answer,
    read_resume_node_input,
)
from bot.playground.fusion.teams import Reply, Team

_NO_TEAM = "FAI-40400"
_NOT_ALLOWED = "FAI-40300"
_BUSY = "FAI-40900"
_WRONG = "FAI-40000"
_NOT_YOURS = f"{_NOT_ALLOWED}: You can not execute this workflow."


class Refused(Exception):
    """The request is refused and nothing was done: HTTP status, Oracle-like code, text."""

    def __init__(self, status: int, code: str, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.code = code
        self.text = text


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls (the token's subject), and the headers worth keeping."""

    user: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Invocation:
    """A question that started a job.

    `conversation_id` is where it runs; `sent_conversation_id` is what the request said.
    """

    code: str
    message: str
    conversation_id: str
    sent_conversation_id: str | None
    job_id: str
    parameters: Mapping[str, str]
    headers: Mapping[str, str]
    user: str
    body: Mapping[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class Decision:
    """An answer to a waiting node that came in through invokeAsync."""

    job_id: str
    action: Action
    comment: str
    user: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request that was refused."""

    status: int
    code: str
    text: str
    at: datetime


@dataclass(slots=True)
class Conversation:
    """What was asked in it so far, and its newest job."""

    id: str
    team: str
    asked: list[str] = field(default_factory=list)
    job: Job | None = None


class Orchestrator:
    """The agent teams of one pod, and everything that happened there."""

    def __init__(self, teams: Sequence[Team], pace: float, clock: Callable[[], float]) -> None:
        self.teams = {team.code: team for team in teams}
        self.pace = pace
        self.clock = clock
        self.offset = datetime.now(UTC).timestamp() - clock()
        self.jobs: dict[str, Job] = {}
        self.invocations: list[Invocation] = []
        self.decisions: list[Decision] = []
        self.refusals: list[Refusal] = []
        self.forbidden: set[tuple[str, str]] = set()  # user, team
        self._conversations: dict[str, Conversation] = {}
        self._numbers = count(300_000_000_001)

    def invoke(self, code: str, body: Any, caller: Caller) -> dict[str, Any]:
        """Start a job, or answer the one that waits; returns the reply. Raises Refused."""
        team = self._team(code, caller)
        try:
            asked = read_asked(body)
        except NotValid as problem:
            raise Refused(400, _WRONG, str(problem)) from problem
        self._check_published(team, asked)
        job = self._live_job(team, asked)
        if job is None:
            return self._start(team, asked, caller)
        wait = job.waiting(self.clock())
        if wait is None:
            raise Refused(409, _BUSY, f"Job {job.id} is still running in this conversation.")
        if not wait.answerable:
            raise Refused(409, _BUSY, f"Job {job.id} waits for something else than a message.")
        return self._answer(team, job, wait, asked, caller)

    def status(self, code: str, job_id: str, caller: Caller, *, admin: bool) -> dict[str, Any]:
        """Read a job; returns the reply. Raises Refused."""
        team, job = self._team(code, caller), self.jobs.get(job_id)
        if job is None or job.team != code:
            raise Refused(404, _NO_TEAM, f"Job {job_id} not found.")
        return self._draw(team, job, admin=admin and _is_admin(job.request))

    def search(self, query: str, caller: Caller) -> list[Team]:
        """The published teams that this caller may use and whose texts have these words."""
        return [
            team
            for team in self.teams.values()
            if team.published
            and (caller.user, team.code) not in self.forbidden
            and query.casefold() in f"{team.code} {team.name} {team.description}".casefold()
        ]

    def finish_elsewhere(self, job_id: str, answer: Answer) -> None:
        """Answer a waiting job as if outside of chat; the work that follows takes no time.

        Raises LookupError where this job does not wait.
        """
        now = self.clock()
        job = self.jobs[job_id]
        wait = job.waiting(now)
        if wait is None:
            raise LookupError(f"Job {job_id} does not wait.")
        rest = job.rest(now) if wait.answered is None else wait.answered(answer)
        job.play(without_work(rest), now)

    def moment(self) -> datetime:
        """The time of the clock as aware UTC."""
        return datetime.fromtimestamp(self.clock() + self.offset, UTC)

    def _team(self, code: str, caller: Caller) -> Team:
        if code not in self.teams:
            raise Refused(404, _NO_TEAM, f"Agent team {code} not found.")
        if (caller.user, code) in self.forbidden:
            raise Refused(403, _NOT_ALLOWED, _NOT_YOURS)
        return self.teams[code]

    def _check_published(self, team: Team, asked: Asked) -> None:
        if asked.status == "PUBLISHED" and not team.published:
            raise Refused(403, _NOT_ALLOWED, _NOT_YOURS)
        if asked.version is not None and not 1 <= asked.version <= team.version:
            text = f"Version {asked.version} of agent team {team.code} not found."
            raise Refused(404, _NO_TEAM, text)

    def _live_job(self, team: Team, asked: Asked) -> Job | None:
        """The job that this request meets, running or waiting."""
        if asked.job_id is not None:
            job = self.jobs.get(asked.job_id)
            if job is None or job.team != team.code:
                raise Refused(404, _NO_TEAM, f"Job {asked.job_id} not found.")
        else:
            conversation = self._known(team, asked)
            job = conversation.job if conversation else None
        live = {JobStatus.RUNNING, JobStatus.WAITING}
        if job is not None and job.status(self.clock()) in live:
            return job
        if asked.job_id is not None or asked.resume_node_input is not None:
            raise Refused(409, _BUSY, "There is no job that waits for this input any more.")
        return None

    def _known(self, team: Team, asked: Asked) -> Conversation | None:
        """The conversation that is meant; an id that is not this team's is ignored, as by Oracle."""
        found = self._conversations.get(asked.conversation_id or "")
        return found if found is not None and found.team == team.code else None

    def _start(self, team: Team, asked: Asked, caller: Caller) -> dict[str, Any]:
        conversation = self._known(team, asked)
        if conversation is None:
            conversation = Conversation(str(uuid4()), team.code)
            self._conversations[conversation.id] = conversation
        script = team.plays(Question(asked.message, tuple(conversation.asked), asked.parameters))
        conversation.asked.append(asked.message)
        job = self._new_job(team, conversation, asked.body, caller, script)
        self.invocations.append(
            Invocation(
                code=team.code,
                message=asked.message,
                conversation_id=conversation.id,
                sent_conversation_id=asked.conversation_id,
                job_id=job.id,
                parameters=asked.parameters,
                headers=caller.headers,
                user=caller.user,
                body=asked.body,
                at=self.moment(),
            )
        )
        return draw_job(job, _workflow(team), read_fresh(job, self.offset), admin=False)

    def _new_job(
        self,
        team: Team,
        conversation: Conversation,
        request: dict[str, Any],
        caller: Caller,
        script: Script,
    ) -> Job:
        job = Job(
            id=str(next(self._numbers)),
            team=team.code,
            conversation_id=conversation.id,
            trace_id=uuid4().hex,
            user=caller.user,
            request=request,
            input=json.dumps(request, ensure_ascii=False),
            pace=self.pace,
        )
        job.play(script, self.clock())
        self.jobs[job.id] = job
        conversation.job = job
        return job

    def _answer(
        self, team: Team, job: Job, wait: Wait, asked: Asked, caller: Caller
    ) -> dict[str, Any]:
        now, given = self.clock(), asked.resume_node_input
        answer = (
            read_answer(wait, asked.message)
            if given is None
            else read_resume_node_input(wait, given, asked.message)
        )
        self.decisions.append(
            Decision(job.id, answer.action, answer.comment, caller.user, self.moment())
        )
        if answer.action is Action.UNCLEAR or wait.answered is None:
            job.play((wait.asking_again(), *job.rest(now)), now)
            return self._draw(team, job, admin=False)
        script = wait.answered(answer)
        if team.reply is Reply.NEW_JOB:
            job.play((Done(None),), now)
            conversation = self._conversations[job.conversation_id]
            job = self._new_job(team, conversation, asked.body, caller, script)
        else:
            job.play(script, now)
        reply = self._draw(team, job, admin=False)
        if team.reply is Reply.NO_JOB_ID:
            del reply["jobId"]
        return reply

    def _draw(self, team: Team, job: Job, *, admin: bool) -> dict[str, Any]:
        reading = read_at(job, self.clock(), self.offset)
        return draw_job(job, _workflow(team), reading, admin=admin)


def _is_admin(request: Mapping[str, Any]) -> bool:
    return request.get("invocationMode") == "ADMIN"


def _workflow(team: Team) -> Workflow:
    status = "PUBLISHED" if team.published else "DRAFT"
    return Workflow(team.code, team.name, team.version, status, team.progress_as_list)
