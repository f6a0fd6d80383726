"""What the bot says of its own, in the language of whoever reads it.

Each language is a folder with the same modules, and each module has the same names: texts, and
functions that put names and numbers into one. Whoever draws or answers says once whom for
(`speaking`, `speak`); then `from bot.slack.words import approvals as say` says it in their language.
Texts are mrkdwn unless they are labels; names that are put into them come escaped.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

LANGUAGES = ("en", "de", "es", "fr", "ja")
ENGLISH = "en"

_language: ContextVar[str] = ContextVar("language", default=ENGLISH)


def language_of(locale: str) -> str:
    """The language for a locale of Slack's, such as de-DE; English where we do not speak it."""
    language = locale.replace("_", "-").partition("-")[0].lower()
    return language if language in LANGUAGES else ENGLISH


def speak(language: str) -> None:
    """From now on, in this task and what it starts, speak this language."""
    _language.set(language)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak this language inside."""
    before = _language.set(language)
    try:
        yield
    finally:
        _language.reset(before)


@cache
def _module(language: str, part: str) -> ModuleType:
    return import_module(f"{__name__}.{language}.{part}")


class _Spoken:
    """One module of sentences, in whatever language is spoken when it is used."""

    def __init__(self, part: str) -> None:
        self._part = part

    def __getattr__(self, name: str) -> Any:
        return getattr(_module(_language.get(), self._part), name)


if TYPE_CHECKING:
    from bot.slack.words.en import (
        answers,
        approval_forms,
        approvals,
        asking,
        feedback,
        files,
        general,
        home,
        reasons,
        sign_in,
        teams,
    )
else:
    answers = _Spoken("answers")
    approval_forms = _Spoken("approval_forms")
    approvals = _Spoken("approvals")
    asking = _Spoken("asking")
    feedback = _Spoken("feedback")
    files = _Spoken("files")
    general = _Spoken("general")
    home = _Spoken("home")
    reasons = _Spoken("reasons")
    sign_in = _Spoken("sign_in")
    teams = _Spoken("teams")

__all__ = [
    "ENGLISH", "LANGUAGES", "answers", "approvals", "asking", "feedback", "files", "general", "home",
    "language_of", "sign_in", "speak", "speaking", "teams",
]  # fmt: skip


def reason(detail: str) -> str:
    """A sentence that an error carries, in the language that is spoken; any other one as it is."""
    return reasons.REASONS.get(detail, detail)
