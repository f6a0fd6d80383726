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
from bot.settings.values import FLAT

ROOT = Path(__file__).parents[1]
PATH = ROOT / "docs" / "configuration.md"
VARIABLE = re.compile(r"#?([A-Z][A-Z_]+)=.*")
HEADING = re.compile(r"^# (.+?) -{5,}$", re.MULTILINE)
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
at the end. `fusion-slack check` looks at all of them. Where one is wrong, `fusion-slack serve` ends with exit
code 2 and one message that names all that are wrong.
"""


def draw() -> str:
    """The whole document."""
    return "\n".join([INTRODUCTION, *_environment(), *_file()]).rstrip() + "\n"


def _environment() -> Iterator[str]:
    yield "## Environment\n"
    parts = HEADING.split((ROOT / ".env.example").read_text("utf-8"))
    for heading, text in zip(parts[1::2], parts[2::2], strict=True):
        yield f"### {heading}\n"
        blocks = [each.splitlines() for each in text.strip().split("\n\n")]
        yield from (f"{_said(each)}\n" for each in blocks if not VARIABLE.fullmatch(each[-1]))
        yield "| variable | default | meaning |\n|---|---|---|"
        for name, meaning in (each for block in blocks for each in _variables(block)):
            yield f"| `{name}` | {_default(name.lower())} | {meaning} |"
        yield ""


def _variables(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Each variable with the comment right above it."""
    comment: list[str] = []
    for line in lines:
        if found := VARIABLE.fullmatch(line):
            yield found[1], _said(comment)
            comment = []
        else:
            comment.append(line)


def _said(comment: list[str]) -> str:
    return " ".join(each.lstrip("# ") for each in comment).replace("|", "\\|")


def _default(field: str) -> str:
    if field == "bot_config":
        return "`bot.toml`"
    value = Settings.model_fields[field].default
    shown = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
    return f"`{shown}`" if shown else "–"


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
