"""Looks at the tokens before work begins: a wrong one must fail at once, not loop for ever."""

from dataclasses import dataclass

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.outbound import NO_REPLY

MEANINGS = {
    "invalid_auth": "is not a valid token",
    "not_authed": "is empty",
    "token_revoked": "was revoked",
    "token_expired": "has expired",
    "account_inactive": "belongs to an app that was removed from the workspace",
    "not_allowed_token_type": "is a token of the wrong kind",
    "missing_scope": "lacks a scope; app-level tokens need connections:write",
}


class SlackNotReady(Exception):
    """A token was not accepted, or Slack cannot be reached; says which and what to do."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the bot is in its workspace, and the scopes that its token has."""

    workspace: str
    workspace_name: str
    bot_user: str
    bot_name: str
    bot_id: str
    url: str
    scopes: frozenset[str]
    date: str = ""  # Slack's, as its reply has it
    enterprise: str = ""  # the organisation on Enterprise Grid that the workspace belongs to


async def identify(client: AsyncWebClient) -> Identity:
    """Who we are, by `auth.test`. Raises SlackNotReady."""
    try:
        reply = await client.auth_test()
    except SlackApiError as error:
        raise SlackNotReady(_say("SLACK_BOT_TOKEN", client, error)) from error
    except NO_REPLY as error:
        raise SlackNotReady(_unreachable(client)) from error
    scopes = (reply.headers or {}).get("x-oauth-scopes", "")
    return Identity(
        workspace=str(reply["team_id"]),
        workspace_name=str(reply.get("team", "")),
        bot_user=str(reply["user_id"]),
        bot_name=str(reply.get("user", "")),
        bot_id=str(reply.get("bot_id", "")),
        url=str(reply.get("url", "")),
        scopes=frozenset(each.strip() for each in scopes.split(",") if each.strip()),
        date=str((reply.headers or {}).get("date", "")),
        enterprise=str(reply.get("enterprise_id") or ""),
    )


async def try_socket_mode(client: AsyncWebClient, app_token: str) -> None:
    """Whether Socket Mode may be used, by `apps.connections.open`. Raises SlackNotReady."""
    try:
        await client.apps_connections_open(app_token=app_token)
    except SlackApiError as error:
        raise SlackNotReady(_say("SLACK_APP_TOKEN", client, error)) from error
    except NO_REPLY as error:
        raise SlackNotReady(_unreachable(client)) from error


def _say(variable: str, client: AsyncWebClient, error: SlackApiError) -> str:
    data = getattr(error.response, "data", None)
    word = data.get("error") if isinstance(data, dict) else None
    if word is None or word == "ratelimited":
        return _unreachable(client)
    meaning = MEANINGS.get(word, f"was not accepted ({word})")
    return f"{variable} {meaning}. Copy it anew from your app's page at api.slack.com/apps."


def _unreachable(client: AsyncWebClient) -> str:
    return f"Slack cannot be reached at {client.base_url}. Check the network and SLACK_API_URL."
