"""The block rules: what Slack takes, what it refuses, and where it says so."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, strategies as st

from bot.playground.slack.block_rules import check_blocks, check_message_blocks
from bot.playground.slack.block_text import block_text
from bot.playground.slack.errors import SlackError
from bot.playground.slack.view_rules import check_view

Json = dict[str, Any]

SCHEMA = Path(__file__).parents[3] / "shared" / "schemas" / "slack-blocks.schema.json"


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def button(action_id: str = "go", **more: Any) -> Json:
    return {"type": "button", "action_id": action_id, "text": plain("Go"), **more}


def section(text: str) -> Json:
    return {"type": "section", "text": mrkdwn(text)}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def rich(*elements: Json, part: str = "rich_text_section") -> Json:
    return {"type": "rich_text", "elements": [{"type": part, "elements": list(elements)}]}


def cell(text: str) -> Json:
    return {"type": "raw_text", "text": text}


def table(rows: int = 2, columns: int = 2, text: str = "x", **more: Any) -> Json:
    row = [cell(text) for _ in range(columns)]
    return {"type": "table", "rows": [row for _ in range(rows)], **more}


def task(task_id: str, status: str = "complete") -> Json:
    return {"type": "task_card", "task_id": task_id, "title": "Look", "status": status}


FEEDBACK = {
    "type": "feedback_buttons",
    "action_id": "answer_feedback",
    "positive_button": {"text": plain("Good"), "value": "good"},
    "negative_button": {"text": plain("Bad"), "value": "bad"},
}
OPTIONS = [{"text": plain("One"), "value": "1"}, {"text": plain("Two"), "value": "2"}]

TAKEN: dict[str, Json] = {
    "section": section("Hello *you*"),
    "fields": {"type": "section", "fields": [mrkdwn("*Amount*"), plain("12")]},
    "accessory": {**section("Hello"), "accessory": button()},
    "header": {"type": "header", "text": plain("Approval")},
    "divider": {"type": "divider"},
    "context": {"type": "context", "elements": [mrkdwn("small"), plain("print")]},
    "actions": actions(button("a", style="primary", value="1"), button("b", style="danger")),
    "overflow": actions({"type": "overflow", "action_id": "more", "options": OPTIONS}),
    "select": actions(
        {"type": "static_select", "action_id": "choose_agent_team", "options": OPTIONS}
    ),
    "input": {
        "type": "input",
        "label": plain("Reason"),
        "element": {"type": "plain_text_input", "action_id": "reason", "multiline": True},
    },
    "markdown": {"type": "markdown", "text": "# Hello\n\n| a |\n|---|\n| 1 |"},
    "table": table(100, 20, column_settings=[{"align": "right", "is_wrapped": True}]),
    "data_table": {
        "type": "data_table",
        "caption": "Spend",
        "rows": [[cell("Supplier"), cell("Spend")], [cell("Acme"), cell("12")]],
        "page_size": 10,
    },
    "plan": {"type": "plan", "title": "Working", "tasks": [task("1"), task("2", "in_progress")]},
    "task_card": {**task("1"), "details": rich({"type": "text", "text": "detail"})},
    "feedback": {"type": "context_actions", "elements": [FEEDBACK]},
    "preformatted": rich({"type": "text", "text": "SELECT 1"}, part="rich_text_preformatted"),
    "rich_text": rich(
        {"type": "text", "text": "Hi ", "style": {"bold": True}},
        {"type": "user", "user_id": "U0ANNA"},
        {"type": "link", "url": "https://example.com", "text": "there"},
    ),
    "container": {"type": "container", "title": plain("Details"), "child_blocks": [section("x")]},
    "card": {"type": "card", "title": mrkdwn("Card"), "actions": [button()]},
}
REFUSED: dict[str, tuple[Json, str]] = {
    "unknown type": ({"type": "hologram"}, "/blocks/0/type"),
    "no type": ({"text": plain("x")}, "/blocks/0/type"),
    "long section": (section("x" * 3001), "/blocks/0/text/text"),
    "empty section": (section(""), "/blocks/0/text/text"),
    "section without text": ({"type": "section"}, "/blocks/0"),
    "eleven fields": ({"type": "section", "fields": [mrkdwn("x")] * 11}, "/blocks/0/fields"),
    "long header": ({"type": "header", "text": plain("x" * 151)}, "/blocks/0/text/text"),
    "mrkdwn header": ({"type": "header", "text": mrkdwn("x")}, "/blocks/0/text/type"),
    "long button text": (
        actions({**button(), "text": plain("x" * 76)}),
        "/blocks/0/elements/0/text/text",
    ),
    "long button value": (actions(button(value="x" * 2001)), "/blocks/0/elements/0/value"),
    "long action_id": (actions(button("x" * 256)), "/blocks/0/elements/0/action_id"),
    "unknown style": (actions(button(style="loud")), "/blocks/0/elements/0/style"),
    "same action_id twice in a block": (actions(button(), button()), "/blocks/0/elements"),
    "26 buttons": (actions(*(button(str(n)) for n in range(26))), "/blocks/0/elements"),
    "no buttons": (actions(), "/blocks/0/elements"),
    "an input among actions": (
        actions({"type": "plain_text_input", "action_id": "x"}),
        "/blocks/0/elements/0/type",
    ),
    "an unknown property": ({**section("x"), "colour": "red"}, "/blocks/0"),
    "11 context elements": (
        {"type": "context", "elements": [plain("x")] * 11},
        "/blocks/0/elements",
    ),
    "a button in a context": ({"type": "context", "elements": [button()]}, "/blocks/0/elements/0/type"),
    "long markdown": ({"type": "markdown", "text": "x" * 12_001}, "/blocks/0/text"),
    "101 rows": (table(101), "/blocks/0/rows"),
    "21 columns": (table(1, 21), "/blocks/0/rows/0"),
    "a wordy table": (table(100, 1, "x" * 101), "/blocks/0/rows"),
    "an empty cell": (table(text=""), "/blocks/0/rows/0/0/text"),
    "the same task twice": (
        {"type": "plan", "title": "x", "tasks": [task("1"), task("1")]},
        "/blocks/0/tasks",
    ),
    "51 tasks": (
        {"type": "plan", "title": "x", "tasks": [task(str(n)) for n in range(51)]},
        "/blocks/0/tasks",
    ),
    "an unknown task status": (task("1", "done"), "/blocks/0/status"),
    "an alert in a message": ({"type": "alert", "text": plain("x")}, "/blocks/0/type"),
    "a data_table in a container": (
        {"type": "container", "title": plain("x"), "child_blocks": [TAKEN["data_table"]]},
        "/blocks/0/child_blocks/0/type",
    ),
    "a select without options": (
        actions({"type": "static_select", "action_id": "x"}),
        "/blocks/0/elements/0",
    ),
    "an option without value": (
        actions({"type": "overflow", "action_id": "x", "options": [{"text": plain("x")}]}),
        "/blocks/0/elements/0/options/0",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TAKEN)
def test_slack_takes(name: str) -> None:
    assert check_blocks([TAKEN[name]], "message") == []


@pytest.mark.parametrize("name", TAKEN)
def test_what_is_taken_is_valid_by_slacks_own_schema(name: str) -> None:
    if not SCHEMA.exists():
        pytest.skip("Slack's schema of blocks is not beside this project")
    schema = json.loads(SCHEMA.read_text())
    schema["$ref"] = "#/definitions/Blocks"
    jsonschema.Draft7Validator(schema).validate([TAKEN[name]])


@pytest.mark.parametrize("name", REFUSED)
def test_slack_refuses(name: str) -> None:
    block, pointer = REFUSED[name]
    assert pointer in [problem.pointer for problem in check_blocks([block], "message")]


def test_the_words_of_a_refusal_are_those_of_slack() -> None:
    with pytest.raises(SlackError) as refusal:
        check_message_blocks([section("x" * 3001)])
    body = refusal.value.body
    said = "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    assert body["error"] == "invalid_blocks"
    assert body["errors"] == [said]
    assert body["response_metadata"]["messages"] == [f"[ERROR] {said}"]


def refusal_of(blocks: list[Json]) -> str:
    with pytest.raises(SlackError) as refusal:
        check_message_blocks(blocks)
    return refusal.value.error


def test_a_message_has_fifty_blocks_at_most() -> None:
    check_message_blocks([{"type": "divider"}] * 50)
    assert refusal_of([{"type": "divider"}] * 51) == "invalid_blocks"


def test_markdown_counts_over_the_whole_message() -> None:
    check_message_blocks([{"type": "markdown", "text": "x" * 6000}] * 2)
    assert refusal_of([{"type": "markdown", "text": "x" * 6001}] * 2) == "msg_too_long"


def test_all_blocks_together_have_a_limit() -> None:
    check_message_blocks([section("x" * 2640)] * 5)
    assert refusal_of([section("x" * 2641)] * 5) == "msg_blocks_too_long"


def test_a_message_has_one_table_at_most() -> None:
    check_message_blocks([table(), TAKEN["data_table"]])
    assert refusal_of([table(), table()]) == "invalid_blocks"


def test_block_ids_are_unique() -> None:
    assert refusal_of([{**section("x"), "block_id": "a"}] * 2) == "invalid_blocks"


def test_the_same_action_id_may_stand_in_two_blocks() -> None:
    check_message_blocks([actions(button()), actions(button())])


def a_modal(**changes: Any) -> Json:
    return {
        "type": "modal",
        "title": plain("Reply"),
        "submit": plain("Send"),
        "blocks": [TAKEN["input"]],
        **changes,
    }


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"title": plain("x" * 25)}, "/view/title/text"),
        ({"title": None}, "/view"),
        ({"submit": plain("x" * 25)}, "/view/submit/text"),
        ({"submit": None}, "/view"),
        ({"private_metadata": "x" * 3001}, "/view/private_metadata"),
        ({"callback_id": "x" * 256}, "/view/callback_id"),
        ({"blocks": [section("x")] * 101}, "/view/blocks"),
        ({"blocks": [TAKEN["markdown"]]}, "/view/blocks/0/type"),
        ({"blocks": [TAKEN["plan"]]}, "/view/blocks/0/type"),
        ({"type": "home"}, "/view/type"),
    ],
)
def test_a_modal_is_refused(changes: Json, pointer: str) -> None:
    assert [problem.pointer for problem in check_view(a_modal(**changes), "modal")] == [pointer]


def test_a_modal_is_taken() -> None:
    alert = {"type": "alert", "text": plain("Careful"), "level": "warning"}
    assert check_view(a_modal(), "modal") == []
    assert check_view(a_modal(blocks=[alert], submit=None), "modal") == []


def test_text_is_read_from_every_kind_of_block() -> None:
    assert block_text(TAKEN["header"]) == "Approval"
    assert block_text(TAKEN["fields"]) == "*Amount*\n12"
    assert block_text(TAKEN["accessory"]) == "Hello\nGo"
    assert block_text(TAKEN["rich_text"]) == "Hi <@U0ANNA>there"
    assert block_text(TAKEN["plan"]) == "Working\nLook\nLook"
    assert block_text(TAKEN["task_card"]) == "Look\ndetail"
    assert block_text(TAKEN["data_table"]) == "Spend\nSupplier | Spend\nAcme | 12"
    assert block_text(TAKEN["feedback"]) == "Good\nBad"
    assert block_text(TAKEN["container"]) == "Details\nx"
    assert block_text(TAKEN["input"]) == "Reason"


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["type", "text", "elements", "rows", "fields", "tasks", "block_id"])
            | st.text(),
            inner
            | st.sampled_from(["section", "plan", "table", "actions", "plain_text", "button"]),
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(ANY_JSON)
def test_whatever_is_sent_gets_a_verdict(sent: Any) -> None:
    for surface in ("message", "home", "modal"):
        for problem in check_blocks(sent, surface):
            assert problem.pointer.startswith("/blocks")
            assert problem.message
