"""Clicks, commands and forms, in our words: who did what, where."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st

from bot.deciding import Card
from bot.domain.agent_team import AgentTeam, AgentTeams
from bot.domain.job import Action
from bot.domain.turn import Origin, Person, Place
from bot.slack.asking.payloads import (
    Carried,
    build_private_metadata,
    command_turn,
    message_key,
    read_click,
    read_command,
    read_person,
    read_private_metadata,
)

BOT = "U0BOT"
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
TEAMS = AgentTeams((AgentTeam("FINANCE"), AgentTeam("HR", channels=("C0HR",))))


CLICK = {
    "type": "block_actions",
    "user": {"id": "U0BEN", "team_id": "T1"},
    "team": {"id": "T1", "domain": "acme"},
    "trigger_id": "13.37.abc",
    "channel": {"id": "C0FIN", "name": "finance"},
    "container": {
        "type": "message",
        "message_ts": "1705.1",
        "channel_id": "C0FIN",
        "thread_ts": "1700.1",
    },
    "message": {"ts": "1705.1", "user": BOT, "thread_ts": "1700.1"},
    "actions": [{"action_id": "approval_approve", "block_id": "b", "value": "run|run-1"}],
}


def test_a_click_is_of_whoever_pressed() -> None:
    click = read_click(CLICK)
    assert click.person == Person("T1", "U0BEN")
    assert (click.channel, click.thread_ts, click.message_ts) == ("C0FIN", "1700.1", "1705.1")
    assert (click.action_id, click.value) == ("approval_approve", "run|run-1")
    assert click.trigger_id == "13.37.abc"


def test_a_click_in_a_message_without_a_thread_or_in_a_view() -> None:
    click = read_click({**CLICK, "container": {"type": "view"}, "message": None, "channel": None})
    assert (click.channel, click.thread_ts, click.message_ts) == ("", None, "")
    click = read_click({**CLICK, "container": None, "message": {"ts": "1"}})
    assert (click.channel, click.thread_ts) == ("C0FIN", None)


def test_a_form_that_was_opened_elsewhere_is_of_the_workspace_that_has_the_app() -> None:
    body = {"view": {"app_installed_team_id": "T1"}, "team": {"id": "T9"}, "user": {"id": "U1"}}
    assert read_person(body) == Person("T1", "U1")


def test_a_person_without_a_team_beside_them_brings_their_own() -> None:
    assert read_person({"user": {"id": "U1", "team_id": "T9"}, "team": None}) == Person("T9", "U1")
    assert read_person({"user": {"id": "U1"}}) == Person("", "U1")


@pytest.mark.parametrize(
    ("text", "word", "rest"),
    [
        ("", "", ""),
        ("  status ", "status", ""),
        ("ASK  what is due? ", "ask", "what is due?"),
        ("what is due?", "what", "is due?"),
        ("ask\nwhat is due?", "ask", "what is due?"),
    ],
)
def test_a_command_has_a_first_word_and_a_rest(text: str, word: str, rest: str) -> None:
    command = read_command({"team_id": "T1", "user_id": "U1", "channel_id": "C1", "text": text})
    assert (command.word, command.rest) == (word, rest)
    assert command.command == "/fusion"


def test_a_commands_question_begins_a_thread_of_its_own() -> None:
    body = {
        "team_id": "T1",
        "user_id": "U1",
        "channel_id": "C0HR",
        "command": "/hr",
        "text": "ask How many days?",
        "trigger_id": "1.2.x",
    }
    command = read_command(body)
    turn = command_turn(command, command.rest, TEAMS, NOW)
    assert turn.place == Place("T1", "C0HR", None)
    assert turn.origin is Origin.COMMAND
    assert (turn.text, turn.agent_team) == ("How many days?", "HR")
    assert turn.key == command_turn(command, command.rest, TEAMS, NOW).key
    other = read_command({**body, "trigger_id": "3.4.y"})
    assert command_turn(other, other.rest, TEAMS, NOW).key != turn.key


@given(
    st.builds(Card, st.text(), st.text(), st.text(), st.text()), st.none() | st.sampled_from(Action)
)
def test_what_a_form_carries_comes_back(card: Card, action: Action | None) -> None:
    carried = Carried(card, action)
    assert read_private_metadata(build_private_metadata(carried)) == carried
    below = replace(carried, thread_ts="1700.1")
    assert read_private_metadata(build_private_metadata(below)) == below


def test_a_message_key_tells_workspaces_and_channels_apart() -> None:
    assert len({message_key(*each) for each in (("T1", "C", "1"), ("T2", "C", "1"))}) == 2
