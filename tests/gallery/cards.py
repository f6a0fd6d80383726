"""Everything that the bot can show, one of each: cards, forms and the App Home in every state.

People and channels are the playground's, so that a page can show them with their names.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bot.catalogue import Offered
from bot.domain import events as e
from bot.domain.acting import Acting, SignInEnded, SignInOffer
from bot.domain.agent_team import AgentTeam, AgentTeams
from bot.domain.answer import Answer, Citation, Node
from bot.domain.approval import ApprovalState, Decision, Reopened, Vote
from bot.domain.approval_policy import ApprovalPolicy, Stage
from bot.domain.attachment import Attachment
from bot.domain.events import Failure, Trouble
from bot.domain.job import Action, Waiting, WaitingFor
from bot.domain.run import Run, State
from bot.domain.turn import Person, Place
from bot.slack.answers.feedback import draw_comment_form
from bot.slack.answers.more import draw_sources, draw_steps
from bot.slack.approvals.card import Where, draw_approval
from bot.slack.approvals.forms import (
    draw_delegate_form,
    draw_details,
    draw_reason_form,
    draw_reply_form,
)
from bot.slack.approvals.queue import draw_queue
from bot.slack.asking.form import About, draw_ask_form
from bot.slack.asking.teams import draw_default_picker, draw_team_list, draw_team_picker
from bot.slack.people.run_list import draw_deletion, draw_runs
from bot.slack.people.sign_in_card import draw_ended, draw_identity, draw_offer
from bot.slack.text.blocks import section
from bot.slack.text.links import AllowedHosts
from bot.slack.threads.picture import Look, draw
from bot.slack.words import general, speaking
from tests.domain import examples as x
from tests.slack.one_workspace import one_workspace

ANNA, BEN, CHLOE = (Person("T0PLAY", f"U0{name}") for name in ("ANNA", "BEN", "CHLOE"))
PLACE = Place("T0PLAY", "C0FINANCE", "1700000000.000100")
TEAMS = AgentTeams(
    (
        AgentTeam(
            "FINANCE_DESK",
            "Finance Desk",
            "Invoices, payments and suppliers",
            invocation_mode="ADMIN",
            starter_questions=("Which invoices are overdue?", "Show me supplier spend"),
        ),
        AgentTeam("HR_HELP", "HR Help", "Leave and people"),
    )
)
LOOK = Look(
    TEAMS,
    AllowedHosts(frozenset({"docs.example.com"})),
    timedelta(seconds=60),
    one_workspace(url="https://playground.slack.com/"),
    acts_as_decider=True,
    footer=True,
)
POLICY = ApprovalPolicy(
    name="Payments",
    stages=(
        Stage(
            people=(ANNA.user, BEN.user, CHLOE.user), quorum=2, escalate_after=timedelta(hours=4)
        ),
        Stage(people=(CHLOE.user,)),
    ),
    expires_after=timedelta(days=3),
    reasons=(Action.REJECT,),
    reminders=(timedelta(hours=1),),
    may_delegate=True,
)
PAYMENT = Waiting(
    WaitingFor.DECISION,
    key="payment",
    message="Pay invoice *4711* of Kestrel Supplies?",
    details=(("Amount", "12,480.00 EUR"), ("Due", "2026-03-15"), ("Cost centre", "4100")),
    tool="createPayment",
    node="Approve payment",
)
WAITS = {
    WaitingFor.DECISION: PAYMENT,
    WaitingFor.CHANGES: replace(PAYMENT, kind=WaitingFor.CHANGES, rounds=3),
    WaitingFor.REVIEW: replace(PAYMENT, kind=WaitingFor.REVIEW, rounds=3),
    WaitingFor.TEXT: Waiting(WaitingFor.TEXT, key="t", message="Which supplier do you mean?"),
    WaitingFor.ELSEWHERE: Waiting(WaitingFor.ELSEWHERE, key="e", message="Sent to the controller."),
    WaitingFor.TIMER: Waiting(WaitingFor.TIMER, key="w", message="Waiting for the nightly batch."),
}
ANSWER = Answer(
    output=(
        "## Supplier spend\n\nThree suppliers make up **62 %** of the spend:\n\n"
        "| Supplier | Spend | Share |\n|---|---:|---:|\n| Kestrel Supplies | 412,000 EUR | 31 % |\n"
        "| Harbour Freight | 260,000 EUR | 19 % |\n| Northwind | 158,000 EUR | 12 % |\n\n"
        "1. Ask Kestrel for a discount\n   - by *March*\n   - see `PO-4711`\n\n"
        "```sql\nselect supplier, sum(amount) from spend group by 1\n```"
    ),
    citations=(
        Citation("Spend cube", "https://docs.example.com/spend", "7", "Sums of posted invoices."),
        Citation("Contract of Kestrel"),
    ),
    follow_up_questions=("Who approved the last one?", "Compare with last year"),
    trace_id="b7f0c1e2",
    nodes=(Node("Read the cube", "tool", "COMPLETE", 1.4), Node("Write", "llm", "COMPLETE", 3.2)),
    input_tokens=1834,
    output_tokens=412,
)


@dataclass(frozen=True, slots=True)
class Shown:
    """One thing to show: on a message, a modal or the App Home."""

    name: str
    text: str
    blocks: tuple[dict[str, Any], ...]
    view: dict[str, Any] | None = None


def all_of(language: str) -> list[Shown]:
    """Everything, in this language."""
    with speaking(language):
        return [*_runs(language), *_approvals(), *_more(), *_forms(), _home()]


def _of_anna(run: Run) -> Run:
    turn = replace(
        run.turn,
        place=PLACE,
        asker=ANNA,
        agent_team="FINANCE_DESK",
        text="Show me <#C0FINANCE|finance>’s supplier spend",
    )
    approvals = tuple(replace(each, asker=ANNA.user) for each in run.approvals)
    stopped_by = ANNA if run.stopped_by else None
    return replace(run, turn=turn, approvals=approvals, stopped_by=stopped_by)


def _drawn(name: str, run: Run, language: str, *, rooted: bool = False) -> Iterator[Shown]:
    languages = {ANNA.user: language}
    for part in draw(run, LOOK, PLACE, rooted=rooted, languages=languages):
        if not part.file and not part.name.startswith("approval"):
            yield Shown(f"{name}: {part.name}", part.text, part.blocks)


def _runs(language: str) -> Iterator[Shown]:
    for state, make in x.IN_STATE.items():
        yield from _drawn(f"run {state}", _of_anna(make()), language)
    running = _of_anna(x.running())
    steps = x.moved(
        running, e.Progressed(("Reading the cube", "Comparing suppliers"), ANSWER.nodes, "t")
    )
    yield from _drawn("run with steps", steps, language)
    yield from _drawn("run held up", x.moved(running, e.PollFailed(x.UNREACHABLE)), language)
    done = x.moved(running, e.Completed(ANSWER), now=x.NOON + 3 * x.MINUTE)
    yield from _drawn("answer", done, language, rooted=True)
    files = (
        Attachment("open items.csv", "text/csv", 900, "https://files.slack.com/x"),
        Attachment("scan.pdf", "", 9, ""),
    )
    turn = replace(done.turn, files=files, instead_of="HR_HELP")
    yield from _drawn("answer with files, by another team", replace(done, turn=turn), language)
    yield from _drawn("no words", x.moved(running, e.Completed(Answer())), language)
    for trouble in Trouble:
        failure = Failure(trouble, "FAI-40300 detail of Fusion", "b7f0c1e2")
        failed = replace(running, state=State.FAILED, failure=failure, ended_at=x.NOON)
        yield from _drawn(f"trouble {trouble}", failed, language)


def _approvals() -> Iterator[Shown]:
    for kind, wait in WAITS.items():
        run = _of_anna(x.waiting(wait))
        for state in ApprovalState:
            for action in wait.actions if state in _DECIDED else (None,):
                yield _card(f"{kind} {state} {action or ''}", run, state=state, action=action)
    strict = _of_anna(x.waiting(PAYMENT, POLICY))
    yield _card("policy open", strict)
    vote = Vote(Decision(Action.APPROVE, BEN, x.NOON), 0)
    yield _card("policy, one of two", strict, votes=(vote,))
    yield _card("policy, escalated", strict, stage=1)
    for why in Reopened:
        yield _card(f"open again: {why}", strict, reopened=why)
    for viewer in (BEN, CHLOE):
        where = Where("D0", viewer.user, "<https://playground.slack.com/|Go to the thread>")
        yield _card(f"for {viewer.user} alone", strict, where=where)


_DECIDED = frozenset({ApprovalState.DECIDING, ApprovalState.DECIDED})


def _card(
    name: str,
    run: Run,
    where: Where = Where("C0FINANCE"),  # noqa: B008 - frozen
    *,
    action: Action | None = None,
    **changes: Any,
) -> Shown:
    approval = run.approvals[-1]
    decision = Decision(action, BEN, x.NOON, "As agreed with Rosa.") if action else None
    changes |= {"decision": decision, "asker": ANNA.user}
    if changes.get("state", ApprovalState.OPEN) is not ApprovalState.OPEN:
        changes["closed_at"] = x.NOON
    text, blocks = draw_approval(run, replace(approval, **changes), "Finance Desk", where)
    return Shown(f"approval {name.strip()}", text, blocks)


def _more() -> Iterator[Shown]:
    for code in ("", "WDJB-MJHT"):
        offer = SignInOffer("https://bot.example.com/fusion/sign-in?state=x", x.NOON, code)
        yield Shown(f"sign in {'by code' if code else 'by link'}", *draw_offer(offer))
    for ended in (SignInEnded(ANNA, "anna@example.com"), SignInEnded(ANNA, why_not="It expired.")):
        yield Shown("signed in" if ended.user_name else "not signed in", *draw_ended(ended))
    for name, text in (
        ("teams", draw_team_list(Offered(TEAMS, needs_sign_in=True), TEAMS.teams[0], "/fusion")),
        ("help", general.help_text("/fusion", "Finance Desk")),
        ("nearly a subcommand", general.did_you_mean("/fusion", "agents")),
    ):
        yield Shown(name, text, (section(text),))


def _forms() -> Iterator[Shown]:
    carried = json.dumps({"run": "r"})
    decision = _of_anna(x.waiting(PAYMENT, POLICY)).approvals[0]
    change = _of_anna(x.waiting(WAITS[WaitingFor.CHANGES])).approvals[0]
    forms = {
        "change": draw_reply_form(change, carried),
        "reason": draw_reason_form(decision, Action.REJECT, carried),
        "hand over": draw_delegate_form(decision, carried),
        "details": draw_details(decision),
        "sources": draw_sources(ANSWER, LOOK.hosts),
        "steps": draw_steps(ANSWER),
        "comment": draw_comment_form("r"),
        "ask": draw_ask_form(About(), TEAMS.teams, TEAMS.teams[0]),
        "ask about": draw_ask_form(
            About("C0FINANCE", "1.2", "What is due?"), TEAMS.teams, TEAMS.teams[1]
        ),
        "continue": draw_ask_form(About(continues="r")),
    }
    for name, view in forms.items():
        yield Shown(f"form {name}", name, (), view)


def _home() -> Shown:
    waiting = _of_anna(x.waiting(PAYMENT))
    done = _of_anna(x.moved(x.running(), e.Completed(ANSWER)))
    acting = Acting("anna@example.com", is_signed_in=True)
    blocks = [
        *draw_identity(acting, people_sign_in=True),
        *draw_queue([waiting], [waiting], LOOK),
        *draw_runs([_of_anna(x.running())], [done], LOOK),
        *draw_team_picker(TEAMS.teams, "HR_HELP", TEAMS.teams[0]),
        *draw_default_picker(TEAMS.teams, TEAMS.teams[0]),
        *draw_deletion(),
    ]
    return Shown("home", "home", (), {"type": "home", "blocks": blocks})
