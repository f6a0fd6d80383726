"""docs/configuration.md is what the settings and their examples say."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

from bot.settings.values import FLAT, SECRETS, STRUCTURED

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs" / "configuration.md"


def load_drawing() -> ModuleType:
    path = ROOT / "docs" / "draw_configuration.py"
    found = importlib.util.spec_from_file_location("draw_configuration", path)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def test_the_document_is_as_it_would_be_written() -> None:
    assert DOCUMENT.read_text("utf-8") == load_drawing().draw(), (
        "write it anew: .venv/bin/python docs/draw_configuration.py --write"
    )


def test_it_lists_every_setting() -> None:
    text = DOCUMENT.read_text("utf-8")
    for name in FLAT:
        assert text.count(f"| `{name.upper()}`") == 1, name
    for name in STRUCTURED:
        assert f"[{name}" in text, name


def test_each_variable_has_a_meaning_that_says_whether_it_is_secret() -> None:
    rows = re.findall(
        r"^\| `([A-Z_]+)` \| .+ \| (.*) \|$", DOCUMENT.read_text("utf-8"), re.MULTILINE
    )
    meanings = dict(rows)
    assert sorted(meanings) == sorted([*(name.upper() for name in FLAT), "BOT_CONFIG"])
    assert len(set(meanings.values())) == len(rows)
    for name, meaning in meanings.items():
        assert meaning.strip("–"), name
        assert ("Secret" in meaning) == (name.lower() in SECRETS), name
