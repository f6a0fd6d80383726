"""What pydantic found wrong, said in the project's words: where it is, and what to write."""

import difflib
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from bot.settings.values import FLAT, SECRETS, Settings

_TEXT = "write a text in quotation marks"
_WHOLE = "write a whole number"
_NUMBER = "write a number"
_TRUTH = "write true or false"
_TABLE = "this is a table; write what is in it below its name in square brackets"
# By pydantic's names; what stands in braces is what it says of the limit.
_SENTENCES = {
    "missing": "this is needed here; give it",
    "string_type": _TEXT,
    "string_too_short": "this is empty; fill it in",
    "string_pattern_mismatch": (
        "this is no id of Slack's; a person's begins with U or W, a user group's with S"
    ),
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": _WHOLE,
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": "write a number that is not inf or nan",
    "greater_than": "write a number above {gt:.10g}",
    "greater_than_equal": "write a number from {ge:.10g} on",
    "less_than": "write a number below {lt:.10g}",
    "less_than_equal": "write a number up to {le:.10g}",
    "bool_type": _TRUTH,
    "bool_parsing": _TRUTH,
    "literal_error": "write {expected}",
    "tuple_type": "this is a list; write what is in it in square brackets",
    "dict_type": _TABLE,
    "model_type": _TABLE,
}


def describe(error: ValidationError) -> list[str]:
    """A sentence for each thing that is wrong."""
    found = []
    for each in error.errors():
        said = _say(each["loc"], each["type"], each.get("ctx", {})) or each["msg"]
        found.append(f"{_place(each['loc'])}: {said}{'' if said.endswith('?') else '.'}")
    return found


def _place(where: Sequence[int | str]) -> str:
    if where[0] in FLAT:
        return str(where[0]).upper()
    return f"bot.toml, {'.'.join(str(each) for each in where if each != '[key]')}"


def _say(where: Sequence[int | str], kind: str, details: Mapping[str, Any]) -> str:
    if kind == "extra_forbidden":
        return _unknown(where)
    if kind == "value_error":  # one of ours
        return str(details["error"])
    return _SENTENCES.get(kind, "").format(**details)


def _unknown(where: Sequence[int | str]) -> str:
    """There is no such setting; what may have been meant."""
    name = str(where[-1])
    known = [each for each in _table_at(where).model_fields if each not in SECRETS]
    if name.lower() in known:
        return f"settings are in lower case in this file; write `{name.lower()}`"
    near = difflib.get_close_matches(name.lower(), known, n=1)
    return "there is no such setting" + (f"; did you mean `{near[0]}`?" if near else "")


def _table_at(where: Sequence[int | str]) -> type[BaseModel]:
    """The table that the last name stands in; indices and names of one's own choice lead nowhere."""
    table: type[BaseModel] = Settings
    for step in where[:-1]:
        if step in table.model_fields:
            table = _table_in(table.model_fields[str(step)].annotation) or table
    return table


def _table_in(kind: Any) -> type[BaseModel] | None:
    """The table that a field of this kind holds, alone, in a list or by name."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind
    return next((found for each in get_args(kind) if (found := _table_in(each))), None)
