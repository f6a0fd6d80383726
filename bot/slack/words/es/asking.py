"""What the bot says in the form of its shortcuts."""

TITLE = "Preguntar a Fusion"
ASK = "Preguntar"
CLOSE = "Cancelar"
QUESTION = "Tu pregunta"
AGENT_TEAM = "Equipo de agentes"
SENT_ALONG = "Este mensaje se envía junto con tu pregunta. La respuesta llega en su hilo."
ANSWERED_PRIVATELY = "La respuesta llega en tus mensajes directos conmigo."
GOES_ON_ELSEWHERE = (
    "La conversación continúa en un hilo nuevo. Aquí, la próxima pregunta inicia otra."
)
RUNS_HERE = "Todavía hay algo en curso en ese hilo. Espera a que termine."
THE_MESSAGE = "Se refiere a este mensaje:"
NEEDS_QUESTION = "Escribe una pregunta."
