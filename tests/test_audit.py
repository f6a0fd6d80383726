"""The record for auditors: both formats, the chain, and what stands in the way of reading it."""

import csv
import io
import json

import pytest

from bot.audit import as_csv, as_jsonl, read_record
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
