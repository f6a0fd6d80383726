"""What the bot says of approvals. Texts are mrkdwn; names come escaped."""

from datetime import datetime

from bot.domain.approval import Reopened
from bot.domain.policy import Refusal
from bot.slack.words.times import date_token

# Titles by bot.domain.job.WaitingFor, while it waits and afterwards.
TITLES = {
    "decision": ":raised_hand: *Your approval is needed*",
    "changes": ":raised_hand: *Your approval is needed*",
    "review": ":raised_hand: *Your approval is needed*",
    "text": ":speech_balloon: *A reply is needed*",
    "elsewhere": ":email: *Waiting for an answer outside of Slack*",
    "timer": ":hourglass: *Waiting*",
}
TITLES_AFTERWARDS = {
    "decision": ":raised_hand: *Approval*",
    "changes": ":raised_hand: *Approval*",
    "review": ":raised_hand: *Approval*",
    "text": ":speech_balloon: *A reply was needed*",
    "elsewhere": ":email: *Waited for an answer outside of Slack*",
    "timer": ":hourglass: *Waited*",
}
WHAT = "What"
VALUE = "Value"
AN_APPROVAL = "An approval"
DECIDED = "Decided"

APPROVE = "Approve"
REJECT = "Reject"
REQUEST_CHANGE = "Request change…"
REPLY = "Reply…"
DELEGATE = "Hand over…"
DETAILS = "Details"

CONFIRM_TITLE = "Are you sure?"
CONFIRM_TEXT = "This is carried out as soon as it is approved."

ELSEWHERE_HINT = "This is answered outside of Slack. The thread goes on by itself afterwards."
TIMER_HINT = "Nothing to do: this goes on by itself."
NOBODY = ":no_entry: Nobody here may decide this: its policy names nobody who could."
NOT_IN_THIS_CHANNEL = "This may not be decided in this channel. Whoever may has a direct message."
NOT_IN_DIRECT = "This is not decided in direct messages, but in its thread."
LOOKING_UP = "Who may decide is being looked up."
SENT_AS_DECIDER = "Fusion is told by whoever decides, as themselves."
NOT_OPEN_ANY_MORE = "This is not open any more. The card says what became of it."
HANDED_OVER = "Handed over."
NOT_HANDED_OVER = "They may not decide this, so it stays with you."
NONE_WAITING = "Nothing waits for you."
NONE_ASKED = "Nothing that you asked for waits."

REOPENED = {
    Reopened.NOT_DELIVERED: "Fusion did not take the decision. Please decide again.",
    Reopened.SIGNED_OUT: (
        "This was not sent, since whoever decided has to sign in to Fusion. Sign in first. "
        "Please decide again."
    ),
    Reopened.NOT_CONFIRMED: (
        "Fusion did not confirm the decision, and the request still waits. Please decide again."
    ),
}

REFUSALS = {
    Refusal.ASKER: "You asked for this, so somebody else has to decide it.",
    Refusal.GUEST: "Guests may not decide this.",
    Refusal.EXTERNAL: "People of another organisation may not decide this.",
    Refusal.DEACTIVATED: "This account is deactivated.",
    Refusal.NOT_HERE: "This may not be decided in this channel. You have a direct message about it.",
    Refusal.VOTED: "You have approved this already. It waits for others.",
    Refusal.UNCERTAIN: "Slack does not tell just now whether you may. Please try again.",
}

QUESTION_OR_ANSWER = "An approval above waits for your words. Is what you wrote the answer to it, or your next question?"
IS_ANSWER = "Send it as the answer"
IS_QUESTION = "It is my next question"
KEPT_AS_QUESTION = "It is asked when its turn comes."
USE_THE_BUTTONS = (
    "An approval above waits for your decision. What you wrote decides nothing: use its buttons. "
    "It is asked as your next question."
)


def stamp(when: datetime) -> str:
    """A date and a time: approvals are open for days, and looked at later."""
    return date_token(when, "{date_short_pretty} at {time}")


def asked_by(team: str, asker: str) -> str:
    """Whom was asked, and by whom."""
    return f"{team}, asked by {asker}"


def step(name: str) -> str:
    """The step of the job that waits."""
    return f"Step: {name}"


def round_of(number: int, most: int | None) -> str:
    """The round of requested changes."""
    return f"Round {number} of {most}" if most else f"Round {number}"


def asker_alone(asker: str) -> str:
    """Who may decide, where nothing else was configured."""
    return f"Only {asker} may decide, since they asked."


def decided_by(verb: str, who: str, when: str) -> str:
    """How it was decided; `verb` is approve, reject, reply or change."""
    done = {
        "approve": "Approved", "reject": "Rejected", "reply": "Answered", "change": "Change requested",
    }  # fmt: skip
    return f"{done[verb]} by {who} – {when}"


def handing_over(how: str) -> str:
    """It was decided, and Fusion has not taken it yet."""
    return f"{how} – handing over to Fusion…"


def elsewhere(when: str) -> str:
    """It was decided in another place."""
    return f"Decided elsewhere {when}.".replace(" .", ".")


def elsewhere_before(when: str, who: str) -> str:
    """It was decided in another place while somebody here had decided too."""
    return f"Decided elsewhere {when}, before the decision of {who} was sent. It was not sent."


def went_on(when: str) -> str:
    """What nobody here could answer is over."""
    return f"Went on {when}.".replace(" .", ".")


def cancelled(when: str) -> str:
    """The run was stopped."""
    return f"Cancelled {when}: the run was stopped.".replace(" :", ":")


def unknown(when: str) -> str:
    """It was sent, and nobody here learned whether Fusion took it."""
    return (
        f"This was sent to Fusion, and by {when} it could not be learned whether Fusion took it. "
        "Look it up in Fusion before anybody decides the same thing again."
    )


def expired(when: str) -> str:
    """Nobody decided in time."""
    return f"Expired {when}: not approved.".replace(" :", ":")


def queue_line(link: str, about: str, opened: str, ends: str, waits_for: str) -> str:
    """One approval in a list; `ends` and `waits_for` may be empty."""
    until_when = f", until {ends}" if ends else ""
    waits = f", waits for {waits_for}" if waits_for else ""
    return f"• {link} – {about} {opened}{until_when}{waits}"


def waiting_for_me(count: int) -> str:
    """The heading of what somebody can decide."""
    return f"Waiting for you ({count})"


def i_asked(count: int) -> str:
    """The heading of what somebody asked for and others decide."""
    return f"You asked, and it waits ({count})"


def only(who: str) -> str:
    """A refusal: says who may."""
    return f"Only {who} may decide this." if who else "You may not decide this."


def decided_before(who: str) -> str:
    """Somebody else was quicker."""
    return f"{who} has decided this already."


def more_details(count: int) -> str:
    """On the card: not everything that came with it is there."""
    are = "detail is" if count == 1 else "details are"
    return f":warning: {count} more {are} not shown here. Look at *Details* before you decide."


def more_text(count: int) -> str:
    """On the card: the request's own words go on."""
    return f":warning: {count} more characters are not shown here. Look at *Details* before you decide."


def asked_because(policy: str, stage: int, stages: int) -> str:
    """Why somebody who did not ask is asked to decide."""
    by = f"the policy *{policy}*" if policy else "the policy for this"
    turn = f", stage {stage} of {stages}" if stages > 1 else ""
    return f"You are asked because {by} names you{turn}."


def handed_to_you(by: str) -> str:
    """Why: somebody handed it over."""
    return f"You are asked because {by} handed this over to you."


def who_decides(who: str, needed: int, of: int) -> str:
    """Who may decide, and how many of them must."""
    if of <= 1:
        return f"Only {who} may decide."
    many = "one" if needed == 1 else "all" if needed == of else str(needed)
    return f"{who}: {many} of {of} must approve."


def approved_so_far(who: str) -> str:
    """Some of several have approved."""
    return f":white_check_mark: Approved so far by {who}."


def stage(number: int, of: int) -> str:
    """Which stage it is in."""
    return f"Stage {number} of {of}"


def until(when: str) -> str:
    """When it is not approved any more."""
    return f"Not approved unless decided by {when}."


def escalated(number: int, when: str) -> str:
    """A stage did not decide in time."""
    return f":arrow_up: Stage {number} did not decide in time; escalated {when}."


def handed_over(by: str, to: str) -> str:
    """Somebody handed it over."""
    return f":handshake: {by} handed over to {to}."


def reminder(who: str, card: str) -> str:
    """A reminder in the thread."""
    return f":bell: {who} an approval still waits for you: {card}"


def sent_as_shared(user: str) -> str:
    """As whom it runs where everybody acts as one."""
    return f"Fusion is told as {user}, with whom everybody here acts."


def on_record(what: str, team: str, outcome: str, link: str) -> str:
    """The entry in the audit channel."""
    return f":scroll: *{team}*: {what}\n{outcome}\n{link}"
