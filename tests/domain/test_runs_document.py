"""docs/runs.md says what the machine does."""

import importlib.util
import re
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from types import ModuleType

import pytest

from bot.domain.approval import ApprovalState
from bot.domain.machine import ENDS, TABLE, Patience, owes
from bot.domain.run import State
from tests.domain.examples import IN_STATE

DOCS = Path(__file__).parents[2] / "docs"
DOCUMENT = (DOCS / "runs.md").read_text("utf-8")


def load_drawing() -> ModuleType:
    found = importlib.util.spec_from_file_location("draw_runs", DOCS / "draw_runs.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


draw_runs = load_drawing()


def rows(*, with_columns: int) -> dict[str, list[str]]:
    """The table rows of the document whose first cell is a `word`, under that word."""
    found = {}
    for line in DOCUMENT.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if re.fullmatch(r"`\w+`", cells[0]) and len(cells) == with_columns:
            found[cells[0].strip("`")] = cells[1:]
    return found


def test_the_diagram_is_the_one_that_the_table_gives() -> None:
    assert draw_runs.with_diagram(DOCUMENT) == DOCUMENT, "draw it anew: ./run docs"


def test_the_diagram_has_an_arrow_for_every_arrival_and_no_other() -> None:
    arrows = {
        (start, to, event)
        for start, to, events in re.findall(r"    (\w+) --> (\w+) : (.+)", DOCUMENT)
        for event in events.split(", ")
    }
    assert arrows == {
        (state.name, to.name, event.__name__)
        for state, rules in TABLE.items()
        for event, rule in rules.items()
        for to in rule.to
    }


def test_the_diagram_ends_where_runs_end() -> None:
    assert set(re.findall(r"(\w+) --> \[\*\]", DOCUMENT)) == {state.name for state in ENDS}


def test_drawing_twice_changes_nothing_more() -> None:
    stale = DOCUMENT.replace("stateDiagram-v2", "stateDiagram-v1")
    assert draw_runs.with_diagram(stale) == DOCUMENT
    assert draw_runs.with_diagram(draw_runs.with_diagram(stale)) == DOCUMENT


@pytest.mark.parametrize("marker", [draw_runs.BEGIN, draw_runs.END])
def test_a_document_without_markers_is_not_touched(marker: str) -> None:
    with pytest.raises(draw_runs.NoMarkers):
        draw_runs.with_diagram(DOCUMENT.replace(marker, ""))


def test_the_table_of_states_says_what_each_state_owes() -> None:
    described = {name: cells[-1] for name, cells in rows(with_columns=4).items()}
    assert list(described) == [state.name for state in State]
    for state, run in IN_STATE.items():
        owed = owes(run())
        assert described[state.name] == (f"`{owed.name}`" if owed else "nothing")


def test_the_table_of_approvals_names_every_end() -> None:
    pending = {ApprovalState.OPEN, ApprovalState.DECIDING}
    assert set(rows(with_columns=2)) == set(ApprovalState) - pending


def test_the_table_of_patience_names_every_bound_and_its_default() -> None:
    described = {name: cells[0] for name, cells in rows(with_columns=3).items()}
    assert list(described) == [each.name for each in fields(Patience)]
    for each in fields(Patience):
        assert _length(described[each.name]) == each.default


def _length(words: str) -> timedelta:
    number, unit = words.split()
    return timedelta(**{unit: int(number)})
