"""What can go wrong when an agent team is asked."""

from datetime import timedelta

import pytest

from bot.domain.agent import (
    AgentError,
    NotSignedIn,
    OutcomeUnknown,
    Refused,
    Unavailable,
    Unreadable,
)


@pytest.mark.parametrize("kind", [AgentError, NotSignedIn, OutcomeUnknown, Unreadable])
def test_an_error_carries_fusions_words_and_its_trace_id(kind: type[AgentError]) -> None:
    error = kind("Not today", trace_id="trace-1")
    assert (error.detail, error.trace_id, str(error)) == ("Not today", "trace-1", "Not today")


def test_a_refusal_carries_its_http_status() -> None:
    error = Refused(403, "No role", trace_id="trace-1")
    assert (error.status, error.detail, error.trace_id) == (403, "No role", "trace-1")


def test_fusion_may_say_when_it_can_be_asked_again() -> None:
    assert Unavailable("Busy", retry_after=timedelta(seconds=7)).retry_after == timedelta(seconds=7)
    assert Unavailable().retry_after is None


@pytest.mark.parametrize("kind", [NotSignedIn, OutcomeUnknown, Refused, Unavailable, Unreadable])
def test_every_error_is_one_that_a_caller_of_the_port_expects(kind: type[AgentError]) -> None:
    assert issubclass(kind, AgentError)
