"""The table of Web API methods: each module of methods adds its own with `@method`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.playground.slack.arguments import Arguments
from bot.playground.slack.workspace import Workspace

Json = dict[str, Any]
Answer = Callable[[Workspace, Arguments], Json]


@dataclass(frozen=True, slots=True)
class Method:
    """One method: who calls it (`bot` or `app` by their token, None without one), its scope.

    One that does not take JSON misses all that is given so.
    """

    name: str
    answer: Answer
    caller: str | None
    scope: str | None
    json: bool = True


METHODS: dict[str, Method] = {}


def method(
    name: str, *, scope: str | None = None, caller: str | None = "bot", json: bool = True
) -> Callable[[Answer], Answer]:
    """Registers a function as the answer to a method; it returns what joins `ok: true`."""

    def register(answer: Answer) -> Answer:
        METHODS[name] = Method(name, answer, caller, scope, json)
        return answer

    return register
