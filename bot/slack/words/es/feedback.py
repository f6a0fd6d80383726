"""What the bot says about feedback."""

GOOD = "Buena respuesta"
BAD = "Mala respuesta"
THANKS = "Gracias: tu opinión queda guardada."
COMMENT_TITLE = "¿Qué estuvo mal?"
COMMENT_LABEL = "Con tus palabras"
COMMENT_HINT = (
    "Tu opinión queda guardada. Si quieres, cuenta qué estuvo mal; "
    "lo lee quien administra este bot."
)
SEND = "Enviar"
CLOSE = "Sin comentarios"
