"""Every sentence that the bot says of its own, in one place. Texts are mrkdwn; names come escaped.

What they have in common: they say what is so and what to do, in the fewest words; they never blame
the person, and they never show an exception.
"""

from datetime import datetime, timedelta

from bot.domain.events import Trouble
from bot.domain.limits import Excess
from bot.slack.words.times import date_token

FINISHED = "Finished."
FINISHED_AS_DECIDED = "Finished, as decided."
WORKING = "Working on it…"
A_STEP = "Step"
OR = "or"
SOMEBODY = "somebody"
SOMEBODY_ELSE = "somebody else"
STOP = "Stop"
CANCEL = "Cancel"
ASK_AGAIN = "Ask again"
SIGN_IN = "Sign in"
SIGN_IN_TO_FUSION = "Sign in to Fusion"
SIGN_OUT = "Sign out"
STOPPED = "Stopped."
GO_TO_THREAD = "Go to the thread"
SOURCES = "*Sources*"
FOLLOW_UPS = "*Ask next*"

TROUBLES = {
    Trouble.NOT_ALLOWED: (
        "You have no access to this agent team, or it is not published. "
        "Ask your Fusion administrator for a role that may use it."
    ),
    Trouble.NOT_FOUND: (
        "Fusion knows no agent team with this code. "
        "Ask whoever runs this bot to check its agent team setting."
    ),
    Trouble.NOT_SIGNED_IN: (
        "Fusion did not accept the bot's sign-in. Ask whoever runs this bot to run its check."
    ),
    Trouble.SIGNED_OUT: (
        "This question has expired: nobody signed in in time, so it was not asked. "
        "Ask again when you can sign in."
    ),
    Trouble.NO_FUSION_USER: "You cannot act at Fusion, so this was not asked.",
    Trouble.UNAVAILABLE: "Fusion could not be reached. Nothing was started; ask again later.",
    Trouble.REFUSED: "Fusion refused the request. Nothing was started.",
    Trouble.AGENT_FAILED: "The agent team could not finish this.",
    Trouble.LOST: "The answer can no longer be read from Fusion.",
    Trouble.NOT_DECIDED: (
        "Nobody decided in time, so this was not approved. Ask again if it is still wanted."
    ),
    Trouble.TOO_LONG: "This took longer than the bot waits.",
    Trouble.NOT_OFFERED: "This agent team is no longer offered here.",
    Trouble.FOR_OTHERS: (
        "This agent team is for members of a user group in Slack that you are not in. Nothing was "
        "started; ask whoever runs this bot if you should be."
    ),
}

UNCERTAIN = (
    "The connection to Fusion broke while your question was being handed over, so it is not known "
    "whether work has begun. It was not sent twice. Check before you ask again if it changes data."
)
REPLY_LOST = (
    "Fusion took the decision and closed the request, but its reply to the decision was lost. If "
    "the agent team has more to say, it cannot be shown here: look it up in Fusion."
)
NEW_CONVERSATION_FOLLOWS = "Your next question in this thread starts a new conversation."
ASK_SOMETHING = (
    "What would you like to know? Mention me with a question, such as "
    "_“Which invoices are overdue?”_"
)
ASK_ABOUT_FILE = "What would you like to know about it? Send the file once more, with your question in the same message."
LIMITS = {
    Excess.LENGTH: (
        "This question is too long to be passed on. Shorten it, or attach the long part as a text file."
    ),
    Excess.THREAD: (
        "Too many questions wait in this thread. Wait until some are answered, or begin a new thread."
    ),
    Excess.PERSON: (
        "You have too many questions running. Wait until some are answered, or stop one."
    ),
    Excess.APPROVALS: (
        "Too many of your approvals wait for a decision. Ask again when some are decided."
    ),
    Excess.EVERYBODY: (
        "The bot has too much to do at the moment. Nothing was started; ask again in a few minutes."
    ),
}
NOTHING_TO_STOP = "You have nothing running here."
EDITED_TOO_LATE = "This is being asked as it read before. To change it, press Stop and ask again."
NEW_STARTED = "Your next question in your latest thread here starts a new conversation."
NEW_ALREADY = "Your next question here starts a new conversation anyway."
GONE = "This is no longer kept, so nothing was done. Ask again in a new message."
FORM_TROUBLE = "The form could not be opened. Please click again."
STORAGE_TROUBLE = (
    "This could not be saved just now. If the message here does not change in a moment, nothing was "
    "done: please try again."
)
SENDING_DECISION = "A decision is just being handed over; try again in a moment."
ASKED_ALREADY = "This was asked already; the answer is in the thread."


def help_text(command: str, team: str) -> str:
    """What the bot can do."""
    return (
        f"*I pass your questions to {team} and bring the answers back.*\n"
        "• Mention me in a channel, or write to me directly. The thread is the conversation: "
        "just reply in it to go on.\n"
        f"• `{command} ask QUESTION` asks here in a new thread\n"
        f"• Any other text after `{command}` is asked as well\n"
        f"• `{command} agents` lists the agent teams, `{command} use CODE` chooses yours\n"
        f"• `{command} status` shows what is running for you\n"
        f"• `{command} stop` stops what you asked last here\n"
        f"• `{command} new` makes your next question start afresh\n"
        f"• `{command} approvals` shows what waits for your decision\n"
        f"• `{command} sign-in` and `{command} sign-out` connect you with Fusion, and end it\n"
        f"• `{command} help` shows this"
    )


def did_you_mean(command: str, word: str) -> str:
    """What was typed is nearly a subcommand."""
    return f"Did you mean `{command} {word}`? What follows `{command} ask` is always a question."


def and_more(count: int) -> str:
    """A list that goes on."""
    return f"and {count} more"


def page(number: str) -> str:
    """The page of a source, after its title."""
    return f", page {number}"


def asking(team: str) -> str:
    """A job is being started."""
    return f"Asking *{team}*…"


def doing(text: str) -> str:
    """What the agent does at the moment, after the name of the app."""
    return f"is working: {text}"


def working(team: str) -> str:
    """A job runs, and has not told how far it is."""
    return f"*{team}* is working on it…"


def sign_in_first(who: str, team: str) -> str:
    """The main message of a question whose person has yet to sign in."""
    return (
        f":key: {who}, sign in to Fusion so that *{team}* can be asked as you. "
        "Your question goes on by itself."
    )


def sign_in_again(who: str) -> str:
    """The person's sign-in ended while a job runs or waits."""
    return f":key: {who}, your sign-in to Fusion has ended. Sign in again, and this goes on."


def trouble_since(when: str) -> str:
    """Fusion cannot be reached at the moment."""
    return f":warning: Fusion cannot be reached since {when}. Trying again by itself."


def queued(ahead: int) -> str:
    """Other questions of this thread come first."""
    before = "one question" if ahead == 1 else f"{ahead} questions"
    return f":hourglass: Queued: {before} in this thread before this one."


def asked(who: str, question: str, team: str | None = None) -> str:
    """Repeats a question that was not typed as a message."""
    to = f" *{team}*" if team else ""
    quoted = "\n".join(f"> {line}" for line in question.splitlines() or [""])
    return f"{who} asked{to}:\n{quoted}"


def moved_here(channel: str) -> str:
    """The answer comes in a direct message because the channel cannot be written to."""
    return f"I cannot write in <#{channel}>, so the answer comes here."


def waiting_for_decision(decider: str) -> str:
    """The main message while an approval is open."""
    return f":raised_hand: Waiting for {decider} to decide below."


def waiting_elsewhere() -> str:
    """The main message while something is waited for that chat cannot answer."""
    return ":hourglass: Waiting. See below."


def resuming() -> str:
    """The main message while a decision is being handed over."""
    return ":outbox_tray: Handing the decision over to Fusion…"


def stopped(who: str) -> str:
    """The main message of a stopped run."""
    return (
        f":octagonal_sign: Stopped by {who}. What had begun at Fusion may still come to its end there; an "
        "answer is not shown."
    )


def withdrawn() -> str:
    """The main message of a queued run that was stopped."""
    return ":octagonal_sign: Cancelled before it was asked."


def trace(trace_id: str) -> str:
    """What Oracle support asks for."""
    return f"Trace id for support: `{trace_id}`"


def ready(who: str, took: timedelta) -> str:
    """The short notice after a long run: an edit notifies nobody."""
    minutes = max(round(took.total_seconds() / 60), 1)
    return f"{who} this is finished now, after {minutes} min. See above."


def only(who: str, verb: str) -> str:
    """A refusal: says who may; `verb` is stop, again, ask or decide."""
    what = {"stop": "stop", "again": "ask again for", "ask": "ask", "decide": "decide"}[verb]
    return f"Only {who} may {what} this."


OVER_ALREADY = "This has ended already."


def status_line(team: str, state: str, since: str, question: str) -> str:
    """One run in `/fusion status`."""
    return f"• *{team}*: {state} since {since}: {question}"


NOTHING_RUNNING = "Nothing is running for you."
STATES = {
    "queued": "queued",
    "signed_out": "waiting for your sign-in",
    "invoking": "being asked",
    "running": "working",
    "waiting": "waiting",
    "resuming": "handing over a decision",
}


def stamp(when: datetime, style: str = "{time}") -> str:
    """A time of today."""
    return date_token(when, style)


def no_thread_here(command: str) -> str:
    """Nothing to begin anew: nobody has asked anything in this channel."""
    return f"You have asked nothing here yet. `{command} ask` followed by your question begins."
