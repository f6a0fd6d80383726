"""What the playground's agents answer: a policy, tables, a very long report, hostile output."""

from functools import cache
from typing import Any

TRAVEL_POLICY = """**Travel policy, in short**

1. Book at least *14 days* ahead through the travel desk.
2. Rail is preferred where it takes less than four hours.
3. Hotels up to **EUR 180** per night need no approval.
4. Receipts are needed for every expense above EUR 25.

See the full policy for exceptions.
"""

SPEND_TABLE = """Supplier spend, year to date:

| Supplier | Invoices | Spend (EUR) | Change |
|:--|--:|--:|--:|
| Lindqvist Paper AB | 48 | 412,300 | +4.1 % |
| Nakamura Logistics | 131 | 388,950 | +12.6 % |
| Oliveira & Filhos | 22 | 197,400 | -3.0 % |
| Brightwater Energy | 12 | 164,020 | +0.4 % |
| Kestrel Software | 9 | 121,750 | +31.9 % |
| Meier Facility | 64 | 88,310 | -1.2 % |

Two suppliers make up **58 %** of all spend.
"""

BALANCES_HTML = """<h2>Balances</h2>
<p>As of <b>31 March 2026</b>, see <a href="https://fusion.example.com/gl">the ledger</a>.</p>
<table>
<thead><tr><th>Account</th><th>Name</th><th>Balance</th></tr></thead>
<tbody>
<tr><td>1000</td><td>Cash</td><td>1,204,000.00</td></tr>
<tr><td>1200</td><td>Receivables</td><td>830,412.55</td></tr>
<tr><td>2000</td><td>Payables</td><td>-645,001.10</td></tr>
</tbody>
</table>
<ul><li>All periods are open.</li><li>Nothing is unposted.</li></ul>
"""

BALANCES_JSON: dict[str, Any] = {
    "asOf": "2026-03-31",
    "currency": "EUR",
    "accounts": [
        {"account": "1000", "name": "Cash", "balance": 1204000.0},
        {"account": "1200", "name": "Receivables", "balance": 830412.55},
        {"account": "2000", "name": "Payables", "balance": -645001.1},
    ],
    "periodsOpen": True,
}

HOSTILE = """<!channel> <!here> <!everyone> <@U0PLAYER01> <!subteam^S0FINANCE> <#C0GENERAL>
@channel @here @everyone

![a pixel](https://tracker.invalid/pixel.png?who=you)
<img src="https://tracker.invalid/pixel.gif"><script>alert(1)</script>

[https://fusion.example.com/approve](https://phishing.invalid/login)
<https://phishing.invalid/login|Sign in to Oracle>
[click](javascript:alert(1)) [file](file:///etc/passwd) [slack](slack://open)

&lt;!channel&gt; <!date^1392734382^{date}|channel> `<!channel>`

```
<!channel> in code
```

| Who | What |
|:--|:--|
| <!channel> | ![x](https://tracker.invalid/y.png) |

The end of the hostile text.
"""
HOSTILE_CITATION = {
    "title": "<!channel> Policy",
    "url": "javascript:alert(1)",
    "text": "<@U0PLAYER01> read this",
}

_PARAGRAPH = (
    "The figures of this section come from closed periods only. Where a period was reopened, "
    "its journals are listed apart, with the person who reopened it and the reason given. "
    "Amounts are in thousands of euros unless a line says otherwise; *differences of one* are "
    "due to rounding. **Nothing here is a forecast.** Entities that joined during the year are "
    "shown from their first full month, and their history is not restated."
)


@cache
def long_report() -> str:
    """More than 30,000 characters of Markdown, always the same, each part with its number.

    Headings, paragraphs, nested lists, quotes, code fences (one longer than 12,000 characters)
    and a table of 220 rows; it ends in "End of the report."
    """
    sections = "".join(_section(number) for number in range(1, 13))
    return (
        f"# The long report\n\n{_PARAGRAPH}\n\n{sections}"
        f"## All entities\n\n{_table(220)}\n## The export\n\n{_export(320)}\nEnd of the report.\n"
    )


def _section(number: int) -> str:
    return (
        f"## Section {number}\n\n{_PARAGRAPH}\n\n"
        f"- Point {number}.1: revenue\n    - recurring\n    - one-off\n"
        f"- Point {number}.2: cost, see [the ledger](https://fusion.example.com/gl/{number})\n"
        f"1. First step of section {number}\n2. Second step of section {number}\n\n"
        f"> Remark {number}: checked by two people.\n\n"
        f"### Query {number}\n\n```sql\nSELECT entity, SUM(amount)\n  FROM gl_balances\n"
        f" WHERE section = {number}\n GROUP BY entity;\n```\n\n{_PARAGRAPH}\n\n"
    )


def _table(rows: int) -> str:
    lines = ["| No. | Entity | Country | Revenue | Cost | Result |", "|--:|:--|:--|--:|--:|--:|"]
    for row in range(1, rows + 1):
        revenue, cost = 1000 + row * 37, 800 + row * 29
        entity = f"Entity {row:03d} Holding"
        lines.append(
            f"| {row} | {entity} | C{row % 40:02d} | {revenue} | {cost} | {revenue - cost} |"
        )
    return "\n".join(lines) + "\n"


def _export(rows: int) -> str:
    lines = [
        f"{row:04d};2026-03-{row % 28 + 1:02d};ENTITY-{row:03d};{row * 1.25:.2f};EUR"
        for row in range(1, rows + 1)
    ]
    return "```csv\n" + "\n".join(lines) + "\n```\n"
