"""Texts of people in files that spreadsheets open."""

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_csv(columns: Iterable[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """Rows under a line of names (RFC 4180); no text in them is taken for a formula.

    What begins like one gets an apostrophe (OWASP, "CSV Injection").
    """
    text = io.StringIO()
    writer = csv.DictWriter(text, list(columns), lineterminator="\r\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _harmless(value) for name, value in row.items()})
    return text.getvalue()


def _harmless(value: Any) -> Any:
    starts = isinstance(value, str) and value.startswith(FORMULA)
    return f"'{value}" if starts else value
