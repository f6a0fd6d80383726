"""Documents that name tests: each of them exists, so that no feature is promised without one."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
DOCUMENTS = TESTS.parent / "docs"
CITED = re.compile(r"`((?:[a-z_]+/)*test_[a-z_]+\.py|playground)?(?:::(test_[a-z0-9_]+))?`")


def cited(document: str) -> list[tuple[str, str]]:
    """Files with the tests that a document names; `::name` alone goes on with the file before."""
    found, last = [], ""
    for file, name in CITED.findall((DOCUMENTS / document).read_text("utf-8")):
        last = file or last
        if file or name:
            found.append((last, name))
    return found


@pytest.mark.parametrize("document", ["features.md", "security.md"])
def test_every_test_that_a_document_names_exists(document: str) -> None:
    names = cited(document)
    assert len(names) > 20
    for file, name in names:
        path = TESTS / file
        assert path.exists(), file
        if name:
            assert f"def {name}(" in path.read_text("utf-8"), f"{file}::{name}"


def test_every_line_of_features_names_a_test() -> None:
    there = (DOCUMENTS / "features.md").read_text("utf-8").partition("## Not there")[0]
    rows = [each for each in there.splitlines() if each.startswith("|")][2:]
    assert rows
    for row in rows:
        assert CITED.search(row.split("|")[3]), row
