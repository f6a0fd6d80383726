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
    assert DOCUMENT.read_text("utf-8") == load_drawing().draw(), "write it anew: ./run docs"


def test_it_lists_every_setting() -> None:
    text = DOCUMENT.read_text("utf-8")
    for name in FLAT:
        assert text.count(f"| `{name.upper()}`") == 1, name


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


def test_each_field_of_each_table_has_a_meaning() -> None:
    drawing, text = load_drawing(), DOCUMENT.read_text("utf-8")
    for heading, model in drawing.MODELS.items():
        _, _, rest = text.partition(f"### `{heading}`\n")
        table, _, _ = rest.partition("\n### ")
        meanings = dict(re.findall(r"^\| `([a-z_]+)` \| .+ \| (.*) \|$", table, re.MULTILINE))
        assert list(meanings) == list(model.model_fields), heading
        assert all(meanings.values()), heading


def test_it_has_a_table_for_each_structured_setting_and_says_what_else_the_file_may_hold() -> None:
    text = DOCUMENT.read_text("utf-8")
    for name in STRUCTURED:
        assert re.search(rf"^### `\[+{name}[].]", text, re.MULTILINE), name
    _, _, rest = text.partition("### Above the first table\n")
    may, _, may_not = rest.partition("\n### ")[0].partition("Secrets may not")
    for name in FLAT:
        assert f"`{name}`" in (may_not if name in SECRETS else may), name
