"""What of a wait a person is shown, what is hidden, and what tells two waits apart."""

import json
import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from bot.fusion.wire_json import DEEPEST, items_of, plain_name, text_of, unpacked

HIDDEN = "•••"
MOST_DETAILS = 60
LONGEST_DETAIL = 2000

# Where the parameters of a tool call or the fields of an approval stand.
PARAMETERS = frozenset(
    {
        "parameters", "params", "arguments", "args", "input", "inputs", "toolinput",
        "toolparameters", "toolarguments", "payload", "requestbody", "fields", "data", "values",
    }
)  # fmt: skip

# About the wait itself, not about what is to be decided; they change from one reading to the next.
_VOLATILE = frozenset(
    {
        "timestamp", "now", "currenttime", "currentdate", "elapsed", "elapsedtime",
        "elapsedseconds", "elapsedms", "remaining", "remainingtime", "remainingseconds",
        "timeremaining", "timeleft", "timetaken", "duration", "progress", "progressmessage",
        "percentcomplete", "lastupdated", "lastupdatedate", "lastupdatetime", "updatedat",
        "updateddate", "updatetime", "updatedate", "lastmodified", "lastpolled", "pollcount",
        "heartbeat", "traceid", "spanid", "requestid", "enddate", "endtime",
        "inputtokencount", "outputtokencount", "totaltokencount",
    }
)  # fmt: skip

_SECRET = re.compile(
    r"password|passwd|passphrase|secret(?!ar)|token|apikey|credential|privatekey|cookie|assertion"
    r"|^authorization$|authorizationheader|proxyauthorization"
)
_NO_SECRET = re.compile(r"tokens$|tokencount$|tokentype$|tokenlimit$")
_SECRET_TEXT = re.compile(
    r"(?i:\b(?:bearer|basic)\s+)(?=\S*\d)[\w.~+/=-]{16,}|\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*"
)
_NAMED = frozenset({"label", "name", "key", "value", "type", "datatype", "displayname"})
_BETWEEN_WORDS = re.compile(
    r"[\W_]+|(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=\d)"
)
_ACRONYMS = frozenset({"id", "po", "url", "uom", "hr", "iban", "vat", "sku", "bu", "api"})


def is_secret(name: str) -> bool:
    """Whether a field of this name holds what nobody should see."""
    plain = plain_name(name)
    return bool(_SECRET.search(plain)) and not _NO_SECRET.search(plain)


def is_volatile(name: str) -> bool:
    """Whether a field of this name tells the time or the progress of the wait itself."""
    return plain_name(name) in _VOLATILE


def hidden_in(text: str) -> str:
    """The text with bearer tokens, basic credentials and JSON Web Tokens hidden."""
    return _SECRET_TEXT.sub(HIDDEN, text)


def redacted(value: Any, depth: int = 0) -> Any:
    """The JSON value with secrets hidden, also within JSON in strings; cut below DEEPEST."""
    if depth > DEEPEST:
        return "…"
    if isinstance(value, dict):
        return {
            name: HIDDEN
            if is_secret(name) and each not in (None, "", [], {})
            else redacted(each, depth + 1)
            for name, each in value.items()
        }
    if isinstance(value, list):
        return [redacted(each, depth + 1) for each in value]
    if not isinstance(value, str):
        return value
    inner = unpacked(value)
    if inner is value:
        return hidden_in(value)
    safe = redacted(inner, depth + 1)
    return value if safe == inner else json.dumps(safe, ensure_ascii=False)


def wait_key(*parts: Any) -> str:
    """A digest that is equal for two readings of the same wait, whatever the order of fields.

    Clocks, elapsed times and progress are left out, but not within PARAMETERS: two requests for
    different dates are two waits.
    """
    steady = [_steady(part, 0) for part in parts]
    return sha256(json.dumps(steady, sort_keys=True).encode()).hexdigest()[:32]


def _steady(value: Any, depth: int, *, keep: bool = False) -> Any:
    value = unpacked(value)
    if depth > DEEPEST:
        return None
    if isinstance(value, dict):
        return {
            name: _steady(each, depth + 1, keep=keep or plain_name(name) in PARAMETERS)
            for name, each in value.items()
            if keep or not is_volatile(name)
        }
    if isinstance(value, list):
        return [_steady(each, depth + 1, keep=keep) for each in value]
    return value


def read_details(parameters: list[Any], others: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Label and value of everything that an approver should see: parameters first.

    Nested values carry their path ("Supplier › Name"). Nothing is left out silently: what
    exceeds MOST_DETAILS is counted in a last row. Secrets show as HIDDEN.
    """
    rows: dict[tuple[str, str], None] = {}
    for value in (*parameters, dict(others)):
        rows.update(dict.fromkeys(_rows(unpacked(value), "", 0)))
    if len(rows) <= MOST_DETAILS:
        return tuple(rows)
    more = ("More", f"{len(rows) - MOST_DETAILS} further values")
    return (*tuple(rows)[:MOST_DETAILS], more)


def _rows(value: Any, label: str, depth: int) -> Iterator[tuple[str, str]]:
    """The rows of a value in order; lists of plain values are one row."""
    value = unpacked(value)
    if depth > DEEPEST:
        return
    if isinstance(value, dict):
        named = _named_value(value)
        for name, each in (named,) if named else value.items():
            inner = _under(label, humanised(name))
            if is_secret(name) and each not in (None, ""):
                yield inner, HIDDEN
            else:
                yield from _rows(each, inner, depth + 1)
    elif isinstance(value, list):
        yield from _list_rows(value, label, depth)
    elif text := _shown(value):
        yield label or "Value", text


def _list_rows(items: list[Any], label: str, depth: int) -> Iterator[tuple[str, str]]:
    if all(not isinstance(unpacked(each), (dict, list)) for each in items):
        if text := ", ".join(filter(None, map(_shown, items))):
            yield label or "Values", text[:LONGEST_DETAIL]
        return
    for number, each in enumerate(items, 1):
        named = isinstance(each, dict) and _named_value(each)
        inner = label if named or len(items) == 1 else _under(label, str(number))
        yield from _rows(each, inner, depth + 1)


def _named_value(item: Mapping[str, Any]) -> tuple[str, Any] | None:
    """Name and value of `{"name": "amount", "value": 12}`, which stands for `amount: 12`."""
    found = {plain_name(name): each for name, each in item.items()}
    if "value" not in found or not found.keys() <= _NAMED:
        return None
    label = next(filter(None, (text_of(found.get(n)) for n in ("label", "name", "key"))), "")
    return (label, found["value"]) if label else None


def _under(label: str, inner: str) -> str:
    return f"{label} › {inner}" if label else inner


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return hidden_in(text_of(value))[:LONGEST_DETAIL]


def humanised(name: str) -> str:
    """A field's name as people write it: `poHeaderID` is "PO header ID"; a phrase stays."""
    if " " in name.strip():
        return name.strip()
    words: list[str] = []
    for word in filter(None, _BETWEEN_WORDS.split(name)):
        if word.lower() in _ACRONYMS:
            words.append(word.upper())
        else:  # capitals are an acronym, unless all of the name is shouted: SUPPLIER_NAME
            words.append(word if word.isupper() and not name.isupper() else word.lower())
    label = " ".join(words) or name
    return label[:1].upper() + label[1:]


def scalars(items: Any) -> list[str]:
    """The plain texts among these items."""
    return [text for each in items_of(items) if (text := text_of(each))]
