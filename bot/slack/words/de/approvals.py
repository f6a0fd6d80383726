"""What the bot says of approvals. Texts are mrkdwn; names come escaped."""

from datetime import datetime

from bot.domain.approval import Reopened
from bot.domain.policy import Refusal
from bot.slack.words.times import date_token

# Titles by bot.domain.job.WaitingFor, while it waits and afterwards.
TITLES = {
    "decision": ":raised_hand: *Ihre Freigabe wird benötigt*",
    "changes": ":raised_hand: *Ihre Freigabe wird benötigt*",
    "review": ":raised_hand: *Ihre Freigabe wird benötigt*",
    "text": ":speech_balloon: *Eine Antwort wird benötigt*",
    "elsewhere": ":email: *Wartet auf eine Antwort außerhalb von Slack*",
    "timer": ":hourglass: *Wartet*",
}
TITLES_AFTERWARDS = {
    "decision": ":raised_hand: *Freigabe*",
    "changes": ":raised_hand: *Freigabe*",
    "review": ":raised_hand: *Freigabe*",
    "text": ":speech_balloon: *Eine Antwort wurde benötigt*",
    "elsewhere": ":email: *Wartete auf eine Antwort außerhalb von Slack*",
    "timer": ":hourglass: *Wartezeit*",
}
WHAT = "Angabe"
VALUE = "Wert"
AN_APPROVAL = "Eine Freigabe"
DECIDED = "Entschieden"

APPROVE = "Freigeben"
REJECT = "Ablehnen"
REQUEST_CHANGE = "Änderung anfordern …"
REPLY = "Antworten …"
DELEGATE = "Weitergeben …"
DETAILS = "Details"

CONFIRM_TITLE = "Sind Sie sicher?"
CONFIRM_TEXT = "Dies wird ausgeführt, sobald es freigegeben ist."

ELSEWHERE_HINT = (
    "Die Antwort wird außerhalb von Slack gegeben. Danach geht es im Thread von selbst weiter."
)
TIMER_HINT = "Nichts zu tun: Es geht von selbst weiter."
NOBODY = (
    ":no_entry: Niemand hier darf dies entscheiden: Die Richtlinie nennt niemanden, der es könnte."
)
NOT_IN_THIS_CHANNEL = (
    "In diesem Channel darf darüber nicht entschieden werden. "
    "Wer entscheiden darf, hat eine Direktnachricht."
)
NOT_IN_DIRECT = "Das wird nicht in Direktnachrichten entschieden, sondern im Thread."
LOOKING_UP = "Wer entscheiden darf, wird gerade ermittelt."
SENT_AS_DECIDER = "Die Entscheidung geht im Namen der Person an Fusion, die sie trifft."
NOT_OPEN_ANY_MORE = "Dies ist nicht mehr offen. Auf der Karte steht, was daraus geworden ist."
HANDED_OVER = "Weitergegeben."
NOT_HANDED_OVER = "Diese Person darf darüber nicht entscheiden, daher bleibt es bei Ihnen."
NONE_WAITING = "Auf Sie wartet nichts."
NONE_ASKED = "Von Ihren Anfragen wartet keine."

REOPENED = {
    Reopened.NOT_DELIVERED: (
        "Fusion hat die Entscheidung nicht angenommen. Bitte entscheiden Sie erneut."
    ),
    Reopened.SIGNED_OUT: (
        "Dies wurde nicht gesendet, weil sich die entscheidende Person bei Fusion anmelden muss. "
        "Bitte melden Sie sich zuerst an und entscheiden Sie dann erneut."
    ),
    Reopened.NOT_CONFIRMED: (
        "Fusion hat die Entscheidung nicht bestätigt, und die Anfrage wartet noch. "
        "Bitte entscheiden Sie erneut."
    ),
}

REFUSALS = {
    Refusal.ASKER: "Die Anfrage ist von Ihnen, daher muss jemand anders darüber entscheiden.",
    Refusal.GUEST: "Gäste dürfen darüber nicht entscheiden.",
    Refusal.EXTERNAL: "Personen aus anderen Organisationen dürfen darüber nicht entscheiden.",
    Refusal.DEACTIVATED: "Dieses Konto ist deaktiviert.",
    Refusal.NOT_HERE: (
        "In diesem Channel darf darüber nicht entschieden werden. "
        "Sie haben dazu eine Direktnachricht."
    ),
    Refusal.VOTED: "Sie haben dies bereits freigegeben. Es wartet noch auf andere.",
    Refusal.UNCERTAIN: (
        "Slack gibt gerade keine Auskunft, ob Sie das dürfen. Bitte versuchen Sie es noch einmal."
    ),
}

QUESTION_OR_ANSWER = (
    "Eine Freigabe weiter oben wartet auf Ihre Antwort. "
    "Ist Ihre Nachricht diese Antwort oder Ihre nächste Frage?"
)
IS_ANSWER = "Als Antwort senden"
IS_QUESTION = "Es ist meine nächste Frage"
KEPT_AS_QUESTION = "Die Frage wird gestellt, sobald sie an der Reihe ist."
USE_THE_BUTTONS = (
    "Eine Freigabe weiter oben wartet auf Ihre Entscheidung. Ihre Nachricht entscheidet nichts: "
    "Nutzen Sie bitte die Schaltflächen dort. Die Nachricht wird als Ihre nächste Frage gestellt."
)


def stamp(when: datetime) -> str:
    """A date and a time: approvals are open for days, and looked at later."""
    return date_token(when, "{date_short_pretty} um {time}")


def asked_by(team: str, asker: str) -> str:
    """Whom was asked, and by whom."""
    return f"{team}, Anfrage von {asker}"


def step(name: str) -> str:
    """The step of the job that waits."""
    return f"Schritt: {name}"


def round_of(number: int, most: int | None) -> str:
    """The round of requested changes."""
    return f"Runde {number} von {most}" if most else f"Runde {number}"


def asker_alone(asker: str) -> str:
    """Who may decide, where nothing else was configured."""
    return f"Die Anfrage ist von {asker}, und nur diese Person darf entscheiden."


def decided_by(verb: str, who: str, when: str) -> str:
    """How it was decided; `verb` is approve, reject, reply or change."""
    done = {
        "approve": "Freigegeben", "reject": "Abgelehnt", "reply": "Beantwortet",
        "change": "Änderung angefordert",
    }  # fmt: skip
    return f"{done[verb]} von {who} – {when}"


def handing_over(how: str) -> str:
    """It was decided, and Fusion has not taken it yet."""
    return f"{how} – wird an Fusion übergeben …"


def elsewhere(when: str) -> str:
    """It was decided in another place."""
    return f"Anderswo entschieden ({when}).".replace(" ()", "")


def elsewhere_before(when: str, who: str) -> str:
    """It was decided in another place while somebody here had decided too."""
    return (
        f"Anderswo entschieden ({when}), bevor die Entscheidung von {who} gesendet wurde. "
        "Sie wurde nicht gesendet."
    ).replace(" ()", "")


def went_on(when: str) -> str:
    """What nobody here could answer is over."""
    return f"Es ging weiter ({when}).".replace(" ()", "")


def cancelled(when: str) -> str:
    """The run was stopped."""
    return f"Abgebrochen ({when}): Die Anfrage wurde gestoppt.".replace(" ()", "")


def unknown(when: str) -> str:
    """It was sent, and nobody here learned whether Fusion took it."""
    return (
        f"Das wurde an Fusion gesendet; ob Fusion es angenommen hat, war bis {when} nicht zu erfahren. "
        "Bitte in Fusion nachsehen, bevor jemand dasselbe noch einmal entscheidet."
    )


def expired(when: str) -> str:
    """Nobody decided in time."""
    return f"Abgelaufen ({when}): nicht freigegeben.".replace(" ()", "")


def queue_line(link: str, about: str, opened: str, ends: str, waits_for: str) -> str:
    """One approval in a list; `ends` and `waits_for` may be empty."""
    until_when = f", bis {ends}" if ends else ""
    waits = f", wartet auf {waits_for}" if waits_for else ""
    return f"• {link} – {about}, {opened}{until_when}{waits}"


def waiting_for_me(count: int) -> str:
    """The heading of what somebody can decide."""
    return f"Wartet auf Sie ({count})"


def i_asked(count: int) -> str:
    """The heading of what somebody asked for and others decide."""
    return f"Ihre wartenden Anfragen ({count})"


def only(who: str) -> str:
    """A refusal: says who may."""
    return (
        f"Nur {who} darf darüber entscheiden." if who else "Sie dürfen darüber nicht entscheiden."
    )


def decided_before(who: str) -> str:
    """Somebody else was quicker."""
    return f"{who} hat darüber bereits entschieden."


def more_details(count: int) -> str:
    """On the card: not everything that came with it is there."""
    are = "weitere Angabe wird" if count == 1 else "weitere Angaben werden"
    return (
        f":warning: {count} {are} hier nicht angezeigt. "
        "Sehen Sie sich *Details* an, bevor Sie entscheiden."
    )


def more_text(count: int) -> str:
    """On the card: the request's own words go on."""
    are = "weiteres Zeichen wird" if count == 1 else "weitere Zeichen werden"
    return (
        f":warning: {count} {are} hier nicht angezeigt. "
        "Sehen Sie sich *Details* an, bevor Sie entscheiden."
    )


def asked_because(policy: str, stage: int, stages: int) -> str:
    """Why somebody who did not ask is asked to decide."""
    by = f"die Richtlinie *{policy}*" if policy else "die Richtlinie dafür"
    turn = f" (Stufe {stage} von {stages})" if stages > 1 else ""
    return f"Sie werden gefragt, weil {by} Sie nennt{turn}."


def handed_to_you(by: str) -> str:
    """Why: somebody handed it over."""
    return f"Sie werden gefragt, weil {by} die Entscheidung an Sie weitergegeben hat."


def who_decides(who: str, needed: int, of: int) -> str:
    """Who may decide, and how many of them must."""
    if of <= 1:
        return f"Nur {who} darf entscheiden."
    if needed == 1:
        return f"{who}: Eine von {of} Personen muss freigeben."
    many = f"Alle {of}" if needed == of else f"{needed} von {of}"
    return f"{who}: {many} Personen müssen freigeben."


def approved_so_far(who: str) -> str:
    """Some of several have approved."""
    return f":white_check_mark: Bisherige Freigaben: {who}."


def stage(number: int, of: int) -> str:
    """Which stage it is in."""
    return f"Stufe {number} von {of}"


def until(when: str) -> str:
    """When it is not approved any more."""
    return f"Ohne Entscheidung bis {when} gilt dies als nicht freigegeben."


def escalated(number: int, when: str) -> str:
    """A stage did not decide in time."""
    return f":arrow_up: Stufe {number} hat nicht rechtzeitig entschieden; eskaliert ({when})."


def handed_over(by: str, to: str) -> str:
    """Somebody handed it over."""
    return f":handshake: {by} hat die Entscheidung an {to} weitergegeben."


def reminder(who: str, card: str) -> str:
    """A reminder in the thread."""
    return f":bell: {who}, eine Freigabe wartet noch auf Sie: {card}"


def sent_as_shared(user: str) -> str:
    """As whom it runs where everybody acts as one."""
    return f"Die Entscheidung geht im Namen von {user} an Fusion; dieses Konto nutzen hier alle."


def on_record(what: str, team: str, outcome: str, link: str) -> str:
    """The entry in the audit channel."""
    return f":scroll: *{team}*: {what}\n{outcome}\n{link}"
