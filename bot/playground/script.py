"""A scripted conversation: what people say and press, and what must be seen then.

One line each; empty lines and lines with # are skipped:

    Anna in #finance: @Fusion Approve invoice 4711     a message that begins a thread
    Anna: and the next one?                            a reply in the thread of the last line
    Anna runs /fusion status                           a slash command
    Anna clicks Approve                                a button in the thread, by its label
    Anna writes: another cost centre                   fills in the form that was opened, and sends
    see: approved                                      waits until the thread says this
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from bot.playground.slack import ButtonNotThere, Message, SlackServer

PATIENCE = 60.0

LINES = (
    ("say", re.compile(r"(?P<who>\w+) in #(?P<channel>[\w-]+): (?P<text>.+)")),
    ("write", re.compile(r"(?P<who>\w+) writes: (?P<text>.+)")),
    ("command", re.compile(r"(?P<who>\w+) runs (?P<command>/\w+) ?(?P<text>.*)")),
    ("click", re.compile(r"(?P<who>\w+) clicks (?P<text>.+)")),
    ("see", re.compile(r"see: (?P<text>.+)")),
    ("reply", re.compile(r"(?P<who>\w+): (?P<text>.+)")),
)


class WrongScript(ValueError):
    """A line of a script cannot be read, or names somebody or something that is not there."""


@dataclass(frozen=True, slots=True)
class Line:
    """One step: what kind, its number in the file, and its words."""

    number: int
    kind: str
    words: dict[str, str]
    source: str


@dataclass(frozen=True, slots=True)
class Script:
    """All steps in order."""

    lines: tuple[Line, ...]

    @classmethod
    def read(cls, text: str) -> "Script":
        """Read a script. Raises WrongScript, naming the line."""
        return cls(tuple(_read_lines(text)))


def _read_lines(text: str) -> Iterator[Line]:
    for number, raw in enumerate(text.splitlines(), 1):
        source = raw.strip()
        if not source or source.startswith("#"):
            continue
        for kind, pattern in LINES:
            if found := pattern.fullmatch(source):
                yield Line(number, kind, found.groupdict(), source)
                break
        else:
            raise WrongScript(f"line {number} is none that a script knows: {source}")


class Player:
    """Plays a script against the emulated Slack."""

    def __init__(self, slack: SlackServer, say: Callable[[str], Any]) -> None:
        self._slack = slack
        self._say = say
        self._channel = "C0FINANCE"
        self._thread: str | None = None

    async def play(self, script: Script) -> bool:
        """Whether everything went as written; what did not is said."""
        for line in script.lines:
            self._say(line.source)
            try:
                await self._step(line.kind, **line.words)
            except (TimeoutError, ButtonNotThere, WrongScript) as error:
                self._say(f"  line {line.number} failed: {error}")
                for message in self._messages():
                    self._say(f"  | {message.plain}")
                return False
        return True

    async def _step(self, kind: str, who: str = "", text: str = "", **rest: str) -> None:
        match kind:
            case "say":
                await self._begin(who, rest["channel"], text)
            case "reply":
                await self._reply(who, text)
            case "command":
                await self._slack.command(self._person(who), self._channel, rest["command"], text)
            case "click":
                await self._click(who, text)
            case "write":
                await self._write(who, text)
            case _:
                await self._see(text)

    async def _begin(self, who: str, channel: str, text: str) -> None:
        found = [each for each in self._slack.world.channels.values() if each.name == channel]
        if not found:
            raise WrongScript(f"there is no channel #{channel} in the playground")
        self._channel = found[0].id
        self._thread = await self._slack.say(self._person(who), self._channel, text)

    async def _see(self, text: str) -> None:
        wanted = text.lower()
        await self._slack.until(
            lambda: any(wanted in message.plain.lower() for message in self._messages()),
            timeout=PATIENCE,
            says=f"the thread should say “{text}”",
        )

    async def _reply(self, who: str, text: str) -> None:
        if self._thread is None:
            raise WrongScript("there is no thread to reply in yet")
        await self._slack.say(self._person(who), self._channel, text, self._thread)

    async def _click(self, who: str, text: str) -> None:
        message, action_id = await self._slack.until(
            lambda: self._button(text), timeout=PATIENCE, says=f"there should be a button {text}"
        )
        await self._slack.click(self._person(who), message.ts, action_id, channel=self._channel)

    async def _write(self, who: str, text: str) -> None:
        person = self._person(who)
        views = await self._slack.until(
            lambda: self._slack.views(person), timeout=PATIENCE, says="a form should be open"
        )
        view = (views or [])[-1]
        inputs = [each["element"] for each in view.blocks if each["type"] == "input"]
        await self._slack.submit(person, view.id, {each["action_id"]: text for each in inputs})

    def _person(self, name: str) -> str:
        for person in self._slack.world.people.values():
            if person.name.split()[0].lower() == name.lower():
                return str(person.id)
        raise WrongScript(f"there is nobody called {name} in the playground")

    def _messages(self) -> list[Message]:
        if self._thread is None:
            return self._slack.messages(self._channel)
        return self._slack.thread(self._channel, self._thread)

    def _button(self, label: str) -> tuple[Message, str] | None:
        for message in reversed(self._messages()):
            for block in message.blocks or []:
                for element in block.get("elements", []):
                    if element.get("type") == "button" and element["text"]["text"] == label:
                        return message, str(element["action_id"])
        return None


async def play(script: Script, slack: SlackServer, say: Callable[[str], Any]) -> bool:
    """Play a script; whether everything went as written."""
    return await Player(slack, say).play(script)
