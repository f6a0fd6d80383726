"""What `/fusion` does: each subcommand gives the reply that only its sender sees."""

from collections.abc import Awaitable, Callable

from bot.domain.acting import Identities
from bot.domain.agent_team import AgentTeams
from bot.domain.run import Run
from bot.intake import Intake
from bot.ledger import Clock, Ledger
from bot.slack import sentences as say, sign_in_sentences as sign_in_say
from bot.slack.approval_queue import draw_queue_text
from bot.slack.payloads import Command, command_turn
from bot.slack.picture import Look
from bot.slack.safe_text import escape_mrkdwn, shorten
from bot.slack.sign_in_card import Card
from bot.slack.sign_in_cards import SignInCards
from bot.verdicts import Outcome

Reply = Card | str  # "" where what was typed shows in another way


class Commands:
    """The subcommands. Slack offers none of them inside a thread, so they act on a person's latest."""

    def __init__(
        self,
        intake: Intake,
        ledger: Ledger,
        teams: AgentTeams,
        look: Look,
        identities: Identities,
        cards: SignInCards,
        clock: Clock,
    ) -> None:
        self._intake = intake
        self._ledger = ledger
        self._teams = teams
        self._look = look
        self._identities = identities
        self._cards = cards
        self._clock = clock
        self._words: dict[str, Callable[[Command], Awaitable[Reply]]] = {
            "ask": self._ask,
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
        """Do what was typed and return the reply, which may be empty; bare text asks."""
        act = self._words.get(command.word)
        if act is None or (command.rest and command.word not in {"ask", "help"}):
            return await self._take(command, command.text)
        return await act(command)

    async def _ask(self, command: Command) -> str:
        if not command.rest:
            return say.ASK_SOMETHING
        return await self._take(command, command.rest)

    async def _take(self, command: Command, question: str) -> str:
        await self._intake.ask(command_turn(command, question, self._teams, self._clock()))
        return ""

    async def _new(self, command: Command) -> str:
        run = await self._ledger.last_run_of(command.person, command.channel)
        if run is None:
            return say.NO_THREAD_HERE
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
        question = shorten(self._look.question(run), 80)
        return say.status_line(
            self._look.team_title(run),
            say.STATES[run.state],
            say.stamp(run.since),
            f"<#{run.turn.place.channel}> – {escape_mrkdwn(question)}",
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
        team = self._teams.for_channel(command.channel)
        return say.help_text(command.command, escape_mrkdwn(team.title))
