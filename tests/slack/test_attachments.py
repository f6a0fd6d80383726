"""Attached files: what counts as text, and that the bot's token goes to Slack's hosts alone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from bot.domain.attachment import LARGEST, Attachment, left_out, sent_along
from bot.slack.asking.attachments import Attachments
from tests.slack.one_workspace import one_workspace

SMALL = Attachment("a.txt", "text/plain", 10, "https://files.slack.com/a")


@pytest.mark.parametrize(
    ("name", "media_type", "is_text"),
    [
        ("a", "text/plain; charset=utf-8", True),
        ("a.bin", "application/json", True),
        ("A.CSV", "application/octet-stream", True),
        ("a.pdf", "application/pdf", False),
        ("a.png", "image/png", False),
        ("a", "", False),
    ],
)
def test_texts_are_known_by_type_or_name(name: str, media_type: str, is_text: bool) -> None:
    assert Attachment(name, media_type, 1, "x").is_text is is_text


def test_no_more_than_five_and_none_that_is_empty_or_has_no_address() -> None:
    files = (
        Attachment("empty.txt", "", 0, "x"),
        Attachment("nowhere.txt", "", 1, ""),
        *(Attachment(f"{n}.txt", "", 1, "x") for n in range(7)),
    )
    assert [each.name for each in sent_along(files)] == [f"{n}.txt" for n in range(5)]
    assert len(left_out(files)) == 4


@asynccontextmanager
async def files() -> AsyncIterator[tuple[str, list[str]]]:
    """A server of files; its address, and the tokens that it was sent."""
    tokens: list[str] = []

    async def serve(request: web.Request) -> web.StreamResponse:
        tokens.append(request.headers.get("Authorization", ""))
        kinds = {
            "utf16": web.Response(body="é".encode("utf-16")),
            "latin": web.Response(body="é".encode("latin-1")),
            "long": web.Response(body=b"x" * (LARGEST * 2)),
            "login": web.Response(text="<html>", content_type="text/html"),
            "away": web.Response(status=302, headers={"Location": "http://127.0.0.1:1/"}),
        }
        return kinds[request.match_info["name"]]

    app = web.Application()
    app.router.add_get("/{name}", serve)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}", tokens
    await runner.cleanup()


@pytest.mark.parametrize(
    ("name", "reads"),
    [
        ("utf16", "\né\n"),
        ("latin", "\né\n"),
        ("login", "could not be read"),
        ("away", "could not be read"),
    ],
)
async def test_what_comes_is_read_or_named(name: str, reads: str) -> None:
    async with files() as (address, tokens), aiohttp.ClientSession() as session:
        attachments = Attachments(session, one_workspace(token="xoxb-1"), f"{address}/api/")
        file = Attachment("a.txt", "", 5, f"{address}/{name}")
        assert reads in await attachments.below("Look", (file,), "T1")
        assert tokens == ["Bearer xoxb-1"]


async def test_no_more_is_read_than_was_announced_at_most() -> None:
    async with files() as (address, _), aiohttp.ClientSession() as session:
        attachments = Attachments(session, one_workspace(token="xoxb-1"), address)
        file = Attachment("a.txt", "", 5, f"{address}/long")
        assert (await attachments.below("Look", (file,), "T1")).count("x") < LARGEST + 100


async def test_the_token_goes_to_slacks_hosts_alone() -> None:
    async with files() as (address, tokens), aiohttp.ClientSession() as session:
        attachments = Attachments(session, one_workspace(token="xoxb-1"), "https://slack.com/api/")
        file = Attachment("a.txt", "", 5, f"{address}/utf16")
        assert "could not be read" in await attachments.below("Look", (file,), "T1")
        assert tokens == []
