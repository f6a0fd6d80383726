"""JSON from outside, looked at without trusting its shape. Nothing here raises on odd values.

Oracle leaves the shape of many fields unpublished, so names are compared without case,
underscores, hyphens and `$`, and a value that is JSON in a string is read as what it holds.
"""

import json
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from math import isfinite
from typing import Any

# Deeper JSON than this is no answer for people; stops recursion long before Python does.
DEEPEST = 24
LONGEST_ERROR = 2000
_LONGEST_NAME_KEPT = 64
_DECODER = json.JSONDecoder(parse_constant=lambda _: None)
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_MARKS = str.maketrans("", "", "_-$ ")


class NotJson(ValueError):
    """This text is not JSON."""


def read_json(text: str) -> Any:
    """Read JSON; NaN and infinities become None, lone surrogates a question mark.

    Raises NotJson, also for JSON that is too deep or has absurdly long numbers.
    """
    try:
        value = _DECODER.decode(text)
        if _SURROGATE.search(text):  # only an escape can bring in half a pair
            sound = json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
            value = json.loads(sound)
    except (ValueError, RecursionError) as problem:
        raise NotJson("This text is not JSON.") from problem
    return value


def unpacked(value: Any) -> Any:
    """The object or list that a string holds as JSON; every other value as it is."""
    if isinstance(value, str) and value.lstrip()[:1] in {"{", "["}:
        try:
            return read_json(value)
        except NotJson:
            return value
    return value


def plain_name(name: str) -> str:
    """A field's name as it is compared: `waiting_node-Code` and `waitingNodeCode` are one."""
    return _known_name(name) if len(name) <= _LONGEST_NAME_KEPT else name.lower().translate(_MARKS)


@lru_cache(maxsize=512)  # every reply has the same few names, and most requests are readings
def _known_name(name: str) -> str:
    return name.lower().translate(_MARKS)


def by_plain_name(mapping: Mapping[str, Any]) -> dict[str, Any]:
    """The mapping under plain names; of two that fall together, the one that holds something."""
    found: dict[str, Any] = {}
    for name, value in mapping.items():
        plain = plain_name(name)
        if found.get(plain) in (None, ""):
            found[plain] = value
    return found


def text_of(value: Any) -> str:
    """A string trimmed, or a number as text; "" for all else."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return number_text(value)
    return ""


def number_text(number: int | float) -> str:  # noqa: PYI041 – they are written differently
    """A number as a person writes it; "" for an infinity."""
    if isinstance(number, int):
        return str(number)
    return repr(number).removesuffix(".0") if isfinite(number) else ""


def first_text(mapping: Mapping[str, Any], names: Iterable[str]) -> str:
    """The first of these fields (plain names) that holds a text."""
    for name in names:
        if text := text_of(mapping.get(name)):
            return text
    return ""


def count_of(value: Any) -> int | None:
    """A whole number of zero or more, also when written as text; None for all else."""
    if isinstance(value, str) and value.strip().isdecimal() and len(value) < 16:
        return int(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    if not isfinite(value) or value < 0:
        return None
    return int(value)


def items_of(value: Any) -> list[Any]:
    """A list as it is, one value as a list of it, None and "" as none."""
    value = unpacked(value)
    if isinstance(value, list):
        return value
    return [] if value in (None, "") else [value]


def texts_of(value: Any, names: Iterable[str]) -> tuple[str, ...]:
    """The texts in a string, a list of strings, or objects that name theirs; each once."""
    wanted = tuple(names)
    found: dict[str, None] = {}
    for item in items_of(value):
        text = first_text(by_plain_name(item), wanted) if isinstance(item, dict) else text_of(item)
        if text:
            found[text] = None
    return tuple(found)


def error_text(value: Any) -> str:
    """What an error says, from a string, an object or a list; at most LONGEST_ERROR characters."""
    return _error_text(value, 0)[:LONGEST_ERROR].strip()


def _error_text(value: Any, depth: int) -> str:
    value = unpacked(value)
    if depth > DEEPEST:
        return ""
    if isinstance(value, list):
        return "; ".join(filter(None, (_error_text(each, depth + 1) for each in value[:5])))
    if not isinstance(value, dict):
        return text_of(value)
    found = by_plain_name(value)
    # `o:errorCode` and `o:errorDetails` are Oracle's own names in REST replies.
    code = first_text(found, ("errorcode", "code", "o:errorcode"))
    names = ("detail", "message", "errormessage", "errordescription", "description", "title")
    for name in (*names, "error", "errors", "fault", "o:errordetails"):
        if text := _error_text(found.get(name), depth + 1):
            return f"{code}: {text}" if code and code not in text else text
    return code
