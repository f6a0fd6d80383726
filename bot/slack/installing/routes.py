"""Installing the app in a workspace: /slack/install and /slack/oauth_redirect.

Source: docs.slack.dev, "Installing with OAuth" (v2); RFC 6749 sections 4.1 and 10.12. The state is random,
counts once and ten minutes long, and belongs to the browser that began: a cookie has it too.
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import timedelta
from html import escape
from urllib.parse import urlencode

import structlog
from aiohttp import web
from slack_sdk.errors import SlackApiError

from bot.ledger import Clock
from bot.slack.installing.installation import Installation, UnusableInstallation
from bot.slack.installing.installations import Installations
from bot.slack.outbound import NO_REPLY
from storage.errors import StorageError
from storage.rows import SignInRow
from storage.store import Store

log = structlog.get_logger(__name__)

LIFE = timedelta(minutes=10)
COOKIE = "fusion-slack-install"
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
STYLE = """
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: #1d1c1d; background: #f6f5f4; }
main { max-width: 32rem; margin: 12vh auto 0; padding: 2rem; background: #fff;
  border: 1px solid #ddd; border-radius: 12px; }
h1 { margin: 0 0 1rem; font-size: 1.35rem; }
a.button { display: inline-block; padding: .6rem 1.2rem; border-radius: 8px; color: #fff;
  background: #4a154b; text-decoration: none; font-weight: 600; }
.small { color: #616061; font-size: .9rem; }
@media (prefers-color-scheme: dark) {
  body { color: #e8e8e8; background: #1a1d21; } main { background: #222529; border-color: #444; }
  .small { color: #ababad; } a.button { background: #7c3085; }
}
"""
OVER = "This installation was not begun here, was finished before, or took longer than ten minutes."


class InstallRoutes:
    """The pages, and what happens between them."""

    def __init__(
        self,
        installations: Installations,
        store: Store,
        *,
        scopes: Sequence[str],
        authorize_url: str,
        public_url: str,
        clock: Clock,
    ) -> None:
        self._installations = installations
        self._application = installations.application
        self._store = store
        self._scopes = scopes
        self._authorize_url = authorize_url
        self._redirect_url = f"{public_url.rstrip('/')}/slack/oauth_redirect"
        self._by_https = public_url.startswith("https://")
        self._clock = clock

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Add them to an application's routes."""
        router.add_get("/slack/install", self._begin, allow_head=False)
        router.add_get("/slack/oauth_redirect", self._come_back, allow_head=False)

    async def _begin(self, _: web.Request) -> web.Response:
        state = secrets.token_urlsafe(32)
        try:
            await self._store.begin_sign_in(self._row(state))
        except StorageError:
            return _page("Not just now", "This could not be begun. Try again in a moment.", 503)
        query = {
            "client_id": self._application.client_id,
            "scope": ",".join(self._scopes),
            "state": state,
            "redirect_uri": self._redirect_url,
        }
        body = (
            "<p>Fusion brings your Oracle Fusion AI agents into Slack. Whoever installs it chooses the "
            "workspace on the next page; there Slack lists what the app may do.</p>"
            f'<p><a class="button" href="{escape(f"{self._authorize_url}?{urlencode(query)}")}">'
            "Add to Slack</a></p>"
        )
        page = _html("Add Fusion to Slack", body)
        page.set_cookie(
            COOKIE,
            state,
            max_age=int(LIFE.total_seconds()),
            path="/slack/",
            secure=self._by_https,
            httponly=True,
            samesite="Lax",
        )
        return page

    async def _come_back(self, request: web.Request) -> web.Response:
        state = request.query.get("state", "")
        try:
            if not await self._is_ours(request, state):
                return _page("Nothing was installed", OVER, 400)
            if request.query.get("error"):
                return _page(
                    "Nothing was installed", "You did not allow it, so nothing was changed."
                )
            code = request.query.get("code", "")
            granted = await self._installations.exchange(code, self._redirect_url)
            installation = await self._installations.add(granted)
        except UnusableInstallation as unusable:
            return _page("Nothing was installed", str(unusable), 400)
        except (SlackApiError, *NO_REPLY) as error:
            log.warning("not_installed", error=type(error).__name__)
            text = "Slack did not confirm the installation. Begin anew in a moment."
            return _page("Nothing was installed", text, 502)
        except StorageError:
            return _page("Nothing was installed", "It could not be saved. Begin anew.", 503)
        return _installed(installation)

    async def _is_ours(self, request: web.Request, state: str) -> bool:
        """Whether this browser began it, not long ago, and has not been here since."""
        mine = request.cookies.get(COOKIE, "")
        if not state or not hmac.compare_digest(mine.encode(), state.encode()):
            return False
        row = self._row(state)
        return await self._store.take_sign_in(row.id, self._clock()) is not None

    def _row(self, state: str) -> SignInRow:
        """The state as it is kept: a hash, beside the sign-ins, which end in the same way."""
        hashed = hashlib.sha256(b"install:" + state.encode()).hexdigest()
        return SignInRow(hashed, f"install:{hashed}", b"{}", self._clock() + LIFE)


def authorize_url(api_url: str) -> str:
    """Where people allow an installation, beside the Web API: https://slack.com/oauth/v2/authorize."""
    return f"{api_url.rstrip('/').removesuffix('/api')}/oauth/v2/authorize"


def _installed(installation: Installation) -> web.Response:
    place = escape(installation.name or installation.key)
    team = f"team={escape(installation.workspace)}&amp;" if installation.workspace else ""
    return _html(
        "Fusion is installed",
        f"<p>It is in <strong>{place}</strong> now. Mention it in a channel, or write to it.</p>"
        f'<p><a class="button" href="slack://app?{team}id={escape(installation.app)}">Open Slack</a></p>'
        '<p class="small">In a channel, invite it first: <code>/invite @Fusion</code>.</p>',
    )


def _page(title: str, text: str, status: int = 200) -> web.Response:
    again = '<p class="small"><a href="install">Begin anew</a></p>'
    return _html(title, f"<p>{escape(text)}</p>{again}", status)


def _html(title: str, body: str, status: int = 200) -> web.Response:
    text = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{escape(title)}</title><style>{STYLE}</style></head>
<body><main><h1>{escape(title)}</h1>
{body}
</main></body></html>
"""
    return web.Response(text=text, status=status, content_type="text/html", headers=HEADERS)
