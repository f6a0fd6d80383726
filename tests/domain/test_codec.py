"""Runs to JSON and back."""

import json
from contextlib import suppress
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given, strategies as st

from bot.domain.approval import Approval
from bot.domain.codec import UnreadableRun, decode_run, encode_run
from bot.domain.run import Run, State
from tests.domain.examples import IN_STATE, invoking, unconfirmed
from tests.domain.strategies import JSON, RUNS

REQUIRED = ["id", "turn", "state", "version", "since"]


def document_of(run: Run) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(encode_run(run))
    return document


def decoded(document: object) -> Run:
    return decode_run(json.dumps(document).encode())


@given(RUNS)
def test_any_run_comes_back_as_it_was(run: Run) -> None:
    assert decode_run(encode_run(run)) == run


@pytest.mark.parametrize("state", State)
def test_a_run_in_each_state_comes_back_as_it_was(state: State) -> None:
    run = IN_STATE[state]()
    assert decode_run(encode_run(run)) == run


def test_what_comes_back_is_of_the_same_types() -> None:
    run = decode_run(encode_run(unconfirmed()))
    assert isinstance(run.state, State)
    assert isinstance(run.approvals, tuple)
    assert isinstance(run.approvals[0], Approval)
    assert isinstance(run.approvals[0].waiting.details, tuple)
    assert run.since.utcoffset() is not None
    assert repr(run) == repr(unconfirmed())


def test_fields_that_have_their_default_are_left_out() -> None:
    document = document_of(invoking())
    assert sorted(document) == sorted([*REQUIRED, "thread"])
    assert "twins" not in document["turn"]


def test_text_is_kept_as_utf_8_and_without_spaces() -> None:
    body = encode_run(decoded({**document_of(invoking()), "trace_id": "Zürich 🎉"}))
    assert "Zürich 🎉".encode() in body
    assert b'": ' not in body


def test_unknown_fields_are_ignored_at_every_depth() -> None:
    document = document_of(unconfirmed())
    document["mood"] = "good"
    document["turn"]["mood"] = {"good": True}
    document["approvals"][0]["waiting"]["mood"] = None
    assert decoded(document) == unconfirmed()


@pytest.mark.parametrize("name", [each.name for each in fields(Run) if each.name not in REQUIRED])
def test_a_missing_field_gets_its_default(name: str) -> None:
    document = document_of(unconfirmed())
    document.pop(name, None)
    (default,) = (each.default for each in fields(Run) if each.name == name)
    assert getattr(decoded(document), name) == default


@pytest.mark.parametrize("name", REQUIRED)
def test_a_run_without_what_every_run_has_is_unreadable(name: str) -> None:
    document = document_of(invoking())
    del document[name]
    with pytest.raises(UnreadableRun, match="TypeError"):
        decoded(document)


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"null", b"[]", b"7", b'"run"', b"{}", b"\xff\xfe\x00", b"\x80"],
    ids=repr,
)
def test_garbage_is_unreadable(body: bytes) -> None:
    with pytest.raises(UnreadableRun):
        decode_run(body)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("state", "asleep"),
        ("state", []),
        ("state", None),
        ("since", "yesterday"),
        ("since", 7),
        ("turn", "Pay"),
        ("turn", {}),
        ("approvals", 7),
        ("approvals", ["run-1"]),
        ("approvals", [{"id": "run-1"}]),
        ("answer", "Paid."),
        ("failure", {"trouble": "bad luck"}),
    ],
)
def test_a_field_that_holds_something_else_is_unreadable(name: str, value: object) -> None:
    with pytest.raises(UnreadableRun):
        decoded({**document_of(invoking()), name: value})


def test_the_error_tells_what_went_wrong_and_nothing_of_what_was_said() -> None:
    document = {**document_of(invoking()), "state": "a secret"}
    with pytest.raises(UnreadableRun) as caught:
        decoded(document)
    assert str(caught.value) == "ValueError"


@given(st.binary(max_size=40))
def test_arbitrary_bytes_are_unreadable(body: bytes) -> None:
    with pytest.raises(UnreadableRun):
        decode_run(body)


@given(st.sampled_from([each.name for each in fields(Run)]), JSON)
def test_a_run_with_anything_in_one_field_is_either_a_run_or_unreadable(
    name: str, value: object
) -> None:
    with suppress(UnreadableRun):
        assert isinstance(decoded({**document_of(unconfirmed()), name: value}), Run)


@given(
    st.sampled_from(["id", "waiting", "state", "opened_at", "decision", "closed_at", "sent"]), JSON
)
def test_an_approval_with_anything_in_one_field_is_either_read_or_unreadable(
    name: str, value: object
) -> None:
    document = document_of(unconfirmed())
    document["approvals"][0][name] = value
    with suppress(UnreadableRun):
        assert isinstance(decoded(document), Run)
