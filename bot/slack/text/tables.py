"""Tables, as Slack's native `table` block where one fits, else as preformatted text."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

# Slack: 100 rows with the header, 20 columns, 10,000 characters; some are left as a margin.
_MOST_ROWS = 100
_MOST_COLUMNS = 20
_MOST_CHARACTERS = 9500
_WIDEST_PADDED = 40
_WRAPPED_FROM = 24  # characters in a cell


@dataclass(frozen=True, slots=True)
class Table:
    """A table as plain text. Every row has as many cells as the header; aligns are Slack's words."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    aligns: tuple[str, ...]

    @property
    def size(self) -> int:
        """Its characters as Slack counts them; an empty cell is sent as a space."""
        return sum(_size(row) for row in (self.header, *self.rows))


def split_table(table: Table) -> list[Table] | None:
    """Tables that fit into one block each, all with the header; None where no split can help."""
    largest = max((_size(row) for row in table.rows), default=0)
    room = _MOST_CHARACTERS - _size(table.header)
    if len(table.header) > _MOST_COLUMNS or largest > room:
        return None
    starts = [0]
    used = 0
    for number, row in enumerate(table.rows):
        if used + _size(row) > room or number - starts[-1] >= _MOST_ROWS - 1:
            starts.append(number)
            used = 0
        used += _size(row)
    bounds = [*starts, len(table.rows)]
    return [Table(table.header, table.rows[a:b], table.aligns) for a, b in pairwise(bounds)]


def draw_table(table: Table) -> dict[str, Any]:
    """The `table` block; its cells are `raw_text`, in which Slack reads no markup at all."""
    lines = (table.header, *table.rows)
    wide = [max(map(len, column)) >= _WRAPPED_FROM for column in zip(*lines, strict=True)]
    return {
        "type": "table",
        "column_settings": [
            {"align": align, "is_wrapped": is_wide}
            for align, is_wide in zip(table.aligns, wide, strict=True)
        ],
        "rows": [[{"type": "raw_text", "text": cell or " "} for cell in line] for line in lines],
    }


def draw_table_as_text(table: Table) -> str:
    """The table as lines of text, one for each row."""
    return "\n".join(" | ".join(_flat(row)) for row in (table.header, *table.rows))


def draw_table_aligned(table: Table) -> str:
    """The table for a monospaced font: columns are as wide as their cells, up to a limit."""
    lines = [_flat(row) for row in (table.header, *table.rows)]
    widths = [min(max(map(len, column)), _WIDEST_PADDED) for column in zip(*lines, strict=True)]
    header, *rows = [" | ".join(map(str.ljust, line, widths)).rstrip() for line in lines]
    return "\n".join([header, "-+-".join("-" * width for width in widths), *rows])


def _flat(row: Sequence[str]) -> list[str]:
    return [" ".join(cell.split()) for cell in row]


def _size(row: Sequence[str]) -> int:
    return sum(len(cell) or 1 for cell in row)
