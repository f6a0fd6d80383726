"""The examples of settings list everything, and work."""

import re
import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel

from bot.build import build_teams
from bot.settings import AgentTeamSettings, Settings, WrongSettings, read_settings
from bot.settings.policies import PolicySettings, StageSettings, WorkingHoursSettings
from bot.settings.values import FLAT, STRUCTURED
from tests.test_settings import GOOD, KEY, plain, problems_of

ROOT = Path(__file__).parents[1]
# What only some grants need stands with an example, since it has no default.
OF_SOME_GRANTS = (
    "authorize_url", "device_url", "revoke_url", "username", "private_key_file", "key_id",
    "certificate_file", "tenant_name", "saml_assertion_file", "assertion_issuer",
    "assertion_audience",
)  # fmt: skip
# What names teams and people has no default to spell out.
BY_EXAMPLE = {"agent_teams", "approval_policies", "channels", "managers", "users", "workspaces"}


@pytest.fixture(autouse=True)
def an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_example_of_the_environment_lists_every_variable_once() -> None:
    text = (ROOT / ".env.example").read_text("utf-8")
    listed = re.findall(r"^#?([A-Z][A-Z_]+)=", text, re.MULTILINE)
    assert sorted(listed) == sorted([name.upper() for name in FLAT] + ["BOT_CONFIG"])


def test_what_stands_as_default_in_the_example_is_the_default() -> None:
    text = (ROOT / ".env.example").read_text("utf-8")
    examples = {
        "feedback_url",
        "otel_exporter_otlp_endpoint",
        "public_url",
        "log_format",
        "bot_config",
    }
    examples |= {f"fusion_{each}" for each in OF_SOME_GRANTS}
    for name, value in re.findall(r"^#([A-Z][A-Z_]+)=(.*)$", text, re.MULTILINE):
        if name.lower() not in examples:
            assert plain(getattr(Settings(), name.lower())) in {value, f"{value}.0"}, name


def test_the_example_of_the_environment_works_once_its_secrets_are_filled_in() -> None:
    text = (ROOT / ".env.example").read_text("utf-8")
    given = dict(re.findall(r"^([A-Z][A-Z_]+)=(.*)$", text, re.MULTILINE))
    assert set(given) == set(GOOD)
    with pytest.raises(WrongSettings) as wrong:
        read_settings(given)
    assert {each.partition(":")[0] for each in wrong.value.problems} == set(GOOD)
    for name in set(GOOD) - {"FUSION_CLIENT_ID", "FUSION_CLIENT_SECRET"}:  # which are empty
        with pytest.raises(WrongSettings) as wrong:
            read_settings(GOOD | {name: given[name]})
        assert len(wrong.value.problems) == 1
        assert wrong.value.problems[0].startswith(f"{name}: this still holds a placeholder")
    assert read_settings(given | GOOD).uses_socket_mode


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FUSION_AUTHORIZE_URL", None),
        ("FUSION_DEVICE_URL", None),
        ("FUSION_REVOKE_URL", None),
        ("FUSION_ASSERTION_ISSUER", None),
        ("FUSION_TENANT_NAME", None),
        ("SLACK_BOT_TOKEN", "xoxb-…"),
        ("SLACK_BOT_TOKEN", "xoxb-<hidden>"),
        ("SLACK_APP_TOKEN", "xapp-..."),
        ("SLACK_APP_TOKEN", "…"),
        ("SLACK_CLIENT_ID", "…"),
        ("FUSION_BASE_URL", "https://<pod>"),
        ("FUSION_BASE_URL", "https://<pod's host>"),
        ("FUSION_AGENT_TEAM", "<code>"),
        ("FUSION_TOKEN_URL", "https://idcs-….identity.oraclecloud.com/oauth2/v1/token"),
        ("FUSION_CLIENT_ID", "<client id>"),
        ("FUSION_CLIENT_SECRET", "…"),
        ("FUSION_CLIENT_SECRET", "<hidden>"),
        ("FUSION_SCOPE", "urn:opc:resource:fusion:<pod>:fusion-ai/"),
        ("PUBLIC_URL", "https://…"),
        ("DATABASE_URL", "postgresql://…"),
    ],
)
def test_what_documents_write_in_a_values_place_is_found(name: str, value: str | None) -> None:
    if value is None:
        text = (ROOT / ".env.example").read_text("utf-8")
        (value,) = re.findall(rf"^#{name}=(.*)$", text, re.MULTILINE)
    (problem,) = problems_of(GOOD | {"ENCRYPTION_KEYS": KEY, name: value})
    assert problem.startswith(f"{name}: this still holds a placeholder")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FUSION_SCOPE", "foo"),
        ("FUSION_CLIENT_SECRET", "a<b>…"),
        ("FUSION_PASSWORD", "it...is>mine"),
        ("DATABASE_URL", "postgresql://me:a<b>@db.example.com/fusion?password=<…"),
        ("FUSION_BASE_URL", "https://your-podium.example.com"),
    ],
)
def test_what_only_looks_odd_is_taken(name: str, value: str) -> None:
    given = GOOD | {"ENCRYPTION_KEYS": KEY, name: value}
    assert plain(getattr(read_settings(given), name.lower())) == value


def test_the_example_of_the_file_works_and_so_do_all_its_defaults() -> None:
    text = (ROOT / "bot.example.toml").read_text("utf-8")
    path = Path("bot.toml")
    path.write_text(text, "utf-8")
    read = read_settings(GOOD | {"FUSION_AGENT_TEAM": ""})
    assert [each.code for each in build_teams(read).teams] == ["FINANCE_DESK", "HR_HELP"]
    path.write_text(re.sub(r"^#(?=[a-z_]+ = )", "", text, flags=re.MULTILINE), "utf-8")
    spelt_out = read_settings(GOOD | {"FUSION_AGENT_TEAM": ""})
    for name in set(STRUCTURED) - BY_EXAMPLE - {"links"}:
        assert getattr(spelt_out, name) == getattr(Settings(), name), name
    assert spelt_out.links.hosts
    assert spelt_out.users
    assert spelt_out.managers
    assert spelt_out.approval_policies


def test_the_example_of_the_file_lists_every_field() -> None:
    text = (ROOT / "bot.example.toml").read_text("utf-8")
    listed = tomllib.loads(re.sub(r"^#(?=[a-z_]+ = )", "", text, flags=re.MULTILINE))
    assert set(listed) == set(STRUCTURED)
    for name in set(STRUCTURED) - BY_EXAMPLE:
        kind = Settings.model_fields[name].annotation
        assert isinstance(kind, type)
        assert issubclass(kind, BaseModel)
        assert set(listed[name]) == set(kind.model_fields)
    fields = {field for team in listed["agent_teams"] for field in team}
    assert fields == set(AgentTeamSettings.model_fields)
    (policy,) = listed["approval_policies"]
    assert set(policy) == set(PolicySettings.model_fields)
    assert set(policy["working_hours"]) == set(WorkingHoursSettings.model_fields)
    fields = {field for stage in policy["stages"] for field in stage}
    assert fields == set(StageSettings.model_fields)
