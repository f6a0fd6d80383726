"""What the bot says below an answer and in the modals that open there."""

from datetime import timedelta

SOURCES_IN_FULL = "Was die Quellen sagen"
STEPS = "Schritte"
CLOSE = "Schließen"
A_STEP = "Ein Schritt"
NOTHING_MORE = "Mehr gibt es nicht anzuzeigen."
WHOLE_ANSWER = "Die ganze Antwort als Datei."
ONLY_THE_BEGINNING = (
    "Mehr von dieser Nachricht hat Slack nicht angenommen; alles steht in der Datei."
)
NEW_CONVERSATION = "Neue Unterhaltung"
IN_NEW_THREAD = "In neuem Thread fortsetzen"
NOT_ALL = "Es gibt mehr, als in ein Formular passt."


def took(span: timedelta) -> str:
    """How long it took."""
    seconds_in_all = round(span.total_seconds())
    minutes, rest = divmod(seconds_in_all, 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def tokens(read: int, written: int) -> str:
    """What it cost."""
    return f"{read:_} Token gelesen, {written:_} geschrieben".replace("_", ".")


def seconds(span: float) -> str:
    """How long a step took."""
    return f"{span:.1f} s".replace(".", ",")
