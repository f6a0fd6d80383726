"""Which agent team is asked, and what people call it."""

import pytest

from bot.domain.agent_team import FACTS, AgentTeam, AgentTeams, UnknownAgentTeam, unknown_facts

HELP = AgentTeam("HELP_DESK", name="Help desk")
PAY = AgentTeam("AP_TEAM", channels=("C-PAY", "C-TAX"))
TAX = AgentTeam("TAX_TEAM", channels=("C-TAX",))
TEAMS = AgentTeams((HELP, PAY, TAX))


def test_a_team_is_called_by_its_name_or_else_by_its_code() -> None:
    assert HELP.title == "Help desk"
    assert PAY.title == "AP_TEAM"


def test_a_team_is_found_by_its_code() -> None:
    assert TEAMS.by_code("TAX_TEAM") is TAX


@pytest.mark.parametrize("code", ["GONE", "", "tax_team"])
def test_a_team_that_is_not_offered_is_unknown(code: str) -> None:
    with pytest.raises(UnknownAgentTeam, match=f"^{code}$"):
        TEAMS.by_code(code)


def test_a_channel_is_answered_by_the_first_team_that_names_it() -> None:
    assert TEAMS.for_channel("C-PAY") is PAY
    assert TEAMS.for_channel("C-TAX") is PAY


def test_a_channel_that_no_team_names_is_answered_by_the_first_team() -> None:
    assert TEAMS.for_channel("C-ELSE") is HELP


def test_a_team_asks_as_an_end_user_for_its_latest_published_version() -> None:
    team = AgentTeam("AP_TEAM")
    assert (team.version, team.status, team.invocation_mode) == (None, "PUBLISHED", "END_USER")
    assert dict(team.parameters) == {}


def test_parameters_may_name_facts_about_the_question() -> None:
    assert unknown_facts({each: f"is {{{each}}}" for each in FACTS}) == set()
    assert unknown_facts({}) == set()


def test_what_is_no_fact_about_a_question_is_named() -> None:
    parameters = {"who": "{asker_name} ({asker_age})", "where": "{room}", "shape": "{} {Not One}"}
    assert unknown_facts(parameters) == {"asker_age", "room"}


@pytest.mark.parametrize(
    ("channel", "chosen", "team"),
    [
        ("C-ELSE", "TAX_TEAM", TAX),
        ("C-ELSE", "GONE", HELP),
        ("C-PAY", "TAX_TEAM", PAY),
    ],
)
def test_a_choice_counts_where_the_channel_has_no_team(
    channel: str, chosen: str, team: AgentTeam
) -> None:
    assert TEAMS.for_channel(channel, chosen) is team


@pytest.mark.parametrize(
    ("words", "team"),
    [
        ("AP_TEAM", PAY),
        ("ap_team", PAY),
        ("  help   DESK ", HELP),
        ("", None),
        ("help", None),
    ],
)
def test_a_team_is_found_by_code_or_name_whatever_the_case(
    words: str, team: AgentTeam | None
) -> None:
    assert TEAMS.found_by(words) is team


@pytest.mark.parametrize(
    ("question", "team", "rest"),
    [
        ("+AP_TEAM pay 4711", PAY, "pay 4711"),
        ("+ap_team: pay 4711", PAY, "pay 4711"),
        ("Help desk: my screen", HELP, "my screen"),
        ("  help DESK, my\nscreen", HELP, "my\nscreen"),
        ("TAX_TEAM, when is it due?", TAX, "when is it due?"),
    ],
)
def test_a_question_may_begin_by_naming_its_team(question: str, team: AgentTeam, rest: str) -> None:
    assert TEAMS.addressed_in(question) == (team, rest)


@pytest.mark.parametrize(
    "question",
    [
        "AP_TEAM pay 4711",
        "Help desk is closed",
        "+AP_TEAMS pay",
        "+AP_TEAM",
        "Help desk:",
        "please, Help desk: pay",
        "2+AP_TEAM 3",
        "",
    ],
)
def test_a_question_that_merely_has_a_name_in_it_names_no_team(question: str) -> None:
    assert TEAMS.addressed_in(question) is None
