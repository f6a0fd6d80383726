"""What is wrong with the settings together. Every sentence names its variable and what to do."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from cryptography.fernet import Fernet

from bot.domain.agent_team import FACTS, unknown_facts
from bot.settings.grant_checks import grant_problems
from bot.settings.urls import check_url
from bot.settings.values import Settings


def find_problems(settings: Settings) -> list[str]:
    """Every problem with the whole of them."""
    return [
        *_slack(settings),
        *_fusion(settings),
        *_agent_teams(settings),
        *_approval_policies(settings),
        *grant_problems(settings),
        *kept_problems(settings),
        *_program(settings),
        *_workspaces(settings),
        *_channels(settings),
    ]


def _slack(settings: Settings) -> Iterator[str]:
    bot_token = settings.slack_bot_token.get_secret_value()
    app_token = settings.slack_app_token.get_secret_value()
    if settings.serves_many_workspaces:
        yield from _many_workspaces(settings)
    elif not bot_token.startswith("xoxb-"):
        yield (
            "SLACK_BOT_TOKEN: give the bot token of your Slack app; it begins with xoxb- "
            "(OAuth & Permissions)."
        )
    if app_token and not app_token.startswith("xapp-"):
        yield (
            "SLACK_APP_TOKEN: an app-level token begins with xapp- "
            "(Basic Information, scope connections:write)."
        )
    if not app_token and not settings.slack_signing_secret.get_secret_value():
        yield (
            "SLACK_APP_TOKEN or SLACK_SIGNING_SECRET: give the app-level token for Socket Mode, "
            "or the signing secret for HTTP mode (Basic Information)."
        )
    yield from check_url("SLACK_API_URL", settings.slack_api_url, "https://slack.com/api/")
    if not settings.slack_command.startswith("/"):
        yield "SLACK_COMMAND: the slash command begins with /, as in /fusion."


def _many_workspaces(settings: Settings) -> Iterator[str]:
    """What the install flow needs."""
    if not settings.slack_client_secret.get_secret_value():
        yield "SLACK_CLIENT_SECRET: give the client secret of your Slack app (Basic Information)."
    if not settings.slack_signing_secret.get_secret_value():
        yield "SLACK_SIGNING_SECRET: many workspaces are served by HTTP alone, which needs it."
    if not settings.public_url:
        yield "PUBLIC_URL: Slack sends people back to PUBLIC_URL/slack/oauth_redirect; give it."
    if settings.slack_app_token.get_secret_value():
        yield (
            "SLACK_APP_TOKEN: Socket Mode serves one workspace. Leave it out, or give "
            "SLACK_BOT_TOKEN instead of SLACK_CLIENT_ID."
        )


def _fusion(settings: Settings) -> Iterator[str]:
    url = settings.fusion_base_url
    wrong = list(check_url("FUSION_BASE_URL", url, "https://your-pod.fa.ocs.oraclecloud.com"))
    if not wrong and urlsplit(url)._replace(scheme="", netloc="").geturl().strip("/"):
        wrong = ["FUSION_BASE_URL: give the host alone, without a path; the bot adds the rest."]
    yield from wrong


def _agent_teams(settings: Settings) -> Iterator[str]:
    teams = settings.agent_teams
    if not teams and not settings.fusion_agent_team:
        yield (
            "FUSION_AGENT_TEAM: give the code of your agent team (AI Agent Studio), or list teams "
            "as [[agent_teams]] in bot.toml."
        )
    codes = [each.code for each in teams]
    for code in sorted({each for each in codes if codes.count(each) > 1}):
        yield f"bot.toml, agent_teams: {code} is listed twice. Keep one of them."
    for team in teams:
        for fact in sorted(unknown_facts(team.parameters)):
            yield (
                f"bot.toml, agent_teams {team.code}: parameters name {{{fact}}}, which is not "
                f"known. Known are {', '.join(sorted(FACTS))}."
            )


def _approval_policies(settings: Settings) -> Iterator[str]:
    codes = {each.code for each in settings.offered_teams}
    for number, policy in enumerate(settings.approval_policies, 1):
        where = f"bot.toml, approval_policies {policy.name or number}"
        for problem in policy.problems():
            yield f"{where}: {problem}"
        named = policy.agent_team and codes and policy.agent_team not in codes
        if named and not settings.searches_teams:
            yield f"{where}: agent_team {policy.agent_team} is not offered. Correct its code."
        if any(each.manager for each in policy.stages) and not settings.managers:
            yield f"{where}: a stage is for the manager, and [managers] names none. Name them there."
    for person, manager in settings.managers.items():
        if person == manager:
            yield f"bot.toml, managers: {person} is their own manager. Name somebody else."


def _workspaces(settings: Settings) -> Iterator[str]:
    offered = {each.code for each in settings.offered_teams}
    for name, each in settings.workspaces.items():
        if not re.fullmatch(r"[TE][A-Z0-9]{2,}", name):
            yield (
                f"bot.toml, workspaces: {name} is no id of a workspace or an organisation; one "
                "begins with T or E."
            )
        if each.agent_team and name.startswith("E"):
            yield (
                f"bot.toml, workspaces.{name}: an agent_team is for one workspace. Name it by its "
                "id, which begins with T."
            )
        if each.agent_team and each.agent_team not in offered and not settings.searches_teams:
            yield (
                f"bot.toml, workspaces.{name}: {each.agent_team} is none of the agent teams that are "
                "offered. Add it to [[agent_teams]], or correct it."
            )


def _channels(settings: Settings) -> Iterator[str]:
    for name in settings.channels:
        if not re.fullmatch(r"[CG][A-Z0-9]{2,}", name):
            yield (
                f"bot.toml, channels: {name} is no channel's id; one begins with C or G "
                "(at the end of a channel's details in Slack)."
            )


def kept_problems(settings: Settings) -> Iterator[str]:
    """Every problem with what commands on what is kept need."""
    url = settings.database_url.get_secret_value()
    if not url.startswith(("sqlite:///", "postgresql://", "postgres://")):
        yield "DATABASE_URL: give sqlite:///data/bot.db, or postgresql://user:password@host/database."
    elif not url.removeprefix("sqlite:///").strip("/"):
        yield "DATABASE_URL: sqlite:/// names no file. Give one, as in sqlite:///data/bot.db."
    elif not url.startswith("sqlite") and not settings.encryption_keys.get_secret_value():
        yield (
            "ENCRYPTION_KEYS: PostgreSQL needs one, the same for all replicas. "
            "See .env.example for how a key is made."
        )
    for key in settings.encryption_keys.get_secret_value().replace(",", " ").split():
        try:
            Fernet(key)
        except ValueError:
            yield (
                "ENCRYPTION_KEYS: one of the keys is no Fernet key (32 bytes in base64url). "
                "Separate several by commas, newest first."
            )
            break


def _program(settings: Settings) -> Iterator[str]:
    if settings.otel_exporter_otlp_endpoint:
        yield from check_url(
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            settings.otel_exporter_otlp_endpoint,
            "https://collector.example.com",
        )
    if settings.feedback_url:
        yield from check_url(
            "FEEDBACK_URL", settings.feedback_url, "https://quality.example.com/feedback"
        )
    if settings.public_url:
        yield from check_url("PUBLIC_URL", settings.public_url, "https://bot.example.com")
