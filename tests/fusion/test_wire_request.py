"""What is sent: questions and decisions as bodies of invokeAsync."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, strategies as st

from bot.domain.agent import JobRef, Question
from bot.domain.agent_team import AgentTeam
from bot.domain.approval import Decision
from bot.domain.job import Action, Waiting, WaitingFor
from bot.domain.turn import Person
from bot.fusion.wire_request import (
    ResumeKind,
    ResumeStrategy,
    build_invoke,
    build_resume,
    unknown_placeholders,
)

BEN = Person("T1", "U_BEN")
WAITING = Waiting(WaitingFor.DECISION, "k", tool="CREATE_PO", raw={"nodeCode": "H1", "n": 1})


def decision(action: Action, comment: str = "") -> Decision:
    return Decision(action, BEN, datetime(2026, 7, 1, tzinfo=UTC), comment)


def job(**team: Any) -> JobRef:
    return JobRef(AgentTeam("TEAM", **team), "job-1", "conv-1")


def test_the_first_question_says_explicitly_that_there_is_no_conversation_yet() -> None:
    assert build_invoke(AgentTeam("TEAM"), Question("Hi", {}), None) == {
        "conversational": True,
        "conversationId": None,
        "status": "PUBLISHED",
        "message": "Hi",
        "invocationMode": "END_USER",
        "parameters": {},
        "progressMessage": True,
    }


def test_later_questions_name_the_conversation_and_a_version_only_if_set() -> None:
    team = AgentTeam("TEAM", version=3, status="DRAFT", invocation_mode="ADMIN")
    body = build_invoke(team, Question("Hi", {}), "conv-1")
    assert body["conversationId"] == "conv-1"
    assert (body["version"], body["status"], body["invocationMode"]) == (3, "DRAFT", "ADMIN")


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        ("{asker_email}", "ben@example.com"),
        ("Asked by {asker_name} in {channel_name}", "Asked by Ben in "),
        ("{nobody_knows}", "{nobody_knows}"),
        ('{"plain": "json"}', '{"plain": "json"}'),
        ("{}", "{}"),
        ("{asker_id}", "{asker_email}"),  # what a fact brings along is not filled again
    ],
)
def test_parameters_are_filled_with_facts(value: str, sent: str) -> None:
    facts = {"asker_email": "ben@example.com", "asker_name": "Ben", "asker_id": "{asker_email}"}
    body = build_invoke(AgentTeam("TEAM", parameters={"p": value}), Question("Hi", facts), None)
    assert body["parameters"] == {"p": sent}


@pytest.mark.parametrize(
    ("action", "comment", "message"),
    [
        (Action.APPROVE, "", "Approve"),
        (Action.REJECT, "too dear", "Reject"),
        (Action.REPLY, "make it {decider} two", "make it {decider} two"),
    ],
)
def test_by_default_a_decision_is_the_next_message(
    action: Action, comment: str, message: str
) -> None:
    body = build_resume(ResumeStrategy(), job(), WAITING, decision(action, comment))
    assert body["message"] == message
    assert body["conversationId"] == "conv-1"
    assert "jobId" not in body
    assert "resumeNodeInput" not in body


def test_the_words_of_a_decision_are_a_setting() -> None:
    strategy = ResumeStrategy(words={Action.REJECT: "No ({decider}): {comment}"})
    body = build_resume(strategy, job(), WAITING, decision(Action.REJECT, "too dear"))
    assert body["message"] == "No (U_BEN): too dear"
    body = build_resume(strategy, job(), WAITING, decision(Action.APPROVE, "as you like"))
    assert body["message"] == "as you like"


def test_a_decision_leaves_out_parameters_that_name_facts_about_the_question() -> None:
    parameters = {"source": "slack", "who": "{asker_email}", "odd": "{unknown}"}
    body = build_resume(
        ResumeStrategy(), job(parameters=parameters), WAITING, decision(Action.APPROVE)
    )
    assert body["parameters"] == {"source": "slack", "odd": "{unknown}"}


def test_strategy_resume_renders_the_template_with_values_as_they_are() -> None:
    strategy = ResumeStrategy(
        ResumeKind.RESUME,
        actions={Action.APPROVE: "APPROVE_ACTION"},
        template={
            "$actionPerformed": "{action}",
            "$feedbackReceived": "{comment}",
            "node": "{waiting_node_details}",
            "list": ["{job_id}", 7, None, True, "{unknown}"],
            "note": "{decider} on {waiting_tool_code}: {waiting_node_details}",
        },
    )
    body = build_resume(strategy, job(), WAITING, decision(Action.APPROVE, "fine {action}"))
    assert body["jobId"] == "job-1"
    assert body["message"] == "Approve"
    assert body["resumeNodeInput"] == {
        "$actionPerformed": "APPROVE_ACTION",
        "$feedbackReceived": "fine {action}",
        "node": {"nodeCode": "H1", "n": 1},
        "list": ["job-1", 7, None, True, "{unknown}"],
        "note": 'U_BEN on CREATE_PO: {"nodeCode": "H1", "n": 1}',
    }


def test_an_action_without_a_word_of_its_own_is_sent_by_our_name() -> None:
    strategy = ResumeStrategy(ResumeKind.RESUME, template="{action}")
    body = build_resume(strategy, job(), WAITING, decision(Action.REPLY, "x"))
    assert body["resumeNodeInput"] == "reply"


def test_details_that_are_null_stay_null_alone_and_vanish_within_text() -> None:
    waiting = Waiting(WaitingFor.DECISION, "k")
    strategy = ResumeStrategy(
        ResumeKind.RESUME, template=("{waiting_node_details}", "<{waiting_node_details}>")
    )
    body = build_resume(strategy, job(), waiting, decision(Action.APPROVE))
    assert body["resumeNodeInput"] == [None, "<>"]


def test_without_a_template_only_the_job_is_named() -> None:
    body = build_resume(ResumeStrategy(ResumeKind.RESUME), job(), WAITING, decision(Action.APPROVE))
    assert body["jobId"] == "job-1"
    assert "resumeNodeInput" not in body


def test_placeholders_that_stand_for_nothing_are_told_to_the_settings_check() -> None:
    template = {"a": ["{action}", {"b": "{acton}"}], "c": 1, "d": None}
    assert unknown_placeholders(template) == {"acton"}
    assert unknown_placeholders("{job_id} {jobid}") == {"jobid"}


@given(st.text(), st.text())
def test_whatever_people_type_is_sent_as_it_is(text: str, comment: str) -> None:
    body = build_invoke(AgentTeam("TEAM"), Question(text, {}), None)
    assert body["message"] == text
    strategy = ResumeStrategy(ResumeKind.RESUME, template={"c": "{comment}"})
    body = build_resume(strategy, job(), WAITING, decision(Action.REPLY, comment))
    assert body["resumeNodeInput"] == {"c": comment}
    json.dumps(body)
