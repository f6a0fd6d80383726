"""The vocabulary in which block_rules, element_rules and view_rules say what Slack accepts.

A check looks at one value at one JSON pointer and notes what is wrong; checks are made of checks.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that Slack refuses; the fields are those of `blocks.validate`'s errors."""

    pointer: str
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.message} [json-pointer:{self.pointer}]"


Problems = list[Problem]
Check = Callable[[Any, str, Problems], None]


def string(most: int, least: int = 1) -> Check:
    """A string of `least` to `most` characters."""

    def check(value: Any, pointer: str, problems: Problems) -> None:
        if not isinstance(value, str):
            problems.append(Problem(pointer, "invalid_type", "must be a string"))
        elif len(value) > most:
            message = f"must be less than {most + 1} characters"
            problems.append(Problem(pointer, "failed_constraint", message))
        elif len(value) < least:
            message = f"must be more than {least - 1} characters"
            problems.append(Problem(pointer, "failed_constraint", message))

    return check


def flag(value: Any, pointer: str, problems: Problems) -> None:
    """True or false."""
    if not isinstance(value, bool):
        problems.append(Problem(pointer, "invalid_type", "must be a boolean"))


def anything(value: Any, pointer: str, problems: Problems) -> None:
    """Whatever: Slack's rules for it are not known to the playground."""
    del value, pointer, problems


def number(least: float, most: float) -> Check:
    """A number from `least` to `most`."""

    def check(value: Any, pointer: str, problems: Problems) -> None:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            problems.append(Problem(pointer, "invalid_type", "must be a number"))
        elif not least <= value <= most:
            message = f"must be between {least:g} and {most:g}"
            problems.append(Problem(pointer, "failed_constraint", message))

    return check


def one_of(*allowed: str) -> Check:
    """One of these strings."""

    def check(value: Any, pointer: str, problems: Problems) -> None:
        if value not in allowed:
            message = f"must be one of {', '.join(allowed)}"
            problems.append(Problem(pointer, "failed_constraint", message))

    return check


def many(item: Check, most: int, least: int = 1) -> Check:
    """A list of `least` to `most` items that each pass `item`."""

    def check(value: Any, pointer: str, problems: Problems) -> None:
        if not isinstance(value, list):
            problems.append(Problem(pointer, "invalid_type", "must be an array"))
            return
        if len(value) > most:
            message = f"no more than {most} items allowed"
            problems.append(Problem(pointer, "failed_constraint", message))
        if len(value) < least:
            message = f"no fewer than {least} items allowed"
            problems.append(Problem(pointer, "failed_constraint", message))
        for index, each in enumerate(value[:most]):
            item(each, f"{pointer}/{index}", problems)

    return check


def fields(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """An object with these fields and no others; `type` is looked at by `typed`."""
    known = {"type": anything, **(optional or {}), **required}

    def check(value: Any, pointer: str, problems: Problems) -> None:
        if not isinstance(value, dict):
            problems.append(Problem(pointer, "invalid_type", "must be an object"))
            return
        for name in required:
            if value.get(name) is None:
                message = f"missing required field: {name}"
                problems.append(Problem(pointer, "missing_field", message))
        for name, each in value.items():
            if name not in known:
                message = f"invalid additional property: {name}"
                problems.append(Problem(pointer, "additional_property", message))
            elif each is not None:
                known[name](each, f"{pointer}/{name}", problems)

    return check


def typed(table: Mapping[str, Check], what: str) -> Check:
    """An object whose `type` chooses the check; types outside the table are unsupported."""

    def check(value: Any, pointer: str, problems: Problems) -> None:
        if not isinstance(value, dict):
            problems.append(Problem(pointer, "invalid_type", "must be an object"))
            return
        kind = value.get("type")
        if not isinstance(kind, str) or kind not in table:
            message = f"unsupported type: {kind} is no {what} allowed here"
            problems.append(Problem(f"{pointer}/type", "unsupported_type", message))
            return
        table[kind](value, pointer, problems)

    return check


def both(*checks: Check) -> Check:
    """A value that passes every one of these checks."""

    def check(value: Any, pointer: str, problems: Problems) -> None:
        for each in checks:
            each(value, pointer, problems)

    return check


def at_least_one(*names: str) -> Check:
    """An object with at least one of these fields."""

    def check(value: Any, pointer: str, problems: Problems) -> None:
        if isinstance(value, dict) and not any(value.get(name) is not None for name in names):
            message = f"at least one of {', '.join(names)} is required"
            problems.append(Problem(pointer, "missing_field", message))

    return check
