"""The record for auditors: both formats, the chain, and what stands in the way of reading it."""

import csv
import io
import json
from datetime import UTC, datetime

import pytest

from bot.audit import as_csv, as_jsonl, read_record, since
from bot.deciding import Card
from bot.domain import events as e
from bot.domain.audit import Entry, Kind
from bot.domain.job import Action
from storage.chain import FIRST
from tests.domain.examples import PAYMENT
from tests.kept import ANNA, BEN, NOON, kept
from tests.test_deciding import deciding
from tests.test_intake import INVOKED, asked


async def test_each_approval_is_a_line_with_all_that_happened() -> None:
    async with kept() as house:
        run = await asked(house, INVOKED, e.Waited(PAYMENT))
        card = Card(run.id, f"{run.id}-1")
        await deciding(house).decide(card, Action.APPROVE, BEN)
        await deciding(house).decide(card, Action.REJECT, ANNA, "too dear, =HYPERLINK(1)")
        record = await read_record(house.store)
        (line,) = as_jsonl(record.stories).splitlines()
        told = json.loads(line)
        assert (told["outcome"], told["decided_by"]) == ("deciding", ANNA.key)
        assert [each["event"] for each in told["events"]] == ["requested", "refused", "decided"]
        assert told["events"][1]["person"] == BEN.key
        assert told["asked_at"] == NOON.isoformat()
        (row,) = csv.DictReader(io.StringIO(as_csv(record.stories)))
        assert row["reason"] == told["reason"] == "too dear, =HYPERLINK(1)"
        assert row["approval"] == run.id + "-1"
        assert (record.entries, record.broken_at) == (3, None)


async def test_no_text_of_a_person_becomes_a_formula() -> None:
    async with kept() as house:
        entry = Entry(Kind.DECIDED, NOON, "run", "a", ANNA.key, reason="=1+1")
        await house.ledger.put_on_record(entry)
        (row,) = csv.DictReader(io.StringIO(as_csv((await read_record(house.store)).stories)))
        assert row["reason"] == "'=1+1"


async def test_a_record_longer_than_a_piece_is_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.audit.READ_AT_ONCE", 2)
    async with kept() as house:
        assert (await read_record(house.store)).last_hash == FIRST
        for number in range(5):
            await house.ledger.put_on_record(Entry(Kind.SHOWN, NOON, "run", f"{number}"))
        record = await read_record(house.store)
        assert len(record.stories) == record.entries == 5
        assert record.last_hash == (await house.store.record(4, 1))[0].hash


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("30", datetime(2026, 1, 31, 12, tzinfo=UTC)),
        ("1d", datetime(2026, 3, 1, 12, tzinfo=UTC)),
        ("2026-02-03", datetime(2026, 2, 3, tzinfo=UTC)),
        ("2026-02-03T04:05:06+01:00", datetime(2026, 2, 3, 3, 5, 6, tzinfo=UTC)),
    ],
)
def test_since_is_a_date_or_days(text: str, start: datetime) -> None:
    assert since(text, NOON) == start


@pytest.mark.parametrize("text", ["", "yesterday", "-3", "123456", "d", "2026-13-01"])
def test_what_is_no_date_is_told_as_such(text: str) -> None:
    with pytest.raises(ValueError, match="write a date"):
        since(text, NOON)
