"""The least that a Slack bot for an agent team can be: the floor that the bot is compared with.

A Bolt app in HTTP mode that posts a placeholder, invokes, polls, edits and answers. It keeps a
dict and nothing else: no disk, no deduplication, no retries, one access token for ever. It polls
and edits by the bot's own schedules, so that both make the same requests for a run.

Run by benchmarks.runs as a process of its own, with the bot's environment variables.
"""

import asyncio
import logging
import os
import random
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.retry import Polling, poll_interval
from bot.slack.budgets import Budgets

BETWEEN_EDITS = 3.0
WORKING = "Working on it…"

Json = dict[str, Any]


@dataclass(slots=True)
class Asked:
    """A question that is being answered, and when its message was last written."""

    channel: str
    ts: str
    shown: str
    edited: float


class Floor:
    """All that there is."""

    def __init__(self, session: aiohttp.ClientSession, slack: AsyncWebClient, token: str) -> None:
        self._session = session
        self._slack = slack
        self._headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        team = os.environ["FUSION_AGENT_TEAM"]
        pod = os.environ["FUSION_BASE_URL"]
        self._agent = f"{pod}/api/fusion-ai/orchestrator/agent/v1/{team}"
        self._budgets = Budgets()
        self._polling = Polling()
        self._asked: dict[str, Asked] = {}

    async def on_mention(self, event: Json) -> None:
        """Answer one question, from the placeholder to the answer."""
        channel, root = event["channel"], event["ts"]
        self._spend("chat.postMessage")
        posted = await self._slack.chat_postMessage(channel=channel, thread_ts=root, text=WORKING)
        asked = Asked(channel, str(posted["ts"]), WORKING, time.monotonic())
        self._asked[root] = asked
        job = await self._invoke(event["text"])
        began = time.monotonic()
        while job["status"] == "RUNNING":
            elapsed = timedelta(seconds=time.monotonic() - began)
            pause = poll_interval(elapsed, self._polling, random.random())
            await asyncio.sleep(pause.total_seconds())
            job = await self._read(job["jobId"])
            await self._show_progress(asked, job.get("progressMessage") or WORKING)
        await self._edit(asked, str(job["output"]))
        del self._asked[root]

    async def _invoke(self, question: str) -> Json:
        body = {
            "message": question,
            "conversational": True,
            "conversationId": None,
            "progressMessage": True,
            "parameters": {},
        }
        url = f"{self._agent}/invokeAsync"
        async with self._session.post(url, json=body, headers=self._headers) as response:
            response.raise_for_status()
            job: Json = await response.json()
            return job

    async def _read(self, job_id: str) -> Json:
        url = f"{self._agent}/status/{job_id}"
        async with self._session.get(url, headers=self._headers) as response:
            response.raise_for_status()
            job: Json = await response.json()
            return job

    async def _show_progress(self, asked: Asked, text: str) -> None:
        now = time.monotonic()
        spaced = now - asked.edited >= BETWEEN_EDITS
        if text != asked.shown and spaced and not self._until_progress(now):
            await self._edit(asked, text)

    async def _edit(self, asked: Asked, text: str) -> None:
        asked.shown, asked.edited = text, time.monotonic()
        self._spend("chat.update")
        await self._slack.chat_update(channel=asked.channel, ts=asked.ts, text=text)

    def _spend(self, method: str) -> None:
        now = time.monotonic()
        self._budgets.of(method, "").spend(now)

    def _until_progress(self, now: float) -> float:
        return self._budgets.of("chat.update", "").until_progress(now)


async def fetch_token(session: aiohttp.ClientSession) -> str:
    """An access token by client credentials."""
    client_id, secret = os.environ["FUSION_CLIENT_ID"], os.environ["FUSION_CLIENT_SECRET"]
    headers = {"Authorization": aiohttp.encode_basic_auth(client_id, secret)}
    form = {"grant_type": "client_credentials", "scope": os.environ["FUSION_SCOPE"]}
    async with session.post(os.environ["FUSION_TOKEN_URL"], data=form, headers=headers) as response:
        response.raise_for_status()
        return str((await response.json())["access_token"])


async def serve() -> None:
    """Listen on BOT_PORT until the process is ended."""
    # As many connections as the bot has, and one session for all of them.
    connector = aiohttp.TCPConnector(limit=200, limit_per_host=100)
    async with aiohttp.ClientSession(connector=connector) as session:
        slack = AsyncWebClient(
            token=os.environ["SLACK_BOT_TOKEN"],
            base_url=os.environ["SLACK_API_URL"],
            session=session,
        )
        floor = Floor(session, slack, await fetch_token(session))
        logging.getLogger("slack_bolt").setLevel(logging.ERROR)
        app = AsyncApp(client=slack, signing_secret=os.environ["SLACK_SIGNING_SECRET"])
        app.event("app_mention")(floor.on_mention)
        runner = aiohttp.web.AppRunner(app.web_app("/slack/events"), access_log=None)
        await runner.setup()
        await aiohttp.web.TCPSite(runner, "127.0.0.1", int(os.environ["BOT_PORT"])).start()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve())
