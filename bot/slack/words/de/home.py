"""What the bot says in the App Home of runs and of what is kept."""

RECENT = "Ihre neuesten Threads"
NOTHING_RUNNING = "Für Sie läuft gerade nichts."
NOTHING_ASKED = "Sie haben noch nichts gefragt."
A_QUESTION = "Eine Frage"
YOUR_DATA = "Ihre Daten"
WHAT_IS_KEPT = (
    "Ihre Fragen und die Antworten darauf werden verschlüsselt gespeichert, so lange, wie es die "
    "Zuständigen für diesen Bot festgelegt haben. Das Protokoll der Freigaben wird gesondert "
    "aufbewahrt."
)
DELETE = "Meine Daten löschen"
DELETE_CONFIRM = (
    "Ihre beendeten Fragen mit den Antworten, Ihre Auswahl, Ihr Feedback und Ihre Anmeldung werden "
    "hier gelöscht. Nachrichten in Slack und das Protokoll der Freigaben bleiben erhalten."
)
KEEP = "Behalten"


def running(count: int) -> str:
    """The heading of what is not finished."""
    return f"Läuft für Sie ({count})"


def since(state: str, when: str) -> str:
    """How far a question is, and since when."""
    return f"{state} seit {when}"
