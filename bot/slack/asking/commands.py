"""What `/fusion` does: each subcommand gives the reply that only its sender sees."""

from collections.abc import Awaitable, Callable
from difflib import get_close_matches

from bot.choosing import Choosing
from bot.domain.acting import Identities
from bot.domain.run import Run
from bot.intake import Intake
from bot.ledger import Clock, Ledger
from bot.slack.approvals.queue import draw_queue_text
from bot.slack.asking.payloads import Command, command_turn
from bot.slack.asking.teams import draw_team_list
from bot.slack.people.sign_in_card import Card
from bot.slack.people.sign_in_cards import SignInCards
from bot.slack.text.safe import escape_mrkdwn, shorten
from bot.slack.threads.picture import Look
from bot.slack.words import general as say, sign_in as sign_in_say, teams as team_say
from bot.verdicts import Outcome

Reply = Card | str  # "" where what was typed shows in another way
PATIENCE = 1.5  # seconds for Fusion's list of agent teams: Slack waits for three
WITH_MORE = frozenset({"ask", "help", "use"})  # more words belong to the subcommand
NEARLY = 0.75  # as alike are "aproval" and "approvals"; "hello" and "help" are not


class Commands:
    """The subcommands. Slack offers none of them inside a thread, so they act on a person's latest."""

    def __init__(
        self,
        intake: Intake,
        ledger: Ledger,
        choosing: Choosing,
        look: Look,
        identities: Identities,
        cards: SignInCards,
        clock: Clock,
    ) -> None:
        self._intake = intake
        self._ledger = ledger
        self._choosing = choosing
        self._look = look
        self._identities = identities
        self._cards = cards
        self._clock = clock
        self._words: dict[str, Callable[[Command], Awaitable[Reply]]] = {
            "ask": self._ask,
            "agents": self._agents,
            "use": self._use,
            "new": self._new,
            "stop": self._stop,
            "status": self._status,
            "approvals": self._approvals,
            "sign-in": self._sign_in,
            "sign-out": self._sign_out,
            "help": self._help,
            "": self._help,
        }

    async def run(self, command: Command) -> Reply:
        """Do what was typed and return the reply, which may be empty; bare text asks.

        A single word that is nearly a subcommand is rather a slip than a question to post for all.
        """
        act = self._words.get(command.word)
        if act is None and not command.rest:
            for meant in get_close_matches(command.word, self._words, 1, NEARLY):
                return say.did_you_mean(command.command, meant)
        if act is None or (command.rest and command.word not in WITH_MORE):
            return await self._take(command, command.text)
        return await act(command)

    async def _ask(self, command: Command) -> str:
        if not command.rest:
            return say.ASK_SOMETHING
        return await self._take(command, command.rest)

    async def _take(self, command: Command, question: str) -> str:
        turn = command_turn(command, question, self._choosing.teams, self._clock())
        taken = await self._intake.ask(turn)
        return say.LIMITS[taken.refused] if taken.refused else ""

    async def _agents(self, command: Command) -> str:
        here = await self._choosing.team_for(command.person, command.channel)
        offered = await self._choosing.offered(command.person, PATIENCE)
        return draw_team_list(offered, here, command.command)

    async def _use(self, command: Command) -> str:
        words = command.rest.removeprefix("+")
        if not words:
            return await self._agents(command)
        teams = (await self._choosing.offered(command.person, PATIENCE)).teams
        team = teams.teams[0] if words.casefold() == "default" else teams.found_by(words)
        if team is None:
            return team_say.unknown(escape_mrkdwn(shorten(words, 80)), command.command)
        code = "" if words.casefold() == "default" else team.code
        await self._choosing.choose(command.person, code)
        here = teams.of_channel(command.channel)
        title = escape_mrkdwn(team.title)
        if here is not None and here.code != team.code:
            return team_say.chosen_but_not_here(title, escape_mrkdwn(here.title))
        return team_say.chosen(title)

    async def _new(self, command: Command) -> str:
        run = await self._ledger.last_run_of(command.person, command.channel)
        if run is None:
            return say.no_thread_here(command.command)
        ended = await self._intake.new_conversation(await self._ledger.thread_of(run))
        return say.NEW_STARTED if ended else say.NEW_ALREADY

    async def _stop(self, command: Command) -> str:
        for run in await self._ledger.unfinished_runs_of(command.person):
            if run.turn.place.channel == command.channel:
                verdict = await self._intake.stop(run.id, command.person)
                return say.STOPPED if verdict.outcome is Outcome.DONE else say.SENDING_DECISION
        return say.NOTHING_TO_STOP

    async def _status(self, command: Command) -> str:
        runs = await self._ledger.unfinished_runs_of(command.person)
        return "\n".join(map(self._line, runs)) or say.NOTHING_RUNNING

    def _line(self, run: Run) -> str:
        place, question = run.turn.place, shorten(self._look.question(run), 80)
        where = "" if place.channel.startswith("D") else f"<#{place.channel}> – "
        return say.status_line(
            self._look.team_title(run),
            say.STATES[run.state],
            say.stamp(run.since),
            f"{where}{self._look.link(place, escape_mrkdwn(question))}",
        )

    async def _approvals(self, command: Command) -> str:
        mine = await self._ledger.waiting_for(command.person)
        asked = [
            each for each in await self._ledger.unfinished_runs_of(command.person) if each.pending
        ]
        return draw_queue_text(mine, asked, self._look)

    async def _sign_in(self, command: Command) -> Reply:
        return await self._cards.reply(command.person, command.channel)

    async def _sign_out(self, command: Command) -> str:
        if not self._identities.people_sign_in:
            return sign_in_say.NOTHING_TO_SIGN_OUT
        ended = await self._identities.sign_out(command.person)
        return sign_in_say.SIGNED_OUT if ended else sign_in_say.NOT_SIGNED_IN

    async def _help(self, command: Command) -> str:
        team = await self._choosing.team_for(command.person, command.channel)
        return say.help_text(command.command, escape_mrkdwn(team.title))
