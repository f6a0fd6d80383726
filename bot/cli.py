"""The commands of `fusion-slack`."""

import asyncio
import re
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn

import click

from bot.settings import GRANTS, Settings, WrongSettings, read_settings

EXIT_TROUBLE = 1
EXIT_WRONG_SETTINGS = 2
MOST_DIGITS = 5  # of a number of days


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="fusion-slack")
@click.pass_context
def main(context: click.Context) -> None:
    """Oracle Fusion AI agent teams in Slack. Without a command, it serves."""
    if context.invoked_subcommand is None:
        context.invoke(serve)


@main.command()
def serve() -> None:
    """Run the bot, by Socket Mode or by HTTP.

    Socket Mode if SLACK_APP_TOKEN is set, else HTTP.
    """
    from bot import app
    from bot.identity.assertions import WrongKey
    from bot.slack.installing.preflight import SlackNotReady
    from bot.tuning import tune_interpreter
    from storage.errors import StorageError

    settings = _settings()
    _set_up_logs(settings)
    tune_interpreter()
    try:
        asyncio.run(app.serve(settings))
    except WrongKey as error:
        _stop(str(error), EXIT_WRONG_SETTINGS)
    except (SlackNotReady, StorageError, OSError) as error:
        _stop(str(error))


@main.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8765,
    show_default=True,
    help="Where the page is served; 0: any.",
)
@click.option("--no-browser", is_flag=True, help="Print the address and open nothing.")
@click.option("--script", type=click.Path(exists=True, dir_okay=False), help="Play this and exit.")
@click.option(
    "--grant",
    type=click.Choice(GRANTS),
    default="client_credentials",
    show_default=True,
    help="How the bot gets its access tokens.",
)
def demo(port: int, no_browser: bool, script: str | None, grant: str) -> None:
    """Try the bot in a browser, without any account.

    A Slack page, an emulated Fusion, and the real bot between them.
    """
    from bot import demo as playground
    from bot.logs import set_up_logs

    set_up_logs("warning", "console")
    if script is not None:
        try:
            good = asyncio.run(playground.play_script(Path(script).read_text("utf-8"), grant))
        except playground.WrongScript as error:
            _stop(str(error), EXIT_WRONG_SETTINGS)
        sys.exit(0 if good else EXIT_TROUBLE)
    try:
        wants_browser = not no_browser and sys.stdout.isatty()
        asyncio.run(playground.show(port, browser=wants_browser, grant=grant))
    except OSError as error:
        _stop(f"The page cannot be served on port {port}: {error.strerror}. Try --port 0.")
    except KeyboardInterrupt:
        print()


@main.command()
@click.option(
    "--user", default="", help="A Fusion user name to try, where each person has a token."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each finding.")
def check(user: str, as_json: bool) -> None:
    """Look at settings, Slack, Fusion and the database.

    It says of each what was found, or what to do. It ends with 1 where something is bad, and with 2
    where settings are wrong.
    """
    from bot import check as doctor
    from bot.check.finding import wrong_settings
    from bot.logs import set_up_logs

    set_up_logs("error", "console")
    try:
        settings = read_settings()
    except WrongSettings as error:
        if not as_json:
            _stop_for(error)
        for finding in wrong_settings(error.problems):
            print(finding.as_json())
        sys.exit(EXIT_WRONG_SETTINGS)
    if not asyncio.run(doctor.check(settings, user, as_json=as_json)):
        sys.exit(EXIT_TROUBLE)


@main.command()
@click.option("--socket/--http", default=True, help="How Slack reaches the bot.")
@click.option("--command", default="/fusion", show_default=True, help="The slash command.")
@click.option("--public-url", default="", help="Where Slack reaches the bot in HTTP mode.")
@click.option("--many", is_flag=True, help="People install it themselves; needs --http.")
def manifest(socket: bool, command: str, public_url: str, many: bool) -> None:
    """Print the Slack app's manifest for this deployment.

    It is to be pasted at api.slack.com/apps.
    """
    from bot.slack.installing.manifest import print_manifest

    if not socket and not public_url.startswith("https://"):
        _stop("--http needs --public-url https://…, where Slack reaches the bot.", 2)
    if not command.startswith("/"):
        _stop("--command begins with /, as in /fusion.", 2)
    if many and socket:
        _stop("--many needs --http: Socket Mode serves one workspace.", 2)
    text = print_manifest(socket=socket, command=command, public_url=public_url, many=many)
    print(text, end="")


@main.command()
@click.option(
    "--older-than",
    type=click.FloatRange(0, 100_000),
    help="Days; default: the [retention] of bot.toml.",
)
@click.option("--user", help="Only this person, their token too: WORKSPACE:USER, as in T012:U034.")
def purge(older_than: float | None, user: str | None) -> None:
    """Delete ended runs that are older than the retention."""
    from bot.app import purge as delete
    from bot.build import NoDatabase
    from storage.errors import StorageError

    if user is not None and not re.fullmatch(r"[TE][A-Z0-9]+:[UW][A-Z0-9]+", user):
        _stop(f"--user {user}: write WORKSPACE:USER, as in T012:U034.", EXIT_WRONG_SETTINGS)
    settings = _settings(kept_only=True)
    period = settings.retention.period if older_than is None else timedelta(days=older_than)
    try:
        deleted = asyncio.run(delete(settings, period, user))
    except NoDatabase as error:  # which has no runs, so a timer need not fail
        print(error, file=sys.stderr)
        deleted = 0
    except (StorageError, OSError) as error:
        _stop(str(error))
    print(f"{deleted} runs deleted.")


@main.command()
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

    start = _since(since) if since else None
    try:
        record = asyncio.run(read_audit(_settings(kept_only=True)))
    except (StorageError, OSError) as error:
        _stop(str(error))
    found = [each for each in record.stories if start is None or each.last_at >= start]
    click.echo(reading.as_csv(found) if form == "csv" else reading.as_jsonl(found), nl=False)
    if record.broken_at is not None:
        _stop(
            f"The record was changed: entry {record.broken_at} does not follow from the one before."
        )
    print(
        f"{len(found)} approvals; {record.entries} entries on record, unbroken;"
        f" the last hash is {record.last_hash}.",
        file=sys.stderr,
    )


@main.command()
@click.option("--since", default="30", show_default=True, help="A date, or days, as 30.")
@click.option(
    "--format", "form", type=click.Choice(["jsonl", "csv"]), default="jsonl", show_default=True
)
def feedback(since: str, form: str) -> None:
    """Print what people thought of answers, with their comments."""
    from bot import feedback as reading
    from bot.app import read_opinions
    from storage.errors import StorageError

    start = _since(since)
    try:
        found = asyncio.run(read_opinions(_settings(kept_only=True), start))
    except (StorageError, OSError) as error:
        _stop(str(error))
    click.echo(reading.as_csv(found) if form == "csv" else reading.as_jsonl(found), nl=False)
    print(f"{len(found)} opinions.", file=sys.stderr)


@main.group()
def keys() -> None:
    """What is encrypted at rest."""


@keys.command()
def rotate() -> None:
    """Encrypt everything anew with the first of ENCRYPTION_KEYS."""
    from bot.app import rotate_keys
    from storage.errors import StorageError

    try:
        changed = asyncio.run(rotate_keys(_settings(kept_only=True)))
    except (StorageError, OSError) as error:
        _stop(str(error))
    print(f"{changed} entries are encrypted with the newest key. Older keys can go.")


@main.command("migrate-store")
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
        copied = asyncio.run(move_store(_settings(kept_only=True), source, target))
    except (StorageError, OSError, ValueError) as error:
        _stop(str(error))
    print(f"{copied['runs']} runs and {copied['audit']} entries of the record were moved.")
    print("Set DATABASE_URL to the new database; the old one can be kept as a copy.")


def _since(text: str) -> datetime:
    """The start that --since names: a date, a date with a time (UTC unless it says), or days ago."""
    days = text.removesuffix("d")
    if days.isdecimal() and len(days) <= MOST_DIGITS:
        return datetime.now(UTC) - timedelta(days=int(days))
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        _stop(
            f"--since {text}: write a date, as in 2026-03-01, or a number of days, as in 30.",
            EXIT_WRONG_SETTINGS,
        )
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _settings(*, kept_only: bool = False) -> Settings:
    try:
        return read_settings(kept_only=kept_only)
    except WrongSettings as error:
        _stop_for(error)


def _stop_for(error: WrongSettings) -> NoReturn:
    lines = [f"Settings that need attention: {len(error.problems)}"]
    lines += [f"  - {each}" for each in error.problems]
    if Path(".env").exists():
        lines.append(
            "There is a file .env here, which is not read. Load it: set -a; . ./.env; set +a"
        )
    lines.append("See .env.example and bot.example.toml for all of them.")
    _stop("\n".join(lines), EXIT_WRONG_SETTINGS)


def _set_up_logs(settings: Settings) -> None:
    from bot.logs import set_up_logs

    style = settings.log_format or ("console" if sys.stderr.isatty() else "json")
    set_up_logs(settings.log_level, style)


def _stop(message: str, code: int = EXIT_TROUBLE) -> NoReturn:
    print(message, file=sys.stderr)
    sys.exit(code)
