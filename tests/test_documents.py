"""What the documents say to type exists, and where they lead there is something."""

import re
import shlex
from pathlib import Path

import click
import pytest

from bot.cli import main

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
COMMAND = re.compile(r"(?:fusion-slack|\./run (?=check|serve|demo|manifest)) ?([^`\n|]*)")
BENCHMARK = re.compile(r"python -m (benchmarks\.\w+)([^`\n|]*)")
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#]+)(?:#([^)]*))?\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
# A command in a sentence ends with a mark; what follows two blanks is said of it.
ENDS = re.compile(r"  .*|[.,;:)…]*$")


def typed(pattern: re.Pattern[str]) -> list[tuple[str, ...]]:
    """What documents say to type, each once."""
    found = {each for path in DOCUMENTS for each in pattern.findall(path.read_text("utf-8"))}
    return sorted((each,) if isinstance(each, str) else each for each in found)


def words_of(said: str) -> list[str]:
    return shlex.split(ENDS.sub("", said).strip().strip("'\""))


@pytest.mark.parametrize("said", [each for (each,) in typed(COMMAND) if re.match(r"[a-z]", each)])
def test_each_command_can_be_typed_like_this(said: str) -> None:
    words = words_of(said)
    command: click.Command = main
    context = click.Context(main)
    while isinstance(command, click.Group):
        found = command.get_command(context, words[0])
        assert found is not None, f"there is no {words[0]}"
        command, words = found, words[1:]
    command.make_context(command.name or "", words, parent=context)


@pytest.mark.parametrize(("module", "options"), typed(BENCHMARK))
def test_each_benchmark_can_be_run_like_this(module: str, options: str) -> None:
    source = (ROOT / f"{module.replace('.', '/')}.py").read_text("utf-8")
    for option in re.findall(r"--\w+", options):
        assert f'"{option}"' in source


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda each: each.name)
def test_each_link_leads_somewhere(document: Path) -> None:
    for path, anchor in LINK.findall(document.read_text("utf-8")):
        target = document.parent / path
        assert target.exists(), path
        if anchor:
            headings = HEADING.findall(target.read_text("utf-8"))
            assert anchor in {
                re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in headings
            }
