"""What the bot says of agent teams and the choice among them. Texts are mrkdwn; names come escaped."""

TEAMS = "*Équipes d'agents*"
YOUR_TEAM = "Votre équipe d'agents"
YOUR_TEAM_HINT = (
    "Elle répond à vos questions dans les nouveaux fils, sauf si un canal a la sienne. "
    "Un fil garde son équipe d'agents."
)
DEFAULT_TEAM = "Équipe d'agents de l'espace de travail"
DEFAULT_TEAM_HINT = "Elle répond dans les nouveaux fils de tout le monde, sauf si un canal ou une personne en a une autre. Vous voyez ceci parce que vous administrez l'espace de travail."
CHOOSE = "Choisir"


NOT_ALL_FOUND = "La liste n’est pas complète : Fusion n’a pas pu être interrogé à l’instant."


def sign_in_for_more(command: str) -> str:
    """Below a list that Fusion's own teams are missing from."""
    return f"`{command} sign-in` vous montre aussi celles que vous pouvez utiliser dans Fusion."


def team_line(title: str, code: str, *, is_here: bool) -> str:
    """One of the teams that are offered."""
    here = " – vous répond ici" if is_here else ""
    return f"• *{title}* (`{code}`){here}"


def how_to_choose(command: str) -> str:
    """Below the list."""
    return (
        f"`{command} use CODE` choisit une équipe pour vos nouveaux fils, `{command} use default` "
        "celle par défaut. Pour une seule question, commencez-la par `+CODE`."
    )


def default_team(title: str) -> str:
    """The option for no choice."""
    return f"Par défaut ({title})"


def chosen(title: str) -> str:
    """A choice was made."""
    return f"*{title}* répond désormais dans vos nouveaux fils."


def chosen_but_not_here(title: str, here: str) -> str:
    """A choice was made in a channel that has a team of its own."""
    return (
        f"*{title}* répond désormais dans vos nouveaux fils ; dans ce canal, c'est toujours "
        f"*{here}* qui répond."
    )


def unknown(words: str, command: str) -> str:
    """Nobody is called so."""
    return (
        f"Il n'y a pas d'équipe d'agents « {words} » ici. `{command} agents` liste celles qui "
        "existent."
    )


def changed(now: str, before: str) -> str:
    """A thread goes on with another team."""
    return (
        f"*{now}* au lieu de *{before}* : une nouvelle conversation, qui ignore tout de ce qui a "
        "été dit plus haut."
    )
