"""What the bot says in the App Home of runs and of what is kept."""

RECENT = "Tus últimos hilos"
NOTHING_RUNNING = "No tienes nada en curso."
NOTHING_ASKED = "Todavía no has preguntado nada."
A_QUESTION = "Una pregunta"
YOUR_DATA = "Tus datos"
WHAT_IS_KEPT = (
    "Tus preguntas y sus respuestas se conservan, cifradas, durante el tiempo que haya fijado "
    "quien administra este bot. El registro de aprobaciones se conserva aparte."
)
DELETE = "Eliminar mis datos"
DELETE_CONFIRM = (
    "Se eliminan de aquí tus preguntas terminadas con sus respuestas, tus preferencias, tus "
    "opiniones y tu inicio de sesión. Los mensajes de Slack y el registro de aprobaciones "
    "permanecen."
)
KEEP = "Conservarlos"


def running(count: int) -> str:
    """The heading of what is not finished."""
    return f"Lo que tienes en curso ({count})"


def since(state: str, when: str) -> str:
    """How far a question is, and since when."""
    return f"{state} desde {when}"
