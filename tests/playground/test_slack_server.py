"""The server itself: the page's files, stopping, starting again."""

import asyncio
from pathlib import Path

import aiohttp

from bot.playground.slack import SlackServer
from tests.playground.test_slack_page import events, state


async def test_the_built_page_is_served_and_nothing_beside_it(tmp_path: Path) -> None:
    dist = tmp_path / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text("<title>Playground</title>")
    (dist / "assets" / "page.js").write_text("export {}")
    (tmp_path / "secret.txt").write_text("secret")
    async with (
        SlackServer(page_dir=dist) as slack,
        aiohttp.ClientSession(slack.page_url) as session,
    ):
        async with session.get("") as answer:
            assert answer.content_type == "text/html"
            assert "Playground" in await answer.text()
        async with session.get("assets/page.js") as answer:
            assert "javascript" in answer.content_type
        for path in ("nothing.js", "assets", "%2e%2e/secret.txt", "..%2fsecret.txt"):
            async with session.get(path) as answer:
                assert answer.status == 404, path


async def test_without_a_page_the_server_says_so() -> None:
    async with (
        SlackServer() as slack,
        aiohttp.ClientSession() as session,
        session.get(slack.page_url) as answer,
    ):
        assert "without its page" in await answer.text()


async def test_the_server_stops_at_once_though_pages_and_bots_are_connected() -> None:
    slack = SlackServer()
    await slack.start()
    async with aiohttp.ClientSession(slack.page_url) as session:
        token = {"Authorization": f"Bearer {slack.app_token}"}
        async with session.post("api/apps.connections.open", headers=token) as answer:
            url = (await answer.json())["url"]
        # This socket never reads, so it never answers that it is being closed.
        socket = await session.ws_connect(url)
        async with events(session, "U0ANNA", 0):
            await slack.connected()
            await slack.say("U0ANNA", "C0FINANCE", "unheard")
            async with asyncio.timeout(5):
                await slack.stop()
        await socket.close()


async def test_a_stopped_server_starts_again_at_the_same_address() -> None:
    async with SlackServer() as slack:
        url = slack.page_url
        await slack.say("U0ANNA", "C0FINANCE", "still there")
        await slack.stop()
        await slack.start()
        assert slack.page_url == url
        async with aiohttp.ClientSession(url) as session:
            assert [each["text"] for each in (await state(session))["messages"]] == ["still there"]
            async with events(session, "U0ANNA", 0) as stream:
                assert (await anext(stream))["message"]["text"] == "still there"
