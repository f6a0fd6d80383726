"""Reading the arguments of a Web API call, which come as JSON values or as form strings."""

import json
from collections.abc import Mapping
from typing import Any

from bot.playground.slack.errors import SlackError

Json = dict[str, Any]


class Arguments:
    """The arguments of one call; a reader raises SlackError as Slack would answer."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = {name: value for name, value in values.items() if value is not None}

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def text(self, name: str, default: str = "") -> str:
        """A string; invalid_arguments where something else was sent."""
        value = self.values.get(name, default)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return str(value)
        if not isinstance(value, str):
            raise invalid(f"must be a string [json-pointer:/{name}]")
        return value

    def required(self, name: str, error: str | None = None) -> str:
        """A string that must be there; `error` is Slack's special word for its absence."""
        value = self.text(name)
        if not value:
            if error is not None:
                raise SlackError(error)
            raise invalid(f"missing required field: {name}")
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A truth value; forms write it as true, false, 1 or 0."""
        value = self.values.get(name, default)
        if isinstance(value, str):
            return value.lower() in {"true", "1"}
        return bool(value)

    def number(self, name: str, default: int) -> int:
        """A whole number."""
        try:
            return int(self.values.get(name, default))
        except (TypeError, ValueError):
            raise invalid(f"must be a number [json-pointer:/{name}]") from None

    def items(self, name: str, error: str = "invalid_arguments") -> list[Any] | None:
        """A list, also as a JSON string; None where it is absent."""
        value = self._decoded(name, error)
        if value is not None and not isinstance(value, list):
            raise SlackError(error)
        return value

    def fields(self, name: str, error: str = "invalid_arguments") -> Json | None:
        """An object, also as a JSON string; None where it is absent."""
        value = self._decoded(name, error)
        if value is not None and not isinstance(value, dict):
            raise SlackError(error)
        return value

    def _decoded(self, name: str, error: str) -> Any:
        value = self.values.get(name)
        if isinstance(value, str):
            if not value:
                return None
            try:
                return json.loads(value)
            except ValueError:
                raise SlackError(error) from None
        return value


def invalid(*messages: str) -> SlackError:
    """invalid_arguments with Slack's explanation in response_metadata."""
    return SlackError(
        "invalid_arguments",
        response_metadata={"messages": [f"[ERROR] {message}" for message in messages]},
    )
