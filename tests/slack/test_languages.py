"""Every language says everything that English says, with the same names and numbers in it."""

import inspect
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from bot.domain import reasons
from bot.slack import words
from bot.slack.words import LANGUAGES, general, language_of, speaking

FOLDER = Path(words.__file__).parent
PARTS = sorted(each.stem for each in (FOLDER / "en").glob("*.py") if each.stem != "__init__")
OTHERS = sorted(each.name for each in FOLDER.iterdir() if each.is_dir() and len(each.name) == 2)
LONGEST_LABEL = 75  # of a button
FORMS = 24  # characters of a form's title and buttons
LABELS = {"STOP", "CANCEL", "ASK_AGAIN", "SIGN_IN", "SIGN_OUT", "APPROVE", "REJECT", "DETAILS"}
IN_FORMS = {
    "asking": {"TITLE", "ASK", "CLOSE"},
    "feedback": {"COMMENT_TITLE", "SEND", "CLOSE"},
    "answers": {"SOURCES_IN_FULL", "STEPS", "CLOSE"},
    "approval_forms": {
        "CHANGE_TITLE", "REPLY_TITLE", "DELEGATE_TITLE", "DETAILS_TITLE", "CLOSE", "CLOSE_DETAILS",
        "SEND",
    },
}  # fmt: skip

GIVEN: dict[str, list[Any]] = {
    "int": [1, 3],
    "int | None": [None, 3],
    "float": [1.5],
    "str | None": [None, "Payables"],
    "bool": [True, False],
    "datetime": [datetime(2026, 3, 2, 12, tzinfo=UTC)],
    "timedelta": [timedelta(minutes=3, seconds=5)],
    "Sequence[str]": [["a.txt", "b.txt"]],
}
VERBS = {
    "decided_by": ["approve", "reject", "reply", "change"],
    "only": ["stop", "again", "ask", "decide"],
}

SPOKEN_OF = {verb for verbs in VERBS.values() for verb in verbs}


def module(language: str, part: str) -> ModuleType:
    return import_module(f"bot.slack.words.{language}.{part}")


def said(found: ModuleType) -> dict[str, Any]:
    """The texts, tables and functions of a module: what is imported there is none."""
    return {
        name: value
        for name, value in vars(found).items()
        if (name.isupper() and name != "MOST_FILES")
        or (inspect.isfunction(value) and value.__module__ == found.__name__)
        if not name.startswith("_")
    }


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("language", OTHERS)
def test_nothing_is_missing_and_nothing_is_new(language: str, part: str) -> None:
    english, theirs = said(module("en", part)), said(module(language, part))
    assert set(theirs) == set(english)
    for name, value in english.items():
        assert type(theirs[name]) is type(value), name
        if isinstance(value, dict):
            assert list(theirs[name]) == list(value), name
        if inspect.isfunction(value):
            assert inspect.signature(theirs[name]) == inspect.signature(value), name


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("language", OTHERS)
def test_texts_are_whole_translated_and_short_enough(language: str, part: str) -> None:
    for name, value in said(module(language, part)).items():
        texts = (
            [value]
            if isinstance(value, str)
            else list(value.values())
            if isinstance(value, dict)
            else []
        )
        for text in texts:
            assert text, name
            assert text == text.strip(), name
            assert "TODO" not in text, name
            assert "{" not in text, name
            assert text.count("*") % 2 == 0, name
        if name in IN_FORMS.get(part, set()):
            assert len(value) <= FORMS, name
        if name in LABELS:
            assert len(value) <= LONGEST_LABEL, name
        english = getattr(module("en", part), name)
        if language != "en" and isinstance(value, str) and len(value) > 20:
            assert value != english, f"{name} is not translated"
        if isinstance(value, str):  # emoji and commands stay
            for token in (
                each for each in english.split() if each.startswith((":", "`")) and len(each) > 2
            ):
                assert token.rstrip(",.;") in value, f"{name} lacks {token}"


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("language", OTHERS)
def test_what_is_put_in_comes_out(language: str, part: str) -> None:
    for name, function in said(module(language, part)).items():
        if inspect.isfunction(function):
            for arguments in _calls(name, function):
                text = function(**arguments)
                assert str(text).strip(), name
                for value in arguments.values():
                    if isinstance(value, str) and value not in SPOKEN_OF:
                        assert value in text, f"{name} lacks {value}"


def _calls(name: str, function: Callable[..., str]) -> list[dict[str, Any]]:
    """Calls with each of the values that a parameter may have."""
    parameters = inspect.signature(function).parameters
    choices = {
        each.name: VERBS[name] if each.name == "verb" and name in VERBS else _values(each)
        for each in parameters.values()
    }
    longest = max((len(each) for each in choices.values()), default=1)
    return [{key: each[n % len(each)] for key, each in choices.items()} for n in range(longest)]


def _values(parameter: inspect.Parameter) -> list[Any]:
    if parameter.name == "style":
        return ["{time}"]
    kind = (
        parameter.annotation
        if isinstance(parameter.annotation, str)
        else getattr(parameter.annotation, "__name__", str(parameter.annotation))
    )
    kind = str(parameter.annotation) if "|" in str(parameter.annotation) else kind
    kind = "Sequence[str]" if "Sequence" in str(parameter.annotation) else kind
    return GIVEN.get(kind, [f"<{parameter.name}>"])


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("en-US", "en"),
        ("", "en"),
        ("de-DE", "de"),
        ("fr_FR", "fr"),
        ("ES-es", "es"),
        ("ja-JP", "ja"),
        ("xx", "en"),
    ],
)
def test_a_locale_has_its_language_or_english(locale: str, language: str) -> None:
    assert language_of(locale) == (language if language in LANGUAGES else "en")


def test_whom_is_spoken_to_decides_and_ends_with_the_block() -> None:
    for language in LANGUAGES:
        with speaking(language):
            assert general.STOP == module(language, "general").STOP
    assert general.STOP == module("en", "general").STOP
    assert set(LANGUAGES) == set(OTHERS)


@pytest.mark.parametrize("language", OTHERS)
def test_why_somebody_may_not_is_said_in_each_language(language: str) -> None:
    table = module(language, "reasons").REASONS
    assert set(table) == set(reasons.ALL)
    with speaking(language):
        assert words.reason(reasons.GUEST) == table[reasons.GUEST]
        assert words.reason("FAI-40300 of Fusion's") == "FAI-40300 of Fusion's"
    if language != "en":
        assert not set(table.values()) & set(table)
