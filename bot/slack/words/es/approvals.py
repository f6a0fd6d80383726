"""What the bot says of approvals. Texts are mrkdwn; names come escaped."""

from datetime import datetime

from bot.domain.approval import Reopened
from bot.domain.policy import Refusal
from bot.slack.words.times import date_token

# Titles by bot.domain.job.WaitingFor, while it waits and afterwards.
TITLES = {
    "decision": ":raised_hand: *Se necesita tu aprobación*",
    "changes": ":raised_hand: *Se necesita tu aprobación*",
    "review": ":raised_hand: *Se necesita tu aprobación*",
    "text": ":speech_balloon: *Se necesita una respuesta*",
    "elsewhere": ":email: *En espera de una respuesta fuera de Slack*",
    "timer": ":hourglass: *En espera*",
}
TITLES_AFTERWARDS = {
    "decision": ":raised_hand: *Aprobación*",
    "changes": ":raised_hand: *Aprobación*",
    "review": ":raised_hand: *Aprobación*",
    "text": ":speech_balloon: *Se necesitaba una respuesta*",
    "elsewhere": ":email: *Se esperaba una respuesta fuera de Slack*",
    "timer": ":hourglass: *Espera terminada*",
}
WHAT = "Dato"
VALUE = "Valor"
AN_APPROVAL = "Una aprobación"
DECIDED = "Decidido"

APPROVE = "Aprobar"
REJECT = "Rechazar"
REQUEST_CHANGE = "Solicitar cambio…"
REPLY = "Responder…"
DELEGATE = "Delegar…"
DETAILS = "Detalles"

CONFIRM_TITLE = "¿Quieres continuar?"
CONFIRM_TEXT = "Esto se lleva a cabo en cuanto se aprueba."

ELSEWHERE_HINT = "Esto se responde fuera de Slack. Después, el hilo continúa por sí solo."
TIMER_HINT = "No hay que hacer nada: esto continúa por sí solo."
NOBODY = (
    ":no_entry: Aquí nadie puede decidir esto: su política no nombra a nadie que pueda hacerlo."
)
NOT_IN_THIS_CHANNEL = (
    "Esto no se puede decidir en este canal. Quien puede decidirlo tiene un mensaje directo."
)
NOT_IN_DIRECT = "Esto no se decide en mensajes directos, sino en su hilo."
LOOKING_UP = "Se está consultando quién puede decidir."
SENT_AS_DECIDER = "La decisión se comunica a Fusion con el usuario de quien decide."
NOT_OPEN_ANY_MORE = "Esto ya no está pendiente. La tarjeta indica cómo terminó."
HANDED_OVER = "Decisión delegada."
NOT_HANDED_OVER = "Esa persona no puede decidir esto, así que te sigue correspondiendo a ti."
NONE_WAITING = "No hay nada a la espera de tu decisión."
NONE_ASKED = "Nada de lo que pediste está en espera."

REOPENED = {
    Reopened.NOT_DELIVERED: "Fusion no aceptó la decisión. Vuelve a decidir, por favor.",
    Reopened.SIGNED_OUT: (
        "No se envió porque quien decidió tiene que iniciar sesión en Fusion. Primero inicia "
        "sesión y luego vuelve a decidir, por favor."
    ),
    Reopened.NOT_CONFIRMED: (
        "Fusion no confirmó la decisión y la solicitud sigue en espera. Vuelve a decidir, "
        "por favor."
    ),
}

REFUSALS = {
    Refusal.ASKER: "Tú pediste esto, así que tiene que decidirlo otra persona.",
    Refusal.GUEST: "Los invitados no pueden decidir esto.",
    Refusal.EXTERNAL: "Las personas de otra organización no pueden decidir esto.",
    Refusal.DEACTIVATED: "Esta cuenta está desactivada.",
    Refusal.NOT_HERE: (
        "Esto no se puede decidir en este canal. Tienes un mensaje directo al respecto."
    ),
    Refusal.VOTED: "Ya aprobaste esto. Ahora depende de otras personas.",
    Refusal.UNCERTAIN: (
        "En este momento Slack no indica si puedes decidir esto. Inténtalo de nuevo."
    ),
}

QUESTION_OR_ANSWER = (
    "Más arriba hay una aprobación que espera una respuesta tuya por escrito. "
    "¿Lo que escribiste es esa respuesta o tu siguiente pregunta?"
)
IS_ANSWER = "Enviar como respuesta"
IS_QUESTION = "Es otra pregunta"
KEPT_AS_QUESTION = "Tu pregunta se enviará cuando llegue su turno."
USE_THE_BUTTONS = (
    "Más arriba hay una aprobación que espera tu decisión. Lo que escribiste no decide nada: usa "
    "sus botones. Tu mensaje queda como tu siguiente pregunta."
)


def stamp(when: datetime) -> str:
    """A date and a time: approvals are open for days, and looked at later."""
    return date_token(when, "{date_short_pretty} a las {time}")


def asked_by(team: str, asker: str) -> str:
    """Whom was asked, and by whom."""
    return f"{team}, a petición de {asker}"


def step(name: str) -> str:
    """The step of the job that waits."""
    return f"Paso: {name}"


def round_of(number: int, most: int | None) -> str:
    """The round of requested changes."""
    return f"Ronda {number} de {most}" if most else f"Ronda {number}"


def asker_alone(asker: str) -> str:
    """Who may decide, where nothing else was configured."""
    return f"Solo {asker} puede decidir, porque lo pidió."


def decided_by(verb: str, who: str, when: str) -> str:
    """How it was decided; `verb` is approve, reject, reply or change."""
    done = {
        "approve": "Aprobado", "reject": "Rechazado", "reply": "Respondido",
        "change": "Cambio solicitado",
    }  # fmt: skip
    return f"{done[verb]} por {who} – {when}"


def handing_over(how: str) -> str:
    """It was decided, and Fusion has not taken it yet."""
    return f"{how} – enviando a Fusion…"


def elsewhere(when: str) -> str:
    """It was decided in another place."""
    return f"Se decidió en otro lugar {when}.".replace(" .", ".")


def elsewhere_before(when: str, who: str) -> str:
    """It was decided in another place while somebody here had decided too."""
    return (
        f"Se decidió en otro lugar {when}, antes de que se enviara la decisión de {who}, "
        "que ya no se envió."
    ).replace(" ,", ",")


def went_on(when: str) -> str:
    """What nobody here could answer is over."""
    return f"Continuó {when}.".replace(" .", ".")


def cancelled(when: str) -> str:
    """The run was stopped."""
    return f"Cancelado {when}: se detuvo la ejecución.".replace(" :", ":")


def unknown(when: str) -> str:
    """It was sent, and nobody here learned whether Fusion took it."""
    return (
        f"Esto se envió a Fusion y, a {when}, no se pudo saber si Fusion lo aceptó. "
        "Compruébelo en Fusion antes de que alguien vuelva a decidir lo mismo."
    )


def expired(when: str) -> str:
    """Nobody decided in time."""
    return f"Caducó {when}: no se aprobó.".replace(" :", ":")


def queue_line(link: str, about: str, opened: str, ends: str, waits_for: str) -> str:
    """One approval in a list; `ends` and `waits_for` may be empty."""
    until_when = f", caduca {ends}" if ends else ""
    waits = f", a la espera de {waits_for}" if waits_for else ""
    return f"• {link} – {about}, {opened}{until_when}{waits}"


def waiting_for_me(count: int) -> str:
    """The heading of what somebody can decide."""
    return f"A la espera de tu decisión ({count})"


def i_asked(count: int) -> str:
    """The heading of what somebody asked for and others decide."""
    return f"Lo que pediste y está en espera ({count})"


def only(who: str) -> str:
    """A refusal: says who may."""
    return f"Esta decisión corresponde solo a {who}." if who else "No puedes decidir esto."


def decided_before(who: str) -> str:
    """Somebody else was quicker."""
    return f"{who} ya decidió esto."


def more_details(count: int) -> str:
    """On the card: not everything that came with it is there."""
    more = (
        "1 detalle más que no se muestra"
        if count == 1
        else f"{count} detalles más que no se muestran"
    )
    return f":warning: Hay {more} aquí. Consulta *Detalles* antes de decidir."


def more_text(count: int) -> str:
    """On the card: the request's own words go on."""
    more = (
        "1 carácter más que no se muestra"
        if count == 1
        else f"{count} caracteres más que no se muestran"
    )
    return f":warning: Hay {more} aquí. Consulta *Detalles* antes de decidir."


def asked_because(policy: str, stage: int, stages: int) -> str:
    """Why somebody who did not ask is asked to decide."""
    by = f"la política *{policy}*" if policy else "la política correspondiente"
    turn = f" en la etapa {stage} de {stages}" if stages > 1 else ""
    return f"Se te pide decidir porque {by} te nombra{turn}."


def handed_to_you(by: str) -> str:
    """Why: somebody handed it over."""
    return f"Se te pide decidir porque {by} te delegó esta decisión."


def who_decides(who: str, needed: int, of: int) -> str:
    """Who may decide, and how many of them must."""
    if of <= 1:
        return f"Solo {who} puede decidir."
    if needed == 1:
        return f"{who}: debe aprobar 1 de {of}."
    if needed == of:
        return f"{who}: deben aprobar las {of} personas."
    return f"{who}: deben aprobar {needed} de {of}."


def approved_so_far(who: str) -> str:
    """Some of several have approved."""
    return f":white_check_mark: Aprobado hasta ahora por {who}."


def stage(number: int, of: int) -> str:
    """Which stage it is in."""
    return f"Etapa {number} de {of}"


def until(when: str) -> str:
    """When it is not approved any more."""
    return f"Plazo para decidir: {when}; después ya no se aprueba."


def escalated(number: int, when: str) -> str:
    """A stage did not decide in time."""
    return f":arrow_up: La etapa {number} no decidió a tiempo; se escaló {when}."


def handed_over(by: str, to: str) -> str:
    """Somebody handed it over."""
    return f":handshake: {by} delegó la decisión en {to}."


def reminder(who: str, card: str) -> str:
    """A reminder in the thread."""
    return f":bell: {who}: todavía hay una aprobación pendiente: {card}"


def sent_as_shared(user: str) -> str:
    """As whom it runs where everybody acts as one."""
    return f"La decisión se comunica a Fusion como {user}, el usuario con el que todos actúan aquí."


def on_record(what: str, team: str, outcome: str, link: str) -> str:
    """The entry in the audit channel."""
    return f":scroll: *{team}*: {what}\n{outcome}\n{link}"
