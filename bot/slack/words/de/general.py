"""Every sentence that the bot says of its own, in one place. Texts are mrkdwn; names come escaped.

What they have in common: they say what is so and what to do, in the fewest words; they never blame
the person, and they never show an exception.
"""

from datetime import datetime, timedelta

from bot.domain.events import Trouble
from bot.domain.limits import Excess
from bot.slack.words.times import date_token

FINISHED = "Abgeschlossen."
FINISHED_AS_DECIDED = "Abgeschlossen, wie entschieden."
WORKING = "Wird bearbeitet …"
A_STEP = "Schritt"
OR = "oder"
SOMEBODY = "jemanden"
SOMEBODY_ELSE = "jemand anders"
STOP = "Stoppen"
CANCEL = "Abbrechen"
ASK_AGAIN = "Erneut fragen"
SIGN_IN = "Anmelden"
SIGN_IN_TO_FUSION = "Bei Fusion anmelden"
SIGN_OUT = "Abmelden"
STOPPED = "Gestoppt."
GO_TO_THREAD = "Zum Thread"
SOURCES = "*Quellen*"
FOLLOW_UPS = "*Als Nächstes fragen*"

TROUBLES = {
    Trouble.NOT_ALLOWED: (
        "Sie haben keinen Zugriff auf dieses Agententeam, oder es ist nicht veröffentlicht. "
        "Bitten Sie Ihre Fusion-Administration um eine Rolle, die es nutzen darf."
    ),
    Trouble.NOT_FOUND: (
        "Fusion kennt kein Agententeam mit diesem Code. "
        "Bitten Sie die Zuständigen für diesen Bot, die Einstellung des Agententeams zu prüfen."
    ),
    Trouble.NOT_SIGNED_IN: (
        "Fusion hat die Anmeldung des Bots nicht akzeptiert. "
        "Bitten Sie die Zuständigen für diesen Bot, seine Prüfung auszuführen."
    ),
    Trouble.SIGNED_OUT: (
        "Diese Frage ist abgelaufen: Niemand hat sich rechtzeitig angemeldet, daher wurde sie "
        "nicht gestellt. Fragen Sie erneut, wenn Sie sich anmelden können."
    ),
    Trouble.NO_FUSION_USER: (
        "Sie können in Fusion nicht tätig werden, daher wurde die Frage nicht gestellt."
    ),
    Trouble.UNAVAILABLE: (
        "Fusion war nicht erreichbar. Es wurde nichts gestartet; fragen Sie später noch einmal."
    ),
    Trouble.REFUSED: "Fusion hat die Anfrage abgelehnt. Es wurde nichts gestartet.",
    Trouble.AGENT_FAILED: "Das Agententeam konnte dies nicht abschließen.",
    Trouble.LOST: "Die Antwort lässt sich nicht mehr aus Fusion abrufen.",
    Trouble.NOT_DECIDED: (
        "Niemand hat rechtzeitig entschieden, daher wurde dies nicht freigegeben. "
        "Fragen Sie erneut, falls es noch gebraucht wird."
    ),
    Trouble.TOO_LONG: "Das hat länger gedauert, als der Bot wartet.",
    Trouble.NOT_OFFERED: "Dieses Agententeam wird hier nicht mehr angeboten.",
    Trouble.FOR_OTHERS: (
        "Dieses Agententeam ist für Mitglieder einer Benutzergruppe in Slack, zu der Sie nicht "
        "gehören. Es wurde nichts gestartet; wenden Sie sich an die Zuständigen für diesen Bot, "
        "falls Sie dazugehören sollten."
    ),
}

UNCERTAIN = (
    "Die Verbindung zu Fusion brach ab, während Ihre Frage übergeben wurde. Daher ist nicht "
    "bekannt, ob die Arbeit begonnen hat. Die Frage wurde nicht zweimal gesendet. Falls sie "
    "Daten ändert, prüfen Sie den Stand, bevor Sie erneut fragen."
)
REPLY_LOST = (
    "Fusion hat die Entscheidung angenommen und die Anfrage geschlossen, aber die Rückmeldung dazu "
    "ging verloren. Falls das Agententeam noch mehr zu sagen hat, lässt sich das hier nicht "
    "anzeigen: Sehen Sie bitte in Fusion nach."
)
NEW_CONVERSATION_FOLLOWS = "Ihre nächste Frage in diesem Thread beginnt eine neue Unterhaltung."
ASK_SOMETHING = (
    "Was möchten Sie wissen? Erwähnen Sie mich mit einer Frage, zum Beispiel "
    "_„Welche Rechnungen sind überfällig?“_"
)
ASK_ABOUT_FILE = "Was möchten Sie dazu wissen? Senden Sie die Datei noch einmal, mit Ihrer Frage in derselben Nachricht."
LIMITS = {
    Excess.LENGTH: (
        "Diese Frage ist zu lang, um weitergegeben zu werden. Kürzen Sie sie, oder hängen Sie den langen Teil als Textdatei an."
    ),
    Excess.THREAD: (
        "In diesem Thread warten zu viele Fragen. Warten Sie, bis einige beantwortet sind, oder beginnen Sie einen neuen Thread."
    ),
    Excess.PERSON: (
        "Bei Ihnen laufen zu viele Fragen. Warten Sie, bis einige beantwortet sind, oder beenden Sie eine."
    ),
    Excess.APPROVALS: (
        "Zu viele Ihrer Genehmigungen warten auf eine Entscheidung. Fragen Sie erneut, wenn einige entschieden sind."
    ),
    Excess.EVERYBODY: (
        "Der Bot hat im Moment zu viel zu tun. Es wurde nichts begonnen; fragen Sie in ein paar Minuten erneut."
    ),
}
NOTHING_TO_STOP = "Für Sie läuft hier nichts."
EDITED_TOO_LATE = (
    "Das wird so gefragt, wie es vorher lautete. Um es zu ändern: Stopp drücken und neu fragen."
)
NEW_STARTED = "Ihre nächste Frage in Ihrem neuesten Thread hier beginnt eine neue Unterhaltung."
NEW_ALREADY = "Ihre nächste Frage hier beginnt ohnehin eine neue Unterhaltung."
GONE = (
    "Dies ist nicht mehr gespeichert, daher ist nichts geschehen. "
    "Fragen Sie in einer neuen Nachricht noch einmal."
)
FORM_TROUBLE = "Das Formular konnte nicht geöffnet werden. Bitte klicken Sie noch einmal."
STORAGE_TROUBLE = (
    "Dies konnte gerade nicht gespeichert werden. Ändert sich die Nachricht hier nicht gleich, ist "
    "nichts geschehen: Bitte versuchen Sie es noch einmal."
)
SENDING_DECISION = (
    "Gerade wird eine Entscheidung übergeben; bitte versuchen Sie es gleich noch einmal."
)
ASKED_ALREADY = "Diese Frage wurde bereits gestellt; die Antwort steht im Thread."


def help_text(command: str, team: str) -> str:
    """What the bot can do."""
    return (
        f"*Ich leite Ihre Fragen an {team} weiter und bringe Ihnen die Antworten.*\n"
        "• Erwähnen Sie mich in einem Channel oder schreiben Sie mir direkt. Der Thread ist die "
        "Unterhaltung: Antworten Sie einfach darin, um sie fortzusetzen.\n"
        f"• `{command} ask QUESTION` fragt hier in einem neuen Thread\n"
        f"• Jeder andere Text nach `{command}` wird ebenfalls gefragt\n"
        f"• `{command} agents` zeigt die Agententeams, `{command} use CODE` wählt Ihres aus\n"
        f"• `{command} status` zeigt, was für Sie läuft\n"
        f"• `{command} stop` stoppt, was Sie hier zuletzt gefragt haben\n"
        f"• `{command} new` beginnt mit Ihrer nächsten Frage eine neue Unterhaltung\n"
        f"• `{command} approvals` zeigt, was auf Ihre Entscheidung wartet\n"
        f"• `{command} sign-in` verbindet Sie mit Fusion, `{command} sign-out` trennt Sie\n"
        f"• `{command} help` zeigt diese Übersicht"
    )


def did_you_mean(command: str, word: str) -> str:
    """What was typed is nearly a subcommand."""
    return f"Meinten Sie `{command} {word}`? Was auf `{command} ask` folgt, ist immer eine Frage."


def and_more(count: int) -> str:
    """A list that goes on."""
    return f"und {count} weitere"


def page(number: str) -> str:
    """The page of a source, after its title."""
    return f", Seite {number}"


def asking(team: str) -> str:
    """A job is being started."""
    return f"*{team}* wird gefragt …"


def doing(text: str) -> str:
    """What the agent does at the moment, after the name of the app."""
    return f"arbeitet: {text}"


def working(team: str) -> str:
    """A job runs, and has not told how far it is."""
    return f"*{team}* arbeitet daran …"


def sign_in_first(who: str, team: str) -> str:
    """The main message of a question whose person has yet to sign in."""
    return (
        f":key: {who}, bitte melden Sie sich bei Fusion an, damit *{team}* in Ihrem Namen gefragt "
        "werden kann. Mit Ihrer Frage geht es dann von selbst weiter."
    )


def sign_in_again(who: str) -> str:
    """The person's sign-in ended while a job runs or waits."""
    return (
        f":key: {who}, Ihre Anmeldung bei Fusion besteht nicht mehr. "
        "Melden Sie sich erneut an, dann geht es hier weiter."
    )


def trouble_since(when: str) -> str:
    """Fusion cannot be reached at the moment."""
    return (
        f":warning: Fusion ist seit {when} nicht erreichbar. Weitere Versuche folgen automatisch."
    )


def queued(ahead: int) -> str:
    """Other questions of this thread come first."""
    before = "kommt vorher noch eine Frage" if ahead == 1 else f"kommen vorher noch {ahead} Fragen"
    return f":hourglass: In der Warteschlange: In diesem Thread {before}."


def asked(who: str, question: str, team: str | None = None) -> str:
    """Repeats a question that was not typed as a message."""
    to = f" *{team}*" if team else ""
    quoted = "\n".join(f"> {line}" for line in question.splitlines() or [""])
    return f"{who} hat{to} gefragt:\n{quoted}"


def moved_here(channel: str) -> str:
    """The answer comes in a direct message because the channel cannot be written to."""
    return f"In <#{channel}> kann ich nicht schreiben, daher kommt die Antwort hier."


def waiting_for_decision(decider: str) -> str:
    """The main message while an approval is open."""
    return f":raised_hand: Wartet auf {decider}. Entschieden wird unten."


def waiting_elsewhere() -> str:
    """The main message while something is waited for that chat cannot answer."""
    return ":hourglass: Wartet. Siehe unten."


def resuming() -> str:
    """The main message while a decision is being handed over."""
    return ":outbox_tray: Die Entscheidung wird an Fusion übergeben …"


def stopped(who: str) -> str:
    """The main message of a stopped run."""
    return (
        f":octagonal_sign: Gestoppt von {who}. Was in Fusion begonnen hat, läuft dort vielleicht noch zu "
        "Ende; eine Antwort wird nicht angezeigt."
    )


def withdrawn() -> str:
    """The main message of a queued run that was stopped."""
    return ":octagonal_sign: Abgebrochen, bevor die Frage gestellt wurde."


def trace(trace_id: str) -> str:
    """What Oracle support asks for."""
    return f"Trace-ID für den Support: `{trace_id}`"


def ready(who: str, took: timedelta) -> str:
    """The short notice after a long run: an edit notifies nobody."""
    minutes = max(round(took.total_seconds() / 60), 1)
    return f"{who}, nach {minutes} min ist dies jetzt fertig. Siehe oben."


def only(who: str, verb: str) -> str:
    """A refusal: says who may; `verb` is stop, again, ask or decide."""
    what = {
        "stop": "dies stoppen",
        "again": "diese Frage erneut stellen",
        "ask": "diese Frage stellen",
        "decide": "darüber entscheiden",
    }[verb]
    return f"Nur {who} darf {what}."


OVER_ALREADY = "Dies ist bereits beendet."


def status_line(team: str, state: str, since: str, question: str) -> str:
    """One run in `/fusion status`."""
    return f"• *{team}*: {state} seit {since}: {question}"


NOTHING_RUNNING = "Für Sie läuft gerade nichts."
STATES = {
    "queued": "in der Warteschlange",
    "signed_out": "wartet auf Ihre Anmeldung",
    "invoking": "wird gefragt",
    "running": "in Arbeit",
    "waiting": "wartet",
    "resuming": "übergibt eine Entscheidung",
}


def stamp(when: datetime, style: str = "{time}") -> str:
    """A time of today."""
    return date_token(when, style)


def no_thread_here(command: str) -> str:
    """Nothing to begin anew: nobody has asked anything in this channel."""
    return f"Sie haben hier noch nichts gefragt. Mit `{command} ask` und Ihrer Frage fangen Sie an."
