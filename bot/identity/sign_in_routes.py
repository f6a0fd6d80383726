"""The pages of a sign-in over HTTP: /fusion/sign-in and /fusion/callback.

Where the bot is reached by https, the browser that comes back must be the one that opened the link
(a cookie that only https carries, RFC 9700 section 4.7); on plain http there is no such cookie.
"""

import hmac
from dataclasses import replace

import structlog
from aiohttp import web

from bot.identity.browser_sign_in import BrowserSignIn, SignInFailed
from bot.identity.page_words import ENGLISH, PageWords, words_for
from bot.identity.sign_in_pages import (
    draw_confirmation,
    draw_declined,
    draw_done,
    draw_failure,
)
from storage.errors import StorageError

log = structlog.get_logger(__name__)

COOKIE = "__Host-fusion-sign-in"
COOKIE_LIFE = 600
COMMAND = "/fusion"  # as the texts have it
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class SignInRoutes:
    """The routes."""

    def __init__(self, sign_in: BrowserSignIn, command: str, *, by_https: bool) -> None:
        self._command = command
        self._sign_in = sign_in
        self._by_https = by_https

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Add them to an application's routes."""
        router.add_get("/fusion/sign-in", self._open, allow_head=False)
        router.add_get("/fusion/callback", self._come_back, allow_head=False)
        router.add_post("/fusion/callback", self._answered)

    async def _open(self, request: web.Request) -> web.Response:
        state, say = request.query.get("state", ""), self._words(request)
        try:
            location = await self._sign_in.open(state)
        except SignInFailed as failed:
            return _page(draw_failure(failed.detail, say), 400)
        except StorageError:
            return _page(draw_failure(ENGLISH.storage_trouble, say), 503)
        response = web.Response(status=303, headers={**_HEADERS, "Location": location})
        self._mark(response, state)
        return response

    async def _come_back(self, request: web.Request) -> web.Response:
        say = self._words(request)
        if not self._is_same_browser(request, request.query.get("state", "")):
            return _page(draw_failure(ENGLISH.other_browser, say), 400)
        try:
            asked = await self._sign_in.come_back(request.query)
        except SignInFailed as failed:
            return _page(draw_failure(failed.detail, say), 400)
        except StorageError:
            return _page(draw_failure(ENGLISH.storage_trouble, say), 503)
        response = _page(draw_confirmation(asked, say))
        self._mark(response, asked.ticket)
        return response

    async def _answered(self, request: web.Request) -> web.Response:
        say, form = self._words(request), await request.post()
        ticket = str(form.get("ticket", ""))
        if not self._is_same_browser(request, ticket):
            return _page(draw_failure(ENGLISH.other_browser, say), 400)
        try:
            if form.get("press") != "confirm":
                await self._sign_in.decline(ticket)
                return _page(draw_declined(say))
            ended = await self._sign_in.confirm(ticket)
        except SignInFailed as failed:
            return _page(draw_failure(failed.detail, say), 400)
        except StorageError:
            return _page(draw_failure(ENGLISH.storage_trouble, say), 503)
        log.info("signed_in", person=ended.person.key)
        return _page(draw_done(ended.user_name, say))

    def _mark(self, response: web.Response, value: str) -> None:
        if self._by_https:
            response.set_cookie(
                COOKIE,
                value,
                max_age=COOKIE_LIFE,
                path="/",
                secure=True,
                httponly=True,
                samesite="Lax",
            )

    def _words(self, request: web.Request) -> PageWords:
        say = words_for(request.headers.get("Accept-Language", ""))
        return replace(
            say,
            begin_anew=say.begin_anew.replace(COMMAND, self._command),
            storage_trouble=say.storage_trouble.replace(COMMAND, self._command),
        )

    def _is_same_browser(self, request: web.Request, value: str) -> bool:
        if not self._by_https:
            return True
        return hmac.compare_digest(request.cookies.get(COOKIE, "").encode(), value.encode())


def _page(text: str, status: int = 200) -> web.Response:
    return web.Response(text=text, status=status, content_type="text/html", headers=_HEADERS)
