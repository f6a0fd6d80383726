"""Draw the diagram in runs.md from the table in bot/domain/machine.py.

python docs/draw_runs.py            print the diagram
python docs/draw_runs.py --write    put it between the markers in docs/runs.md
"""

import sys
from pathlib import Path

from bot.domain.machine import ENDS, TABLE
from bot.domain.run import State

DOCUMENT = Path(__file__).with_name("runs.md")
BEGIN = "<!-- diagram: drawn from the table by docs/draw_runs.py -->"
END = "<!-- end of the diagram -->"

ENTRANCES = {
    State.INVOKING: "the thread is free",
    State.QUEUED: "the thread is busy",
}


class NoMarkers(ValueError):
    """The document lacks the markers between which the diagram stands."""


def draw_diagram() -> str:
    """The table as a Mermaid state diagram, events on the arrows, in a fenced block."""
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f"    [*] --> {state.name} : {why}" for state, why in ENTRANCES.items()]
    for state in TABLE:
        for to, events in _arrows(state).items():
            lines.append(f"    {state.name} --> {to.name} : {', '.join(events)}")
    lines += [f"    {state.name} --> [*]" for state in TABLE if state in ENDS]
    return "\n".join([*lines, "```"])


def with_diagram(document: str) -> str:
    """The document with what stands between its markers drawn anew. Raises NoMarkers."""
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise NoMarkers(f"runs.md needs the lines {BEGIN!r} and {END!r}.")
    return f"{before}{BEGIN}\n{draw_diagram()}\n{END}{after}"


def _arrows(state: State) -> dict[State, list[str]]:
    arrows: dict[State, list[str]] = {}
    for event, rule in TABLE[state].items():
        for to in rule.to:
            arrows.setdefault(to, []).append(event.__name__)
    return arrows


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        DOCUMENT.write_text(with_diagram(DOCUMENT.read_text("utf-8")), "utf-8")
    else:
        print(draw_diagram())
