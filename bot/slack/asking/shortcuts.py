"""Bolt's listeners for the shortcuts, and for the reaction that stops a run."""

from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.choosing import Choosing
from bot.domain.turn import Origin, Person, Place, Turn
from bot.intake import Intake
from bot.ledger import Clock, Ledger
from bot.slack.asking.form import (
    ABOUT,
    ASK,
    QUESTION,
    About,
    build_question,
    draw_ask_form,
    read_about,
    read_answers,
)
from bot.slack.asking.payloads import read_person, workspace_of
from bot.slack.asking.refusals import why_not
from bot.slack.forms import open_form
from bot.slack.outbound import Outbound
from bot.slack.people.directs import open_direct
from bot.slack.people.whispers import Whispers
from bot.slack.words import asking as say, general
from bot.verdicts import Outcome

log = structlog.get_logger(__name__)

Body = dict[str, Any]
STOPS = frozenset({"x", "negative_squared_cross_mark", "octagonal_sign", "black_square_for_stop"})


class AskListeners:
    """Ways to ask, and to stop asking, beside messages and commands."""

    def __init__(
        self,
        intake: Intake,
        choosing: Choosing,
        ledger: Ledger,
        outbound: Outbound,
        whispers: Whispers,
        clock: Clock,
    ) -> None:
        self._intake = intake
        self._choosing = choosing
        self._ledger = ledger
        self._outbound = outbound
        self._whispers = whispers
        self._clock = clock

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt what we listen to; manifest.yml names the shortcuts."""
        app.shortcut(ASK)(self.on_shortcut)
        app.shortcut(ABOUT)(self.on_shortcut)
        app.view(ASK)(self.on_question)
        app.event("reaction_added")(self.on_reaction)
        app.event("agent_session_stopped")(self.on_session_stopped)

    async def on_shortcut(self, ack: AsyncAck, body: Body) -> None:
        """A shortcut was used, on a message or on nothing: opens the form."""
        person = read_person(body)
        channel = str((body.get("channel") or {}).get("id") or "")
        about = read_about(body["message"], channel) if body.get("message") else About()
        team = await self._choosing.team_for(person, channel)
        offered = await self._choosing.offered(person)
        view = draw_ask_form(about, offered.teams.teams, team)
        trigger_id = str(body.get("trigger_id") or "")
        if not await open_form(self._outbound, person.workspace, trigger_id, view) and channel:
            self._whispers.tell(person, channel, about.thread_ts, general.FORM_TROUBLE)
        await ack()

    async def on_question(self, ack: AsyncAck, body: Body) -> None:
        """The form was sent: a turn in the message's thread, or in the person's direct messages."""
        question, code, about = read_answers(body["view"])
        if not question:
            await ack(response_action="errors", errors={QUESTION: say.NEEDS_QUESTION})
            return
        person = read_person(body)
        key = f"shortcut:{person.workspace}:{body['view']['id']}"
        if about.continues:
            verdict = await self._intake.ask_in_new_thread(about.continues, key, question, person)
            if verdict.outcome is Outcome.DONE:
                await ack()
            else:
                why = why_not(verdict, "ask", lambda _: say.RUNS_HERE)
                await ack(response_action="errors", errors={QUESTION: why})
            return
        place = Place(person.workspace, about.channel, about.thread_ts)
        if not about.channel:
            place = Place(person.workspace, await open_direct(self._outbound, person), None)
        team = await self._choosing.team_for(person, place.channel)
        turn = Turn(
            key=key,
            origin=Origin.SHORTCUT,
            place=place,
            asker=person,
            text=build_question(question, about),
            agent_team=code or team.code,
            taken_at=self._clock(),
            names_team=bool(code),
        )
        taken = await self._intake.ask(turn)
        if taken.refused is not None:
            await ack(response_action="errors", errors={QUESTION: general.LIMITS[taken.refused]})
            return
        await ack()

    async def on_reaction(self, body: Body) -> None:
        """A cross on a message of ours: its asker stops the run; anybody else's is a reaction."""
        event = body["event"]
        item = event.get("item") or {}
        if event.get("reaction") not in STOPS or item.get("type") != "message":
            return
        run_id = await self._ledger.run_at(str(item.get("channel")), str(item.get("ts")))
        if run_id:
            person = Person(workspace_of(body), str(event.get("user") or ""))
            await self._intake.stop(run_id, person)

    async def on_session_stopped(self, body: Body) -> None:
        """Slack's own Stop was pressed: whoever did stops what they asked in that thread."""
        event = body["event"]
        workspace = workspace_of(body)
        place = Place(workspace, str(event.get("channel")), str(event.get("thread_ts")))
        thread = await self._ledger.thread_at(place)
        person = Person(workspace, str(event.get("user") or ""))
        stopped = [
            await self._intake.stop(run.id, person)
            for run in (await self._ledger.unfinished_in(thread.id) if thread else ())
        ]
        refused = [each for each in stopped if each.outcome is Outcome.NOT_ALLOWED]
        if refused and len(refused) == len(stopped):  # nothing there is theirs to stop
            why = why_not(refused[0], "stop", lambda _: "")
            self._whispers.tell(person, place.channel, place.ts, why)
