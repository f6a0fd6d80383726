"""What a job waits for, read from fields whose content nobody publishes."""

import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given, strategies as st

from bot.domain.job import Waiting, WaitingFor
from bot.fusion.wire_details import HIDDEN, MOST_DETAILS, humanised, is_secret, read_details
from bot.fusion.wire_waiting import read_waiting

DECISION, CHANGES, TEXT = WaitingFor.DECISION, WaitingFor.CHANGES, WaitingFor.TEXT
ELSEWHERE, TIMER = WaitingFor.ELSEWHERE, WaitingFor.TIMER
REVIEW = WaitingFor.REVIEW
HUMAN = {
    "nodeCode": "HUMAN_1",
    "nodeName": "Manager approval",
    "nodeType": "HUMAN",
    "channelType": "CHAT",
    "message": "Approve the purchase order?",
}
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
LEAVES = LEAVES | st.sampled_from(["CHAT", "WAIT", '{"a": ["b"]}', "Approve", "[["])
WORDS = st.sampled_from(
    ["message", "nodeType", "options", "parameters", "value", "name", "node", "feedback", "token"]
)
JSON = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(WORDS | st.text(max_size=6), inner, max_size=5)
    ),
    max_leaves=25,
)


def read(details: Any, tool: Any = None, **more: Any) -> Waiting:
    return read_waiting(tool, details, **more)


@pytest.mark.parametrize(
    ("details", "kind"),
    [
        (None, DECISION),
        ("", DECISION),
        ({}, DECISION),
        ([], DECISION),
        (7, DECISION),
        ("Please approve order 12.", DECISION),
        ("HUMAN_1", DECISION),
        ("EMAIL", ELSEWHERE),
        ("WAIT", TIMER),
        (HUMAN, DECISION),
        (json.dumps(HUMAN), DECISION),
        ([HUMAN], DECISION),
        ({"HUMAN_1": HUMAN}, DECISION),
        ({"node": {"config": HUMAN}}, DECISION),
        (HUMAN | {"channelType": "EMAIL"}, ELSEWHERE),
        (HUMAN | {"channelType": "approval process"}, ELSEWHERE),
        (HUMAN | {"channelType": ["EMAIL", "CHAT"]}, DECISION),
        (HUMAN | {"channelType": {"type": "EMAIL"}}, ELSEWHERE),
        ({"nodeType": "WAIT", "duration": 60}, TIMER),
        ({"type": "TIMER"}, TIMER),
        (HUMAN | {"options": ["Approve", "Reject"]}, DECISION),
        (HUMAN | {"options": ["Approve", "Request Change"]}, CHANGES),
        (HUMAN | {"actions": [{"code": "APPROVE"}, {"code": "RFI_ACTION", "label": "Ask"}]}, CHANGES),
        (HUMAN | {"options": ["Approve", "Reject", "Request Change"]}, REVIEW),
        (HUMAN | {"options": ["Approve", "Reject"], "feedbackEnabled": True}, REVIEW),
        (HUMAN | {"options": ["Confirm"]}, DECISION),
        (HUMAN | {"options": ["Red", "Green"]}, TEXT),
        (HUMAN | {"options": '["Yes", "No"]'}, DECISION),
        (HUMAN | {"options": {"approve": True, "requestChange": True, "reject": False}}, CHANGES),
        (HUMAN | {"options": [{"label": "Approve", "value": "1"}, {"label": "Reject"}]}, DECISION),
        (HUMAN | {"feedbackEnabled": True}, CHANGES),
        (HUMAN | {"feedback": {"enabled": "yes", "maxRounds": 3}}, CHANGES),
        (HUMAN | {"feedbackEnabled": "false"}, DECISION),
        (HUMAN | {"approvalRequired": False}, TEXT),
        (HUMAN | {"approval": "N"}, TEXT),
        (HUMAN | {"approval": "maybe"}, DECISION),
    ],
)  # fmt: skip
def test_the_kind_is_what_the_details_offer(details: Any, kind: WaitingFor) -> None:
    assert read(details).kind is kind


def test_a_human_node_is_read_wholly() -> None:
    details = HUMAN | {
        "options": [
            {"code": "APPROVE_ACTION", "label": "Order it"},
            {"code": "REJECT_ACTION", "label": "Do not"},
        ],
        "maxRounds": "3",
        "parameters": {"supplierName": "ACME", "amount": 12000.0, "urgent": True, "note": None},
    }
    waiting = read(details, "CREATE_PO")
    assert waiting == Waiting(
        kind=DECISION,
        key=waiting.key,
        message="Approve the purchase order?",
        node="Manager approval",
        tool="CREATE_PO",
        details=(("Supplier name", "ACME"), ("Amount", "12000"), ("Urgent", "Yes")),
        approve_label="Order it",
        reject_label="Do not",
        rounds=3,
        raw=details,
    )


@pytest.mark.parametrize(
    ("details", "message", "node"),
    [
        ("Please approve order 12.", "Please approve order 12.", ""),
        ("HUMAN_1", "from the output", "HUMAN_1"),
        (["Order 12", "Approve?"], "Order 12\nApprove?", ""),
        (None, "from the output", ""),
        ({"prompt": "Sure?", "code": "H"}, "Sure?", "H"),
        ({"title": "Order 12"}, "Order 12", "Order 12"),
        ({"nodes": [{"label": "Sure?"}, {"label": "Later?"}]}, "Sure?", ""),
    ],
)
def test_the_message_is_found_where_it_stands(details: Any, message: str, node: str) -> None:
    waiting = read(details, output="from the output", progress=("one", "two"))
    assert (waiting.message, waiting.node) == (message, node)


def test_the_newest_progress_is_the_last_resort_for_a_message() -> None:
    assert read(None, output={"a": 1}, progress=("one", "two")).message == "two"


@pytest.mark.parametrize(
    ("tool", "name"),
    [("T", "T"), ({"toolCode": "T"}, "T"), (["T", "U"], "T"), ([None, {}], ""), (5, "5")],
)
def test_the_tool_is_a_code_or_an_object(tool: Any, name: str) -> None:
    assert read(None, tool).tool == name
    assert read({"toolName": "D"}).tool == "D"


@pytest.mark.parametrize(
    ("details", "rows"),
    [
        ({"message": "m", "poHeaderId": 7}, [("PO header ID", "7")]),
        ({"message": "m", "title": "Order 12", "node": "x"}, [("Node", "x")]),
        ({"message": "m", "name": "n", "description": "All of it"}, [("Description", "All of it")]),
        ({"m": "x", "supplier": {"name": "ACME", "site": "Ulm"}}, [("M", "x"), ("Supplier › Name", "ACME"), ("Supplier › Site", "Ulm")]),
        ({"parameters": '{"a": [1, 2], "b": [], "c": ""}'}, [("A", "1, 2")]),
        ({"arguments": [{"name": "unitPrice", "value": 3}, {"label": "Who for", "value": "Ben"}]}, [("Unit price", "3"), ("Who for", "Ben")]),
        ([{"name": "a", "value": 1}, {"name": "b", "value": None}], [("A", "1")]),
        ({"parameters": {"lines": [{"sku": "x"}, {"sku": "y"}]}}, [("Lines › 1 › SKU", "x"), ("Lines › 2 › SKU", "y")]),
        ({"parameters": {"lines": [{"sku": "x"}]}}, [("Lines › SKU", "x")]),
        ({"parameters": {"name": "Laptop", "value": 9, "currency": "EUR"}}, [("Name", "Laptop"), ("Value", "9"), ("Currency", "EUR")]),
        ({"parameters": "just words"}, [("Value", "just words")]),
        ({"parameters": ["a", "b"]}, [("Values", "a, b")]),
        ({"parameters": {"apiKey": "k", "password": ""}}, [("API key", HIDDEN)]),
        ({"parameters": {"h": "Bearer abcdefgh12345678ijkl"}}, [("H", HIDDEN)]),
        ({"options": ["Red", "Green"]}, [("Options", "Red, Green")]),
        ({"message": "m", "elapsedTime": 4, "timestamp": 5}, []),
        ({"message": "m", "nodeType": "HUMAN", "status": "WAITING"}, []),
    ],
)  # fmt: skip
def test_an_approver_sees_every_value_under_a_readable_label(
    details: Any, rows: list[tuple[str, str]]
) -> None:
    assert read(details).details == tuple(rows)


def test_more_values_than_a_card_can_hold_are_counted() -> None:
    rows = read_details([{f"field{n}": n for n in range(MOST_DETAILS + 5)}], {})
    assert len(rows) == MOST_DETAILS + 1
    assert rows[-1] == ("More", "5 further values")


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("supplierName", "Supplier name"),
        ("SUPPLIER_NAME", "Supplier name"),
        ("supplier-name", "Supplier name"),
        ("POHeaderID", "PO header ID"),
        ("line2Amount", "Line 2 amount"),
        ("HTTPStatus", "HTTP status"),
        ("Needed by", "Needed by"),
        ("名前", "名前"),
        ("straße", "Straße"),
        ("_", "_"),
        ("", ""),
    ],
)
def test_labels_are_written_as_people_write(name: str, label: str) -> None:
    assert humanised(name) == label


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("password", True),
        ("clientSecret", True),
        ("access_token", True),
        ("Authorization", True),
        ("X-Api-Key", True),
        ("secretaryName", False),
        ("authorizationLimit", False),
        ("inputTokenCount", False),
        ("maxTokens", False),
    ],
)
def test_secrets_are_known_by_their_names(name: str, *, secret: bool) -> None:
    assert is_secret(name) is secret


def test_the_raw_value_is_kept_without_its_secrets() -> None:
    jwt = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJiZW4ifQ.c2lnbmF0dXJl"
    details = {
        "nodeCode": "H1",
        "headers": {"Authorization": "Bearer x", "Accept": "json"},
        "list": [{"token": ["a"]}, f"see {jwt}"],
        "packed": json.dumps({"password": "p", "user": "u"}),
        "plain": json.dumps({"user": "u"}),
        "empty": {"token": None},
    }
    assert read(details).raw == {
        "nodeCode": "H1",
        "headers": {"Authorization": HIDDEN, "Accept": "json"},
        "list": [{"token": HIDDEN}, f"see {HIDDEN}"],
        "packed": json.dumps({"password": HIDDEN, "user": "u"}, ensure_ascii=False),
        "plain": json.dumps({"user": "u"}),
        "empty": {"token": None},
    }
    assert jwt not in read(f"Approve {jwt} now").message


def test_two_readings_of_one_wait_have_one_key() -> None:
    first = HUMAN | {"elapsedTime": 5, "node": {"lastUpdated": 1}, "parameters": {"a": 1, "b": 2}}
    again = {"parameters": {"b": 2, "a": 1}, "node": {"lastUpdated": 9}, "elapsed_time": 7, **HUMAN}
    assert read(first, "T").key == read(again, "T").key == read(json.dumps(again), "T").key
    assert read(first, "T", progress=("1",)).key == read(first, "T", progress=("2",)).key


@pytest.mark.parametrize(
    "other",
    [
        HUMAN | {"nodeCode": "HUMAN_2"},
        HUMAN | {"parameters": {"amount": 13}},
        HUMAN | {"parameters": {"amount": 12, "timestamp": 5}},  # within parameters all counts
        HUMAN | {"message": "Approve another?"},
        None,
    ],
)
def test_another_wait_has_another_key(other: Any) -> None:
    assert read(HUMAN | {"parameters": {"amount": 12}}).key != read(other).key
    assert read(HUMAN, "T").key != read(HUMAN, "U").key


def test_an_output_belongs_to_the_key_exactly_when_it_is_what_people_decide_on() -> None:
    assert read(None, "T", output="Order 12?").key != read(None, "T", output="Order 13?").key
    assert read(HUMAN, "T", output="Order 12?").key == read(HUMAN, "T", output="Order 13?").key


def test_details_nested_without_end_are_cut() -> None:
    deep: Any = {"message": "end"}
    for _ in range(500):
        deep = {"node": [deep], "data": deep}
        deep["data"] = {"x": deep["node"]}
    waiting = read(deep)
    json.dumps(waiting.raw)
    assert waiting.kind is DECISION


@given(JSON, JSON, JSON)
def test_any_json_is_a_wait(tool: Any, details: Any, output: Any) -> None:
    waiting = read_waiting(tool, details, output=output, progress=("p",))
    assert waiting.key == read_waiting(tool, details, output=output).key
    assert all(label and value for label, value in waiting.details)
    json.dumps(dataclasses.asdict(waiting))
