"""The settings: from every source, checked at once, and no secret in any message."""

import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings as hypothesis_settings, strategies as st
from pydantic import SecretStr

from bot.build import build_look, build_patience, build_polling, build_teams
from bot.settings import Settings, WrongSettings, read_settings
from bot.settings.values import FLAT, SECRETS

ROOT = Path(__file__).parents[1]
KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="  # made up
TOKEN, SECRET = "xoxb-hidden-1", "hidden-2"

GOOD = {
    "SLACK_BOT_TOKEN": TOKEN,
    "SLACK_APP_TOKEN": "xapp-hidden-3",
    "FUSION_BASE_URL": "https://pod.example.com",
    "FUSION_AGENT_TEAM": "FINANCE",
    "FUSION_TOKEN_URL": "https://id.example.com/oauth2/v1/token",
    "FUSION_CLIENT_ID": "client",
    "FUSION_CLIENT_SECRET": SECRET,
    "FUSION_SCOPE": "urn:opc:resource:fusion:pod:fusion-ai/",
}
OTHERS = {
    "SLACK_SIGNING_SECRET": "hidden-4",
    "SLACK_API_URL": "http://127.0.0.1:8000/api/",
    "SLACK_COMMAND": "/erp",
    "SLACK_CLIENT_ID": "1234.5678",
    "SLACK_CLIENT_SECRET": "hidden-10",
    "FEEDBACK_URL": "https://quality.example.com/feedback",
    "OTEL_EXPORTER_OTLP_ENDPOINT": "https://collector.example.com",
    "FEEDBACK_TOKEN": "hidden-9",
    "FUSION_API_VERSION": "v2",
    "FUSION_STATUS_API_VERSION": "v1",
    "FUSION_TIMEOUT_SECONDS": "5.5",
    "FUSION_GRANT": "client_credentials",
    "FUSION_CLIENT_AUTH": "client_secret_post",
    "FUSION_AUTHORIZE_URL": "https://id.example.com/oauth2/v1/authorize",
    "FUSION_DEVICE_URL": "https://id.example.com/oauth2/v1/device",
    "FUSION_REVOKE_URL": "https://id.example.com/oauth2/v1/revoke",
    "FUSION_USERNAME": "integration",
    "FUSION_PASSWORD": "hidden-6",
    "FUSION_PRIVATE_KEY_FILE": "key.pem",
    "FUSION_KEY_ID": "alias",
    "FUSION_CERTIFICATE_FILE": "certificate.pem",
    "FUSION_ASSERTION_ISSUER": "issuer",
    "FUSION_ASSERTION_AUDIENCE": "one,two",
    "FUSION_TENANT_NAME": "idcs-1",
    "FUSION_SAML_ASSERTION_FILE": "{user}.xml",
    "FUSION_REFRESH_TOKEN": "hidden-7",
    "FUSION_USER_NAME_FROM": "email_local_part",
    "DATABASE_URL": "sqlite:///elsewhere/bot.db",
    "ENCRYPTION_KEYS": f"{KEY}, {KEY}",
    "BOT_HOST": "0.0.0.0",  # noqa: S104 - read, not bound
    "BOT_PORT": "0",
    "PUBLIC_URL": "https://bot.example.com",
    "LOG_LEVEL": "debug",
    "LOG_FORMAT": "console",
}


@pytest.fixture(autouse=True)
def an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def problems_of(environment: dict[str, str], toml: str | None = None) -> list[str]:
    if toml is not None:
        Path("bot.toml").write_text(toml, "utf-8")
    with pytest.raises(WrongSettings) as wrong:
        read_settings(environment)
    for hidden in ("hidden-", *environment.values()):
        if "hidden" in hidden:
            assert hidden not in repr(wrong.value) + str(wrong.value.problems)
    return wrong.value.problems


def plain(value: Any) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def test_every_variable_of_the_environment_is_read() -> None:
    given = GOOD | OTHERS
    assert {name.upper() for name in FLAT} == set(given)
    read = read_settings(given)
    for name, value in given.items():
        assert plain(getattr(read, name.lower())) == value


def test_the_least_that_must_be_given_is_enough() -> None:
    read = read_settings(GOOD)
    assert read.uses_socket_mode
    assert [each.code for each in read.offered_teams] == ["FINANCE"]
    assert plain(read.database_url) == "sqlite:///data/bot.db"
    assert (read.bot_host, read.bot_port) == ("127.0.0.1", 3000)


def test_without_an_app_token_slack_comes_by_http() -> None:
    given = GOOD | {"SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": "hidden-5"}
    assert not read_settings(given).uses_socket_mode


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_can_come_from_a_file(name: str, tmp_path: Path) -> None:
    given = GOOD | OTHERS
    file = tmp_path / "secret"
    file.write_text(f"{given.pop(name.upper())}\n", "utf-8")
    read = read_settings(given | {f"{name.upper()}_FILE": str(file)})
    assert plain(getattr(read, name)) == (GOOD | OTHERS)[name.upper()]


def test_what_the_environment_says_itself_comes_before_a_file(tmp_path: Path) -> None:
    read = read_settings(GOOD | {"SLACK_BOT_TOKEN_FILE": str(tmp_path / "none")})
    assert plain(read.slack_bot_token) == TOKEN


def test_only_secrets_come_from_files(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("x", "utf-8")
    given = {name: value for name, value in GOOD.items() if name != "FUSION_CLIENT_ID"}
    (problem,) = problems_of(given | {"FUSION_CLIENT_ID_FILE": str(tmp_path / "x")})
    assert problem.startswith("FUSION_CLIENT_ID:")


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_secrets_file_that_cannot_be_read_is_named_once(
    content: bytes | None, tmp_path: Path
) -> None:
    if content:
        (tmp_path / "secret").write_bytes(content)
    given = GOOD | {"SLACK_BOT_TOKEN": "", "SLACK_BOT_TOKEN_FILE": str(tmp_path / "secret")}
    (problem,) = problems_of(given)
    assert problem.startswith("SLACK_BOT_TOKEN_FILE: the file cannot be read")


def test_no_secret_shows_in_a_repr() -> None:
    assert "hidden" not in repr(read_settings(GOOD)) + str(read_settings(GOOD))


def test_all_problems_are_named_at_once_with_what_to_do() -> None:
    problems = problems_of({})
    named = [each.partition(":")[0] for each in problems]
    assert named == [
        "SLACK_BOT_TOKEN",
        "SLACK_APP_TOKEN or SLACK_SIGNING_SECRET",
        "FUSION_BASE_URL",
        "FUSION_AGENT_TEAM",
        "FUSION_TOKEN_URL",
        "FUSION_CLIENT_ID",
        "FUSION_CLIENT_SECRET",
        "FUSION_SCOPE",
    ]
    assert all(each.endswith((".", ")")) and "ive " in each for each in problems)


WRONG = [
    ("SLACK_BOT_TOKEN", "xoxp-hidden"),
    ("SLACK_APP_TOKEN", "xoxb-hidden"),
    ("SLACK_API_URL", "slack.com"),
    ("SLACK_API_URL", "http://slack.example.com/"),
    ("SLACK_COMMAND", "fusion"),
    ("FEEDBACK_URL", "quality.example.com"),
    ("FUSION_BASE_URL", "https://pod.example.com/api"),
    ("FUSION_BASE_URL", "https://pod.example.com?x=1"),
    ("FUSION_BASE_URL", "http://pod.example.com"),
    ("FUSION_BASE_URL", "http://["),
    ("FUSION_BASE_URL", "https://pod.example.com:port"),
    ("FUSION_BASE_URL", "ftp://pod.example.com"),
    ("FUSION_BASE_URL", "https://"),
    ("FUSION_API_VERSION", "v3"),
    ("FUSION_TIMEOUT_SECONDS", "soon"),
    ("FUSION_TIMEOUT_SECONDS", "0"),
    ("FUSION_TIMEOUT_SECONDS", "nan"),
    ("FUSION_GRANT", "implicit"),
    ("FUSION_CLIENT_AUTH", "none"),
    ("FUSION_CLIENT_AUTH", "tls_client_auth"),
    ("FUSION_REVOKE_URL", "http://id.example.com/revoke"),
    ("FUSION_USER_NAME_FROM", "badge"),
    ("FUSION_TOKEN_URL", "id.example.com"),
    ("DATABASE_URL", "mysql://db"),
    ("DATABASE_URL", "sqlite:///"),
    ("ENCRYPTION_KEYS", f"{KEY},hidden-key"),
    ("ENCRYPTION_KEYS", "hidden-ü"),
    ("BOT_PORT", "70000"),
    ("BOT_PORT", "http"),
    ("PUBLIC_URL", "bot.example.com"),
    ("LOG_LEVEL", "loud"),
    ("LOG_FORMAT", "xml"),
]


NEEDED = [
    ("password", {}, ["FUSION_USERNAME", "FUSION_PASSWORD"]),
    ("refresh_token", {}, ["FUSION_REFRESH_TOKEN"]),
    ("authorization_code", {}, ["FUSION_AUTHORIZE_URL", "PUBLIC_URL"]),
    ("device_code", {}, ["FUSION_DEVICE_URL"]),
    ("saml2_bearer", {}, ["FUSION_SAML_ASSERTION_FILE"]),
    ("saml2_bearer", {"FUSION_SAML_ASSERTION_FILE": "none.xml"}, ["FUSION_SAML_ASSERTION_FILE"]),
    ("jwt_bearer", {}, ["FUSION_PRIVATE_KEY_FILE", "FUSION_KEY_ID or FUSION_CERTIFICATE_FILE"]),
    (
        "jwt_bearer",
        {"FUSION_PRIVATE_KEY_FILE": "none.pem", "FUSION_CERTIFICATE_FILE": "none.pem"},
        ["FUSION_PRIVATE_KEY_FILE", "FUSION_CERTIFICATE_FILE"],
    ),
    (
        "client_credentials",
        {"FUSION_CLIENT_AUTH": "private_key_jwt"},
        ["FUSION_PRIVATE_KEY_FILE", "FUSION_KEY_ID or FUSION_CERTIFICATE_FILE"],
    ),
]


@pytest.mark.parametrize(("grant", "more", "named"), NEEDED)
def test_what_a_grant_needs_is_named(grant: str, more: dict[str, str], named: list[str]) -> None:
    problems = problems_of(GOOD | {"FUSION_GRANT": grant} | more)
    assert [each.partition(":")[0] for each in problems] == named


def test_a_client_without_a_secret_is_enough_where_it_proves_itself_otherwise() -> None:
    given = GOOD | {"FUSION_CLIENT_SECRET": "", "FUSION_CLIENT_AUTH": "none"}
    browser = {
        "FUSION_GRANT": "authorization_code",
        "FUSION_AUTHORIZE_URL": "https://id.example.com/authorize",
        "PUBLIC_URL": "https://bot.example.com",
    }
    assert not read_settings(given | browser).acts_as_one


@pytest.mark.parametrize(
    ("toml", "more", "where"),
    [
        ('[users]\n"anna" = "ANNA"', {}, "users"),
        ("", {"FUSION_USER_NAME_FROM": "users"}, "users"),
        (
            "[sign_in]\nmust_match = false",
            {"FUSION_GRANT": "device_code", "FUSION_DEVICE_URL": "https://id.example.com/d"},
            "sign_in.must_match",
        ),
    ],
)
def test_people_must_be_named_as_slack_knows_them(
    toml: str, more: dict[str, str], where: str
) -> None:
    (problem,) = problems_of(GOOD | more, toml)
    assert problem.startswith(f"bot.toml, {where}")


@pytest.mark.parametrize(
    ("grant", "more", "is_one"),
    [
        ("client_credentials", {}, True),
        ("password", {}, True),
        ("refresh_token", {}, True),
        ("jwt_bearer", {}, False),
        ("saml2_bearer", {"fusion_saml_assertion_file": "a/{user}.xml"}, False),
        ("saml2_bearer", {"fusion_saml_assertion_file": "a/all.xml"}, True),
        ("authorization_code", {}, False),
        ("device_code", {}, False),
    ],
)
def test_who_acts_follows_from_the_grant(grant: str, more: dict[str, str], is_one: bool) -> None:
    assert Settings.model_validate({"fusion_grant": grant, **more}).acts_as_one is is_one


def test_what_an_identity_domain_has_beside_its_token_endpoint_need_not_be_given() -> None:
    url = "https://idcs-123.identity.oraclecloud.com/oauth2/v1"
    read = Settings(fusion_token_url=f"{url}/token")
    assert (read.revoke_url, read.tenant_name) == (f"{url}/revoke", "idcs-123")
    given = Settings(
        fusion_token_url=f"{url}/token",
        fusion_revoke_url="https://id.example.com/r",
        fusion_tenant_name="idcs-9",
    )
    assert (given.revoke_url, given.tenant_name) == ("https://id.example.com/r", "idcs-9")
    other = Settings(fusion_token_url="https://id.example.com/token")
    assert (other.revoke_url, other.tenant_name) == ("", "")


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_what_is_wrong_is_named_with_its_variable_and_nothing_else(name: str, value: str) -> None:
    (problem,) = problems_of(GOOD | {name: value})
    assert problem.startswith(f"{name}: ")
    assert problem.endswith((".", ")"))


def test_all_that_is_wrong_is_named_in_one_message() -> None:
    wrong = dict(WRONG)
    problems = problems_of(GOOD | wrong, "[polling]\nshortest = -1\nunknown = 2\n[nonsense]\n")
    for name in wrong:
        assert any(each.startswith(f"{name}: ") for each in problems)
    for where in ("polling.shortest", "polling.unknown", "nonsense"):
        assert any(each.startswith(f"bot.toml, {where}: ") for each in problems)


def test_http_is_allowed_on_this_very_machine() -> None:
    for host in ("127.0.0.1:80", "localhost", "[::1]:9"):
        url = f"http://{host}"
        assert read_settings(GOOD | {"FUSION_BASE_URL": url}).fusion_base_url == url


# bot.toml


def test_the_environment_wins_over_the_file() -> None:
    Path("bot.toml").write_text('bot_port = 1\nlog_level = "debug"\n', "utf-8")
    read = read_settings(GOOD | {"BOT_PORT": "2"})
    assert (read.bot_port, read.log_level) == (2, "debug")


def test_the_file_can_be_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text("bot_port = 7", "utf-8")
    assert read_settings(GOOD | {"BOT_CONFIG": str(tmp_path / "other.toml")}).bot_port == 7


def test_a_file_that_was_named_must_be_there(tmp_path: Path) -> None:
    (problem,) = problems_of(GOOD | {"BOT_CONFIG": str(tmp_path / "none.toml")})
    assert problem.startswith("BOT_CONFIG: there is no file at")


@pytest.mark.parametrize("content", [b"[[", b"\xff", None])
def test_a_file_that_cannot_be_read_is_said_to_be_so(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "odd.toml"
    path.mkdir() if content is None else path.write_bytes(content)
    (problem,) = problems_of(GOOD | {"BOT_CONFIG": str(path)})
    assert "cannot be read" in problem
    assert str(path) in problem


@pytest.mark.parametrize("name", SECRETS)
def test_secrets_do_not_belong_in_the_file(name: str) -> None:
    problems = problems_of(GOOD | OTHERS, f'{name} = "hidden-in-file"')
    assert [each.partition(":")[0] for each in problems] == [name.upper()]
    assert "secrets do not belong in bot.toml" in problems[0]


@pytest.mark.parametrize(
    ("toml", "where"),
    [
        ("[[agent_teams]]", "agent_teams.0.code"),
        ('[[agent_teams]]\ncode = ""', "agent_teams.0.code"),
        ('[[agent_teams]]\ncode = "A"\nversion = "new"', "agent_teams.0.version"),
        ('[[agent_teams]]\ncode = "A"\nstatus = "OLD"', "agent_teams.0.status"),
        ('[[agent_teams]]\ncode = "A"\nchannel = "C1"', "agent_teams.0.channel"),
        ('[approvals]\nstrategy = "guess"', "approvals.strategy"),
        ("[polling]\nshare = 2", "polling.share"),
        ("[patience]\nwaiting_days = 0", "patience.waiting_days"),
        ("[patience]\nwaiting_days = inf", "patience.waiting_days"),
        ("[patience]\nwaiting_days = nan", "patience.waiting_days"),
        ("[retention]\ndays = 1e300", "retention.days"),
        ("[threads]\nnotify_after_seconds = -1", "threads.notify_after_seconds"),
        ("[links]\nhosts = 3", "links.hosts"),
        ("typo = 1", "typo"),
        ("[channels.general]\nguests = true", "channels"),
        ("[channels.D0123]\nguests = true", "channels"),
        ("[channels.C0123]\nguest = true", "channels.C0123.guest"),
        ('[workspaces.acme]\nagent_team = "FINANCE"', "workspaces"),
    ],
)
def test_a_mistake_in_the_file_is_named_by_its_place(toml: str, where: str) -> None:
    (problem,) = problems_of(GOOD, toml)
    assert problem.startswith(f"bot.toml, {where}: ")


def test_teams_must_differ_and_name_facts_that_there_are() -> None:
    team = '[[agent_teams]]\ncode = "A"\nparameters = { who = "{asker}", e = "{asker_email}" }\n'
    twice, *unknown = problems_of(GOOD, team * 2)
    assert twice == "bot.toml, agent_teams: A is listed twice. Keep one of them."
    assert "parameters name {asker}, which is not known" in unknown[0]


@pytest.mark.parametrize(
    ("default", "offered"), [("", ["A", "B"]), ("B", ["B", "A"]), ("C", ["C", "A", "B"])]
)
def test_the_default_team_comes_first(default: str, offered: list[str]) -> None:
    toml = '[[agent_teams]]\ncode = "A"\n[[agent_teams]]\ncode = "B"\nname = "Bees"\n'
    Path("bot.toml").write_text(toml, "utf-8")
    read = read_settings(GOOD | {"FUSION_AGENT_TEAM": default})
    assert [each.code for each in read.offered_teams] == offered
    assert build_teams(read).by_code("B").title == "Bees"


NAMES = [*(name.upper() for name in FLAT), "BOT_CONFIG", "SLACK_BOT_TOKEN_FILE"]
VALUES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


@hypothesis_settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), VALUES | st.sampled_from(["http://[", "nan", "1"])))
def test_whatever_the_environment_says_it_is_read_or_refused_in_words(
    given: dict[str, str],
) -> None:
    with suppress(WrongSettings):
        read_settings(GOOD | given)


@pytest.mark.parametrize("number", [1e-9, 100_000])
def test_any_number_that_is_taken_can_be_reckoned_with(number: float) -> None:
    fields = {"polling": "longest", "patience": "waiting_days", "retention": "days"}
    toml = "".join(f"[{table}]\n{field} = {number}\n" for table, field in fields.items())
    Path("bot.toml").write_text(toml + f"[threads]\nnotify_after_seconds = {number}", "utf-8")
    read = read_settings(GOOD)
    assert build_polling(read).longest >= build_patience(read).grace * 0
    assert build_look(read, build_teams(read)).notify_after >= read.retention.period * 0


def test_nothing_but_the_settings_reads_the_environment() -> None:
    for folder in ("bot", "storage"):
        for path in (ROOT / folder).rglob("*.py"):
            if "settings" not in path.parts:
                assert not re.search(r"\benviron\b|\bgetenv\b", path.read_text("utf-8")), path


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("sqlite:////var/bot.db", "sqlite:////var/bot.db"),
        ("postgresql://bot:hidden-7@db:5432/fusion", "postgresql://db:5432/fusion"),
        ("postgresql://bot:a@b@db/fusion?password=hidden-8", "postgresql://db/fusion"),
    ],
)
def test_a_database_is_shown_without_its_password(url: str, shown: str) -> None:
    given = GOOD | {"DATABASE_URL": url, "ENCRYPTION_KEYS": KEY}
    assert read_settings(given).database == shown


def test_postgresql_wants_a_key_that_all_replicas_share() -> None:
    with pytest.raises(WrongSettings) as wrong:
        read_settings(GOOD | {"DATABASE_URL": "postgresql://db/fusion"})
    assert "ENCRYPTION_KEYS: PostgreSQL needs one" in wrong.value.problems[0]


def test_words_may_be_written_in_capitals() -> None:
    given = {"LOG_LEVEL": "INFO", "LOG_FORMAT": "JSON", "FUSION_API_VERSION": "V2"}
    settings = read_settings(GOOD | given)
    assert (settings.log_level, settings.log_format, settings.fusion_api_version) == (
        *("info", "json", "v2"),
    )
