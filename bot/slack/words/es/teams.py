"""What the bot says of agent teams and the choice among them. Texts are mrkdwn; names come escaped."""

TEAMS = "*Equipos de agentes*"
YOUR_TEAM = "Tu equipo de agentes"
YOUR_TEAM_HINT = (
    "Responde a lo que preguntas en hilos nuevos, salvo que el canal tenga el suyo propio. "
    "Cada hilo conserva su equipo de agentes."
)
DEFAULT_TEAM = "Equipo de agentes del espacio de trabajo"
DEFAULT_TEAM_HINT = "Responde en los hilos nuevos de todos, salvo que el canal o la persona tenga otro. Ves esto porque administras el espacio de trabajo."
CHOOSE = "Elegir"


NOT_ALL_FOUND = "La lista no está completa: Fusion no respondió a tiempo."


def sign_in_for_more(command: str) -> str:
    """Below a list that Fusion's own teams are missing from."""
    return f"`{command} sign-in` le muestra también los que puede usar en Fusion."


def team_line(title: str, code: str, *, is_here: bool) -> str:
    """One of the teams that are offered."""
    here = " – te responde aquí" if is_here else ""
    return f"• *{title}* (`{code}`){here}"


def how_to_choose(command: str) -> str:
    """Below the list."""
    return (
        f"`{command} use CODE` elige uno para tus hilos nuevos; `{command} use default`, el "
        "predeterminado. Para una sola pregunta, empiézala con `+CODE`."
    )


def default_team(title: str) -> str:
    """The option for no choice."""
    return f"El predeterminado ({title})"


def chosen(title: str) -> str:
    """A choice was made."""
    return f"A partir de ahora, *{title}* responde en tus hilos nuevos."


def chosen_but_not_here(title: str, here: str) -> str:
    """A choice was made in a channel that has a team of its own."""
    return (
        f"A partir de ahora, *{title}* responde en tus hilos nuevos; en este canal sigue "
        f"respondiendo *{here}*."
    )


def unknown(words: str, command: str) -> str:
    """Nobody is called so."""
    return (
        f"Aquí no hay ningún equipo de agentes “{words}”. `{command} agents` muestra los que hay."
    )


def changed(now: str, before: str) -> str:
    """A thread goes on with another team."""
    return (
        f"*{now}* en lugar de *{before}*: es una conversación nueva, que no sabe nada de lo dicho "
        "más arriba."
    )
