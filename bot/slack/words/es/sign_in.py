"""What the bot says of signing in, in private cards and in the App Home. Texts are mrkdwn."""

TITLE = ":key: *Inicia sesión en Fusion*"
WHY = (
    "Fusion responde a cada persona según sus propios roles, así que le pregunto con tu usuario y "
    "nunca con el de otra persona."
)
SIGNED_IN_ALREADY = "Ya tienes la sesión iniciada en Fusion."
NOTHING_TO_SIGN_IN = "Aquí nadie tiene que iniciar sesión."
NOTHING_TO_SIGN_OUT = (
    "Aquí nadie tiene que iniciar sesión, así que no hay ninguna sesión que cerrar."
)
NOT_SIGNED_IN = "No tenías la sesión iniciada en Fusion."
SIGNED_OUT = (
    ":wave: Cerraste la sesión en Fusion. El resultado de lo que sigue en curso se consultará "
    "cuando vuelvas a iniciar sesión."
)
SENT = "Te envié un código por mensaje directo: inicia sesión con él."
TROUBLE = "Ahora mismo no es posible iniciar sesión. Inténtalo de nuevo en un momento."

HOME_TITLE = "Tú en Fusion"


def link_is_yours(until: str) -> str:
    """Below the link."""
    return f"Este enlace es solo para ti y es válido hasta las {until}."


def type_the_code(user_code: str) -> str:
    """Where the code goes."""
    return f"Abre la página de inicio de sesión y escribe este código: `{user_code}`"


def code_is_yours(until: str) -> str:
    """Below the code."""
    return (
        f"Este código es solo para ti y es válido hasta las {until}. Este mensaje se actualizará "
        "automáticamente cuando hayas iniciado sesión."
    )


def signed_in(user_name: str) -> str:
    """The sign-in came to a good end."""
    return f":white_check_mark: Iniciaste sesión en Fusion como *{user_name}*."


def not_signed_in(why: str) -> str:
    """It did not."""
    return f":warning: No has iniciado sesión en Fusion. {why}"


def acts_as_self(user_name: str) -> str:
    """In the App Home: somebody who acts as themselves."""
    return (
        f"En Fusion eres *{user_name}*. "
        "Lo que preguntas y decides aquí se hace allí con tu usuario."
    )


def acts_shared(user_name: str) -> str:
    """In the App Home: everybody acts with one identity."""
    who = f"*{user_name}*" if user_name else "una misma identidad compartida"
    return (
        f"Aquí todos actúan en Fusion como {who}: las respuestas muestran lo que esa cuenta puede "
        "ver, pregunte quien pregunte."
    )


NOT_YET = (
    "No has iniciado sesión en Fusion. Se te pedirá al hacer tu primera pregunta; también "
    "puedes iniciarla ahora."
)
