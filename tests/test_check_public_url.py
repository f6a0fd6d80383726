"""Whether PUBLIC_URL leads to the bot."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.build import http_session
from bot.check.public_url import look_at_public_url
from tests.identity.token_endpoint import certificate, private_pem


@asynccontextmanager
async def answer_of(status: int, body: str) -> AsyncIterator[str]:
    """The address of a server that answers everything so."""
    app = web.Application()

    async def reply(_: web.Request) -> web.Response:
        return web.Response(status=status, text=body)

    app.router.add_get("/{path:.*}", reply)
    async with TestServer(app) as server:
        yield str(server.make_url("/")).rstrip("/")


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [
        (200, '{"ok": true}', "leads to the bot"),
        (200, "<html>", "answers 200, not as the bot does"),
        (404, '{"ok": true}', "answers 404, not as the bot does"),
        (302, "", "answers 302"),
    ],
)
async def test_the_public_address_is_seen_to_lead_to_the_bot(
    status: int, body: str, says: str
) -> None:
    async with answer_of(status, body) as url, http_session() as session:
        found = await look_at_public_url(session, url)
        assert says in found.note
        assert found.good
        assert found.warning is (says != "leads to the bot")


async def test_a_certificate_that_nobody_accepts_is_found(tmp_path: Path) -> None:
    key, chain = tmp_path / "key.pem", tmp_path / "certificate.pem"
    key.write_bytes(private_pem())
    chain.write_bytes(certificate(begins=datetime.now(UTC)))
    trusts_itself = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trusts_itself.load_cert_chain(chain, key)
    server = TestServer(web.Application(), scheme="https")
    await server.start_server(ssl=trusts_itself)
    try:
        async with http_session() as session:
            found = await look_at_public_url(session, str(server.make_url("/")))
    finally:
        await server.close()
    assert not found.good
    assert "certificate" in found.note
