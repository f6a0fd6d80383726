"""The app in one workspace, as tests want it."""

from bot.slack.installing.installed import OneWorkspace
from bot.slack.installing.preflight import Identity


def one_workspace(
    workspace: str = "T1",
    bot_user: str = "U0BOT",
    url: str = "",
    token: str = "xoxb-test",  # noqa: S107 - of no worth
    enterprise: str = "",
) -> OneWorkspace:
    identity = Identity(
        workspace, "", bot_user, "fusion", "B1", url, frozenset(), enterprise=enterprise
    )
    return OneWorkspace(identity, token)
