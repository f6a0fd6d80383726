"""What the bot says of agent teams and the choice among them. Texts are mrkdwn; names come escaped."""

TEAMS = "*Agententeams*"
YOUR_TEAM = "Ihr Agententeam"
YOUR_TEAM_HINT = (
    "Es beantwortet, was Sie in neuen Threads fragen, sofern ein Channel kein eigenes hat. "
    "Ein Thread behält sein Agententeam."
)
DEFAULT_TEAM = "Agententeam des Workspace"
DEFAULT_TEAM_HINT = "Es beantwortet neue Threads aller, die kein anderes gewählt haben und deren Channel kein eigenes hat. Sie sehen das, weil Sie den Workspace verwalten."
CHOOSE = "Auswählen"


NOT_ALL_FOUND = "Die Liste ist nicht vollständig: Fusion war gerade nicht zu erreichen."


def sign_in_for_more(command: str) -> str:
    """Below a list that Fusion's own teams are missing from."""
    return f"`{command} sign-in` zeigt Ihnen auch die, die Sie in Fusion verwenden dürfen."


def team_line(title: str, code: str, *, is_here: bool) -> str:
    """One of the teams that are offered."""
    here = " – antwortet Ihnen hier" if is_here else ""
    return f"• *{title}* (`{code}`){here}"


def how_to_choose(command: str) -> str:
    """Below the list."""
    return (
        f"`{command} use CODE` wählt eines für Ihre neuen Threads, `{command} use default` das "
        "voreingestellte. Für eine einzelne Frage stellen Sie ihr `+CODE` voran."
    )


def default_team(title: str) -> str:
    """The option for no choice."""
    return f"Voreinstellung ({title})"


def chosen(title: str) -> str:
    """A choice was made."""
    return f"Ab jetzt antwortet *{title}* in Ihren neuen Threads."


def chosen_but_not_here(title: str, here: str) -> str:
    """A choice was made in a channel that has a team of its own."""
    return (
        f"Ab jetzt antwortet *{title}* in Ihren neuen Threads; in diesem Channel bleibt es bei "
        f"*{here}*."
    )


def unknown(words: str, command: str) -> str:
    """Nobody is called so."""
    return (
        f"Ein Agententeam „{words}“ gibt es hier nicht. `{command} agents` zeigt die vorhandenen."
    )


def changed(now: str, before: str) -> str:
    """A thread goes on with another team."""
    return (
        f"*{now}* statt *{before}*: eine neue Unterhaltung, in der nichts von dem bekannt ist, was "
        "weiter oben gesagt wurde."
    )
