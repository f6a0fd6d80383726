"""What the bot says of attached files: to agents in plain text, to people in mrkdwn."""

from collections.abc import Sequence

from bot.domain.attachment import MOST_FILES

NO_TEXT = "nur Texte können mitgesendet werden, zum Beispiel .txt, .csv oder .json"


def between(name: str, text: str) -> str:
    """A file below a question, for the agent."""
    return (
        f"----- die angehängte Datei {name} beginnt -----\n"
        f"{text}\n"
        f"----- die angehängte Datei {name} endet -----"
    )


def unread(name: str) -> str:
    """A file that could not be had, for the agent."""
    return f"(Die angehängte Datei {name} konnte nicht gelesen werden.)"


def along(names: Sequence[str]) -> str:
    """These were sent along."""
    return f":paperclip: Mitgesendet: {', '.join(names)}"


def not_along(name: str, why: str) -> str:
    """This one was not."""
    return f":paperclip: {name} wurde nicht mitgesendet: {why}."


def too_large(largest: int) -> str:
    """Why."""
    return f"die Datei ist größer als {largest // 1000} KB"


def too_many() -> str:
    """Why."""
    return f"mehr als {MOST_FILES} Dateien sind nicht möglich"
