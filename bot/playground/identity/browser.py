"""A browser without a window: follows the sign-in page's forms over real HTTP."""

from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin

import aiohttp


class SignInFailed(Exception):
    """The page did not lead back to the client; the text is what it said."""


@dataclass(slots=True)
class Page:
    """What a page shows: its text, and the values of the inputs of its form."""

    action: str
    inputs: dict[str, str]
    text: str


async def press_at(authorize_url: str, press: str, typed: dict[str, str]) -> str:
    """Open the authorization endpoint, type, press a button; the redirect's location.

    A fresh browser without cookies each time. Raises SignInFailed where a page came instead.
    """
    async with aiohttp.ClientSession() as session:
        async with session.get(authorize_url, allow_redirects=False) as reply:
            location = reply.headers.get("Location")
            if location is not None:
                return location
            page = read_page(str(reply.url), await reply.text())
            if reply.status != 200:
                raise SignInFailed(page.text)
        form = page.inputs | typed | {"press": press}
        async with session.post(page.action, data=form, allow_redirects=False) as reply:
            location = reply.headers.get("Location")
            if location is None:
                raise SignInFailed(read_page(page.action, await reply.text()).text)
            return location


def read_page(address: str, html: str) -> Page:
    """The form and the text of a page at this address."""
    reader = _Reader()
    reader.feed(html)
    return Page(urljoin(address, reader.action), reader.inputs, " ".join(reader.texts))


class _Reader(HTMLParser):
    """Collects what a person and their browser would send."""

    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.inputs: dict[str, str] = {}
        self.texts: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Forms and inputs; what stands in the head is no text."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = given.get("action", "")
        elif tag == "input" and "name" in given:
            self.inputs[given["name"]] = given.get("value", "")
        elif tag == "head":
            self._unseen += 1

    def handle_endtag(self, tag: str) -> None:
        """The end of the head."""
        if tag == "head":
            self._unseen -= 1

    def handle_data(self, data: str) -> None:
        """What a person can read."""
        if not self._unseen and data.strip():
            self.texts.append(" ".join(data.split()))
