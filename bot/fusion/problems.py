"""Replies that are errors, as errors of ours: whose fault it was, and whether anything was done.

A request that may be repeated (GET) has done nothing when it fails. For one that may not (POST),
only a refusal is sure: 4xx, and of 5xx a 503 that says when to come again. Without that, a proxy may
have sent it because the connection broke off after the request was handed on.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from bot.domain.agent import (
    AgentError,
    NotSignedIn,
    OutcomeUnknown,
    Refused,
    Unavailable,
    Unreadable,
)
from bot.fusion.wire_json import (
    LONGEST_ERROR,
    NotJson,
    by_plain_name,
    error_text,
    read_json,
    text_of,
)

# Longer waits are no use to anybody who asked; the caller's own back-off takes over.
LONGEST_RETRY_AFTER = timedelta(hours=1)
_TRACE_HEADERS = ("x-trace-id", "opc-request-id", "x-oracle-dms-ecid", "ecid", "x-request-id")
_TITLE = re.compile(r"<title[^>]*>(.*?)</title\s*>", re.IGNORECASE | re.DOTALL)
_TRACE = re.compile(r"[\w.:;,/+=-]{1,200}")


def read_problem(
    status: int, headers: Mapping[str, str], text: str, *, repeatable: bool
) -> AgentError:
    """The error that a reply other than 2xx stands for; never raises it.

    `headers` must be found without regard to case, as aiohttp's are. `repeatable` is for a GET.
    """
    trace_id = read_trace_id(headers, text)
    detail = read_detail(status, text)
    if 300 <= status < 400:
        detail = _redirect(headers)
        if repeatable:
            return Unreadable(detail, trace_id=trace_id)
        if status == 303:  # "done, see there", as well as "sign in there"
            return OutcomeUnknown(detail, trace_id=trace_id)
        return Refused(status, detail, trace_id=trace_id)
    if status == 401:
        return NotSignedIn(
            "Fusion did not accept the access token: it has expired, or it was made for another "
            f"audience than this pod (scope). Fusion says: {detail}",
            trace_id=trace_id,
        )
    retry_after = read_retry_after(headers)
    refused = status == 429 or (status == 503 and retry_after is not None)
    if refused or (repeatable and (status >= 500 or status == 408)):
        problem = Unavailable(detail, retry_after=retry_after)
        problem.trace_id = trace_id
        return problem
    if status >= 500 or status < 200:
        return OutcomeUnknown(detail, trace_id=trace_id)
    if is_html(text) and repeatable and status != 403:
        return Unreadable(detail, trace_id=trace_id)
    return Refused(status, detail, trace_id=trace_id)


def read_unreadable(headers: Mapping[str, str], text: str) -> Unreadable:
    """The error for a 2xx reply that is not JSON."""
    if not text.strip():
        detail = "Fusion's reply is empty."
    elif is_html(text):
        detail = f"Fusion's reply is a web page: {_title(text) or 'without a title'}"
    else:
        detail = "Fusion's reply is not JSON."
    return Unreadable(detail, trace_id=read_trace_id(headers, text))


def read_detail(status: int, text: str) -> str:
    """What an error reply says: from JSON its texts, from a web page its title, else its start."""
    if is_html(text):
        said = _title(text)
    else:
        try:
            said = error_text(read_json(text))
        except NotJson:
            said = text.strip()[:LONGEST_ERROR]
    return said or f"HTTP status {status} without an explanation"


def read_trace_id(headers: Mapping[str, str], text: str = "") -> str:
    """What Oracle support asks for: the body's traceId, else the first header that has one."""
    try:
        body: Any = read_json(text) if text.lstrip().startswith("{") else None
    except NotJson:
        body = None
    return find_trace_id(headers, body)


def find_trace_id(headers: Mapping[str, str], body: Any) -> str:
    """The same from a body that was read already."""
    found = ""
    if isinstance(body, dict):
        fields = by_plain_name(body)
        found = text_of(fields.get("traceid")) or text_of(fields.get("ecid"))
    for name in _TRACE_HEADERS:
        found = found or headers.get(name, "").strip()
    return found if _TRACE.fullmatch(found) else ""


def read_retry_after(headers: Mapping[str, str]) -> timedelta | None:
    """Retry-After (RFC 9110 section 10.2.3) in seconds or as a date, 0 to LONGEST_RETRY_AFTER.

    A date is compared with the reply's own Date, so that clocks need not agree.
    """
    value = headers.get("retry-after", "").strip()
    if value.isdecimal():
        return min(timedelta(seconds=int(value[:9])), LONGEST_RETRY_AFTER)
    try:
        wait = parsedate_to_datetime(value) - parsedate_to_datetime(headers.get("date", ""))
    except (ValueError, TypeError, OverflowError):  # no date, or one with and one without a zone
        return None
    return min(max(wait, timedelta()), LONGEST_RETRY_AFTER)


def is_html(text: str) -> bool:
    """Whether a body is a web page, whatever its Content-Type says."""
    start = text.lstrip("\ufeff \t\r\n")[:200].lower()
    return start.startswith(("<!doctype html", "<html")) or ("<html" in start and start[0] == "<")


def _title(text: str) -> str:
    found = _TITLE.search(text[:10_000])
    return " ".join(unescape(found[1]).split())[:LONGEST_ERROR] if found else ""


def _redirect(headers: Mapping[str, str]) -> str:
    """Names only the host: the rest of the address may carry a person's session."""
    try:
        host = urlsplit(headers.get("location", "")).hostname
    except ValueError:
        host = None
    return (
        f"Fusion redirects to {host or 'another page'}, probably to sign in: "
        "check FUSION_BASE_URL and that the access token is for this pod."
    )
