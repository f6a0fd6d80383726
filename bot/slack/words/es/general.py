"""Every sentence that the bot says of its own, in one place. Texts are mrkdwn; names come escaped.

What they have in common: they say what is so and what to do, in the fewest words; they never blame
the person, and they never show an exception.
"""

from datetime import datetime, timedelta

from bot.domain.events import Trouble
from bot.domain.limits import Excess
from bot.slack.words.times import date_token

FINISHED = "Terminado."
FINISHED_AS_DECIDED = "Terminado, según lo decidido."
WORKING = "Trabajando en ello…"
A_STEP = "Paso"
OR = "o"
SOMEBODY = "alguien"
SOMEBODY_ELSE = "otra persona"
STOP = "Detener"
CANCEL = "Cancelar"
ASK_AGAIN = "Preguntar de nuevo"
SIGN_IN = "Iniciar sesión"
SIGN_IN_TO_FUSION = "Iniciar sesión en Fusion"
SIGN_OUT = "Cerrar sesión"
STOPPED = "Detenido."
GO_TO_THREAD = "Ir al hilo"
SOURCES = "*Fuentes*"
FOLLOW_UPS = "*Sigue preguntando*"

TROUBLES = {
    Trouble.NOT_ALLOWED: (
        "No tienes acceso a este equipo de agentes, o no está publicado. "
        "Pide a quien administra Fusion un rol que permita usarlo."
    ),
    Trouble.NOT_FOUND: (
        "Fusion no conoce ningún equipo de agentes con este código. "
        "Pide a quien administra este bot que revise la configuración del equipo de agentes."
    ),
    Trouble.NOT_SIGNED_IN: (
        "Fusion no aceptó el inicio de sesión del bot. "
        "Pide a quien administra este bot que ejecute la comprobación."
    ),
    Trouble.SIGNED_OUT: (
        "Esta pregunta caducó: nadie inició sesión a tiempo, así que no se envió. "
        "Vuelve a preguntar cuando puedas iniciar sesión."
    ),
    Trouble.NO_FUSION_USER: "No puedes actuar en Fusion, así que la pregunta no se envió.",
    Trouble.UNAVAILABLE: (
        "No se pudo contactar con Fusion. No se inició nada; vuelve a preguntar más tarde."
    ),
    Trouble.REFUSED: "Fusion rechazó la solicitud. No se inició nada.",
    Trouble.AGENT_FAILED: "El equipo de agentes no pudo terminar esto.",
    Trouble.LOST: "La respuesta ya no se puede leer en Fusion.",
    Trouble.NOT_DECIDED: (
        "Nadie decidió a tiempo, así que esto no se aprobó. "
        "Vuelve a preguntar si todavía hace falta."
    ),
    Trouble.TOO_LONG: "Esto tardó más de lo que espera el bot.",
    Trouble.NOT_OFFERED: "Este equipo de agentes ya no se ofrece aquí.",
    Trouble.FOR_OTHERS: (
        "Este equipo de agentes es para miembros de un grupo de usuarios de Slack al que no "
        "perteneces. No se inició nada; si deberías pertenecer a él, consulta a quien administra "
        "este bot."
    ),
}

UNCERTAIN = (
    "La conexión con Fusion se cortó mientras se entregaba tu pregunta, así que no se sabe si el "
    "trabajo comenzó. No se envió dos veces. Si modifica datos, compruébalo antes de volver a "
    "preguntar."
)
REPLY_LOST = (
    "Fusion recibió la decisión y cerró la solicitud, pero se perdió su respuesta a la decisión. "
    "Si el equipo de agentes tiene algo más que decir, no se puede mostrar aquí: consúltalo en "
    "Fusion."
)
NEW_CONVERSATION_FOLLOWS = "Tu siguiente pregunta en este hilo inicia una conversación nueva."
ASK_SOMETHING = (
    "¿Qué te gustaría saber? Mencióname con una pregunta, por ejemplo: "
    "_“¿Qué facturas están vencidas?”_"
)
ASK_ABOUT_FILE = (
    "¿Qué quieres saber sobre el archivo? Envíalo otra vez, con tu pregunta en el mismo mensaje."
)
LIMITS = {
    Excess.LENGTH: (
        "Esta pregunta es demasiado larga para transmitirla. Acórtela o adjunte la parte larga como archivo de texto."
    ),
    Excess.THREAD: (
        "Hay demasiadas preguntas en espera en este hilo. Espera a que se respondan algunas o inicia otro hilo."
    ),
    Excess.PERSON: (
        "Tienes demasiadas preguntas en curso. Espera a que se respondan algunas o detén una."
    ),
    Excess.APPROVALS: (
        "Demasiadas de sus aprobaciones esperan una decisión. Pregunte de nuevo cuando se hayan decidido algunas."
    ),
    Excess.EVERYBODY: (
        "El bot tiene demasiado trabajo en este momento. No se ha iniciado nada; pregunte de nuevo en unos minutos."
    ),
}
NOTHING_TO_STOP = "No tienes nada en curso aquí."
EDITED_TOO_LATE = "Esto se está preguntando tal como estaba antes. Para cambiarlo, pulsa Detener y pregunta de nuevo."
NEW_STARTED = "Tu siguiente pregunta en tu hilo más reciente de aquí inicia una conversación nueva."
NEW_ALREADY = "De todos modos, tu siguiente pregunta aquí inicia una conversación nueva."
GONE = "Esto ya no se conserva, así que no se hizo nada. Vuelve a preguntar en un mensaje nuevo."
FORM_TROUBLE = "No se pudo abrir el formulario. Vuelve a hacer clic."
STORAGE_TROUBLE = (
    "No se pudo guardar esto. Si el mensaje de aquí no cambia en un momento, no se hizo nada: "
    "inténtalo de nuevo."
)
SENDING_DECISION = "Ahora mismo se está entregando una decisión; vuelve a intentarlo en un momento."
ASKED_ALREADY = "Esto ya se preguntó; la respuesta está en el hilo."


def help_text(command: str, team: str) -> str:
    """What the bot can do."""
    return (
        f"*Llevo tus preguntas a {team} y te traigo las respuestas.*\n"
        "• Mencióname en un canal o escríbeme directamente. El hilo es la conversación: "
        "para seguir, solo tienes que responder en él.\n"
        f"• `{command} ask QUESTION` pregunta aquí en un hilo nuevo\n"
        f"• Cualquier otro texto después de `{command}` también se pregunta\n"
        f"• `{command} agents` muestra los equipos de agentes, `{command} use CODE` elige el tuyo\n"
        f"• `{command} status` muestra lo que tienes en curso\n"
        f"• `{command} stop` detiene lo último que preguntaste aquí\n"
        f"• `{command} new` hace que tu siguiente pregunta empiece de cero\n"
        f"• `{command} approvals` muestra lo que espera tu decisión\n"
        f"• `{command} sign-in` te conecta con Fusion y `{command} sign-out` te desconecta\n"
        f"• `{command} help` muestra esta ayuda"
    )


def did_you_mean(command: str, word: str) -> str:
    """What was typed is nearly a subcommand."""
    return f"¿Querías decir `{command} {word}`? Lo que sigue a `{command} ask` siempre es una pregunta."


def and_more(count: int) -> str:
    """A list that goes on."""
    return f"y {count} más"


def page(number: str) -> str:
    """The page of a source, after its title."""
    return f", página {number}"


def asking(team: str) -> str:
    """A job is being started."""
    return f"Preguntando a *{team}*…"


def doing(text: str) -> str:
    """What the agent does at the moment, after the name of the app."""
    return f"está trabajando: {text}"


def working(team: str) -> str:
    """A job runs, and has not told how far it is."""
    return f"*{team}* está trabajando en ello…"


def sign_in_first(who: str, team: str) -> str:
    """The main message of a question whose person has yet to sign in."""
    return (
        f":key: {who}, inicia sesión en Fusion para preguntar a *{team}* con tu usuario. "
        "Después, tu pregunta continúa por sí sola."
    )


def sign_in_again(who: str) -> str:
    """The person's sign-in ended while a job runs or waits."""
    return f":key: {who}, tu sesión en Fusion terminó. Inicia sesión de nuevo y esto continuará."


def trouble_since(when: str) -> str:
    """Fusion cannot be reached at the moment."""
    return (
        f":warning: No se puede contactar con Fusion desde las {when}. "
        "Se sigue intentando automáticamente."
    )


def queued(ahead: int) -> str:
    """Other questions of this thread come first."""
    before = "una pregunta" if ahead == 1 else f"{ahead} preguntas"
    return f":hourglass: En cola: hay {before} antes que esta en este hilo."


def asked(who: str, question: str, team: str | None = None) -> str:
    """Repeats a question that was not typed as a message."""
    to = f" a *{team}*" if team else ""
    quoted = "\n".join(f"> {line}" for line in question.splitlines() or [""])
    return f"{who} preguntó{to}:\n{quoted}"


def moved_here(channel: str) -> str:
    """The answer comes in a direct message because the channel cannot be written to."""
    return f"No puedo escribir en <#{channel}>, así que la respuesta llega aquí."


def waiting_for_decision(decider: str) -> str:
    """The main message while an approval is open."""
    return f":raised_hand: En espera de la decisión de {decider}. Mira más abajo."


def waiting_elsewhere() -> str:
    """The main message while something is waited for that chat cannot answer."""
    return ":hourglass: En espera. Mira más abajo."


def resuming() -> str:
    """The main message while a decision is being handed over."""
    return ":outbox_tray: Entregando la decisión a Fusion…"


def stopped(who: str) -> str:
    """The main message of a stopped run."""
    return (
        f":octagonal_sign: Detenido por {who}. Lo que ya había empezado en Fusion puede terminar allí; si "
        "llega una respuesta, no se muestra."
    )


def withdrawn() -> str:
    """The main message of a queued run that was stopped."""
    return ":octagonal_sign: Cancelado antes de enviar la pregunta."


def trace(trace_id: str) -> str:
    """What Oracle support asks for."""
    return f"ID de seguimiento para soporte: `{trace_id}`"


def ready(who: str, took: timedelta) -> str:
    """The short notice after a long run: an edit notifies nobody."""
    minutes = max(round(took.total_seconds() / 60), 1)
    return f"{who}, esto ya terminó, después de {minutes} min. Mira más arriba."


def only(who: str, verb: str) -> str:
    """A refusal: says who may; `verb` is stop, again, ask or decide."""
    what = {
        "stop": "detener", "again": "volver a preguntar", "ask": "preguntar", "decide": "decidir",
    }[verb]  # fmt: skip
    return f"Solo {who} puede {what} esto."


OVER_ALREADY = "Esto ya terminó."


def status_line(team: str, state: str, since: str, question: str) -> str:
    """One run in `/fusion status`."""
    return f"• *{team}*: {state} desde las {since}: {question}"


NOTHING_RUNNING = "No tienes nada en curso."
STATES = {
    "queued": "en cola",
    "signed_out": "en espera de tu inicio de sesión",
    "invoking": "enviando la pregunta",
    "running": "en curso",
    "waiting": "en espera",
    "resuming": "entregando una decisión",
}


def stamp(when: datetime, style: str = "{time}") -> str:
    """A time of today."""
    return date_token(when, style)


def no_thread_here(command: str) -> str:
    """Nothing to begin anew: nobody has asked anything in this channel."""
    return (
        f"Todavía no has preguntado nada aquí. Para empezar, escribe `{command} ask` y tu pregunta."
    )
