"""What the bot says of attached files: to agents in plain text, to people in mrkdwn."""

from collections.abc import Sequence

from bot.domain.attachment import MOST_FILES

NO_TEXT = "only texts can be sent along, such as .txt, .csv or .json"


def between(name: str, text: str) -> str:
    """A file below a question, for the agent."""
    return f"----- the attached file {name} begins -----\n{text}\n----- the attached file {name} ends -----"


def unread(name: str) -> str:
    """A file that could not be had, for the agent."""
    return f"(The attached file {name} could not be read.)"


def along(names: Sequence[str]) -> str:
    """These were sent along."""
    return f":paperclip: Sent along: {', '.join(names)}"


def not_along(name: str, why: str) -> str:
    """This one was not."""
    return f":paperclip: {name} was not sent along: {why}."


def too_large(largest: int) -> str:
    """Why."""
    return f"it is larger than {largest // 1000} KB"


def too_many() -> str:
    """Why."""
    return f"{MOST_FILES} files are the most"
