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
