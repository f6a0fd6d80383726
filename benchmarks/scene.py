"""The emulated Slack and Fusion of a benchmark, in a process of their own.

Started by benchmarks.runs: `python -m benchmarks.scene FILE --runs N --seconds S` writes where
everything is, and the events that Slack would deliver, to FILE; then it answers GET /report with
what happened so far, until it is ended.
"""

import argparse
import asyncio
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.playground.fusion import FusionServer, Team
from bot.playground.fusion.steps import Done, Question, Script, Work
from bot.playground.slack import SlackServer
from bot.playground.slack.events import event_callback, mention_event

ANSWER = (
    "All **three** invoices are booked; see the ledger for each of them.\n\n"
    "1. 4711, EUR 1,200.00\n2. 4712, EUR 310.50\n3. 4713, EUR 87.25\n"
)
MARK = "invoices are booked"
ASKERS = 100  # a person asks a few things at once, not thousands
CHANNELS = 20
SHORTEST, LONGEST = 0.5, 1.5  # of jobs, as parts of the length that is asked for
NUMBER = re.compile(r"\d+")

Json = dict[str, Any]


def team(seconds: float) -> Team:
    """An agent team whose jobs take about so long, in four steps with a text each."""
    steps = ("Reading the question", "Looking at invoices", "Comparing amounts", "Writing")

    def plays(question: Question) -> Script:
        each_takes = length_of(question.message, seconds) / len(steps)
        works = [Work(each, each_takes, f"{each}…") for each in steps]
        return (*works, Done(ANSWER))

    return Team("BENCH", "Bench", "Answers everything alike.", plays)


def case_of(text: str) -> int:
    """The number that a question ends with."""
    return int(NUMBER.findall(text)[-1])


def length_of(question: str, seconds: float) -> float:
    """How long a question's job takes: half to one and a half times so long, evenly spread.

    Were all of the same length, lateness would be that of one moment of the schedule of readings.
    """
    number = case_of(question)
    return seconds * (SHORTEST + (LONGEST - SHORTEST) * (number * 37 % 101 / 100))


async def say_all(slack: SlackServer, runs: int) -> list[Json]:
    """All questions as messages, each a thread; returns their `app_mention` events."""
    slack.subscribed.clear()  # who measures delivers them
    events = []
    for number in range(runs):
        asker = f"U0BENCH{number % ASKERS:03d}"
        channel = f"C0BENCH{number % CHANNELS:02d}"
        ts = await slack.say(
            asker, channel, f"@Fusion Which invoices are booked for case {number}?"
        )
        event = mention_event(
            slack.channel(channel), slack.message(channel, ts), slack.person(asker)
        )
        events.append(event_callback(event))
    return events


class Report:
    """What happened, counted as it is asked for."""

    def __init__(self, slack: SlackServer, fusion: FusionServer, seconds: float) -> None:
        self._seconds = seconds
        self._late: list[float] = []
        self._asked: dict[int, float] = {}  # when each question came to Fusion
        self._slack = slack
        self._fusion = fusion
        self._seen = 0
        self._calls: Counter[str] = Counter()
        self._refused: Counter[str] = Counter()
        self._answered: dict[tuple[str, str], float] = {}

    async def answer(self, _: web.Request) -> web.Response:
        """GET /report; times are seconds since the epoch."""
        for call in self._slack.calls[self._seen :]:
            self._calls[call.method] += 1
            if not call.ok:
                self._refused[f"{call.method}: {call.error}"] += 1
            elif call.method == "chat.update" and MARK in json.dumps(call.arguments):
                place = str(call.arguments["channel"]), str(call.arguments["ts"])
                if place not in self._answered:
                    self._answered[place] = call.at
                    self._note_late(*place, call.at)
        self._seen = len(self._slack.calls)
        late = sorted(self._late) or [0.0]
        return web.json_response(
            {
                "answered": len(self._answered),
                "late_median": late[len(late) // 2],
                "late_p99": late[min(int(len(late) * 0.99), len(late) - 1)],
                "last_answer": max(self._answered.values(), default=0.0),
                "calls": self._calls,
                "refused": self._refused,
                "invocations": self._fusion.invoke_requests,
                "polls": self._fusion.status_requests,
            }
        )

    def _note_late(self, channel: str, ts: str, at: float) -> None:
        """How long after its job was over an answer stood in Slack."""
        for each in self._fusion.invocations[len(self._asked) :]:
            self._asked[case_of(each.message)] = each.at.timestamp()
        message = self._slack.message(channel, ts)
        question = self._slack.message(channel, message.thread_ts or ts).text
        asked = self._asked.get(case_of(question))
        if asked is not None:
            self._late.append(at - asked - length_of(question, self._seconds))


async def play(file: Path, runs: int, seconds: float) -> None:
    """Serve until the process is ended."""
    async with FusionServer(teams=[team(seconds)]) as fusion, SlackServer() as slack:
        for number in range(CHANNELS):
            slack.add_channel(f"C0BENCH{number:02d}", f"bench-{number:02d}")
        for number in range(ASKERS):
            slack.world.add_person(f"U0BENCH{number:03d}", f"asker-{number:03d}")
        events = await say_all(slack, runs)
        app = web.Application()
        app.router.add_get("/report", Report(slack, fusion, seconds).answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        scene = {
            "report": f"http://127.0.0.1:{runner.addresses[0][1]}/report",
            "signing_secret": slack.signing_secret,
            "events": events,
            "environment": {
                "SLACK_API_URL": slack.api_url,
                "SLACK_BOT_TOKEN": slack.bot_token,
                "SLACK_SIGNING_SECRET": slack.signing_secret,
                "FUSION_BASE_URL": fusion.base_url,
                "FUSION_AGENT_TEAM": "BENCH",
                "FUSION_TOKEN_URL": fusion.token_url,
                "FUSION_CLIENT_ID": fusion.client_id,
                "FUSION_CLIENT_SECRET": fusion.client_secret,
                "FUSION_SCOPE": fusion.scope,
            },
        }
        draft = file.with_suffix(".draft")
        draft.write_text(json.dumps(scene), "utf-8")
        draft.rename(file)
        await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--runs", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    options = parser.parse_args()
    asyncio.run(play(options.file, options.runs, options.seconds))
