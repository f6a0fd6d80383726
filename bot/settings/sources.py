"""Where settings come from: the environment, files that hold one secret each, bot.toml."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.settings.checks import find_problems, kept_problems
from bot.settings.placeholders import placeholder_problems
from bot.settings.sentences import describe
from bot.settings.values import FLAT, KEPT, SECRETS, Settings

WORDS = frozenset(
    {"fusion_api_version", "fusion_status_api_version", "log_format", "log_level"}
)  # in whatever case


class WrongSettings(Exception):
    """Some settings are wrong or missing; `problems` names each, with what to do."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(f"{len(problems)} settings are wrong")
        self.problems = problems


def read_settings(
    environment: Mapping[str, str] | None = None, *, kept_only: bool = False
) -> Settings:
    """Read and check all settings. Raises WrongSettings with every problem at once.

    `kept_only` is for commands that work on what is kept: they need no Slack and no Fusion, so the
    settings of these are neither read nor checked, and stand at their defaults.
    """
    given = os.environ if environment is None else environment
    others = frozenset(Settings.model_fields).difference(KEPT) if kept_only else frozenset()
    problems: list[str] = []
    values = _read_file(given, problems, others)
    values |= _read_environment(given, problems, others)
    settings, wrong = _build(values)
    problems += wrong
    problems += placeholder_problems(settings)
    found = list(kept_problems(settings)) if kept_only else find_problems(settings)
    already_named = "\n".join(problems)
    problems += [each for each in found if each.partition(":")[0] not in already_named]
    if problems:
        raise WrongSettings(problems)
    return settings


def _read_environment(
    given: Mapping[str, str], problems: list[str], others: frozenset[str]
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name in FLAT:
        if name in others:
            continue
        if given.get(name.upper(), "").strip():
            value = given[name.upper()].strip()
            values[name] = value.lower() if name in WORDS else value
        elif name in SECRETS and given.get(f"{name.upper()}_FILE"):
            try:
                values[name] = Path(given[f"{name.upper()}_FILE"]).read_text("utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                problems.append(
                    f"{name.upper()}_FILE: the file cannot be read ({type(error).__name__}). "
                    "Check its path and permissions."
                )
    return values


def _read_file(
    given: Mapping[str, str], problems: list[str], others: frozenset[str]
) -> dict[str, Any]:
    path = Path(given.get("BOT_CONFIG") or "bot.toml")
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        if given.get("BOT_CONFIG"):
            problems.append(f"BOT_CONFIG: there is no file at {path}. Correct the path.")
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problems.append(f"{path}: cannot be read as TOML ({error}). Correct the file.")
        return {}
    for name in list(values):
        setting = name.lower()
        secret = setting.removesuffix("_file")
        if setting in others or secret in SECRETS:
            del values[name]
        if secret in SECRETS and secret not in others:
            problems.append(
                f"{secret.upper()}: secrets do not belong in {path}. Use the environment, or "
                f"{secret.upper()}_FILE with the path of a file that holds it."
            )
    return values


def _build(values: dict[str, Any]) -> tuple[Settings, list[str]]:
    """The settings; what cannot be read is reported and left at its default."""
    try:
        return Settings(**values), []
    except ValidationError as error:
        wrong = {str(each["loc"][0]) for each in error.errors()}
        rest = {name: value for name, value in values.items() if name not in wrong}
        return Settings(**rest), describe(error)
