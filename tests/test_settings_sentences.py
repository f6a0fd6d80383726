"""What is wrong is said in the project's words, wherever it stands."""

from pathlib import Path

import pytest
from pydantic import TypeAdapter, ValidationError

from bot.settings.sentences import describe
from bot.settings.values import SECRETS
from tests.test_settings import GOOD, OTHERS, problems_of

TEAM = '[[agent_teams]]\ncode = "A"\n'
POLICY = "[[approval_policies]]\n"
STAGE = POLICY + "[[approval_policies.stages]]\n"


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ("[treads]", "treads: there is no such setting; did you mean `threads`?"),
        ("zzz = 1", "zzz: there is no such setting."),
        ("slack_bot_tokn = 1", "slack_bot_tokn: there is no such setting."),
        ("[polling]\nshortes = 1", "polling.shortes: … did you mean `shortest`?"),
        (TEAM + 'channel = "C1"', "agent_teams.0.channel: … did you mean `channels`?"),
        ("[channels.C01]\nguest = true", "channels.C01.guest: … did you mean `guests`?"),
        (POLICY + "nam = 1", "approval_policies.0.nam: … did you mean `name`?"),
        (STAGE + "group = 1", "approval_policies.0.stages.0.group: … did you mean `groups`?"),
        (
            POLICY + "working_hours = { ends = 1 }",
            "approval_policies.0.working_hours.ends: … did you mean `end`?",
        ),
        (
            'FUSION_BASE_URL = "https://p.example.com"',
            "FUSION_BASE_URL: settings are in lower case in this file; write `fusion_base_url`.",
        ),
        ("[Threads]", "Threads: settings are in lower case in this file; write `threads`."),
        ("[polling]\nSHARE = 1", "polling.SHARE: … write `share`."),
        (
            "links = 3",
            "links: this is a table; write what is in it below its name in square brackets.",
        ),
        (
            "[links]\nhosts = 3",
            "links.hosts: this is a list; write what is in it in square brackets.",
        ),
        ("[[agent_teams]]", "agent_teams.0.code: this is needed here; give it."),
        ('[[agent_teams]]\ncode = ""', "agent_teams.0.code: this is empty; fill it in."),
        (TEAM + 'version = "x"', "agent_teams.0.version: write a whole number."),
        (TEAM + "version = 1.5", "agent_teams.0.version: write a whole number."),
        (TEAM + 'status = "OLD"', "agent_teams.0.status: write 'PUBLISHED' or 'DRAFT'."),
        (TEAM + "parameters = 1", "agent_teams.0.parameters: this is a table; …"),
        ("[users]\na = 1", "users.a: write a text in quotation marks."),
        ("[managers]\nanna = 'U1'", "managers.anna: this is no id of Slack's; …"),
        ("[answers]\nfooter = 'perhaps'", "answers.footer: write true or false."),
        ("[polling]\nshare = 'x'", "polling.share: write a number."),
        ("[polling]\nshare = 2", "polling.share: write a number up to 1."),
        ("[polling]\nshortest = 0", "polling.shortest: write a number above 0."),
        ("[polling]\nshortest = nan", "polling.shortest: write a number that is not inf or nan."),
        ("[limits]\nper_thread = 0", "limits.per_thread: write a number from 1 on."),
        (
            POLICY + "expires_after = 'soon'",
            "approval_policies.0.expires_after: write a time span such as 30min, 4h or 2d.",
        ),
        (
            STAGE + "quorum = 1.5",
            'approval_policies.0.stages.0.quorum: write a whole number, or "all".',
        ),
    ],
)
def test_a_mistake_in_the_file_is_said_in_our_words(toml: str, says: str) -> None:
    (problem,) = problems_of(GOOD, toml)
    begin, _, end = says.partition("…")
    assert problem.startswith(f"bot.toml, {begin.rstrip()}")
    assert problem.endswith(end)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("BOT_PORT", "http", "write a whole number."),
        ("BOT_PORT", "9" * 5000, "write a whole number."),
        ("BOT_PORT", "70000", "write a number up to 65535."),
        ("FUSION_TIMEOUT_SECONDS", "soon", "write a number."),
        ("LOG_LEVEL", "loud", "write 'debug', 'info', 'warning' or 'error'."),
    ],
)
def test_a_mistake_in_the_environment_is_said_in_our_words(
    name: str, value: str, says: str
) -> None:
    assert problems_of(GOOD | {name: value}) == [f"{name}: {says}"]


@pytest.mark.parametrize("name", SECRETS)
def test_secrets_do_not_belong_in_the_file_however_they_are_written(name: str) -> None:
    for written in (name.upper(), f"{name}_file", f"{name.upper()}_FILE"):
        (problem,) = problems_of(GOOD | OTHERS, f'{written} = "hidden-in-file"')
        assert problem.startswith(f"{name.upper()}: secrets do not belong in bot.toml.")


def test_what_has_no_sentence_of_ours_keeps_its_own() -> None:
    with pytest.raises(ValidationError) as wrong:
        TypeAdapter(dict[str, bytes]).validate_python({"a": 1})
    assert describe(wrong.value) == ["bot.toml, a: Input should be a valid bytes."]
