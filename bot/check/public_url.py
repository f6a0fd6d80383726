"""Whether PUBLIC_URL leads to this bot, as far as that can be seen from here."""

import json

import aiohttp

from bot.check.finding import Finding

WHAT = "public address"


async def look_at_public_url(session: aiohttp.ClientSession, url: str) -> Finding:
    """Ask PUBLIC_URL/healthz. A certificate that is no good is wrong; the rest is doubted.

    The bot need not run while it is checked, and some networks do not lead out and in again.
    """
    address = f"{url.rstrip('/')}/healthz"
    try:
        async with session.get(address, allow_redirects=False) as reply:
            is_ours = reply.status == 200 and _is_ours(await reply.content.read(1000))
            status = reply.status
    except aiohttp.ClientConnectorCertificateError:
        note = (
            f"the certificate of {url} is not one that Slack and browsers accept. Check PUBLIC_URL."
        )
        return Finding(False, WHAT, note)
    except (aiohttp.ClientError, TimeoutError, ValueError):
        note = (
            f"{address} cannot be reached from here: does the bot run, and its proxy? PUBLIC_URL."
        )
        return Finding(True, WHAT, note, warning=True)
    if is_ours:
        return Finding(True, WHAT, f"{address} leads to the bot")
    note = (
        f"{address} answers {status}, not as the bot does: look where the proxy of PUBLIC_URL leads, "
        "unless it lets only some paths through."
    )
    return Finding(True, WHAT, note, warning=True)


def _is_ours(body: bytes) -> bool:
    try:
        return bool(json.loads(body) == {"ok": True})
    except ValueError:
        return False
