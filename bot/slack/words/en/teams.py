"""What the bot says of agent teams and the choice among them. Texts are mrkdwn; names come escaped."""

TEAMS = "*Agent teams*"
YOUR_TEAM = "Your agent team"
YOUR_TEAM_HINT = (
    "It answers what you ask in new threads, unless a channel has its own. "
    "A thread keeps its agent team."
)
DEFAULT_TEAM = "The workspace's agent team"
DEFAULT_TEAM_HINT = "Everybody's new threads are for it, unless a channel or a person has another. You see this because you administer the workspace."
CHOOSE = "Choose"


NOT_ALL_FOUND = "The list is not complete: Fusion could not be asked just now."


def sign_in_for_more(command: str) -> str:
    """Below a list that Fusion's own teams are missing from."""
    return f"`{command} sign-in` shows you those that you may use in Fusion as well."


def team_line(title: str, code: str, *, is_here: bool) -> str:
    """One of the teams that are offered."""
    here = " – answers you here" if is_here else ""
    return f"• *{title}* (`{code}`){here}"


def how_to_choose(command: str) -> str:
    """Below the list."""
    return (
        f"`{command} use CODE` chooses one for your new threads, `{command} use default` the default "
        "one. For a single question, begin it with `+CODE`."
    )


def default_team(title: str) -> str:
    """The option for no choice."""
    return f"The default one ({title})"


def chosen(title: str) -> str:
    """A choice was made."""
    return f"*{title}* answers your new threads from now on."


def chosen_but_not_here(title: str, here: str) -> str:
    """A choice was made in a channel that has a team of its own."""
    return f"*{title}* answers your new threads from now on; in this channel it stays *{here}*."


def unknown(words: str, command: str) -> str:
    """Nobody is called so."""
    return f"There is no agent team “{words}” here. `{command} agents` lists those that there are."


def changed(now: str, before: str) -> str:
    """A thread goes on with another team."""
    return (
        f"*{now}* instead of *{before}*: a new conversation, which knows nothing of what was said "
        "above."
    )
