"""The commands on what is kept: they need few settings, and run beside a bot that serves."""

import asyncio
import re
import sys
from datetime import UTC, datetime, timedelta

import click

from bot.cli.stopping import EXIT_WRONG_SETTINGS, settings_or_stop, stop

MOST_DIGITS = 5  # of a number of days


@click.command()
@click.option(
    "--older-than",
    type=click.FloatRange(0, 100_000),
    help="Days; default: the [retention] of bot.toml, with --user 0.",
)
@click.option("--user", help="Only this person, their token too: WORKSPACE:USER, as in T012:U034.")
def purge(older_than: float | None, user: str | None) -> None:
    """Delete ended runs that are older than the retention.

    Of a person who is named, all that have ended, however new.
    """
    from bot.app import purge as delete
    from bot.build import NoDatabase
    from storage.errors import StorageError

    if user is not None and not re.fullmatch(r"[TE][A-Z0-9]+:[UW][A-Z0-9]+", user):
        stop(f"--user {user}: write WORKSPACE:USER, as in T012:U034.", EXIT_WRONG_SETTINGS)
    settings = settings_or_stop(kept_only=True)
    period = settings.retention.period if user is None else timedelta(0)
    if older_than is not None:
        period = timedelta(days=older_than)
    try:
        deleted = asyncio.run(delete(settings, period, user))
    except NoDatabase as error:  # which has no runs, so a timer need not fail
        print(error, file=sys.stderr)
        deleted = 0
    except (StorageError, OSError) as error:
        stop(str(error))
    print(f"{deleted} runs deleted.")


@click.command()
@click.option(
    "--since", help="Approvals to which something happened since: a date, or days, as 30."
)
@click.option(
    "--format", "form", type=click.Choice(["jsonl", "csv"]), default="jsonl", show_default=True
)
def audit(since: str | None, form: str) -> None:
    """Print every approval: who asked, who decided and why.

    It checks that nothing on record was changed.
    """
    from bot import audit as reading
    from bot.app import read_audit
    from storage.errors import StorageError

    start = read_since(since) if since else None
    try:
        record = asyncio.run(read_audit(settings_or_stop(kept_only=True)))
    except (StorageError, OSError) as error:
        stop(str(error))
    found = [each for each in record.stories if start is None or each.last_at >= start]
    click.echo(reading.as_csv(found) if form == "csv" else reading.as_jsonl(found), nl=False)
    if record.broken_at is not None:
        stop(
            f"The record was changed: entry {record.broken_at} does not follow from the one before."
        )
    print(
        f"{len(found)} approvals; {record.entries} entries on record, unbroken;"
        f" the last hash is {record.last_hash}.",
        file=sys.stderr,
    )


@click.command()
@click.option("--since", default="30", show_default=True, help="A date, or days, as 30.")
@click.option(
    "--format", "form", type=click.Choice(["jsonl", "csv"]), default="jsonl", show_default=True
)
def feedback(since: str, form: str) -> None:
    """Print what people thought of answers, with their comments."""
    from bot import feedback as reading
    from bot.app import read_opinions
    from storage.errors import StorageError

    start = read_since(since)
    try:
        found = asyncio.run(read_opinions(settings_or_stop(kept_only=True), start))
    except (StorageError, OSError) as error:
        stop(str(error))
    click.echo(reading.as_csv(found) if form == "csv" else reading.as_jsonl(found), nl=False)
    print(f"{len(found)} opinions.", file=sys.stderr)


@click.group()
def keys() -> None:
    """What is encrypted at rest."""


@keys.command()
def rotate() -> None:
    """Encrypt everything anew with the first of ENCRYPTION_KEYS."""
    from bot.app import rotate_keys
    from storage.errors import StorageError

    try:
        changed = asyncio.run(rotate_keys(settings_or_stop(kept_only=True)))
    except (StorageError, OSError) as error:
        stop(str(error))
    print(f"{changed} entries are encrypted with the newest key. Older keys can go.")


@click.command("migrate-store")
@click.argument("source")
@click.argument("target")
def migrate_store(source: str, target: str) -> None:
    """Move what is kept from SQLite to PostgreSQL.

    SOURCE is sqlite:///…, TARGET an empty postgresql://… database.

    ENCRYPTION_KEYS is what the target is to be read with; the source is read with the same keys, and
    with the key file beside it.
    """
    from bot.build import move_store
    from storage.errors import StorageError

    try:
        copied = asyncio.run(move_store(settings_or_stop(kept_only=True), source, target))
    except (StorageError, OSError, ValueError) as error:
        stop(str(error))
    print(f"{copied['runs']} runs and {copied['audit']} entries of the record were moved.")
    print("Set DATABASE_URL to the new database; the old one can be kept as a copy.")


def read_since(text: str) -> datetime:
    """The start that --since names: a date, a date with a time (UTC unless it says), or days ago."""
    days = text.removesuffix("d")
    if days.isdecimal() and len(days) <= MOST_DIGITS:
        return datetime.now(UTC) - timedelta(days=int(days))
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        stop(
            f"--since {text}: write a date, as in 2026-03-01, or a number of days, as in 30.",
            EXIT_WRONG_SETTINGS,
        )
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


COMMANDS: tuple[click.Command, ...] = (purge, audit, feedback, keys, migrate_store)
