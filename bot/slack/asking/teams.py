"""The agent teams as people see them: listed for `/fusion agents`, and to choose from in the App Home."""

from collections.abc import Sequence

from bot.catalogue import Offered
from bot.domain.agent_team import AgentTeam
from bot.slack.text.blocks import Block, header, option, section, select
from bot.slack.text.safe import escape_mrkdwn, shorten
from bot.slack.words import general, teams as say

MOST_OFFERED = 99  # of a menu's hundred options, beside the default one
STARTERS_SHOWN = 3
MOST_LISTED = 40  # teams in a text: a command's reply has room for no more
DEFAULT = "-"  # as a value: no choice


def draw_team_list(offered: Offered, here: AgentTeam, command: str) -> str:
    """All teams that are offered, as mrkdwn; `here` is the one that would answer."""
    teams = offered.teams.teams
    lines = [say.TEAMS]
    for team in teams[:MOST_LISTED]:
        lines.append(say.team_line(_title(team), team.code, is_here=team.code == here.code))
        if team.description:
            lines.append(f"    {escape_mrkdwn(shorten(team.description, 200))}")
        lines += [
            f"    _“{escape_mrkdwn(shorten(each, 150))}”_"
            for each in team.starter_questions[:STARTERS_SHOWN]
        ]
    if len(teams) > MOST_LISTED:
        lines.append(general.and_more(len(teams) - MOST_LISTED))
    if offered.needs_sign_in:
        lines.append(say.sign_in_for_more(command))
    elif not offered.is_complete:
        lines.append(say.NOT_ALL_FOUND)
    return "\n".join([*lines, say.how_to_choose(command)])


def draw_team_picker(teams: Sequence[AgentTeam], chosen: str, default: AgentTeam) -> list[Block]:
    """A menu of all teams, where there is more than one; `chosen` is a code, or "" for the default."""
    if len(teams) < 2:
        return []
    none = option(say.default_team(shorten(default.title, 50)), DEFAULT)
    options = [none, *_options(teams, chosen)]
    initial = next((each for each in options if each["value"] == chosen), none)
    menu = select("choose_agent_team", say.CHOOSE, options, initial)
    return [header(say.YOUR_TEAM), section(say.YOUR_TEAM_HINT, accessory=menu)]


def draw_default_picker(teams: Sequence[AgentTeam], default: AgentTeam) -> list[Block]:
    """A menu for a workspace's administrators: whom everybody asks who has not chosen."""
    if len(teams) < 2:
        return []
    options = _options(teams, default.code)
    initial = next((each for each in options if each["value"] == default.code), None)
    menu = select("choose_default_team", say.CHOOSE, options, initial)
    return [header(say.DEFAULT_TEAM), section(say.DEFAULT_TEAM_HINT, accessory=menu)]


def _options(teams: Sequence[AgentTeam], chosen: str) -> list[Block]:
    """The teams as options; of too many, the chosen one is among them."""
    place = next((place for place, each in enumerate(teams) if each.code == chosen), 0)
    shown = (
        teams[:MOST_OFFERED] if place < MOST_OFFERED else [teams[place], *teams[: MOST_OFFERED - 1]]
    )
    return [option(each.title, each.code) for each in shown]


def _title(team: AgentTeam) -> str:
    return escape_mrkdwn(shorten(team.title, 100))
