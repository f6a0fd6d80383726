"""What every team of the playground can do: echo, sleep, hold, remember, show its parameters."""

import json
import re
from collections.abc import Callable, Sequence

from bot.playground.fusion.steps import Done, Question, Script, Work

Part = Callable[[Question, re.Match[str]], Script]
Plays = Callable[[Question], Script]
"""What a team does: the script for a question."""

QUICK = 0.4


def playing(parts: Sequence[tuple[str, Part]]) -> Plays:
    """The script of the first pattern that is found in the message, whatever its case.

    After these come the parts that every team has; the last of them echoes.
    """
    table = [(re.compile(pattern, re.IGNORECASE), part) for pattern, part in (*parts, *EVERYDAY)]

    def plays(question: Question) -> Script:
        for pattern, part in table:
            if (found := pattern.search(question.message.strip())) is not None:
                return part(question, found)
        return echo(question)

    return plays


def quick(node: str, done: Done) -> Script:
    """An answer that takes a moment."""
    return (Work(node, QUICK, progress="Thinking"), done)


def echo(question: Question) -> Script:
    """Says the question back."""
    return quick("Concierge", _echoed(question))


def _echoed(question: Question) -> Done:
    return Done(f"echo: {question.message}")


def _sleep(question: Question, found: re.Match[str]) -> Script:
    """Works for the seconds that "sleep 20" names, and echoes."""
    seconds = float(found["seconds"])
    return (Work("Sleeper", seconds, progress="Sleeping"), _echoed(question))


def _hold(question: Question, found: re.Match[str]) -> Script:
    """Works until it is released, and echoes."""
    del found
    return (Work("Holder", None, progress="Holding until released"), _echoed(question))


def _remember(question: Question, found: re.Match[str]) -> Script:
    """Shows that the conversation is known: names what was asked before."""
    del found
    if not question.earlier:
        return quick("Concierge", Done("This is the first thing that you ask me here."))
    return quick("Concierge", Done(f"You asked before: {question.earlier[-1]}"))


def _parameters(question: Question, found: re.Match[str]) -> Script:
    del found
    shown = json.dumps(dict(question.parameters), ensure_ascii=False, indent=2)
    return quick(
        "Concierge", Done(f"These parameters came with your question:\n\n```json\n{shown}\n```")
    )


EVERYDAY: tuple[tuple[str, Part], ...] = (
    (r"^sleep (?P<seconds>\d{1,6}(?:\.\d{1,3})?)\b", _sleep),
    (r"^hold\b", _hold),
    (r"what did i ask", _remember),
    (r"show (?:me )?(?:my|the) parameters", _parameters),
)
