"""What people type becomes what Slack's composer sends: escaped text and a rich_text block."""

import re
from typing import Any

from bot.playground.slack.world import World

Json = dict[str, Any]

_URL = re.compile(r"https?://[^\s<>|]+[^\s<>|.,;:!?)\]'\"]")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def escape(text: str) -> str:
    """The three characters that Slack escapes in message text."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


class Composer:
    """Finds @names, #channels and addresses in typed text."""

    def __init__(self, world: World) -> None:
        self._people = {f"@{person.name}": person.id for person in world.people.values()}
        self._channels = {
            f"#{channel.name}": channel.id
            for channel in world.channels.values()
            if not channel.is_im
        }
        names = sorted([*self._people, *self._channels], key=len, reverse=True)
        mentions = "|".join(re.escape(name) for name in names)
        self._tokens = re.compile(
            rf"(?P<mention>(?:{mentions})(?!\w))|(?P<url>{_URL.pattern})|(?P<email>{_EMAIL.pattern})"
        )

    def compose(self, typed: str) -> tuple[str, list[Json]]:
        """The text of the message and its one rich_text block."""
        texts: list[str] = []
        elements: list[Json] = []
        end = 0
        for token in self._tokens.finditer(typed):
            _add_text(typed[end : token.start()], texts, elements)
            text, element = self._token(token)
            texts.append(text)
            elements.append(element)
            end = token.end()
        _add_text(typed[end:], texts, elements)
        section = {"type": "rich_text_section", "elements": elements}
        return "".join(texts), [{"type": "rich_text", "elements": [section]}]

    def _token(self, token: re.Match[str]) -> tuple[str, Json]:
        found = token.group()
        if token.lastgroup == "url":
            return f"<{escape(found)}>", {"type": "link", "url": found}
        if token.lastgroup == "email":
            address = f"mailto:{found}"
            return f"<{address}|{found}>", {"type": "link", "url": address, "text": found}
        if found in self._people:
            person = self._people[found]
            return f"<@{person}>", {"type": "user", "user_id": person}
        channel = self._channels[found]
        return f"<#{channel}|{found[1:]}>", {"type": "channel", "channel_id": channel}


def _add_text(typed: str, texts: list[str], elements: list[Json]) -> None:
    if typed:
        texts.append(escape(typed))
        elements.append({"type": "text", "text": typed})
