"""The commands that run the bot, or look at what it would run with."""

import asyncio
import sys
from pathlib import Path

import click

from bot.cli import kept
from bot.cli.stopping import EXIT_TROUBLE, EXIT_WRONG_SETTINGS, settings_or_stop, stop, stop_for
from bot.settings import GRANTS, Settings, WrongSettings, read_settings


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
    from bot.web import CannotListen
    from storage.errors import StorageError

    settings = settings_or_stop()
    _set_up_logs(settings)
    tune_interpreter()
    try:
        asyncio.run(app.serve(settings))
    except (WrongKey, CannotListen) as error:
        stop(str(error), EXIT_WRONG_SETTINGS)
    except (SlackNotReady, StorageError, OSError) as error:
        stop(str(error))


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
        except UnicodeDecodeError:
            stop(f"{script}: a script is written in UTF-8.", EXIT_WRONG_SETTINGS)
        except playground.WrongScript as error:
            stop(str(error), EXIT_WRONG_SETTINGS)
        sys.exit(0 if good else EXIT_TROUBLE)
    try:
        wants_browser = not no_browser and sys.stdout.isatty()
        asyncio.run(playground.show(port, browser=wants_browser, grant=grant))
    except OSError as error:
        stop(f"The page cannot be served on port {port}: {error.strerror}. Try --port 0.")
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
            stop_for(error)
        for finding in wrong_settings(error.problems):
            print(finding.as_json())
        sys.exit(EXIT_WRONG_SETTINGS)
    if not asyncio.run(doctor.check(settings, user, as_json=as_json)):
        sys.exit(EXIT_TROUBLE)


@main.command()
@click.option("--socket/--http", default=True, help="How Slack reaches the bot.")
@click.option(
    "--command",
    default="/fusion",
    envvar="SLACK_COMMAND",
    show_default=True,
    help="The slash command; else SLACK_COMMAND.",
)
@click.option(
    "--public-url",
    default="",
    envvar="PUBLIC_URL",
    help="Where Slack reaches the bot in HTTP mode; else PUBLIC_URL.",
)
@click.option("--many", is_flag=True, help="People install it themselves; needs --http.")
def manifest(socket: bool, command: str, public_url: str, many: bool) -> None:
    """Print the Slack app's manifest for this deployment.

    It is to be pasted at api.slack.com/apps.
    """
    from bot.slack.installing.manifest import print_manifest

    if not socket and not public_url.startswith("https://"):
        stop("--http needs --public-url https://…, where Slack reaches the bot.", 2)
    if not command.startswith("/"):
        stop("--command begins with /, as in /fusion.", 2)
    if many and socket:
        stop("--many needs --http: Socket Mode serves one workspace.", 2)
    text = print_manifest(socket=socket, command=command, public_url=public_url, many=many)
    print(text, end="")


def _set_up_logs(settings: Settings) -> None:
    from bot.logs import set_up_logs

    style = settings.log_format or ("console" if sys.stderr.isatty() else "json")
    set_up_logs(settings.log_level, style)


for command in kept.COMMANDS:
    main.add_command(command)
