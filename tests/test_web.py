"""The bot's own routes: alive, ready, figures, and Slack's requests."""

import io
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.metrics import Metrics
from bot.web import LARGEST_REQUEST, WebServer, build_web
from storage.errors import StorageError
from tests.kept import Kept, kept, turn


class Figures:
    """What a worker says of itself."""

    depths = {"claims": 1, "tasks": 2, "watched": 3}  # noqa: RUF012 - a fake's


@asynccontextmanager
async def serving(
    house: Kept, ready: Callable[[], Coroutine[Any, Any, dict[str, bool]]] | None = None
) -> AsyncIterator[tuple[aiohttp.ClientSession, str]]:
    async def all_good() -> dict[str, bool]:
        return {"storage": True, "slack": True}

    async def slack(request: web.Request) -> web.Response:
        return web.Response(text=f"{len(await request.read())}")

    metrics = Metrics(house.clock)
    metrics.watch(house.ledger, Figures(), lambda: [("T1", "chat.update", 7)])
    metrics.called("slack", "chat.update", "ratelimited", 0.2)
    metrics.took_over(3)
    server = WebServer(build_web(slack, ready or all_good, metrics), "127.0.0.1", 0)
    port = await server.start()
    try:
        async with aiohttp.ClientSession() as session:
            yield session, f"http://127.0.0.1:{port}"
    finally:
        await server.close()


async def test_it_is_alive() -> None:
    async with (
        kept() as house,
        serving(house) as (session, url),
        session.get(f"{url}/healthz") as reply,
    ):
        assert (reply.status, await reply.json()) == (200, {"ok": True})


@pytest.mark.parametrize(("storage", "status"), [(True, 200), (False, 503)])
async def test_it_is_ready_when_all_that_must_work_does(storage: bool, status: int) -> None:
    async def ready() -> dict[str, bool]:
        return {"storage": storage, "slack": True}

    async with (
        kept() as house,
        serving(house, ready) as (session, url),
        session.get(f"{url}/readyz") as reply,
    ):
        assert reply.status == status
        assert await reply.json() == {"ok": storage, "storage": storage, "slack": True}


async def test_figures_count_runs_by_state_and_work_by_kind() -> None:
    async with kept() as house, serving(house) as (session, url):
        await house.ledger.take(turn())
        await house.ledger.take(turn("1701.1", thread="1700.1"))
        async with session.get(f"{url}/metrics") as reply:
            text = await reply.text()
            assert reply.headers["Content-Type"].startswith("text/plain")
        assert 'fusion_slack_runs{state="invoking"} 1.0' in text
        assert 'fusion_slack_runs{state="queued"} 1.0' in text
        assert 'fusion_slack_runs{state="complete"} 0.0' in text
        assert 'fusion_slack_work{kind="watched"} 3.0' in text
        assert 'fusion_slack_budget_left{method="chat.update",workspace="T1"} 7.0' in text
        assert 'fusion_slack_oldest_run_seconds{state="invoking"} 0.0' in text
        assert "fusion_slack_taken_over_total 3.0" in text


async def test_figures_that_cannot_be_read_are_an_error_and_no_lie() -> None:
    async with kept() as house, serving(house) as (session, url):
        await house.store.close()
        with pytest.raises(StorageError):
            await house.ledger.counts()
        async with session.get(f"{url}/metrics") as reply:
            assert reply.status == 503


async def test_slacks_requests_are_posts_of_a_sensible_size() -> None:
    async with kept() as house, serving(house) as (session, url):
        async with session.post(f"{url}/slack/events", data=b"x" * 5000) as reply:
            assert await reply.text() == "5000"
        large = io.BytesIO(b"x" * (LARGEST_REQUEST + 1))
        async with session.post(f"{url}/slack/events", data=large) as reply:
            assert reply.status == 413
        async with session.get(f"{url}/slack/events") as reply:
            assert reply.status == 405
        async with session.get(f"{url}/other") as reply:
            assert reply.status == 404
