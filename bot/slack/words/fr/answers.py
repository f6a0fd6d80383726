"""What the bot says below an answer and in the modals that open there."""

from datetime import timedelta

SOURCES_IN_FULL = "Contenu des sources"
STEPS = "Étapes"
CLOSE = "Fermer"
A_STEP = "Une étape"
NOTHING_MORE = "Il n'y a rien de plus à afficher."
WHOLE_ANSWER = "La réponse complète dans un fichier."
ONLY_THE_BEGINNING = "Slack n'a pas accepté plus que ceci de ce message ; tout est dans le fichier."
NEW_CONVERSATION = "Nouvelle conversation"
IN_NEW_THREAD = "Continuer dans un nouveau fil"
NOT_ALL = "Tout ne tient pas dans cette fenêtre."


def took(span: timedelta) -> str:
    """How long it took."""
    seconds_in_all = round(span.total_seconds())
    minutes, rest = divmod(seconds_in_all, 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def tokens(read: int, written: int) -> str:
    """What it cost."""
    was_read = "jeton lu" if read < 2 else "jetons lus"
    was_written = "écrit" if written < 2 else "écrits"
    return f"{read:_} {was_read}, {written:_} {was_written}".replace("_", " ")


def seconds(span: float) -> str:
    """How long a step took."""
    return f"{span:.1f} s".replace(".", ",")
