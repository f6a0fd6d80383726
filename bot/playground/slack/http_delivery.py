"""Deliveries by HTTP: signed POSTs to the bot's one URL.

Source obeyed: Slack's "Verifying requests from Slack" (signature version v0) and the Events API's
retry headers.
"""

import hashlib
import hmac
import json
import time
import urllib.parse
from typing import Any

import aiohttp

from bot.playground.slack.delivery import EVENTS, INTERACTIVE, Delivery, NotAcknowledged

Json = dict[str, Any]
FORM = "application/x-www-form-urlencoded"


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The value of X-Slack-Signature for a body sent at `timestamp` (seconds, as text)."""
    base = b":".join((b"v0", timestamp.encode(), body))
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


class HttpDelivery:
    """Carries deliveries to `url`; closed while there is none."""

    def __init__(self, signing_secret: str) -> None:
        self.url: str | None = None
        self.signing_secret = signing_secret
        self._session: aiohttp.ClientSession | None = None

    @property
    def open(self) -> bool:
        """Whether a URL is set."""
        return self.url is not None

    async def carry(self, delivery: Delivery, within: float) -> Any:
        """POSTs it once; what the bot answered: parsed JSON, else text, None when empty."""
        body, content_type = encode(delivery)
        headers = self._headers(body, content_type)
        if delivery.failures:
            headers["X-Slack-Retry-Num"] = str(len(delivery.failures))
            headers["X-Slack-Retry-Reason"] = delivery.failures[-1]
        status, answer, again = await self._post(body, headers, within)
        if not 200 <= status < 300:
            raise NotAcknowledged("http_error", again=again)
        return answer

    async def verify_url(self, within: float = 3.0) -> bool:
        """Sends the url_verification challenge; whether the bot answered with it."""
        challenge = hashlib.sha256(self.signing_secret.encode()).hexdigest()
        payload = {"type": "url_verification", "token": "playground", "challenge": challenge}
        body = json.dumps(payload).encode()
        status, answer, _ = await self._post(body, self._headers(body, "application/json"), within)
        given = answer.get("challenge") if isinstance(answer, dict) else answer
        return status == 200 and given == challenge

    def _headers(self, body: bytes, content_type: str) -> dict[str, str]:
        timestamp = str(int(time.time()))
        return {
            "Content-Type": content_type,
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": sign(self.signing_secret, timestamp, body),
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        }

    async def _post(
        self, body: bytes, headers: dict[str, str], within: float
    ) -> tuple[int, Any, bool]:
        """Status, answer, and whether the bot allows repeating (X-Slack-No-Retry)."""
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        time_out = aiohttp.ClientTimeout(total=within)
        try:
            async with self._session.post(
                self.url or "", data=body, headers=headers, timeout=time_out, allow_redirects=False
            ) as response:
                text = await response.text()
                again = response.headers.get("X-Slack-No-Retry") != "1"
                return response.status, _answer(response.content_type, text), again
        except TimeoutError:
            raise NotAcknowledged("http_timeout") from None
        except aiohttp.ClientError:
            raise NotAcknowledged("connection_failed") from None

    async def stop(self) -> None:
        """Closes the connections to the bot."""
        if self._session is not None:
            await self._session.close()
            self._session = None


def encode(delivery: Delivery) -> tuple[bytes, str]:
    """The body and its content type: events as JSON, the rest as forms."""
    if delivery.kind == EVENTS:
        return json.dumps(delivery.payload).encode(), "application/json"
    if delivery.kind == INTERACTIVE:
        return urllib.parse.urlencode({"payload": json.dumps(delivery.payload)}).encode(), FORM
    return urllib.parse.urlencode(delivery.payload).encode(), FORM


def _answer(content_type: str, text: str) -> Any:
    if not text.strip():
        return None
    if content_type == "application/json":
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text
