"""What somebody does who signs in: follows the link in Slack with a browser of their own."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import aiohttp

from bot.playground.identity.browser import read_page
from bot.playground.slack import Message
from tests.stories.service import Service

USERS = {
    "U0ANNA": "anna@playground.example",
    "U0BEN": "ben@playground.example",
    "U0CHLOE": "chloe@playground.example",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """What a browser ended up with."""

    status: int
    text: str
    ticket: str = ""


def links_in(message: Message) -> list[str]:
    """The addresses of its buttons."""
    return [
        element["url"]
        for block in message.blocks
        for element in block.get("elements", ())
        if "url" in element
    ]


async def private_link(house: Service, person: str, number: int = 1) -> str:
    """The latest sign-in link that only this person sees, as soon as there are so many."""

    def found() -> list[str] | None:
        links = [link for each in house.slack.ephemerals(person) for link in links_in(each)]
        return links if len(links) >= number else None

    return (await house.slack.until(found, says=f"{person} should be given a link"))[-1]


async def code_card(house: Service, person: str) -> Message:
    """The card with a code in this person's direct messages."""
    direct = f"D{person[1:]}"
    return await house.slack.until(
        lambda: next((each for each in house.slack.messages(direct) if links_in(each)), None),
        says=f"{person} should be given a code",
    )


def user_code(card: Message) -> str:
    found = re.search(r"`([A-Z0-9-]+)`", card.plain + str(card.blocks))
    assert found is not None, card.blocks
    return found[1]


async def follow(link: str) -> str:
    """Where a sign-in link leads: the identity domain's address, or "" where it does not."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(link, allow_redirects=False) as reply,
    ):
        return reply.headers.get("Location", "")


async def get(url: str, **headers: str) -> Shown:
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.get(url, allow_redirects=False) as reply,
    ):
        assert "Location" not in reply.headers
        return _shown(reply.status, str(reply.url), await reply.text())


async def press(callback: str, ticket: str, button: str = "confirm") -> Shown:
    """Answer the question whether both accounts are one's own."""
    url = urljoin(callback, urlsplit(callback).path)
    form = {"ticket": ticket, "press": button}
    async with aiohttp.ClientSession() as session, session.post(url, data=form) as reply:
        return _shown(reply.status, url, await reply.text())


def _shown(status: int, url: str, text: str) -> Shown:
    page = read_page(url, text)
    return Shown(status, page.text, page.inputs.get("ticket", ""))


async def come_back(house: Service, link: str, user: str) -> tuple[str, Shown]:
    """Follow a link, sign in as this user, and see what the bot asks: the callback, and the page."""
    authorize_url = await follow(link)
    callback = await house.fusion.identity.sign_in_at(authorize_url, user)
    return callback, await get(callback)


async def sign_in(house: Service, person: str, number: int = 1, **rest: Any) -> Shown:
    """All of it, as the person and the user that belong together."""
    link = await private_link(house, person, number)
    callback, asked = await come_back(house, link, rest.get("user", USERS[person]))
    assert asked.ticket, asked.text
    return await press(callback, asked.ticket)
