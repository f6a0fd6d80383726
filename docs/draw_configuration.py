"""Write docs/configuration.md from the settings themselves, their examples and their defaults.

python docs/draw_configuration.py [--write]     prints it, or writes it; a test holds the two together
"""

import json
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel, SecretStr

from bot.settings import Settings
from bot.settings.file import AgentTeamSettings, ChannelSettings, WorkspaceSettings
from bot.settings.policies import PolicySettings, StageSettings, WorkingHoursSettings
from bot.settings.values import FLAT, SECRETS

ROOT = Path(__file__).parents[1]
PATH = ROOT / "docs" / "configuration.md"
VARIABLE = re.compile(r"#?([A-Z][A-Z_]+)=.*")
HEADING = re.compile(r"^# (.+?) -{5,}$", re.MULTILINE)
FIELD = re.compile(r"#?([a-z_]+) = .*?(?:  # (.+))?")
MODELS: dict[str, type[BaseModel]] = {
    "[[agent_teams]]": AgentTeamSettings,
    "[[approval_policies]]": PolicySettings,
    "[[approval_policies.stages]]": StageSettings,
    "[approval_policies.working_hours]": WorkingHoursSettings,
    "[workspaces.T0123456789]": WorkspaceSettings,
    "[channels.C0123456789]": ChannelSettings,
} | {
    f"[{name}]": info.annotation
    for name, info in Settings.model_fields.items()
    if isinstance(info.annotation, type) and issubclass(info.annotation, BaseModel)
}
INTRODUCTION = """# Configuration

Written by `./run docs` from the settings, `.env.example` and `bot.example.toml`; a test holds it to them.

Settings are read once, when the program starts: from the environment first, then from `bot.toml` (its path in
`BOT_CONFIG`), then from the defaults. Secrets come from the environment alone, or from a file whose path is in
the same name with `_FILE` at the end. `fusion-slack check` looks at all of them. Where one is wrong, `fusion-slack serve` ends with exit
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


def _default(name: str) -> str:
    if name == "bot_config":
        return "`bot.toml`"
    value = Settings.model_fields[name].default
    shown = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
    return f"`{shown}`" if shown else "–"


def _file() -> Iterator[str]:
    yield "## bot.toml\n"
    yield "[bot.example.toml](../bot.example.toml) shows all of it together.\n"
    yield "### Above the first table\n"
    yield "These settings of the environment may stand here too. Where both say something, it wins:\n"
    yield f"{_names(name for name in FLAT if name not in SECRETS)}.\n"
    yield f"Secrets may not: {_names(SECRETS)}. Nor may `bot_config`, which says where this file is.\n"
    tables = _tables()
    for heading, table in tables.items():
        yield f"### `{heading}`\n"
        yield f"{table.said}\n"
        if heading in MODELS:
            yield from _fields(heading, tables)
        else:  # its keys are the reader's own
            yield "\n".join(["```toml", *table.lines, "```\n"])


def _names(fields: Iterable[str]) -> str:
    return ", ".join(f"`{each}`" for each in fields)


@dataclass
class Table:
    """A table of the example: what is said of it and of its fields, and its lines."""

    said: str
    meanings: dict[str, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)


def _tables() -> dict[str, Table]:
    """The example's tables by their headings. A comment is about the line that it is on, or stands above."""
    found: dict[str, Table] = {}
    comment: list[str] = []
    table = Table("")
    for line in (ROOT / "bot.example.toml").read_text("utf-8").splitlines():
        if line.startswith("["):
            table = found.setdefault(line, Table(_said(comment)))
        elif named := FIELD.fullmatch(line):
            table.meanings.setdefault(named[1], named[2] or _said(comment))
        comment = [*comment, line] if line.startswith("# ") else []
        if line and not line.startswith(("# ", "[")):
            table.lines.append(line)
    return found


def _fields(heading: str, tables: dict[str, Table]) -> Iterator[str]:
    yield "| field | default | meaning |\n|---|---|---|"
    for name, info in MODELS[heading].model_fields.items():
        default = "required" if info.is_required() else "–"
        value = None if info.is_required() else info.get_default(call_default_factory=True)
        if value is not None:
            default = f"`{_toml(value)}`"
        below = [f"[{heading.strip('[]')}.{name}]", f"[[{heading.strip('[]')}.{name}]]"]
        said = [
            tables[each].said.partition(". ")[0].rstrip(".") for each in below if each in tables
        ]
        meaning = tables[heading].meanings.get(name) or "".join(
            f"{each}. See below." for each in said
        )
        yield f"| `{name}` | {default} | {meaning} |"
    yield ""


def _toml(value: object) -> str:
    """A value as TOML writes it."""
    match value:
        case BaseModel():
            return _toml(value.model_dump(exclude_defaults=True))
        case dict():
            pairs = ", ".join(f"{name} = {_toml(each)}" for name, each in value.items())
            return f"{{ {pairs} }}" if pairs else "{}"
        case list() | tuple():
            return f"[{', '.join(map(_toml, value))}]"
        case _:
            return json.dumps(value, ensure_ascii=False)


def main() -> None:
    """Print it, or write it."""
    if "--write" in sys.argv[1:]:
        PATH.write_text(draw(), "utf-8")
    else:
        print(draw(), end="")


if __name__ == "__main__":
    main()
