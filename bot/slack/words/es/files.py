"""What the bot says of attached files: to agents in plain text, to people in mrkdwn."""

from collections.abc import Sequence

from bot.domain.attachment import MOST_FILES

NO_TEXT = "solo se pueden enviar archivos de texto, como .txt, .csv o .json"


def between(name: str, text: str) -> str:
    """A file below a question, for the agent."""
    return (
        f"----- comienza el archivo adjunto {name} -----\n{text}\n"
        f"----- termina el archivo adjunto {name} -----"
    )


def unread(name: str) -> str:
    """A file that could not be had, for the agent."""
    return f"(No se pudo leer el archivo adjunto {name}.)"


def along(names: Sequence[str]) -> str:
    """These were sent along."""
    sent = "Archivo enviado" if len(names) == 1 else "Archivos enviados"
    return f":paperclip: {sent}: {', '.join(names)}"


def not_along(name: str, why: str) -> str:
    """This one was not."""
    return f":paperclip: {name} no se envió: {why}."


def too_large(largest: int) -> str:
    """Why."""
    return f"ocupa más de {largest // 1000} KB"


def too_many() -> str:
    """Why."""
    return f"se pueden enviar {MOST_FILES} archivos como máximo"
