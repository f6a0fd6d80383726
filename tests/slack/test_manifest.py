"""The manifest is what the code listens to and may do, no more and no less."""

import json
import re
from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from jsonschema import Draft7Validator
from slack_bolt.async_app import AsyncApp

from bot.domain.agent_team import AgentTeam, AgentTeams
from bot.playground.slack.registry import METHODS
from bot.slack.answers.feedback import FeedbackListeners
from bot.slack.approvals.listeners import ApprovalListeners
from bot.slack.asking.attachments import SLACKS_OWN
from bot.slack.asking.listeners import Listeners
from bot.slack.asking.shortcuts import AskListeners
from bot.slack.asking.team_listeners import TeamListeners
from bot.slack.budgets import PER_MINUTE
from bot.slack.installing.leaving import LeavingListeners
from bot.slack.installing.manifest import EVENTS, SCOPES, build_manifest, print_manifest
from bot.slack.outbound import NEVER_REPEATED, READS
from bot.slack.people.sign_in_listeners import SignInListeners

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT.parent / "shared" / "schemas" / "slack-manifest.schema.json"
CODE = "\n".join(path.read_text("utf-8") for path in (ROOT / "bot" / "slack").rglob("*.py"))
CALLED = set(
    re.findall(r'"((?:chat|users|usergroups|conversations|views|assistant|agents|files)\.[a-zA-Z.]+)"', CODE)
) - set(EVENTS) - set(SCOPES) - set(SLACKS_OWN)  # fmt: skip
CONTRACT = {
    "approval_approve",
    "approval_reject",
    "approval_reply",
    "run_stop",
    "run_again",
    "follow_up_0",
    "follow_up_4",
    "sign_in",
    "sign_out",
    "answer_feedback",
    "choose_agent_team",
}


class Recorder:
    """Bolt's registration, noted down."""

    def __init__(self) -> None:
        self.registered: dict[str, list[Any]] = {}

    def __getattr__(self, kind: str) -> Any:
        def register(what: Any) -> Any:
            self.registered.setdefault(kind, []).append(what)
            return lambda listener: listener

        return register


@pytest.fixture
def registered() -> dict[str, list[Any]]:
    recorder = Recorder()
    teams = AgentTeams((AgentTeam("A"),))
    unused = cast("Any", None)
    listeners = Listeners(unused, unused, unused, teams, unused, unused, unused)
    listeners.register(cast("AsyncApp", recorder), "/fusion")
    ApprovalListeners(unused, unused, unused).register(cast("AsyncApp", recorder))
    SignInListeners(unused, unused, unused, unused, unused).register(cast("AsyncApp", recorder))
    LeavingListeners(unused, unused).register(cast("AsyncApp", recorder))
    TeamListeners(unused, unused, unused).register(cast("AsyncApp", recorder))
    FeedbackListeners(unused, unused, unused).register(cast("AsyncApp", recorder))
    AskListeners(unused, unused, unused, unused, unused, unused).register(
        cast("AsyncApp", recorder)
    )
    return recorder.registered


def test_manifest_yml_is_what_the_code_prints() -> None:
    assert (ROOT / "manifest.yml").read_text("utf-8") == print_manifest(socket=True)


@pytest.mark.parametrize("socket", [True, False])
def test_slack_takes_the_manifest(socket: bool) -> None:
    if not SCHEMA.exists():
        pytest.skip("Slack's schema is not here")
    manifest = yaml.safe_load(print_manifest(socket=socket, public_url="https://bot.example.com"))
    Draft7Validator(json.loads(SCHEMA.read_text("utf-8"))).validate(manifest)


def test_in_http_mode_everything_goes_to_one_address() -> None:
    manifest = build_manifest(socket=False, public_url="https://bot.example.com/")
    url = "https://bot.example.com/slack/events"
    assert manifest["features"]["slash_commands"][0]["url"] == url
    assert manifest["settings"]["event_subscriptions"]["request_url"] == url
    assert manifest["settings"]["interactivity"]["request_url"] == url
    assert manifest["settings"]["socket_mode_enabled"] is False


def test_in_socket_mode_there_is_no_address() -> None:
    assert "url" not in print_manifest(socket=True).replace("background", "")


def test_the_slash_command_is_the_one_that_is_asked_for() -> None:
    manifest = build_manifest(socket=True, command="/ask-erp")
    assert manifest["features"]["slash_commands"][0]["command"] == "/ask-erp"


def test_it_subscribes_to_what_is_listened_to(registered: dict[str, list[Any]]) -> None:
    assert {each.partition(".")[0] for each in EVENTS} == set(registered["event"])
    assert build_manifest(socket=True)["settings"]["event_subscriptions"]["bot_events"] == sorted(
        EVENTS
    )


def test_listeners_take_the_buttons_and_forms_of_the_contract(
    registered: dict[str, list[Any]],
) -> None:
    patterns = [each for each in registered["action"] if isinstance(each, re.Pattern)]
    plain = {each for each in registered["action"] if isinstance(each, str)}
    taken = {
        each
        for each in CONTRACT
        if each in plain or any(pattern.fullmatch(each) for pattern in patterns)
    }
    assert taken == CONTRACT
    assert set(registered["view"]) == {
        "approval_reply",
        "approval_reason",
        "approval_delegate",
        "answer_feedback",
        "ask_fusion",
    }
    shortcuts = build_manifest(socket=True)["features"]["shortcuts"]
    assert set(registered["shortcut"]) == {each["callback_id"] for each in shortcuts}
    assert registered["command"] == ["/fusion"]


def test_it_asks_for_the_scopes_that_events_and_methods_need() -> None:
    needed = {
        "app_mention": "app_mentions:read",
        "message.channels": "channels:history",
        "message.groups": "groups:history",
        "message.im": "im:history",
        "reaction_added": "reactions:read",
    }
    assert set(EVENTS) - set(needed) == {
        "agent_session_stopped", "app_context_changed", "app_home_opened", "app_uninstalled",
        "tokens_revoked",
    }  # need none  # fmt: skip
    scopes = {needed[each] for each in EVENTS if each in needed}
    scopes |= {str(METHODS[each].scope) for each in CALLED if METHODS[each].scope}
    # Reading and naming needs a scope for each kind of channel; what else there is has a reason.
    scopes |= {"channels:read", "groups:read", "commands", "users:read.email", "assistant:write"}
    scopes.add("files:read")  # to download what is attached
    assert set(SCOPES) == scopes
    assert all(SCOPES.values())
    assert all(EVENTS.values())


def test_every_method_that_is_called_has_a_budget_and_is_known() -> None:
    assert set(METHODS) >= CALLED
    assert set(PER_MINUTE) >= CALLED
    assert READS | NEVER_REPEATED <= CALLED


def test_an_app_that_people_install_themselves_says_where_they_come_back_to() -> None:
    text = print_manifest(socket=False, public_url="https://bot.example.com/", many=True)
    manifest = yaml.safe_load(text)
    assert manifest["oauth_config"]["redirect_urls"] == [
        "https://bot.example.com/slack/oauth_redirect"
    ]
    assert manifest["settings"]["org_deploy_enabled"] is True
    assert manifest["settings"]["token_rotation_enabled"] is True
    if SCHEMA.exists():
        Draft7Validator(json.loads(SCHEMA.read_text("utf-8"))).validate(manifest)
