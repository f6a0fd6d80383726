"""`check`: everything is looked at, each finding says what was found or what to do."""

import json
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.build import build_store, now
from bot.check import check, look
from bot.check.finding import Finding
from bot.playground.fusion import FusionServer
from bot.playground.slack import SlackServer
from bot.settings import read_settings
from bot.slack.installing.manifest import SCOPES
from tests.stories.service import Mode, environment

KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="  # made up


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with SlackServer() as server:
        server.scopes = set(SCOPES)
        yield server


@pytest.fixture
async def fusion() -> AsyncIterator[FusionServer]:
    async with FusionServer(pace=0) as server:
        yield server


async def findings(
    slack: SlackServer,
    fusion: FusionServer,
    folder: Path,
    mode: Mode = "socket",
    more: dict[str, str] | None = None,
) -> dict[str, Finding]:
    settings = read_settings(environment(slack, fusion, folder, mode) | (more or {}))
    return {each.what: each async for each in look(settings)}


async def test_all_is_well(slack: SlackServer, fusion: FusionServer, tmp_path: Path) -> None:
    found = await findings(slack, fusion, tmp_path)
    assert all(each.good for each in found.values()), found
    assert list(found) == [
        "storage",
        "Slack",
        "clock",
        "scopes",
        "Socket Mode",
        "grant client_credentials",
        "access token by client_credentials",
        "Fusion",
        "agent team FINANCE_DESK",
        "agent team HR_HELP",
        "agent team UNPUBLISHED_TEAM",
    ]
    assert found["agent team UNPUBLISHED_TEAM"].warning
    assert str(found["storage"]) == (
        f"ok   storage: sqlite:///{tmp_path}/bot.db; there is no database at {tmp_path}/bot.db yet;"
        " the bot makes it when it starts"
    )


async def test_looking_makes_no_database_and_finds_one_that_is_there(
    slack: SlackServer, fusion: FusionServer, tmp_path: Path
) -> None:
    nested = {"DATABASE_URL": f"sqlite:///{tmp_path}/a/b/bot.db"}
    assert (await findings(slack, fusion, tmp_path, more=nested))["storage"].good
    assert os.listdir(tmp_path) == ["bot.toml"]  # noqa: PTH208 - one look, in a test
    settings = read_settings(environment(slack, fusion, tmp_path, "socket"))
    store = build_store(settings)
    await store.open(now())
    await store.close()
    found = await findings(slack, fusion, tmp_path)
    assert str(found["storage"]) == f"ok   storage: sqlite:///{tmp_path}/bot.db"


async def test_missing_scopes_are_named(
    slack: SlackServer, fusion: FusionServer, tmp_path: Path
) -> None:
    slack.scopes = set(SCOPES) - {"im:write", "chat:write"}
    found = await findings(slack, fusion, tmp_path)
    assert str(found["scopes"]).startswith("BAD  scopes: missing chat:write, im:write. Reinstall")
    slack.scopes = set(SCOPES) | {"files:write"}
    assert (await findings(slack, fusion, tmp_path))["scopes"].good


@pytest.mark.parametrize(
    ("more", "what", "says"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-no"}, "Slack", "SLACK_BOT_TOKEN is not a valid token"),
        ({"SLACK_APP_TOKEN": "xapp-no"}, "Socket Mode", "SLACK_APP_TOKEN is not a valid token"),
        ({"DATABASE_URL": "sqlite:////proc/none/bot.db"}, "storage", "Check DATABASE_URL."),
        ({"DATABASE_URL": "sqlite:////proc/none/bot.db"}, "storage", "none can be made there"),
        ({"DATABASE_URL": "sqlite:////dev/null/bot.db"}, "storage", "Check DATABASE_URL."),
        ({"FUSION_BASE_URL": "http://127.0.0.1:9"}, "Fusion", "Check FUSION_BASE_URL"),
        ({"FUSION_AGENT_TEAM": "NOT_THERE"}, "agent team NOT_THERE", "check its code"),
        ({"FUSION_AGENT_TEAM": "UNPUBLISHED_TEAM"}, "agent team UNPUBLISHED_TEAM", "published"),
        ({"FUSION_CLIENT_SECRET": "wrong"}, "access token by client_credentials", "its secret is"),
        ({"FUSION_SCOPE": "urn:other/"}, "access token by client_credentials", "FUSION_SCOPE"),
        ({"DATABASE_URL": "postgresql://127.0.0.1:9/x"}, "storage", "cannot be reached"),
        ({"FUSION_CLIENT_ID": "wrong"}, "access token by client_credentials", ""),
        ({"FUSION_TOKEN_URL": "http://127.0.0.1:9/"}, "access token by client_credentials", ""),
    ],
)
async def test_what_is_wrong_is_found_and_the_rest_is_looked_at_all_the_same(
    more: dict[str, str], what: str, says: str,
    slack: SlackServer, fusion: FusionServer, tmp_path: Path,
) -> None:  # fmt: skip
    found = await findings(slack, fusion, tmp_path, more={"ENCRYPTION_KEYS": KEY, **more})
    assert [name for name, each in found.items() if not each.good] == [what]
    assert says in found[what].note
    assert found[what].note.strip()


async def test_two_wrong_tokens_are_found_at_once(
    slack: SlackServer, fusion: FusionServer, tmp_path: Path
) -> None:
    wrong = {"SLACK_BOT_TOKEN": "xoxb-no", "SLACK_APP_TOKEN": "xapp-no"}
    settings = read_settings(environment(slack, fusion, tmp_path, "socket") | wrong)
    found = [each async for each in look(settings) if not each.good]
    assert [each.what for each in found] == ["Slack", "Socket Mode"]


async def test_http_mode_says_where_slack_must_reach_it(
    slack: SlackServer, fusion: FusionServer, tmp_path: Path
) -> None:
    found = await findings(slack, fusion, tmp_path, "http", {"BOT_PORT": "3001"})
    assert found["HTTP mode"].note == "Slack must reach http://127.0.0.1:3001/slack/events"


async def test_it_prints_each_finding_and_says_whether_all_is_good(
    slack: SlackServer, fusion: FusionServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = environment(slack, fusion, tmp_path, "socket")
    assert await check(read_settings(given))
    assert all(line[:4] in {"ok  ", "warn"} for line in capsys.readouterr().out.splitlines())
    assert not await check(read_settings(given | {"SLACK_BOT_TOKEN": "xoxb-no"}))
    assert "BAD  Slack: SLACK_BOT_TOKEN" in capsys.readouterr().out


async def test_a_signing_secret_of_another_form_is_doubted(
    slack: SlackServer, fusion: FusionServer, tmp_path: Path
) -> None:
    found = await findings(slack, fusion, tmp_path, "http")
    assert found["signing secret"].warning
    good = {"SLACK_SIGNING_SECRET": "0123456789abcdef" * 2}
    assert "signing secret" not in await findings(slack, fusion, tmp_path, "http", good)


@pytest.mark.parametrize(("minutes", "good"), [(-2, False), (0, True), (2, False)])
async def test_a_clock_that_is_wrong_is_found(
    slack: SlackServer, fusion: FusionServer, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, minutes: int, good: bool,
) -> None:  # fmt: skip
    ahead = timedelta(minutes=minutes)
    monkeypatch.setattr("bot.check.now", lambda: datetime.now(UTC) + ahead)
    assert (await findings(slack, fusion, tmp_path))["clock"].good is good


async def test_many_workspaces_need_no_token_and_are_counted(
    slack: SlackServer, fusion: FusionServer, tmp_path: Path
) -> None:
    many = {
        "SLACK_BOT_TOKEN": "",
        "SLACK_CLIENT_ID": "1234.5678",
        "SLACK_CLIENT_SECRET": "made-up",
        "PUBLIC_URL": "https://bot.example.com",
    }
    found = await findings(slack, fusion, tmp_path, "http", many)
    assert found["installations"].note == (
        "0; people install it at https://bot.example.com/slack/install"
    )
    assert "Slack" not in found
    assert "who its people are" in found["workspaces"].note
    named = "[workspaces.T0ONE]\nours = true\n"
    (tmp_path / "named.toml").write_text(named, "utf-8")
    more = many | {"BOT_CONFIG": str(tmp_path / "named.toml")}
    assert "workspaces" not in await findings(slack, fusion, tmp_path, "http", more)


async def test_each_finding_can_be_a_line_of_json(
    slack: SlackServer, fusion: FusionServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await check(read_settings(environment(slack, fusion, tmp_path, "socket")), as_json=True)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {"good", "what", "note", "warning"} == set(lines[0])
    assert "storage" in {each["what"] for each in lines}


async def test_a_public_address_that_cannot_be_reached_is_doubted(
    slack: SlackServer, fusion: FusionServer, tmp_path: Path
) -> None:
    more = {"PUBLIC_URL": "http://127.0.0.1:9"}
    found = (await findings(slack, fusion, tmp_path, more=more))["public address"]
    assert found.warning
    assert "cannot be reached from here" in found.note
