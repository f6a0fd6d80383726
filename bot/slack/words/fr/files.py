"""What the bot says of attached files: to agents in plain text, to people in mrkdwn."""

from collections.abc import Sequence

from bot.domain.attachment import MOST_FILES

NO_TEXT = "seuls les fichiers texte peuvent être transmis, par exemple .txt, .csv ou .json"


def between(name: str, text: str) -> str:
    """A file below a question, for the agent."""
    return (
        f"----- début du fichier joint {name} -----\n{text}\n"
        f"----- fin du fichier joint {name} -----"
    )


def unread(name: str) -> str:
    """A file that could not be had, for the agent."""
    return f"(Le fichier joint {name} n'a pas pu être lu.)"


def along(names: Sequence[str]) -> str:
    """These were sent along."""
    files = "Fichier transmis" if len(names) == 1 else "Fichiers transmis"
    return f":paperclip: {files} : {', '.join(names)}"


def not_along(name: str, why: str) -> str:
    """This one was not."""
    return f":paperclip: {name} n'a pas été transmis : {why}."


def too_large(largest: int) -> str:
    """Why."""
    return f"ce fichier dépasse {largest // 1000} Ko"


def too_many() -> str:
    """Why."""
    return f"le maximum est de {MOST_FILES} fichiers"
