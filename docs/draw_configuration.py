"""Write docs/configuration.md from the settings themselves, their examples and their defaults.

python docs/draw_configuration.py [--write]     prints it, or writes it; a test holds the two together
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, SecretStr

from bot.settings import Settings
from bot.settings.file import AgentTeamSettings, ChannelSettings, WorkspaceSettings
from bot.settings.policies import PolicySettings, StageSettings, WorkingHoursSettings
from bot.settings.values import FLAT, SECRETS

ROOT = Path(__file__).parents[1]
PATH = ROOT / "docs" / "configuration.md"
VARIABLE = re.compile(r"#?([A-Z][A-Z_]+)=(.*)")
HEADING = re.compile(r"# (.+?) -{5,}")
LISTS: dict[str, type[BaseModel]] = {
    "[[agent_teams]]": AgentTeamSettings,
    "[[approval_policies]]": PolicySettings,
    "[[approval_policies.stages]]": StageSettings,
    "approval_policies.working_hours": WorkingHoursSettings,
    "[workspaces.ID]": WorkspaceSettings,
    "[channels.ID]": ChannelSettings,
}
INTRODUCTION = """# Configuration

Written by `python docs/draw_configuration.py --write` from the settings; a test holds it to them.

Settings come from the environment first, then from `bot.toml` (its path in `BOT_CONFIG`), then from the
defaults. Secrets come from the environment alone, or from a file whose path is in the same name with `_FILE`
at the end. `fusion-slack check` looks at all of them, and `fusion-slack serve` ends with exit code 2 and one message that names
everything that is wrong.
"""


def draw() -> str:
    """The whole document."""
    return "\n".join([INTRODUCTION, *_environment(), *_file()]).rstrip() + "\n"


def _environment() -> Iterator[str]:
    yield "## Environment\n"
    comment: list[str] = []
    used = True  # a comment is about the variables that follow it
    for line in (ROOT / ".env.example").read_text("utf-8").splitlines():
        if found := HEADING.fullmatch(line):
            yield f"\n### {found[1]}\n"
            yield "| variable | default | meaning |\n|---|---|---|"
            used = True
        elif found := VARIABLE.fullmatch(line):
            yield _row(found[1], comment)
            used = True
        elif line.startswith("#"):
            comment = [*([] if used else comment), line.lstrip("# ")]
            used = False
    yield ""


def _row(name: str, comment: list[str]) -> str:
    field = name.lower()
    kind = " (secret)" if field in SECRETS else ""
    default = "bot.toml" if field == "bot_config" else ""
    if field in FLAT:
        value = Settings.model_fields[field].default
        default = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
    shown = f"`{default}`" if default else "–"
    meaning = " ".join(each for each in comment if each).replace("|", "\\|")
    return f"| `{name}`{kind} | {shown} | {meaning} |"


def _file() -> Iterator[str]:
    yield "## bot.toml\n"
    for name, field in Settings.model_fields.items():
        kind = field.annotation
        if name in FLAT or not (isinstance(kind, type) and issubclass(kind, BaseModel)):
            continue
        yield from _table(f"[{name}]", kind)
    for name, model in LISTS.items():
        yield from _table(name, model)
    yield "### The example\n"
    example = (ROOT / "bot.example.toml").read_text("utf-8")
    yield f"```toml\n{example.rstrip()}\n```"


def _table(name: str, model: type[BaseModel]) -> Iterator[str]:
    yield f"### `{name}`\n"
    said = (model.__doc__ or "").partition(": ")[2].split("\n\n")
    sentence = " ".join(said[0].split()).rstrip(".")
    yield f"{sentence[:1].upper()}{sentence[1:]}." if sentence else ""
    yield ""
    yield "| field | default |\n|---|---|"
    for field, info in model.model_fields.items():
        default = (
            "required"
            if info.is_required()
            else f"`{_shown(info.get_default(call_default_factory=True))}`"
        )
        yield f"| `{field}` | {default} |"
    yield ""


def _shown(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return f'"{value}"'
        case tuple():
            return "[…]" if value and isinstance(value[0], BaseModel) else str(list(value))
        case None:
            return "none"
        case _:
            return str(value)


def main() -> None:
    """Print it, or write it."""
    if "--write" in sys.argv[1:]:
        PATH.write_text(draw(), "utf-8")
    else:
        print(draw(), end="")


if __name__ == "__main__":
    main()
