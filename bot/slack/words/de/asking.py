"""What the bot says in the form of its shortcuts."""

TITLE = "Fusion fragen"
ASK = "Fragen"
CLOSE = "Abbrechen"
QUESTION = "Ihre Frage"
AGENT_TEAM = "Agententeam"
SENT_ALONG = "Diese Nachricht wird mitgesendet. Die Antwort kommt in deren Thread."
ANSWERED_PRIVATELY = "Die Antwort kommt in Ihren Direktnachrichten mit mir."
GOES_ON_ELSEWHERE = (
    "Die Unterhaltung geht in einem neuen Thread weiter. Hier beginnt die nächste Frage eine neue."
)
RUNS_HERE = "In jenem Thread läuft noch etwas. Warten Sie, bis es beendet ist."
THE_MESSAGE = "Es geht um diese Nachricht:"
NEEDS_QUESTION = "Bitte schreiben Sie eine Frage."
