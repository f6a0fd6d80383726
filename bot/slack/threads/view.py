"""Makes a thread look like its run: posts what is missing, edits what differs.

Before a part is posted, that it may have been posted is on disk; where that is all we know (the
process died, or the reply was lost) its message is looked for by its metadata before it is posted
again. A part whose message was deleted is posted anew; a picture that Slack finds invalid is drawn
plainer, or cut and added as a file; a channel that cannot be written to is left for a direct message with the asker.
"""

import asyncio
import hashlib
import json
from collections import OrderedDict
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import structlog

from bot.domain.answer import Node
from bot.domain.run import Run
from bot.domain.turn import Person, Place
from bot.ledger import Clock, Ledger
from bot.places import Posted, Thread
from bot.showing import NotShown
from bot.slack.answers.card import whole_answer
from bot.slack.outbound import (
    NOT_INSTALLED,
    Outbound,
    SlackRefused,
    SlackUnanswered,
    SlackUnavailable,
)
from bot.slack.people.speaking import Languages
from bot.slack.threads.closed import CLOSED, GONE, INVALID
from bot.slack.threads.finding import METADATA, find_posted
from bot.slack.threads.on_record import entry_of
from bot.slack.threads.pacing import Pacing
from bot.slack.threads.picture import FILE, MAIN, ROOT, Look, Part, draw
from bot.slack.threads.sessions import Sessions
from bot.slack.threads.standing import Standing, is_direct, stands_in
from bot.slack.threads.statuses import Statuses
from bot.slack.threads.uploads import Uploads, file_name
from bot.slack.threads.writing import Writing
from bot.slack.words import ENGLISH, answers, speaking

log = structlog.get_logger(__name__)

ARRIVES_WITHIN = 2.0  # seconds for a message that a process sent just before it died
SHOWN_KEPT = 5000

Stand = tuple[int, tuple[str, ...], tuple[Node, ...]]  # a version, and the progress that it has


class SlackThreads:
    """Threads in Slack, as the worker sees them (bot.showing.ThreadView)."""

    def __init__(
        self,
        outbound: Outbound,
        ledger: Ledger,
        look: Look,
        clock: Clock,
        sessions: Sessions,
        statuses: Statuses,
        uploads: Uploads,
        languages: Languages | None = None,
    ) -> None:
        self._languages = languages
        self._sessions = sessions
        self._statuses = statuses
        self._uploads = uploads
        self._places: dict[str, Place] = {}  # of runs that have not ended
        self._outbound = outbound
        self._writing = Writing(outbound)
        self._ledger = ledger
        self._look = look
        self._clock = clock
        self._pacing = Pacing(outbound)
        self._standing = Standing(outbound, ledger)
        self._shown: OrderedDict[str, Stand] = OrderedDict()  # what stands in the threads
        self._tried: OrderedDict[tuple[str, str], None] = OrderedDict()  # posted by this process

    def hold_back(self, run: Run) -> timedelta:
        """See ThreadView and Pacing; meanwhile Slack's own line says how far the run is."""
        pause = self._pacing.hold_back(run)
        if pause and run.id in self._places:
            self._statuses.say(run, self._places[run.id])
        return pause

    async def show(self, run: Run) -> None:
        """Make the thread look like the run. Raises NotShown; may be repeated at any time."""
        if self._shown.get(run.id) == _stand(run):
            self._pacing.let_go(run)
            return
        try:
            thread = await self._ledger.thread_of(run)
            try:
                await self._show_in(run, thread)
            except SlackRefused as refused:
                if refused.error not in CLOSED or is_direct(thread.place.channel):
                    raise
                await self._show_in(run, await self._standing.move_to_direct_messages(run, thread))
        except SlackRefused as refused:
            if refused.error != NOT_INSTALLED:  # else nobody is there to show it to
                raise NotShown(str(refused)) from refused
        except SlackUnanswered as unanswered:
            raise NotShown(f"no reply: {unanswered}") from unanswered
        except SlackUnavailable as unavailable:
            told = unavailable.retry_after
            raise NotShown(
                str(unavailable), timedelta(seconds=told) if told is not None else None
            ) from unavailable
        finally:
            self._pacing.let_go(run)
        self._shown[run.id] = _stand(run)
        self._shown.move_to_end(run.id)
        if len(self._shown) > SHOWN_KEPT:
            self._shown.popitem(last=False)
        self._pacing.note_shown(run)

    async def _show_in(self, run: Run, thread: Thread) -> None:
        await self._outbound.prepare(run.turn.asker.workspace)
        posted = await self._ledger.posted(run)
        place = await self._standing.place_of(run, thread, posted)
        rooted = place.ts is None or stands_in(place, posted.get(ROOT)) is not None
        languages = await self._languages_of(run)
        for part in draw(run, self._look, place, rooted=rooted, languages=languages):
            if part.is_elsewhere:
                await self._show_elsewhere(run, place, part, posted.get(part.name))
                continue
            if part.file:
                await self._show_file(run, place, part, posted.get(part.name))
                continue
            if part.name == ROOT or place.ts is not None:
                known = stands_in(place, posted.get(part.name))
                ts = await self._show_part(run, place, part, known)
            else:
                raise NotShown("the thread has no first message yet")
            if part.name == ROOT and place.ts != ts:
                if place.channel == thread.place.channel:
                    await self._ledger.place_thread(thread, place.channel, ts)
                place = Place(place.workspace, place.channel, ts)
        self._sessions.show(run, place, self._look.question(run))
        if run.ended_at is None:
            self._places[run.id] = place
        else:
            self._places.pop(run.id, None)
            self._statuses.end(run)

    async def _languages_of(self, run: Run) -> dict[str, str]:
        """The languages of who asked and of who has a card of their own."""
        if self._languages is None:
            return {}
        users = {run.turn.asker.user, *(user for each in run.approvals for user in each.told)}
        workspace = run.turn.asker.workspace
        return {user: await self._languages.language(Person(workspace, user)) for user in users}

    async def _show_elsewhere(
        self, run: Run, place: Place, part: Part, known: Posted | None
    ) -> None:
        """A card for one person, or an entry in the audit channel; one that nobody takes is let be."""
        try:
            channel = part.channel or await self._standing.direct(place.workspace, part.to)
            there = Place(place.workspace, channel, None)
            await self._show_part(run, there, part, stands_in(there, known))
        except SlackRefused as refused:
            log.warning("not_delivered", run=run.id, part=part.name, error=refused.error)

    async def _show_file(self, run: Run, place: Place, part: Part, known: Posted | None) -> None:
        """Beside the messages that say the same; where files are not allowed, these must do."""
        if known is not None and known.ts:
            return
        if known is None or not await self._uploads.is_shared(run, place):
            await self._note(run, part, place.channel, "", "")
            try:
                await self._uploads.share(run, place, part)
            except SlackRefused as refused:
                log.warning("no_file", run=run.id, error=refused.error)
        # Slack does not tell the ts of the file's message.
        await self._note(run, part, place.channel, file_name(run), "")

    async def _show_part(self, run: Run, place: Place, part: Part, known: Posted | None) -> str:
        digest = _digest(part)
        if known is not None and not known.ts:
            known = await self._find(run, place, part)
        if known is not None and known.digest == digest:
            return known.ts
        if known is not None:
            try:
                await self._write(run, "chat.update", place, part, {"ts": known.ts})
                if not known.digest:  # found: that it is shown may not be on record
                    await self._put_on_record(run, part, place.channel, known.ts, digest)
            except SlackRefused as refused:
                if refused.error not in GONE:
                    raise
            else:
                await self._note(run, part, place.channel, known.ts, digest)
                return known.ts
        return await self._post(run, place, part, digest)

    async def _post(self, run: Run, place: Place, part: Part, digest: str) -> str:
        await self._note(run, part, place.channel, "", "")
        self._tried[run.id, part.name] = None
        if len(self._tried) > SHOWN_KEPT:
            self._tried.popitem(last=False)
        arguments: dict[str, Any] = {
            "unfurl_links": False,
            "unfurl_media": False,
            "metadata": {
                "event_type": METADATA,
                "event_payload": {"run": run.id, "part": part.name},
            },
        }
        if part.name != ROOT and place.ts is not None:
            arguments["thread_ts"] = place.ts
        ts = await self._write(run, "chat.postMessage", place, part, arguments)
        await self._put_on_record(run, part, place.channel, ts, digest)
        await self._note(run, part, place.channel, ts, digest)
        return ts

    async def _put_on_record(
        self, run: Run, part: Part, channel: str, ts: str, digest: str
    ) -> None:
        shown = entry_of(run, part, channel, ts, digest, self._clock())
        if shown is not None:
            await self._ledger.put_on_record(shown)

    async def _write(
        self, run: Run, method: str, place: Place, part: Part, arguments: Mapping[str, Any]
    ) -> str:
        """Post or edit; what Slack takes in no form is there as a file, and its beginning here."""
        given = {"channel": place.channel, **arguments}
        try:
            return await self._writing.write(method, place.workspace, part, given)
        except SlackRefused as refused:
            of_answer = part.name == MAIN or part.name.startswith("answer:")
            if refused.error not in INVALID or run.answer is None or not of_answer:
                raise
        asker = run.turn.asker.user
        with speaking((await self._languages_of(run)).get(asker, ENGLISH)):
            ts = await self._writing.write_beginning(method, place.workspace, part, given)
            whole = Part(FILE, answers.WHOLE_ANSWER, (), file=whole_answer(run, self._look.hosts))
            await self._show_file(run, place, whole, (await self._ledger.posted(run)).get(FILE))
        return ts

    async def _note(self, run: Run, part: Part, channel: str, ts: str, digest: str) -> None:
        await self._ledger.note_posted(run, Posted(part.name, channel, ts, digest))

    async def _find(self, run: Run, place: Place, part: Part) -> Posted | None:
        """Look for a part that may have been posted; where we may not look, say that it was not.

        What another process had sent as it died may still be on its way: it is looked for twice.
        """
        ts = await find_posted(self._outbound, run, place, part)
        if ts is None and (run.id, part.name) not in self._tried:
            await asyncio.sleep(ARRIVES_WITHIN)
            ts = await find_posted(self._outbound, run, place, part)
        if ts is None:
            return None
        await self._note(run, part, place.channel, ts, "")
        return Posted(part.name, place.channel, ts)


def _stand(run: Run) -> Stand:
    return (run.version, (), ()) if run.ended_at else (run.version, run.progress, run.nodes)


def _digest(part: Part) -> str:
    body = json.dumps([part.text, part.blocks], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(body.encode()).hexdigest()[:16]
