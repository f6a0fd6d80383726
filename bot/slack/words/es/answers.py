"""What the bot says below an answer and in the modals that open there."""

from datetime import timedelta

SOURCES_IN_FULL = "Qué dicen las fuentes"
STEPS = "Pasos"
CLOSE = "Cerrar"
A_STEP = "Un paso"
NOTHING_MORE = "No hay nada más que mostrar."
WHOLE_ANSWER = "La respuesta completa en un archivo."
ONLY_THE_BEGINNING = "Slack no ha aceptado más que esto de este mensaje; todo está en el archivo."
NEW_CONVERSATION = "Conversación nueva"
IN_NEW_THREAD = "Continuar en un hilo nuevo"
NOT_ALL = "Hay más de lo que cabe en un formulario."


def took(span: timedelta) -> str:
    """How long it took."""
    seconds_in_all = round(span.total_seconds())
    minutes, rest = divmod(seconds_in_all, 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def tokens(read: int, written: int) -> str:
    """What it cost."""
    return f"{read:,} tokens leídos, {written:,} escritos"


def seconds(span: float) -> str:
    """How long a step took."""
    return f"{span:.1f} s"
