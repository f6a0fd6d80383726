"""A small fake of the HTTP interface that the page is written for."""

import asyncio
import itertools
import json
from typing import Any

from aiohttp import web

from tests.playground.page.browsing import DIST

JSON = dict[str, Any]


def plain(text: str) -> JSON:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> JSON:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def button(text: str, action_id: str, **more: object) -> JSON:
    return {"type": "button", "text": plain(text), "action_id": action_id, **more}


class FakeSlack:
    """Serves the built page, one state for everybody, and the events that a test sends."""

    def __init__(self) -> None:
        self.posts: list[tuple[str, JSON]] = []
        self.answers: dict[str, tuple[int, JSON]] = {}
        self.extra: JSON = {}
        self.messages: list[JSON] = []
        self.state_reads = 0
        self.url = ""
        self._streams: list[tuple[str, asyncio.Queue[JSON | None]]] = []
        self._moved = asyncio.Condition()
        self._ts = itertools.count(1)

    def message(self, text: str = "", *, user: str = "U0FUSION", **more: object) -> JSON:
        message: JSON = {
            "channel": "C0FINANCE",
            "ts": f"1790000{next(self._ts):03}.000100",
            "thread_ts": None,
            "user": user,
            "bot_id": "B0FUSION" if user == "U0FUSION" else None,
            "text": text,
            "blocks": None,
            "edited": False,
            "ephemeral_for": None,
            "reactions": [],
            "files": [],
            **more,
        }
        self.messages = [known for known in self.messages if known["ts"] != message["ts"]]
        self.messages.append(message)
        return message

    def state(self, person: str) -> JSON:
        people = [("U0ANNA", "Anna Schmidt"), ("U0BEN", "Ben Carter")]
        state: JSON = {
            "workspace": {"id": "T0PLAY", "name": "Playground"},
            "me": person,
            "bot": {"user_id": "U0FUSION", "name": "Fusion"},
            "people": [
                {
                    "id": key,
                    "name": name,
                    "display_name": name,
                    "email": "",
                    "is_bot": False,
                    "is_guest": False,
                    "color": color,
                }
                for (key, name), color in zip(people, ("b45309", "4f46e5"), strict=True)
            ],
            "channels": [
                {"id": key, "name": name, "type": kind, "member": True, "bot_is_member": True}
                for key, name, kind in (
                    ("C0FINANCE", "finance", "channel"),
                    ("C0GENERAL", "general", "channel"),
                    ("D0ANNA", "Fusion", "im"),
                )
            ],
            "suggestions": [
                {
                    "title": "A quick answer",
                    "message": "What is our travel policy?",
                    "what": "An answer with its sources.",
                }
            ],
            "commands": [{"command": "/fusion", "usage": "ask TEXT · agents · help"}],
            "messages": [m for m in self.messages if m["ephemeral_for"] in {None, person}],
            "views": [],
            "home": None,
            "statuses": [],
            "sessions": [],
            "clock": None,
            "cursor": 0,
        }
        return state | self.extra

    async def send(self, kind: str, **payload: object) -> None:
        """Tells every open page what happened."""
        for _, stream in self._streams:
            stream.put_nowait({"cursor": 1, "kind": kind, **payload})

    async def posted(self, path: str) -> JSON:
        """The body of the first post to a path that no earlier call returned."""

        def found() -> tuple[str, JSON] | None:
            return next((post for post in self.posts if post[0] == path), None)

        async with self._moved, asyncio.timeout(10):
            await self._moved.wait_for(lambda: found() is not None)
        post = found()
        assert post is not None
        self.posts.remove(post)
        return post[1]

    async def streaming(self, streams: int = 1) -> None:
        """Waits until that many pages follow the stream."""
        async with self._moved, asyncio.timeout(10):
            await self._moved.wait_for(lambda: len(self._streams) >= streams)

    def cut(self) -> None:
        """Ends every stream, as a playground that stops."""
        for _, stream in self._streams:
            stream.put_nowait(None)

    async def _read_state(self, request: web.Request) -> web.Response:
        self.state_reads += 1
        return web.json_response(self.state(request.query["person"]))

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        await response.write(b": open\n\n")
        queue: asyncio.Queue[JSON | None] = asyncio.Queue()
        entry = (request.query["person"], queue)
        async with self._moved:
            self._streams.append(entry)
            self._moved.notify_all()
        try:
            while (event := await queue.get()) is not None:
                await response.write(f"data: {json.dumps(event)}\n\n".encode())
        except ConnectionResetError:
            pass  # the page was closed
        finally:
            self._streams.remove(entry)
        return response

    async def _post(self, request: web.Request) -> web.Response:
        async with self._moved:
            self.posts.append((request.match_info["act"], await request.json()))
            self._moved.notify_all()
        status, body = self.answers.get(request.match_info["act"], (200, {"ok": True}))
        return web.json_response(body, status=status)

    async def _file(self, request: web.Request) -> web.FileResponse:
        return web.FileResponse(DIST / (request.match_info["path"] or "index.html"))

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/page/state", self._read_state)
        app.router.add_get("/page/events", self._stream)
        app.router.add_post("/page/{act}", self._post)
        app.router.add_get("/{path:.*}", self._file)
        return app
