"""What the bot says of approvals. Texts are mrkdwn; names come escaped."""

from datetime import datetime

from bot.domain.approval import Reopened
from bot.domain.policy import Refusal
from bot.slack.words.times import date_token

TITLES = {
    "decision": ":raised_hand: *Votre approbation est requise*",
    "changes": ":raised_hand: *Votre approbation est requise*",
    "review": ":raised_hand: *Votre approbation est requise*",
    "text": ":speech_balloon: *Une réponse est requise*",
    "elsewhere": ":email: *En attente d'une réponse hors de Slack*",
    "timer": ":hourglass: *En attente*",
}
TITLES_AFTERWARDS = {
    "decision": ":raised_hand: *Approbation*",
    "changes": ":raised_hand: *Approbation*",
    "review": ":raised_hand: *Approbation*",
    "text": ":speech_balloon: *Une réponse était requise*",
    "elsewhere": ":email: *Une réponse hors de Slack était attendue*",
    "timer": ":hourglass: *Attente terminée*",
}
WHAT = "Élément"
VALUE = "Valeur"
AN_APPROVAL = "Une approbation"
DECIDED = "Décision prise"

APPROVE = "Approuver"
REJECT = "Refuser"
REQUEST_CHANGE = "Demander un changement…"
REPLY = "Répondre…"
DELEGATE = "Déléguer…"
DETAILS = "Détails"

CONFIRM_TITLE = "Confirmez-vous ?"
CONFIRM_TEXT = "L'action sera exécutée dès son approbation."

ELSEWHERE_HINT = "La réponse se donne hors de Slack. Le fil reprendra ensuite de lui-même."
TIMER_HINT = "Rien à faire : le traitement reprendra de lui-même."
NOBODY = (
    ":no_entry: Personne ici ne peut prendre cette décision : la règle applicable ne désigne "
    "aucune personne habilitée."
)
NOT_IN_THIS_CHANNEL = (
    "Cette décision ne peut pas être prise dans ce canal. Les personnes habilitées ont reçu un "
    "message direct."
)
NOT_IN_DIRECT = "Cela ne se décide pas en message direct, mais dans son fil."
LOOKING_UP = "Recherche en cours des personnes habilitées à décider."
SENT_AS_DECIDER = "La décision est transmise à Fusion sous l'identité de la personne qui la prend."
NOT_OPEN_ANY_MORE = "Cette demande est close. La carte en indique l'issue."
HANDED_OVER = "Décision déléguée."
NOT_HANDED_OVER = (
    "Cette personne ne peut pas prendre cette décision, qui reste donc entre vos mains."
)
NONE_WAITING = "Aucune demande n'attend votre décision."
NONE_ASKED = "Aucune de vos demandes n'est en attente."

REOPENED = {
    Reopened.NOT_DELIVERED: (
        "Fusion n'a pas pris en compte la décision. Veuillez décider à nouveau."
    ),
    Reopened.SIGNED_OUT: (
        "La décision n'a pas été envoyée, car la personne qui l'a prise doit se connecter à "
        "Fusion. Connectez-vous d'abord, puis décidez à nouveau."
    ),
    Reopened.NOT_CONFIRMED: (
        "Fusion n'a pas confirmé la décision, et la demande est toujours en attente. Veuillez "
        "décider à nouveau."
    ),
}

REFUSALS = {
    Refusal.ASKER: "Cette demande vient de vous : c'est à quelqu'un d'autre d'en décider.",
    Refusal.GUEST: "Les invités ne peuvent pas prendre cette décision.",
    Refusal.EXTERNAL: (
        "Les personnes d'une autre organisation ne peuvent pas prendre cette décision."
    ),
    Refusal.DEACTIVATED: "Ce compte est désactivé.",
    Refusal.NOT_HERE: (
        "Cette décision ne peut pas être prise dans ce canal. Vous avez reçu un message direct à "
        "ce sujet."
    ),
    Refusal.VOTED: (
        "Vous avez déjà donné votre approbation. Celle d'autres personnes est encore attendue."
    ),
    Refusal.UNCERTAIN: (
        "Slack n'indique pas pour le moment si vous en avez le droit. Veuillez réessayer."
    ),
}

QUESTION_OR_ANSWER = (
    "Une approbation ci-dessus attend votre réponse. Votre message est-il cette réponse, ou votre "
    "prochaine question ?"
)
IS_ANSWER = "Envoyer comme réponse"
IS_QUESTION = "Ma prochaine question"
KEPT_AS_QUESTION = "Votre question sera posée quand son tour viendra."
USE_THE_BUTTONS = (
    "Une approbation ci-dessus attend votre décision. Votre message ne décide de rien : utilisez "
    "les boutons. Il sera envoyé comme votre prochaine question."
)


def stamp(when: datetime) -> str:
    """A date and a time: approvals are open for days, and looked at later."""
    return date_token(when, "{date_short_pretty} à {time}")


def asked_by(team: str, asker: str) -> str:
    """Whom was asked, and by whom."""
    return f"{team}, demandé par {asker}"


def step(name: str) -> str:
    """The step of the job that waits."""
    return f"Étape : {name}"


def round_of(number: int, most: int | None) -> str:
    """The round of requested changes."""
    return f"Tour {number} sur {most}" if most else f"Tour {number}"


def asker_alone(asker: str) -> str:
    """Who may decide, where nothing else was configured."""
    return f"Décision réservée à {asker}, à l'origine de la demande."


def decided_by(verb: str, who: str, when: str) -> str:
    """How it was decided; `verb` is approve, reject, reply or change."""
    done = {
        "approve": "Approuvé", "reject": "Refusé", "reply": "Réponse donnée",
        "change": "Changement demandé",
    }  # fmt: skip
    return f"{done[verb]} par {who} – {when}"


def handing_over(how: str) -> str:
    """It was decided, and Fusion has not taken it yet."""
    return f"{how} – transmission à Fusion…"


def elsewhere(when: str) -> str:
    """It was decided in another place."""
    return f"Décision prise ailleurs ({when}).".replace(" ()", "")


def elsewhere_before(when: str, who: str) -> str:
    """It was decided in another place while somebody here had decided too."""
    return (
        f"Décision prise ailleurs ({when}), avant l'envoi de celle de {who}, qui n'a pas été "
        "transmise."
    ).replace(" ()", "")


def went_on(when: str) -> str:
    """What nobody here could answer is over."""
    return f"Le traitement a repris ({when}).".replace(" ()", "")


def cancelled(when: str) -> str:
    """The run was stopped."""
    return f"Annulé ({when}) : le traitement a été arrêté.".replace(" ()", "")


def unknown(when: str) -> str:
    """It was sent, and nobody here learned whether Fusion took it."""
    return (
        f"Ceci a été envoyé à Fusion ; le {when}, on ne savait toujours pas si Fusion l'a accepté. "
        "Vérifiez dans Fusion avant que quelqu'un ne décide à nouveau de la même chose."
    )


def expired(when: str) -> str:
    """Nobody decided in time."""
    return f"Délai expiré ({when}) : non approuvé.".replace(" ()", "")


def queue_line(link: str, about: str, opened: str, ends: str, waits_for: str) -> str:
    """One approval in a list; `ends` and `waits_for` may be empty."""
    until_when = f", échéance : {ends}" if ends else ""
    waits = f", en attente de {waits_for}" if waits_for else ""
    return f"• {link} – {about}, {opened}{until_when}{waits}"


def waiting_for_me(count: int) -> str:
    """The heading of what somebody can decide."""
    return f"En attente de votre décision ({count})"


def i_asked(count: int) -> str:
    """The heading of what somebody asked for and others decide."""
    return f"Vos demandes en attente ({count})"


def only(who: str) -> str:
    """A refusal: says who may."""
    return (
        f"Cette décision est réservée à {who}."
        if who
        else "Vous ne pouvez pas prendre cette décision."
    )


def decided_before(who: str) -> str:
    """Somebody else was quicker."""
    return f"{who} a déjà pris cette décision."


def more_details(count: int) -> str:
    """On the card: not everything that came with it is there."""
    are = "autre détail n'est pas affiché" if count == 1 else "autres détails ne sont pas affichés"
    return f":warning: {count} {are} ici. Consultez *Détails* avant de décider."


def more_text(count: int) -> str:
    """On the card: the request's own words go on."""
    are = (
        "autre caractère n'est pas affiché"
        if count == 1
        else "autres caractères ne sont pas affichés"
    )
    return f":warning: {count} {are} ici. Consultez *Détails* avant de décider."


def asked_because(policy: str, stage: int, stages: int) -> str:
    """Why somebody who did not ask is asked to decide."""
    by = f"la règle *{policy}*" if policy else "la règle applicable"
    turn = f" (niveau {stage} sur {stages})" if stages > 1 else ""
    return f"Cette demande vous parvient car {by} vous désigne{turn}."


def handed_to_you(by: str) -> str:
    """Why: somebody handed it over."""
    return f"Cette demande vous parvient car {by} vous l'a déléguée."


def who_decides(who: str, needed: int, of: int) -> str:
    """Who may decide, and how many of them must."""
    if of <= 1:
        return f"Décision réservée à {who}."
    many = (
        f"d'une personne sur {of}"
        if needed == 1
        else f"des {of} personnes"
        if needed == of
        else f"de {needed} personnes sur {of}"
    )
    return f"{who} : il faut l'approbation {many}."


def approved_so_far(who: str) -> str:
    """Some of several have approved."""
    return f":white_check_mark: Déjà approuvé par {who}."


def stage(number: int, of: int) -> str:
    """Which stage it is in."""
    return f"Niveau {number} sur {of}"


def until(when: str) -> str:
    """When it is not approved any more."""
    return f"Échéance : {when}. Sans décision d'ici là, la demande ne sera pas approuvée."


def escalated(number: int, when: str) -> str:
    """A stage did not decide in time."""
    return (
        f":arrow_up: Le niveau {number} n'a pas décidé à temps : passage au niveau suivant "
        f"({when})."
    )


def handed_over(by: str, to: str) -> str:
    """Somebody handed it over."""
    return f":handshake: {by} a délégué la décision à {to}."


def reminder(who: str, card: str) -> str:
    """A reminder in the thread."""
    return f":bell: {who}, une approbation vous attend toujours : {card}"


def sent_as_shared(user: str) -> str:
    """As whom it runs where everybody acts as one."""
    return f"La décision est transmise à Fusion avec le compte {user}, commun à tout le monde ici."


def on_record(what: str, team: str, outcome: str, link: str) -> str:
    """The entry in the audit channel."""
    return f":scroll: *{team}* : {what}\n{outcome}\n{link}"
