"""How a command ends early: with a sentence that says what to do, and an exit code."""

import sys
from pathlib import Path
from typing import NoReturn

from bot.settings import Settings, WrongSettings, read_settings

EXIT_TROUBLE = 1
EXIT_WRONG_SETTINGS = 2


def settings_or_stop(*, kept_only: bool = False) -> Settings:
    """The settings, or the end with all that is wrong with them.

    `kept_only` wants those alone without which what is kept cannot be read.
    """
    try:
        return read_settings(kept_only=kept_only)
    except WrongSettings as error:
        stop_for(error)


def stop_for(error: WrongSettings) -> NoReturn:
    """End over wrong settings: all of them, and where to look."""
    lines = [f"Settings that need attention: {len(error.problems)}"]
    lines += [f"  - {each}" for each in error.problems]
    if Path(".env").exists():
        lines.append(
            "There is a file .env here, which is not read. Load it: set -a; . ./.env; set +a"
        )
    lines.append("See .env.example and bot.example.toml for all of them.")
    stop("\n".join(lines), EXIT_WRONG_SETTINGS)


def stop(message: str, code: int = EXIT_TROUBLE) -> NoReturn:
    """End with this sentence on stderr."""
    print(message, file=sys.stderr)
    sys.exit(code)
