"""Tokens are looked at before work begins: which is wrong, and what to do, without showing it."""

from typing import Any

import pytest

from bot.playground.slack import SlackServer
from bot.slack.installing.installed import OneWorkspace
from bot.slack.installing.preflight import (
    MEANINGS,
    SlackNotReady,
    identify,
    try_socket_mode,
)
from tests.slack.one_workspace import one_workspace
from tests.slack.scripted_slack import (
    Answer,
    client_of,
    cut,
    limited,
    never,
    refusal,
    reply,
    scripted_slack,
    text,
)


async def trouble(*answers: Answer, app: bool = False, timeout: float = 5) -> str:
    """What is said of this reply."""
    async with scripted_slack(*answers) as slack, client_of(slack.url, timeout) as client:
        with pytest.raises(SlackNotReady) as not_ready:
            await (try_socket_mode(client, "xapp-hidden") if app else identify(client))
        assert len(slack.calls) == 1
        said = str(not_ready.value)
        assert "xoxb-test" not in said
        assert "xapp-hidden" not in said
        return said.replace(slack.url, "URL")


async def test_it_knows_who_the_bot_is_and_its_scopes() -> None:
    body = {"ok": True, "team_id": "T1", "team": "Acme", "user_id": "U0BOT", "user": "fusion"}
    headers = {"x-oauth-scopes": "chat:write, commands,"}
    async with (
        scripted_slack(reply(body, headers=headers)) as slack,
        client_of(slack.url) as client,
    ):
        found = await identify(client)
    assert (found.workspace, found.workspace_name) == ("T1", "Acme")
    assert (found.bot_user, found.bot_name) == ("U0BOT", "fusion")
    assert found.scopes == {"chat:write", "commands"}
    assert found.enterprise == ""
    known = await OneWorkspace(found, "xoxb-test").authorize()
    assert known is not None
    assert (known.team_id, known.bot_user_id, known.bot_token) == ("T1", "U0BOT", "xoxb-test")


async def test_it_knows_the_organisation_of_a_workspace_that_has_one() -> None:
    body = {"ok": True, "team_id": "T1", "user_id": "U0BOT", "enterprise_id": "E1"}
    async with scripted_slack(reply(body)) as slack, client_of(slack.url) as client:
        assert (await identify(client)).enterprise == "E1"


@pytest.mark.parametrize(
    ("enterprise", "workspace", "team", "theirs", "ours"),
    [
        ("", "T1", "T1", "", True),
        ("", "T1", "", "", True),
        ("", "T1", "T2", "", False),
        ("", "T1", "T2", "E1", False),
        ("", "T1", "T2", "E2", False),
        ("", "T9", "T9", "", False),
        ("E1", "T1", "T1", "E1", True),
        ("E1", "T1", "T2", "E1", True),
        ("E1", "T1", "E1", "E1", True),
        ("E1", "T1", "T2", "E2", False),
        ("E1", "T1", "T2", "", False),
        ("E1", "T9", "T2", "E1", False),
    ],
)
def test_who_is_of_the_same_organisation_is_no_stranger(
    enterprise: str, workspace: str, team: str, theirs: str, ours: bool
) -> None:
    assert one_workspace(enterprise=enterprise).is_ours(workspace, team, theirs) is ours


async def test_both_tokens_are_accepted_by_a_slack_that_knows_them() -> None:
    async with SlackServer() as slack, client_of(slack.api_url) as client:
        client.token = "xoxb-playground"
        assert (await identify(client)).bot_user
        await try_socket_mode(client, "xapp-playground")
        with pytest.raises(SlackNotReady, match="SLACK_APP_TOKEN is a token of the wrong kind"):
            await try_socket_mode(client, "xoxb-playground")


@pytest.mark.parametrize(("word", "meaning"), MEANINGS.items())
async def test_a_token_that_is_refused_is_named_with_the_reason(word: str, meaning: str) -> None:
    assert (await trouble(refusal(word))).startswith(f"SLACK_BOT_TOKEN {meaning}. Copy it anew")
    assert (await trouble(refusal(word), app=True)).startswith(f"SLACK_APP_TOKEN {meaning}.")


async def test_a_reason_that_is_not_known_is_passed_on() -> None:
    assert "SLACK_BOT_TOKEN was not accepted (new_error)." in await trouble(refusal("new_error"))


NO_SLACK: list[Any] = [
    cut,
    never,
    limited("30"),
    text("<html>Welcome to the guest network</html>"),
    text("<html>Bad gateway</html>", 502),
    text("hello", 200, "text/plain"),
    text("{", 200, "application/json"),
    reply([1]),
    reply("no"),
    reply({}),
]


@pytest.mark.parametrize("app", [False, True])
@pytest.mark.parametrize("answer", NO_SLACK)
async def test_what_is_no_reply_of_slacks_is_an_address_to_check(answer: Answer, app: bool) -> None:
    said = await trouble(answer, app=app, timeout=0.3)
    assert said == "Slack cannot be reached at URL. Check the network and SLACK_API_URL."
