"""A browser without a window: follows redirects, fills in forms, keeps cookies."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from types import TracebackType
from typing import Self
from urllib.parse import urljoin

import aiohttp

MOST_STEPS = 12


@dataclass(slots=True)
class Form:
    """A form of a page: where it goes, and what stands in it."""

    action: str
    values: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", "")))
        elif tag == "input" and "name" in given and self.forms:
            self.forms[-1].values[given["name"]] = given.get("value", "")


class Browser:
    """One person's browser."""

    def __init__(self) -> None:
        jar = aiohttp.CookieJar(unsafe=True)  # cookies for an address without a name
        self._session = aiohttp.ClientSession(cookie_jar=jar)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._session.close()

    async def go_through(self, url: str, typed: dict[str, str], until: str = "") -> str:
        """Fill in one form after the other; the address that starts with `until`.

        Without `until`, or where a page has no form any more, the last page's text.
        """
        form: Form | None = None
        for _ in range(MOST_STEPS):
            location, text = await self._ask(url, form)
            if location:
                url, form = urljoin(url, location), None
                if until and url.startswith(until):
                    return url
                continue
            parser = _Forms()
            parser.feed(text)
            if not parser.forms:
                return text
            form = parser.forms[0]
            form.values |= {name: typed[name] for name in form.values if name in typed}
            url = urljoin(url, form.action)
        raise AssertionError(f"The browser is still not there: {url}")

    async def _ask(self, url: str, form: Form | None) -> tuple[str, str]:
        """Where it redirects to, and the page."""
        method = "GET" if form is None else "POST"
        data = None if form is None else form.values
        async with self._session.request(method, url, data=data, allow_redirects=False) as reply:
            return reply.headers.get("Location", ""), await reply.text()
