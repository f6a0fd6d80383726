"""The page's routes: its files, its state, its stream of events, and what people do there."""

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.playground.clock import Clock
from bot.playground.slack.arguments import Arguments
from bot.playground.slack.delivery import Acknowledgement
from bot.playground.slack.element_state import NoSuchOption
from bot.playground.slack.errors import SlackError
from bot.playground.slack.interactions import ButtonNotThere, Interactions
from bot.playground.slack.page_state import draw_change, draw_state, sees_change
from bot.playground.slack.people import NotAllowed, People
from bot.playground.slack.workspace import Workspace
from bot.playground.slack.world import NotThere

Json = dict[str, Any]
Act = Callable[[Arguments], Awaitable[Json]]

KEEP_ALIVE = 15.0
LONGEST_JUMP = 24 * 31  # hours
COMMAND = "/fusion"
UNKNOWN_COMMAND = re.compile(r"/[a-z][\w-]*", re.IGNORECASE)


class PageRoutes:
    """Serves the page and does what its person asks for."""

    def __init__(
        self,
        workspace: Workspace,
        people: People,
        interactions: Interactions,
        page_dir: Path | None,
        suggestions: list[Json],
        clock: Clock | None,
    ) -> None:
        self.clock = clock
        self.workspace = workspace
        self.people = people
        self.interactions = interactions
        self.page_dir = page_dir
        self.suggestions = suggestions
        self.closing = False

    def add_to(self, app: web.Application) -> None:
        """Adds every route; the files come last, as their path matches all."""
        acts: Mapping[str, Act] = {
            "say": self._say,
            "edit": self._edit,
            "delete": self._delete,
            "click": self._click,
            "submit": self._submit,
            "close": self._close,
            "home": self._home,
            "shortcut": self._shortcut,
            "stop": self._stop,
            "clock": self._put_forward,
        }
        for name, act in acts.items():
            app.router.add_post(f"/page/{name}", _answering(act))
        app.router.add_get("/page/state", self._state)
        app.router.add_get("/page/events", self._events)
        app.router.add_get("/{path:.*}", self._file)

    async def _state(self, request: web.Request) -> web.Response:
        person = request.query.get("person", "")
        if person not in self.workspace.world.people:
            return web.json_response({"error": f"Nobody here is called {person!r}."}, status=404)
        state = draw_state(self.workspace, person, self.suggestions)
        return web.json_response(state | {"clock": self._clock_state()})

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """The stream of changes after a cursor, for one person; lives until somebody leaves."""
        person = request.query.get("person", "")
        if person not in self.workspace.world.people:
            return web.json_response({"error": f"Nobody here is called {person!r}."}, status=404)
        last = request.headers.get("Last-Event-ID") or request.query.get("after", "")
        cursor = int(last) if last.isdecimal() else self.workspace.changes.cursor
        stream = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        await stream.prepare(request)
        try:
            await stream.write(b": the stream is open\n\n")
            while not self.closing:
                cursor = await self._send_changes(stream, person, cursor)
                await self._wait_for_change(stream, cursor)
        except ConnectionResetError:
            pass  # the page was closed
        return stream

    async def _send_changes(self, stream: web.StreamResponse, person: str, cursor: int) -> int:
        for change in self.workspace.changes.after(cursor):
            cursor = change.cursor
            if not sees_change(self.workspace, person, change):
                continue
            drawn = draw_change(change)
            if drawn is not None:
                data = json.dumps(drawn)
                await stream.write(f"id: {cursor}\ndata: {data}\n\n".encode())
        return cursor

    async def _wait_for_change(self, stream: web.StreamResponse, cursor: int) -> None:
        changes = self.workspace.changes
        try:
            await changes.until(lambda: self.closing or changes.cursor > cursor, KEEP_ALIVE)
        except TimeoutError:
            await stream.write(b": still here\n\n")

    async def _file(self, request: web.Request) -> web.StreamResponse:
        """A file of the built page; addresses without one show the page itself."""
        if self.page_dir is None:
            return web.Response(text="This playground was started without its page.")
        base = self.page_dir.resolve()
        asked = (base / request.match_info["path"]).resolve()
        if not asked.is_relative_to(base):
            return web.Response(status=404, text="Not found")
        if asked.is_dir():
            asked /= "index.html"
        if not asked.is_file():
            return web.Response(status=404, text="Not found")
        return web.FileResponse(asked, headers={"Cache-Control": "no-cache"})

    async def _say(self, given: Arguments) -> Json:
        person, channel = given.required("person"), given.required("channel")
        text = given.required("text")
        thread = given.text("thread_ts") or None
        command, _, rest = text.strip().partition(" ")
        if command == COMMAND:
            if thread is not None:
                raise NotAllowed("Slash commands do not work in threads.")
            answer = await self.people.command(person, channel, command, rest.strip())
            return _outcome(answer)
        if UNKNOWN_COMMAND.fullmatch(command):
            raise NotAllowed(f"{command} is not a valid command.")  # Slack posts none of these
        return {"ts": await self.people.say(person, channel, text, thread)}

    async def _edit(self, given: Arguments) -> Json:
        ts, text = given.required("ts"), given.required("text")
        await self.people.edit(given.required("person"), given.required("channel"), ts, text)
        return {"ok": True}

    async def _delete(self, given: Arguments) -> Json:
        ts = given.required("ts")
        await self.people.delete(given.required("person"), given.required("channel"), ts)
        return {"ok": True}

    async def _click(self, given: Arguments) -> Json:
        person, action_id = given.required("person"), given.required("action_id")
        block_id = given.text("block_id") or None
        # A page may send the whole option, its value, or a list of options.
        value = given.values.get("selected_option", given.values.get("value"))
        if given.text("view_id"):
            answer = await self.interactions.click_in_view(
                person, given.text("view_id"), action_id, value=value, block_id=block_id
            )
            return _outcome(answer)
        answer = await self.interactions.click(
            person,
            given.required("message_ts"),
            action_id,
            channel=given.required("channel"),
            value=value,
            block_id=block_id,
        )
        return _outcome(answer)

    async def _submit(self, given: Arguments) -> Json:
        person, view_id = given.required("person"), given.required("view_id")
        view = self.interactions.view(person, view_id)
        values = given.fields("values") or {}
        filled = {block: held for block, held in values.items() if isinstance(held, dict)}
        answer = await self.interactions.submit_blocks(person, view, filled)
        if view.errors is not None and not answer.ok:
            return {"ok": False, "errors": view.errors}
        return _outcome(answer)

    async def _close(self, given: Arguments) -> Json:
        answer = await self.interactions.close_view(
            given.required("person"), given.required("view_id")
        )
        return _outcome(answer)

    async def _home(self, given: Arguments) -> Json:
        await self.people.open_home(given.required("person"), given.text("tab", "home"))
        return {"ok": True}

    async def _shortcut(self, given: Arguments) -> Json:
        answer = await self.interactions.shortcut(
            given.required("person"),
            given.required("callback_id"),
            channel=given.text("channel"),
            message_ts=given.text("message_ts"),
        )
        return _outcome(answer)

    async def _stop(self, given: Arguments) -> Json:
        channel, thread_ts = given.required("channel"), given.required("thread_ts")
        await self.people.stop_session(given.required("person"), channel, thread_ts)
        return {"ok": True}

    async def _put_forward(self, given: Arguments) -> Json:
        hours = given.values.get("hours")
        if self.clock is None:
            raise NotAllowed("This playground has no clock of its own.")
        if not isinstance(hours, (int, float)) or not 0 < hours <= LONGEST_JUMP:
            raise NotAllowed("The clock is put forward by some hours, a month at most.")
        self.clock.forward(timedelta(hours=hours))
        state = self._clock_state()
        self.workspace.changes.note("clock", {"clock": state})
        return {"ok": True, "clock": state}

    def _clock_state(self) -> Json | None:
        if self.clock is None:
            return None
        hours = self.clock.ahead.total_seconds() / 3600
        return {"ahead_hours": hours, "now": self.clock.now().timestamp()}


class NoAnswer(Exception):
    """The bot did not acknowledge what a person did."""


def _outcome(answer: Acknowledgement) -> Json:
    if not answer.ok:
        raise NoAnswer(answer.error or "The app did not respond.")
    return {"ok": True}


def _answering(act: Act) -> Callable[[web.Request], Awaitable[web.Response]]:
    """A route around an act: its JSON in and out, refusals as 4xx with a sentence."""

    async def answer(request: web.Request) -> web.Response:
        try:
            body = json.loads(await request.read())
            if not isinstance(body, dict):
                return web.json_response({"error": "A JSON object is expected."}, status=400)
            return web.json_response(await act(Arguments(body)))
        except NotAllowed as refusal:
            return web.json_response({"error": str(refusal)}, status=409)
        except NoAnswer as refusal:
            return web.json_response({"error": str(refusal)}, status=424)
        except (NotThere, ButtonNotThere, NoSuchOption) as refusal:
            return web.json_response({"error": str(refusal)}, status=404)
        except SlackError as refusal:
            messages = refusal.more.get("response_metadata", {}).get("messages", [refusal.error])
            return web.json_response({"error": "; ".join(messages)}, status=400)
        except ValueError:
            return web.json_response({"error": "The body is not JSON."}, status=400)

    return answer
