"""The demo's agent teams, and what to try with them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.playground.fusion import finance
from bot.playground.fusion.approvals import approve_leave
from bot.playground.fusion.everyday import Plays, playing


class Reply(StrEnum):
    """What the reply to an answer names; which one a real pod does is not known."""

    SAME_JOB = "same_job"  # the old job goes on
    NEW_JOB = "new_job"  # the old job completes without output, a new one carries on
    NO_JOB_ID = "no_job_id"  # the old job goes on, and the reply names none


@dataclass(frozen=True, slots=True)
class Team:
    """An agent team: how it is called, what it does, and how it replies to an answer.

    `version` is the latest one; `progress_as_list` gives progress texts as a list of all.
    """

    code: str
    name: str
    description: str
    plays: Plays
    starter_questions: tuple[str, ...] = ()
    published: bool = True
    reply: Reply = Reply.SAME_JOB
    version: int = 3
    progress_as_list: bool = False

    def listed(self) -> dict[str, Any]:
        """The team in the reply of a search."""
        return {
            "code": self.code,
            "name": self.name,
            "description": self.description,
            "starterQuestions": list(self.starter_questions),
        }


FINANCE_DESK = Team(
    code="FINANCE_DESK",
    name="Finance Desk",
    description="Answers questions on spend, policies and budgets, and prepares approvals.",
    plays=finance.plays,
    starter_questions=(
        "What is our travel policy?",
        "Show me supplier spend",
        "Approve invoice 4711",
    ),
)
HR_HELP = Team(
    code="HR_HELP",
    name="HR Help",
    description="Answers questions on leave and people.",
    plays=playing(((r"approve leave", approve_leave),)),
    starter_questions=("How many days of leave do I have?", "Approve leave for Rosa"),
    reply=Reply.NEW_JOB,
    progress_as_list=True,
)
UNPUBLISHED_TEAM = Team(
    code="UNPUBLISHED_TEAM",
    name="Unpublished Team",
    description="A draft that nobody may use yet.",
    plays=playing(()),
    published=False,
)
PROCUREMENT = Team(
    code="PROCUREMENT_GUIDE",
    name="Procurement Guide",
    description="Finds suppliers, and says how to buy from them.",
    plays=playing(()),
    starter_questions=("Who supplies paper?",),
)
DEMO_TEAMS = (FINANCE_DESK, UNPUBLISHED_TEAM, HR_HELP, PROCUREMENT)

_TO_TRY = (
    ("A quick answer", "What is our travel policy?", "An answer with sources and next questions."),
    ("A table", "Show me supplier spend", "A table, drawn as a table."),
    ("Progress", "Analyse the spend of this quarter", "Step by step progress for 12 seconds."),
    ("An approval", "Approve invoice 4711", "A card with Approve and Reject."),
    (
        "Two of three",
        "Pay invoice 4712",
        "Over the limit: two of the finance group must approve, and never who asks.",
    ),
    ("Four eyes", "Post the journal of March", "Whoever asks may not decide."),
    (
        "Stages",
        "Sign the contract",
        "The manager, then finance; put the clock forward for reminders, escalation and the end.",
    ),
    ("A large request", "Pay the batch", "3,000 characters and forty parameters, nothing hidden."),
    ("A change request", "Change the budget", "A card that takes up to three changes in words."),
    ("A question back", "Ask me something", "The agent waits for an answer in your words."),
    ("A tool call", "Confirm journal posting", "A tool wants to be confirmed before it acts."),
    ("By e-mail", "Ask my manager by e-mail", "A wait without buttons; it goes on by itself."),
    ("An approval process", "Run the approval process", "Decided outside of Slack."),
    ("A timer", "Wait for the nightly batch", "A wait for a time; it goes on by itself."),
    ("A long answer", "Write the long report", "More than 30,000 characters, nothing cut."),
    ("HTML", "Show HTML", "Output that came as HTML, made readable."),
    ("JSON", "Show JSON", "Output that came as JSON, made readable."),
    ("An error", "Fail, please", "What was done so far, what went wrong, and the trace id."),
    ("Hostile output", "Mention everyone", "Nobody is notified, and no link is disguised."),
    ("Memory", "What did I ask before?", "Ask it in a thread: the conversation goes on."),
)


def suggestions() -> list[dict[str, str]]:
    """What to try with the finance desk: `title`, `message` to send, and `what` is then seen."""
    return [{"title": title, "message": message, "what": what} for title, message, what in _TO_TRY]
