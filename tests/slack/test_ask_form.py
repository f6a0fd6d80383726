"""The form of the shortcuts: what it carries along fits, and what its menu shows is what is asked."""

import json

import pytest

from bot.domain.agent_team import AgentTeam
from bot.slack.asking.form import About, draw_ask_form, read_about, read_answers
from bot.slack.asking.teams import draw_team_picker

MANY = tuple(AgentTeam(f"T{number}", f"Team {number}") for number in range(130))


@pytest.mark.parametrize(
    "text",
    [
        "請求書はいつ支払われますか。" * 200,
        "🧾💶" * 900,
        '"quoted"\n\\and\\\t' * 300,
        "& < > " * 700,
        "plain words " * 400,
        "short",
        "",
    ],
)
def test_what_a_form_carries_along_fits_and_comes_back(text: str) -> None:
    about = read_about({"ts": "1700.1", "text": text}, "C1")
    view = draw_ask_form(about)
    carried = view["private_metadata"]
    assert len(carried.encode("utf-16-le")) // 2 <= 3000
    values = {"question": {"question": {"value": "why?"}}}
    _, _, back = read_answers({"private_metadata": carried, "state": {"values": values}})
    assert back == about == About("C1", "1700.1", back.text)
    assert text.strip().startswith(back.text)
    assert len(back.text) >= min(len(text.strip()), 350)


def test_a_message_that_says_it_in_attachments_alone_is_sent_along() -> None:
    alert = {"ts": "1700.1", "text": "", "attachments": [{"fallback": "Disk full on host 7"}, {}]}
    assert read_about(alert, "C1").text == "Disk full on host 7"


@pytest.mark.parametrize("teams", [MANY, MANY[:3]])
def test_who_would_answer_anyway_is_what_the_menu_shows(teams: tuple[AgentTeam, ...]) -> None:
    chosen = MANY[120]
    view = draw_ask_form(About(), teams, chosen)
    menu = view["blocks"][-1]["element"]
    assert menu["initial_option"]["value"] == "T120"
    codes = [each["value"] for each in menu["options"]]
    assert codes[0] == "T120"
    assert len(codes) == len(set(codes)) <= 100
    assert json.dumps(menu["initial_option"]) == json.dumps(menu["options"][0])


def test_a_choice_among_too_many_teams_is_shown_as_what_it_is() -> None:
    blocks = draw_team_picker(MANY, "T120", MANY[0])
    menu = blocks[-1]["accessory"]
    assert menu["initial_option"]["value"] == "T120"
    assert len(menu["options"]) == 100
    assert menu["initial_option"] in menu["options"]
