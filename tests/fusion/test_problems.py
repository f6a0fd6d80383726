"""Replies that are errors: whose fault, and whether anything was done."""

from datetime import timedelta

import pytest
from hypothesis import given, strategies as st
from multidict import CIMultiDict

from bot.domain.agent import (
    AgentError,
    NotSignedIn,
    OutcomeUnknown,
    Refused,
    Unavailable,
    Unreadable,
)
from bot.fusion.problems import is_html, read_problem, read_retry_after, read_trace_id

PAGE = "<!DOCTYPE html><html><head><title> Sign \n In </title></head></html>"


def problem(status: int, text: str = "", *, get: bool = False, **headers: str) -> AgentError:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return read_problem(status, CIMultiDict(names), text, repeatable=get)


@pytest.mark.parametrize(
    ("status", "text", "to_a_get", "to_a_post"),
    [
        (302, "", Unreadable, Refused),
        (303, "", Unreadable, OutcomeUnknown),
        (400, "{}", Refused, Refused),
        (400, PAGE, Unreadable, Refused),
        (401, PAGE, NotSignedIn, NotSignedIn),
        (403, "{}", Refused, Refused),
        (403, PAGE, Refused, Refused),
        (404, "{}", Refused, Refused),
        (404, PAGE, Unreadable, Refused),
        (408, "", Unavailable, Refused),
        (429, PAGE, Unavailable, Unavailable),
        (500, "{}", Unavailable, OutcomeUnknown),
        (502, PAGE, Unavailable, OutcomeUnknown),
        (503, PAGE, Unavailable, OutcomeUnknown),
        (504, "", Unavailable, OutcomeUnknown),
        (599, "", Unavailable, OutcomeUnknown),
    ],
)
def test_a_status_is_an_error_that_says_whether_anything_was_done(
    status: int, text: str, to_a_get: type[AgentError], to_a_post: type[AgentError]
) -> None:
    assert type(problem(status, text, get=True)) is to_a_get
    assert type(problem(status, text)) is to_a_post


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ('{"title": "FAI-40300", "detail": "Not yours"}', "Not yours"),
        ('{"o:errorCode": "FAI-40300", "title": "Not yours"}', "FAI-40300: Not yours"),
        ('{"error": {"message": "Not yours"}}', "Not yours"),
        ("Not yours", "Not yours"),
        (PAGE, "Sign In"),
        ("", "HTTP status 403 without an explanation"),
        ("<html>", "HTTP status 403 without an explanation"),
        ("{}", "HTTP status 403 without an explanation"),
    ],
)
def test_the_detail_is_what_the_reply_says(text: str, detail: str) -> None:
    refused = problem(403, text)
    assert isinstance(refused, Refused)
    assert (refused.status, refused.detail) == (403, detail)


def test_a_401_says_what_it_may_mean() -> None:
    error = problem(401, '{"message": "JWT expired"}')
    assert "expired" in error.detail
    assert "audience" in error.detail
    assert "JWT expired" in error.detail


@pytest.mark.parametrize(
    ("headers", "text", "trace_id"),
    [
        ({}, '{"traceId": "t-1"}', "t-1"),
        ({"X-Trace-Id": "t-2"}, '{"traceId": "t-1"}', "t-1"),
        ({"X-Trace-Id": "t-2", "ECID": "e"}, "oops", "t-2"),
        ({"OPC-Request-Id": "a/b/c"}, "{broken", "a/b/c"),
        ({"ecid": "0000-ABC"}, "", "0000-ABC"),
        ({"ecid": "<b> & more"}, "", ""),
        ({}, '["traceId"]', ""),
    ],
)
def test_the_trace_id_is_in_the_body_or_in_a_header(
    headers: dict[str, str], text: str, trace_id: str
) -> None:
    assert read_trace_id(CIMultiDict(headers), text) == trace_id
    for status in (302, 401, 403, 429, 500):
        for get in (True, False):
            error = read_problem(status, CIMultiDict(headers), text, repeatable=get)
            assert error.trace_id == trace_id


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "12"}, 12),
        ({"Retry-After": "-3"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "9" * 400}, 3600),
        ({"Retry-After": "Fri, 31 Jul 2026 08:00:30 GMT"}, None),
        (
            {
                "Retry-After": "Fri, 31 Jul 2026 08:00:30 GMT",
                "Date": "Fri, 31 Jul 2026 08:00:00 GMT",
            },
            30,
        ),
        (
            {
                "Retry-After": "Fri, 31 Jul 2026 07:00:00 GMT",
                "Date": "Fri, 31 Jul 2026 08:00:00 GMT",
            },
            0,
        ),
        (
            {
                "Retry-After": "Fri, 31 Jul 2026 07:00:00",
                "Date": "Fri, 31 Jul 2026 08:00:00 GMT",
            },
            None,
        ),
    ],
)
def test_retry_after_is_seconds_or_a_date(headers: dict[str, str], seconds: int | None) -> None:
    expected = None if seconds is None else timedelta(seconds=seconds)
    assert read_retry_after(CIMultiDict(headers)) == expected
    busy = read_problem(429, CIMultiDict(headers), "", repeatable=False)
    assert isinstance(busy, Unavailable)
    assert busy.retry_after == expected


@pytest.mark.parametrize("location", ["", "/relative", "https://[broken", "https://a.example/?s=1"])
def test_a_redirect_names_no_more_than_its_host(location: str) -> None:
    error = problem(302, get=True, location=location)
    assert "redirects to" in error.detail
    assert "s=1" not in error.detail


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (PAGE, True),
        ("\ufeff\n<HTML>", True),
        ('<?xml version="1.0"?><html xmlns="x">', True),
        ("{}", False),
        ("", False),
        ("see <html> tags", False),
        ("<note/>", False),
    ],
)
def test_a_web_page_is_known_by_its_beginning(text: str, *, html: bool) -> None:
    assert is_html(text) is html


@given(st.integers(100, 999), st.text() | st.just(PAGE), st.text(), st.text(), st.booleans())
def test_any_reply_is_some_error(
    status: int, text: str, retry_after: str, location: str, get: bool
) -> None:
    headers = CIMultiDict({"Retry-After": retry_after, "Location": location, "Date": retry_after})
    error = read_problem(status, headers, text, repeatable=get)
    assert error.detail
    if get:
        assert not isinstance(error, OutcomeUnknown) or status < 200
