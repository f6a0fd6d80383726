"""The commands, as a person meets them: what is printed, and the exit code."""

import asyncio
import json
import os
import re
import sqlite3
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner
from cryptography.fernet import Fernet

from bot.build import build_store, now
from bot.cli import main
from bot.cli.kept import read_since
from bot.domain.audit import Entry, Kind, encode_entry
from bot.playground.fusion import FusionServer
from bot.playground.slack import SlackServer
from bot.settings import read_settings
from bot.slack.installing.manifest import SCOPES, print_manifest
from storage.rows import AuditRow, Change, RunRow, Standing, ThreadRow
from tests.kept import NOON
from tests.stories.service import environment

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Ended:
    """A command that has ended."""

    code: int
    out: str
    err: str


async def fusion_slack(
    *arguments: str, given: Mapping[str, str] | None = None, folder: Path
) -> Ended:
    """Run a command as a process of its own, with this environment and nothing else."""
    names = ("PATH", "COVERAGE_PROCESS_START")
    kept = {name: os.environ[name] for name in names if name in os.environ}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *arguments,
        cwd=folder,
        env={**kept, "PYTHONPATH": str(ROOT), **(given or {})},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(50):
        out, err = await process.communicate()
    assert process.returncode is not None
    ended = Ended(process.returncode, out.decode(), err.decode())
    assert "Traceback" not in ended.err
    return ended


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with SlackServer() as server:
        server.scopes = set(SCOPES)
        yield server


@pytest.fixture
async def fusion() -> AsyncIterator[FusionServer]:
    async with FusionServer(pace=0) as server:
        yield server


# Wrong settings


@pytest.mark.parametrize("command", [(), ("serve",), ("check",)])
async def test_wrong_settings_are_named_all_at_once(
    command: tuple[str, ...], tmp_path: Path
) -> None:
    ended = await fusion_slack(*command, folder=tmp_path)
    assert ended.code == 2
    assert ended.out == ""
    lines = ended.err.splitlines()
    assert lines[0] == "Settings that need attention: 8"
    assert lines[-1] == "See .env.example and bot.example.toml for all of them."
    for name in ("SLACK_BOT_TOKEN", "FUSION_BASE_URL", "FUSION_TOKEN_URL", "FUSION_SCOPE"):
        assert f"  - {name}: " in ended.err
    assert os.listdir(tmp_path) == [], "nothing was begun"  # noqa: PTH208 - one look, in a test


async def test_a_file_of_settings_that_was_not_loaded_is_pointed_out(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SLACK_BOT_TOKEN=xoxb-1\n")
    ended = await fusion_slack("check", folder=tmp_path)
    assert "There is a file .env here, which is not read. Load it: set -a" in ended.err


ON_WHAT_IS_KEPT = [
    ("audit",),
    ("feedback",),
    ("purge",),
    ("keys", "rotate"),
    ("migrate-store", "sqlite:///none.db", "postgresql://127.0.0.1:9/x"),
]


@pytest.mark.parametrize("command", ON_WHAT_IS_KEPT)
async def test_what_is_kept_needs_no_slack_and_no_fusion(
    command: tuple[str, ...], tmp_path: Path
) -> None:
    given = {"SLACK_BOT_TOKEN": "wrong", "BOT_PORT": "http", "FEEDBACK_TOKEN_FILE": "none"}
    (tmp_path / "bot.toml").write_text('slack_bot_token = "x"\n[threads]\nx = 1', "utf-8")
    ended = await fusion_slack(*command, given=given, folder=tmp_path)
    assert "Settings that need attention" not in ended.err
    assert ended.code in {0, 1}
    wrong = {"DATABASE_URL": "mysql://db", "ENCRYPTION_KEYS": "none"}
    (tmp_path / "bot.toml").write_text("[retention]\ndays = -1\n[retentoin]\ndays = 1", "utf-8")
    ended = await fusion_slack(*command, given=given | wrong, folder=tmp_path)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.splitlines()[0] == "Settings that need attention: 4"
    for what in (*wrong, "bot.toml, retention.days", "bot.toml, retentoin"):
        assert f"  - {what}: " in ended.err


# serve


async def test_serve_says_why_it_cannot(
    tmp_path: Path, slack: SlackServer, fusion: FusionServer
) -> None:
    given = environment(slack, fusion, tmp_path, "socket")
    wrong = await fusion_slack(
        "serve", given=given | {"SLACK_BOT_TOKEN": "xoxb-wrong"}, folder=tmp_path
    )
    assert wrong.code == 1
    assert "SLACK_BOT_TOKEN is not a valid token." in wrong.err
    assert "xoxb-wrong" not in wrong.err
    wrong = await fusion_slack(
        "serve", given=given | {"SLACK_APP_TOKEN": "xapp-wrong"}, folder=tmp_path
    )
    assert wrong.code == 1
    assert "SLACK_APP_TOKEN is not a valid token." in wrong.err
    for host in ("nonsense..x", "203.0.113.5"):
        nowhere = await fusion_slack("serve", given=given | {"BOT_HOST": host}, folder=tmp_path)
        assert nowhere.code == 2
        assert f"BOT_HOST, BOT_PORT: the bot cannot listen on {host}" in nowhere.err
        assert "Traceback" not in nowhere.err
    await slack.stop()
    gone = await fusion_slack("serve", given=given, folder=tmp_path)
    assert gone.code == 1
    assert "Slack cannot be reached at" in gone.err


# check


async def test_check_finds_that_all_is_well(
    tmp_path: Path, slack: SlackServer, fusion: FusionServer
) -> None:
    given = environment(slack, fusion, tmp_path, "socket")
    ended = await fusion_slack("check", given=given, folder=tmp_path)
    assert ended.code == 0, ended
    lines = ended.out.splitlines()
    assert all(line[:4] in {"ok  ", "warn"} for line in lines)
    for what in ("storage", "Slack", "scopes", "Socket Mode", "access token"):
        assert any(what in line for line in lines), what


async def test_check_in_http_mode_says_where_slack_must_reach_it(
    tmp_path: Path, slack: SlackServer, fusion: FusionServer
) -> None:
    given = environment(slack, fusion, tmp_path, "http")
    given |= {"PUBLIC_URL": "https://bot.example.com"}
    ended = await fusion_slack("check", given=given, folder=tmp_path)
    assert ended.code == 0
    assert "Slack must reach https://bot.example.com/slack/events" in ended.out


async def test_check_names_everything_that_is_wrong(
    tmp_path: Path, slack: SlackServer, fusion: FusionServer
) -> None:
    slack.scopes = set(SCOPES) - {"users:read", "im:write"}
    given = environment(slack, fusion, tmp_path, "socket") | {
        "SLACK_APP_TOKEN": "xapp-wrong",
        "FUSION_CLIENT_SECRET": "wrong-secret",
        "DATABASE_URL": f"sqlite:///{tmp_path}",
    }
    ended = await fusion_slack("check", given=given, folder=tmp_path)
    assert ended.code == 1
    bad = [line for line in ended.out.splitlines() if line.startswith("BAD ")]
    assert len(bad) == 4
    assert "missing im:write, users:read." in ended.out
    assert "SLACK_APP_TOKEN is not a valid token." in ended.out
    assert "Check DATABASE_URL." in ended.out
    assert "access token by client_credentials" in bad[-1]
    assert "wrong-secret" not in ended.out + ended.err


async def test_check_names_wrong_settings_to_programs_too(tmp_path: Path) -> None:
    given = {"SLACK_BOT_TOKEN": "xoxp-hidden", "BOT_PORT": "http"}
    (tmp_path / "bot.toml").write_text("[polling]\nshare = 2", "utf-8")
    ended = await fusion_slack("check", "--json", given=given, folder=tmp_path)
    assert (ended.code, ended.err) == (2, "")
    assert "hidden" not in ended.out
    found = [json.loads(line) for line in ended.out.splitlines()]
    assert all(set(each) == {"good", "what", "note", "warning"} for each in found)
    assert not any(each["good"] for each in found)
    named = {each["what"]: each["note"] for each in found}
    assert len(named) == len(found)
    assert {"SLACK_BOT_TOKEN", "BOT_PORT", "bot.toml, polling.share", "FUSION_SCOPE"} <= set(named)
    assert named["SLACK_BOT_TOKEN"].startswith("give the bot token")


async def test_check_goes_on_where_nothing_can_be_reached(
    tmp_path: Path, slack: SlackServer, fusion: FusionServer
) -> None:
    given = environment(slack, fusion, tmp_path, "socket")
    await slack.stop()
    await fusion.stop()
    ended = await fusion_slack("check", given=given, folder=tmp_path)
    assert ended.code == 1
    assert [line.split(":")[0] for line in ended.out.splitlines()] == [
        "ok   storage",
        "BAD  Slack",
        "BAD  Socket Mode",
        "warn grant client_credentials",
        "BAD  access token by client_credentials",
    ]


# manifest


def test_manifest_prints_what_slack_takes() -> None:
    ended = CliRunner().invoke(main, ["manifest"])
    assert ended.exit_code == 0
    assert ended.output == print_manifest(socket=True)
    ended = CliRunner().invoke(
        main, ["manifest", "--http", "--public-url", "https://b.example.com", "--command", "/erp"]
    )
    assert ended.exit_code == 0
    assert ended.output == print_manifest(
        socket=False, command="/erp", public_url="https://b.example.com"
    )


@pytest.mark.parametrize("more", [[], ["--public-url", "http://b.example.com"]])
def test_a_manifest_for_http_needs_an_address(more: list[str]) -> None:
    ended = CliRunner().invoke(main, ["manifest", "--http", *more])
    assert ended.exit_code == 2
    assert "--http needs --public-url" in ended.output


def test_a_manifest_is_for_the_deployments_own_address_and_command() -> None:
    given = {"PUBLIC_URL": "https://b.example.com", "SLACK_COMMAND": "/erp"}
    ended = CliRunner(env=given).invoke(main, ["manifest", "--http"])
    assert ended.exit_code == 0
    assert ended.output == print_manifest(
        socket=False, public_url="https://b.example.com", command="/erp"
    )


def test_a_manifests_command_begins_with_a_slash() -> None:
    ended = CliRunner().invoke(main, ["manifest", "--command", "erp"])
    assert ended.exit_code == 2
    assert "begins with /" in ended.output


def test_many_workspaces_are_served_by_http_alone() -> None:
    ended = CliRunner().invoke(main, ["manifest", "--many"])
    assert ended.exit_code == 2
    assert "--many needs --http" in ended.output


# purge and keys


async def make_database(given: Mapping[str, str]) -> None:
    """As the bot does when it starts."""
    store = build_store(read_settings(given))
    await store.open(now())
    await store.close()


@pytest.mark.parametrize(
    ("command", "code", "out"),
    [
        (("audit",), 1, ""),
        (("feedback",), 1, ""),
        (("keys", "rotate"), 1, ""),
        (("purge",), 0, "0 runs deleted.\n"),
    ],
)
async def test_where_there_is_no_database_none_is_made(
    command: tuple[str, ...], code: int, out: str,
    tmp_path: Path, slack: SlackServer, fusion: FusionServer,
) -> None:  # fmt: skip
    given = environment(slack, fusion, tmp_path, "socket") | {"DATABASE_URL": ""}
    ended = await fusion_slack(*command, given=given, folder=tmp_path)
    assert (ended.code, ended.out) == (code, out)
    assert ended.err == (
        f"There is no database at {tmp_path}/data/bot.db."
        " Set DATABASE_URL, or run this in the bot's working directory.\n"
    )
    assert os.listdir(tmp_path) == ["bot.toml"], "nothing was made"  # noqa: PTH208 - one look, in a test


async def test_purge_and_rotate_work_on_what_is_kept(
    tmp_path: Path, slack: SlackServer, fusion: FusionServer
) -> None:
    given = environment(slack, fusion, tmp_path, "socket")
    keys = ",".join(Fernet.generate_key().decode() for _ in range(2))
    given |= {"ENCRYPTION_KEYS": keys}
    await make_database(given)
    purged = await fusion_slack("purge", "--older-than", "0", given=given, folder=tmp_path)
    assert (purged.code, purged.out) == (0, "0 runs deleted.\n")
    one = await fusion_slack("purge", "--user", "T1:U1", given=given, folder=tmp_path)
    assert (one.code, one.out) == (0, "0 runs deleted.\n")
    for typo in ("bob", "U1", "T1:", "t1:u1"):
        refused = await fusion_slack("purge", "--user", typo, given=given, folder=tmp_path)
        assert (refused.code, refused.out) == (2, "")
        assert "write WORKSPACE:USER" in refused.err
    rotated = await fusion_slack("keys", "rotate", given=given, folder=tmp_path)
    assert rotated.code == 0
    assert "0 entries are encrypted with the newest key." in rotated.out


async def test_a_person_who_is_named_is_forgotten_however_new_their_runs_are(
    tmp_path: Path, slack: SlackServer, fusion: FusionServer
) -> None:
    given = environment(slack, fusion, tmp_path, "socket")
    store = build_store(read_settings(given))
    await store.open(now())
    for number, asker in enumerate(("T1:U1", "T1:U1", "T1:U2")):
        row = RunRow(f"r{number}", f"t{number}", asker, "complete", Standing.LIVE, 1, now(), b"x")
        await store.take(ThreadRow(f"t{number}", "T1", "C1", f"{number}.1"), row, [], [], now())
        await store.save(Change(replace(row, standing=Standing.ENDED, version=2)), now())
    await store.close()
    nobody = await fusion_slack("purge", given=given, folder=tmp_path)
    assert nobody.out == "0 runs deleted.\n"
    for purge, out in (
        (("purge", "--user", "T1:U1", "--older-than", "1"), "0 runs deleted.\n"),
        (("purge", "--user", "T1:U1"), "2 runs deleted.\n"),
        (("purge", "--older-than", "0"), "1 runs deleted.\n"),
    ):
        assert (await fusion_slack(*purge, given=given, folder=tmp_path)).out == out


async def test_audit_prints_what_is_on_record_and_finds_what_was_changed(
    tmp_path: Path, slack: SlackServer, fusion: FusionServer
) -> None:
    given = environment(slack, fusion, tmp_path, "socket")
    await make_database(given)
    empty = await fusion_slack("audit", given=given, folder=tmp_path)
    assert (empty.code, empty.out) == (0, "")
    assert "0 approvals; 0 entries on record, unbroken" in empty.err
    settings = read_settings(given)
    store = build_store(settings, exclusive=False)
    await store.open(now())
    bodies = [
        encode_entry(Entry(kind, now(), "run", "a", "T1:U1"))
        for kind in (Kind.REQUESTED, Kind.DECIDED, Kind.CONFIRMED)
    ]
    await store.put_on_record([AuditRow(each, "a", now()) for each in bodies])
    await store.close()
    for form, expected in (("jsonl", '"approval": "a"'), ("csv", "approval,outcome,what,")):
        told = await fusion_slack("audit", "--format", form, given=given, folder=tmp_path)
        assert (told.code, expected in told.out) == (0, True)
    later = await fusion_slack("audit", "--since", "2100-01-01", given=given, folder=tmp_path)
    assert (later.code, later.out) == (0, "")
    with sqlite3.connect(tmp_path / "bot.db") as database:
        database.execute("DROP TRIGGER the_record_is_not_deleted")
        database.execute("DELETE FROM audit WHERE seq = 2")
    database.close()
    broken = await fusion_slack("audit", given=given, folder=tmp_path)
    assert broken.code == 1
    assert "entry 2 does not follow from the one before" in broken.err
    assert '"approval": "a"' in broken.out, "what is left is printed all the same"


@pytest.mark.parametrize("command", ["audit", "feedback"])
@pytest.mark.parametrize("text", ["yesterday", "-3", "123456", "d", "2026-13-01"])
def test_a_date_that_is_none_is_told_before_anything_is_read(command: str, text: str) -> None:
    ended = CliRunner().invoke(main, [command, f"--since={text}"])
    assert ended.exit_code == 2
    assert f"--since {text}: write a date" in ended.output


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("30", NOON - timedelta(days=30)),
        ("1d", NOON - timedelta(days=1)),
        ("2026-02-03", datetime(2026, 2, 3, tzinfo=UTC)),
        ("2026-02-03T04:05:06+01:00", datetime(2026, 2, 3, 3, 5, 6, tzinfo=UTC)),
    ],
)
def test_since_is_a_date_or_days(text: str, start: datetime) -> None:
    with time_machine.travel(NOON, tick=False):
        assert read_since(text) == start


@pytest.mark.parametrize("command", [("purge",), ("keys", "rotate"), ("audit",), ("feedback",)])
async def test_what_cannot_be_kept_is_said_so(
    command: tuple[str, ...], tmp_path: Path, slack: SlackServer, fusion: FusionServer
) -> None:
    (tmp_path / "file").write_text("no folder", "utf-8")
    given = environment(slack, fusion, tmp_path, "socket")
    given |= {"DATABASE_URL": f"sqlite:///{tmp_path}/file/bot.db"}
    ended = await fusion_slack(*command, given=given, folder=tmp_path)
    assert ended.code == 1
    assert ended.err.strip()


@pytest.mark.parametrize("days", ["-1", "1e9", "soon"])
def test_only_a_number_of_days_that_makes_sense_is_taken(days: str) -> None:
    ended = CliRunner().invoke(main, ["purge", "--older-than", days])
    assert ended.exit_code == 2
    assert "--older-than" in ended.output


# demo


async def test_a_script_that_goes_as_written_ends_well(tmp_path: Path) -> None:
    script = ROOT / "examples" / "approval.script"
    ended = await fusion_slack("demo", "--script", str(script), folder=tmp_path)
    assert ended.code == 0, ended
    assert "Anna clicks Approve" in ended.out


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("Anna dances", 2, "line 1 is none that a script knows: Anna dances"),
        ("Anna in #nowhere: hello", 1, "there is no channel #nowhere in the playground"),
        ("Zoe in #finance: hello", 1, "there is nobody called Zoe in the playground"),
        ("# nothing\n\nAnna: hello", 1, "there is no thread to reply in yet"),
    ],
)
async def test_a_script_that_does_not_go_as_written_says_why(
    text: str, code: int, says: str, tmp_path: Path
) -> None:
    (tmp_path / "x.script").write_text(text, "utf-8")
    ended = await fusion_slack("demo", "--script", "x.script", folder=tmp_path)
    assert ended.code == code
    assert says in ended.out + ended.err


async def test_a_port_that_is_taken_is_said_to_be_so(tmp_path: Path, slack: SlackServer) -> None:
    ended = await fusion_slack("demo", "--no-browser", "--port", str(slack.port), folder=tmp_path)
    assert ended.code == 1
    assert f"cannot be served on port {slack.port}" in ended.err


def test_help_and_version_need_no_settings() -> None:
    for arguments in (["--help"], ["-h"], ["serve", "--help"], ["--version"]):
        assert CliRunner().invoke(main, arguments).exit_code == 0


@pytest.mark.parametrize("group", [[], ["keys"]])
def test_the_list_of_commands_fits_into_eighty_columns(group: list[str]) -> None:
    told = CliRunner().invoke(main, [*group, "--help"], terminal_width=80).output
    listed = told.partition("Commands:\n")[2].splitlines()
    assert listed
    for line in listed:
        assert len(line) <= 80
        assert re.fullmatch(r"  [a-z-]+ +[A-Z].*(?<!\.\.)\.", line), line
