"""The objects on Slack's side: who is asked about people, who writes, who draws."""

from dataclasses import dataclass

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.build import build_look, build_teams
from bot.domain.agent_team import AgentTeams
from bot.lease import Lease
from bot.ledger import Clock, Ledger
from bot.observing import Observer
from bot.settings import Settings
from bot.slack.asking.attachments import Attachments
from bot.slack.budgets import Budgets
from bot.slack.installing.installed import Installed
from bot.slack.outbound import Outbound
from bot.slack.people.directory import Directory
from bot.slack.people.membership import SlackPeople
from bot.slack.people.whispers import Whispers
from bot.slack.threads.picture import Look
from bot.slack.threads.sessions import Sessions
from bot.slack.threads.statuses import Statuses
from bot.slack.threads.uploads import Uploads
from bot.slack.threads.view import SlackThreads


@dataclass(frozen=True, slots=True)
class SlackParts:
    """What the bot has of Slack."""

    teams: AgentTeams
    budgets: Budgets
    outbound: Outbound
    whispers: Whispers
    look: Look
    directory: Directory
    people: SlackPeople
    sessions: Sessions
    statuses: Statuses
    threads: SlackThreads


def build_slack(
    settings: Settings,
    session: aiohttp.ClientSession,
    client: AsyncWebClient,
    installed: Installed,
    ledger: Ledger,
    clock: Clock,
    lease: Lease,
    observer: Observer,
) -> SlackParts:
    """All of it; nothing is called yet."""
    teams, budgets = build_teams(settings), Budgets()
    outbound = Outbound(client, budgets, lease.may_act, observer, installed)
    look = build_look(settings, teams, installed)
    attachments = Attachments(session, installed, settings.slack_api_url)
    directory = Directory(outbound, attachments, teams, installed)
    sessions, statuses = Sessions(outbound), Statuses(outbound, directory)
    return SlackParts(
        teams=teams,
        budgets=budgets,
        outbound=outbound,
        whispers=Whispers(outbound),
        look=look,
        directory=directory,
        people=SlackPeople(directory, outbound, clock),
        sessions=sessions,
        statuses=statuses,
        threads=SlackThreads(
            outbound, ledger, look, clock, sessions, statuses, Uploads(outbound, session), directory
        ),
    )
