"""What the bot says in the App Home of runs and of what is kept."""

RECENT = "Your latest threads"
NOTHING_RUNNING = "Nothing is running for you."
NOTHING_ASKED = "You have asked nothing yet."
A_QUESTION = "A question"
YOUR_DATA = "Your data"
WHAT_IS_KEPT = (
    "Your questions and their answers are kept, encrypted, for as long as whoever runs this bot has "
    "set. The record of approvals is kept besides."
)
DELETE = "Delete my data"
DELETE_CONFIRM = (
    "Your ended questions with their answers, your choices, your feedback and your sign-in are "
    "deleted here. Messages in Slack and the record of approvals stay."
)
KEEP = "Keep it"


def running(count: int) -> str:
    """The heading of what is not finished."""
    return f"Running for you ({count})"


def since(state: str, when: str) -> str:
    """How far a question is, and since when."""
    return f"{state} since {when}"
