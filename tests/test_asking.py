"""Asking an agent team: every outcome is an event, except that it certainly did not happen."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.asking import Asking, failure_of, reading
from bot.domain import events as e, reasons
from bot.domain.agent import (
    AgentError,
    NoFusionUser,
    NotSignedIn,
    OutcomeUnknown,
    Refused,
    SignInNeeded,
    Unavailable,
    Unreadable,
)
from bot.domain.answer import Answer, Node
from bot.domain.events import Failure, Trouble
from bot.domain.job import Action, Job, JobStatus, Waiting, WaitingFor
from bot.domain.openings import Opening, Openings
from bot.domain.policy import Clicker
from bot.domain.run import Run
from tests.domain.examples import (
    BEN,
    PAYMENT,
    SECOND_PAYMENT,
    decided,
    invoking,
    moved,
    resuming,
    running,
    waiting,
)
from tests.kept import TEAMS, Crowd, FakeAgent, PlainQuestions

WAITS = Job("job-1", JobStatus.WAITING, waiting=PAYMENT)
NOT_OFFERED = Failure(Trouble.NOT_OFFERED)
ERRORS = [
    (Refused(403, "no role", trace_id="t"), Failure(Trouble.NOT_ALLOWED, "no role", "t")),
    (Refused(404, "no team"), Failure(Trouble.NOT_FOUND, "no team")),
    (Refused(400, "bad"), Failure(Trouble.REFUSED, "bad")),
    (NotSignedIn("expired"), Failure(Trouble.NOT_SIGNED_IN, "expired")),
    (NoFusionUser("a guest"), Failure(Trouble.NO_FUSION_USER, "a guest")),
    (Unreadable("login page"), Failure(Trouble.LOST, "login page")),
    (AgentError("odd"), Failure(Trouble.LOST, "odd")),
]


class Begun:
    """Counts how often something was marked as begun, and when: before which request."""

    def __init__(self, agent: FakeAgent) -> None:
        self._agent = agent
        self.before: list[int] = []

    async def __call__(self) -> None:
        self.before.append(len(self._agent.asked) + len(self._agent.decided))


def asking(agent: FakeAgent) -> Asking:
    return Asking(agent, TEAMS, PlainQuestions(), Crowd())


def not_offered(run: Run) -> Run:
    return replace(run, turn=replace(run.turn, agent_team="GONE"))


async def test_an_invocation_is_marked_as_begun_just_before_it_is_made() -> None:
    agent = FakeAgent()
    begun = Begun(agent)
    event = await asking(agent).invoke(invoking(), "conversation-7", begun)
    assert event == e.Invoked("job-1", "conversation-7")
    assert begun.before == [0]
    assert agent.asked == [("Pay invoice 4711", "conversation-7")]


async def test_a_reply_that_names_another_conversation_counts() -> None:
    agent = FakeAgent(invokes=[Job("job-1", JobStatus.RUNNING, "conversation-8")])
    event = await asking(agent).invoke(invoking(), "conversation-7", Begun(agent))
    assert event == e.Invoked("job-1", "conversation-8")


@pytest.mark.parametrize(("error", "failure"), ERRORS)
async def test_a_refused_invocation_says_why(error: AgentError, failure: Failure) -> None:
    agent = FakeAgent(invokes=[error])
    assert await asking(agent).invoke(invoking(), None, Begun(agent)) == e.InvokeRefused(failure)


@pytest.mark.parametrize(("error", "failure"), ERRORS)
async def test_without_a_token_nothing_is_begun(error: AgentError, failure: Failure) -> None:
    agent = FakeAgent(refusals=[error])
    begun = Begun(agent)
    assert await asking(agent).invoke(invoking(), None, begun) == e.InvokeRefused(failure)
    assert begun.before == []
    assert agent.asked == []


@pytest.mark.parametrize("when", ["before", "at once"])
async def test_a_question_of_somebody_who_must_sign_in_waits(when: str) -> None:
    needed = SignInNeeded("sign in")
    agent = FakeAgent(refusals=[needed]) if when == "before" else FakeAgent(invokes=[needed])
    assert await asking(agent).invoke(invoking(), None, Begun(agent)) == e.SignedOut()


async def test_a_sign_in_that_ended_is_told_apart_from_other_trouble() -> None:
    ended = Failure(Trouble.SIGNED_OUT, "sign in again")
    needed = SignInNeeded("sign in again")
    assert await asking(FakeAgent(readings=[needed])).read(running()) == e.PollFailed(ended)
    agent = FakeAgent(readings=[needed])
    assert await asking(agent).resume(resuming(), Begun(agent)) == e.ResumeRefused(ended)


async def test_an_invocation_whose_outcome_nobody_knows_is_unanswered() -> None:
    for reply in (OutcomeUnknown("cut", trace_id="t"), Job(None, JobStatus.RUNNING, trace_id="t")):
        agent = FakeAgent(invokes=[reply])
        event = await asking(agent).invoke(invoking(), None, Begun(agent))
        assert event == e.InvokeUnanswered("t")


async def test_what_certainly_did_not_happen_is_let_out() -> None:
    nothing = Unavailable("503", retry_after=timedelta(seconds=3))
    agent = FakeAgent([nothing], [nothing], [nothing])
    with pytest.raises(Unavailable):
        await asking(agent).invoke(invoking(), None, Begun(agent))
    with pytest.raises(Unavailable):
        await asking(agent).read(running())
    with pytest.raises(Unavailable):
        await asking(agent).resume(resuming(), Begun(agent))


HERE = invoking().turn.place.channel
OPENED = Openings({HERE: Opening(guests=True), "C-else": Opening(other_organisations=True)})


@pytest.mark.parametrize(
    ("asker", "openings", "may"),
    [
        (Clicker(), OPENED, True),
        (Clicker(is_guest=True), OPENED, True),
        (Clicker(is_external=True), OPENED, False),
        (Clicker(is_guest=True, is_external=True), OPENED, False),
        (Clicker(is_guest=True), Openings({"C-else": Opening(guests=True)}), False),
    ],
)
async def test_guests_and_others_ask_only_where_it_is_open_to_them(
    asker: Clicker, openings: Openings, may: bool
) -> None:
    agent = FakeAgent()
    crowd = Crowd({invoking().turn.asker.user: asker})
    begun = Begun(agent)
    ask = Asking(agent, TEAMS, PlainQuestions(), crowd, openings=openings)
    event = await ask.invoke(invoking(), None, begun)
    if may:
        assert isinstance(event, e.Invoked)
    else:
        assert event == e.InvokeRefused(Failure(Trouble.NO_FUSION_USER, reasons.NOT_OPEN_HERE))
        assert not begun.before
        assert not agent.asked


async def test_who_is_not_known_waits_until_slack_tells() -> None:
    agent = FakeAgent()
    ask = Asking(agent, TEAMS, PlainQuestions(), Crowd(down=True), openings=OPENED)
    with pytest.raises(Unavailable):
        await ask.invoke(invoking(), None, Begun(agent))
    assert agent.asked == []


async def test_a_team_that_is_no_longer_offered_is_not_asked() -> None:
    agent = FakeAgent()
    begun = Begun(agent)
    ask = asking(agent)
    assert await ask.invoke(not_offered(invoking()), None, begun) == e.InvokeRefused(NOT_OFFERED)
    assert await ask.read(not_offered(running())) == e.PollFailed(NOT_OFFERED)
    assert await ask.resume(not_offered(resuming()), begun) == e.ResumeRefused(NOT_OFFERED)
    assert begun.before == []
    assert not (agent.asked)
    assert not (agent.decided)
    assert not (agent.read)


@pytest.mark.parametrize(("error", "failure"), ERRORS)
async def test_a_status_that_cannot_be_read_is_a_failed_poll(
    error: AgentError, failure: Failure
) -> None:
    agent = FakeAgent(readings=[error])
    assert await asking(agent).read(running()) == e.PollFailed(failure)


NODES = (Node("Look up"),)


@pytest.mark.parametrize(
    ("job", "event"),
    [
        (Job("j", JobStatus.RUNNING, progress=("x",), nodes=NODES, trace_id="t"),
         e.Progressed(("x",), NODES, "t")),
        (Job("j", JobStatus.WAITING, waiting=PAYMENT), e.Waited(PAYMENT)),
        (Job("j", JobStatus.WAITING, trace_id="t"), e.Progressed((), (), "t")),
        (Job("j", JobStatus.COMPLETE, answer=Answer("Paid.")), e.Completed(Answer("Paid."))),
        (Job("j", JobStatus.COMPLETE, trace_id="t"), e.Completed(Answer(trace_id="t"))),
        (Job("j", JobStatus.ERROR, error="ORA-1", trace_id="t", answer=Answer("Half")),
         e.JobFailed(Failure(Trouble.AGENT_FAILED, "ORA-1", "t"), Answer("Half"))),
    ],
)  # fmt: skip
def test_a_reading_says_what_has_happened(job: Job, event: e.Event) -> None:
    assert reading(job) == event


async def test_a_decision_is_sent_by_its_decider_after_one_more_look() -> None:
    agent = FakeAgent(readings=[WAITS], resumes=[Job("job-2", JobStatus.RUNNING, trace_id="t")])
    begun = Begun(agent)
    run = moved(waiting(), decided(Action.APPROVE, by=BEN))
    assert await asking(agent).resume(run, begun) == e.Resumed("job-2", "t")
    assert begun.before == [0]
    assert agent.as_whom == [BEN, BEN]
    assert [each.action for each in agent.decided] == [Action.APPROVE]


@pytest.mark.parametrize("id", [None, "job-1"])
async def test_a_job_that_goes_on_is_no_new_job(id: str | None) -> None:
    agent = FakeAgent(readings=[WAITS], resumes=[Job(id, JobStatus.RUNNING)])
    assert await asking(agent).resume(resuming(), Begun(agent)) == e.Resumed(None)


@pytest.mark.parametrize(
    "job",
    [
        Job("job-1", JobStatus.RUNNING),
        Job("job-1", JobStatus.COMPLETE, answer=Answer("Paid.")),
        Job("job-1", JobStatus.WAITING, waiting=SECOND_PAYMENT),
        Job("job-1", JobStatus.WAITING, waiting=Waiting(WaitingFor.DECISION, key="")),
    ],
)
async def test_a_decision_is_not_sent_to_a_job_that_waits_no_more(job: Job) -> None:
    agent = FakeAgent(readings=[job])
    begun = Begun(agent)
    assert await asking(agent).resume(resuming(), begun) == reading(job)
    assert not (agent.decided)
    assert not (begun.before)


@pytest.mark.parametrize(("error", "failure"), ERRORS)
@pytest.mark.parametrize("when", ["looking", "sending"])
async def test_a_decision_that_is_not_taken_is_refused(
    error: AgentError, failure: Failure, when: str
) -> None:
    looks = [error] if when == "looking" else [WAITS]
    agent = FakeAgent(readings=list(looks), resumes=[error])
    event = await asking(agent).resume(resuming(), Begun(agent))
    assert event == e.ResumeRefused(failure)


async def test_a_decision_without_a_reply_is_unanswered() -> None:
    agent = FakeAgent(readings=[WAITS], resumes=[OutcomeUnknown("cut")])
    assert await asking(agent).resume(resuming(), Begun(agent)) == e.ResumeUnanswered()


async def test_there_must_be_a_decision_to_send() -> None:
    agent = FakeAgent()
    for run in (running(), waiting()):
        with pytest.raises(ValueError, match="no decision"):
            await asking(agent).resume(run, Begun(agent))


def test_a_service_that_cannot_be_reached_is_a_trouble_of_its_own() -> None:
    assert failure_of(Unavailable("503")).trouble is Trouble.UNAVAILABLE
