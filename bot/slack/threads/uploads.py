"""Files that the bot posts: announced, sent, and shared in a thread, by Slack's external upload flow.

Source: docs.slack.dev, files.getUploadURLExternal and files.completeUploadExternal. Sharing posts a
message, so it is never repeated; one that may have been shared is found by its name.
"""

import aiohttp

from bot.domain.run import Run
from bot.domain.turn import Place
from bot.slack.outbound import Outbound, SlackRefused, SlackUnanswered, SlackUnavailable
from bot.slack.threads.parts import Part

TROUBLE = (aiohttp.ClientError, TimeoutError, OSError)
SEARCHED = 200


def file_name(run: Run) -> str:
    """What the file of a run is called; tells it from every other one."""
    return f"answer-{run.id}.md"


class Uploads:
    """Posts texts as files."""

    def __init__(self, outbound: Outbound, session: aiohttp.ClientSession) -> None:
        self._outbound = outbound
        self._session = session

    async def share(self, run: Run, place: Place, part: Part) -> None:
        """Post the file in the thread.

        Raises SlackRefused, SlackUnavailable, or SlackUnanswered where it may have been shared.
        """
        content = part.file.encode("utf-8")
        announced = await self._outbound.call(
            "files.getUploadURLExternal",
            place.workspace,
            {"filename": file_name(run), "length": len(content)},
        )
        try:
            async with self._session.post(str(announced["upload_url"]), data=content) as reply:
                if reply.status != 200:
                    raise SlackUnavailable(f"upload_{reply.status}")
        except TROUBLE as trouble:
            raise SlackUnavailable(type(trouble).__name__) from trouble
        arguments = {
            "files": [{"id": announced["file_id"], "title": file_name(run)}],
            "channel_id": place.channel,
            "initial_comment": part.text,
            **({"thread_ts": place.ts} if place.ts else {}),
        }
        await self._outbound.call("files.completeUploadExternal", place.workspace, arguments)

    async def is_shared(self, run: Run, place: Place) -> bool:
        """Whether the file stands in the thread; False also where we may not look.

        Raises SlackUnavailable.
        """
        arguments = {"channel": place.channel, "ts": place.ts, "limit": SEARCHED}
        try:
            reply = await self._outbound.call("conversations.replies", place.workspace, arguments)
        except SlackRefused:
            return False
        except SlackUnanswered as unanswered:
            raise SlackUnavailable(str(unanswered)) from unanswered
        names = [
            file.get("name")
            for message in reply.get("messages") or []
            for file in message.get("files") or []
        ]
        return file_name(run) in names
