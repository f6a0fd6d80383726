"""Trouble on request: what networks, proxies and overloaded servers do to a client.

Each kind says whether the request was carried out, since that is what a client must be right
about: DROP_AFTER, SLOW, HALF_BODY and WRONG_JSON act first; all others do nothing.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from aiohttp import web

Point = Literal["invoke", "status", "token", "device", "revoke", "search"]
Handle = Callable[[web.Request], Awaitable[web.StreamResponse]]

LOGIN_PAGE = (
    "<!DOCTYPE html><html><head><title>Oracle Applications Cloud - Sign In</title></head>"
    "<body><form><input name='userid'><input type='password'></form></body></html>"
)


class FaultKind(StrEnum):
    """What goes wrong."""

    REFUSE = "refuse"  # the connection is reset before the body is read
    DROP_BEFORE = "drop_before"  # the connection closes after the body was read; nothing was done
    DROP_AFTER = "drop_after"  # the request is carried out, then the connection closes
    SLOW = "slow"  # the request is carried out at once, the reply comes late
    HALF_BODY = "half_body"  # the request is carried out, half of the reply comes
    HTML = "html"  # a login page instead of a reply
    STATUS = "status"  # an HTTP error, with Retry-After where wanted
    WRONG_JSON = "wrong_json"  # the request is carried out, the reply is JSON of another kind
    UNAUTHORIZED = "unauthorized"  # 401, whatever the token


@dataclass(slots=True)
class Fault:
    """One order for trouble: skips `after` requests, then strikes `times` of them.

    `seconds` is for SLOW and not stretched by the pace; `code` and `retry_after` (seconds, or a
    text as it is) are for STATUS, `code` also for HTML. `struck` counts how often it happened.
    """

    kind: FaultKind
    on: Point
    times: int = 1
    after: int = 0
    seconds: float = 1.0
    code: int | None = None
    retry_after: float | str | None = None
    struck: int = 0


@dataclass(slots=True)
class Chance:
    """Trouble by chance: one of `kinds` for those requests that it is for."""

    share: float
    kinds: tuple[Fault, ...]
    random: random.Random
    struck: Counter[str] = field(default_factory=Counter)

    def take(self, on: Point) -> Fault | None:
        """The trouble for a request, if the dice say so."""
        if self.random.random() * 100 >= self.share:
            return None
        fault = self.random.choice(self.kinds)
        self.struck[f"{on} {fault.kind}"] += 1
        return fault


class Faults:
    """The orders for trouble of one server; the oldest that applies goes first."""

    def __init__(self) -> None:
        self.orders: list[Fault] = []
        self.chance: Chance | None = None

    def add(
        self,
        kind: FaultKind | str,
        on: Point = "invoke",
        times: int = 1,
        after: int = 0,
        *,
        seconds: float = 1.0,
        code: int | None = None,
        retry_after: float | str | None = None,
    ) -> Fault:
        """Order trouble; see Fault. Answers to waiting jobs come in at "invoke" too.

        Raises ValueError for a kind that there is not.
        """
        fault = Fault(FaultKind(kind), on, times, after, seconds, code, retry_after)
        self.orders.append(fault)
        return fault

    def percent(self, percent: float, kinds: Sequence[Fault], *, seed: int = 1) -> None:
        """From now on so many of all requests meet one of these, by chance."""
        self.chance = Chance(percent, tuple(kinds), random.Random(seed))

    def clear(self) -> None:
        """No trouble any more."""
        self.orders.clear()
        self.chance = None

    def take(self, on: Point) -> Fault | None:
        """The trouble for a request that came in just now, if any."""
        for fault in self.orders:
            if fault.on != on or fault.struck >= fault.times:
                continue
            if fault.after > 0:
                fault.after -= 1
                continue
            fault.struck += 1
            return fault
        return None if self.chance is None else self.chance.take(on)


async def strike(fault: Fault, request: web.Request, handle: Handle) -> web.StreamResponse:
    """Do to this request what was ordered; `handle` carries it out."""
    match fault.kind:
        case FaultKind.REFUSE:
            return _cut(request, abruptly=True)
        case FaultKind.DROP_BEFORE:
            await request.read()
            return _cut(request)
        case FaultKind.HTML:
            return web.Response(status=fault.code or 200, text=LOGIN_PAGE, content_type="text/html")
        case FaultKind.STATUS:
            return _failed(fault.code or 503, fault.retry_after)
        case FaultKind.UNAUTHORIZED:
            return _failed(401, None, {"WWW-Authenticate": 'Bearer error="invalid_token"'})
        case _:
            return await _strike_after(fault, request, await handle(request))


async def _strike_after(
    fault: Fault, request: web.Request, reply: web.StreamResponse
) -> web.StreamResponse:
    """The kinds that hit the reply: the request was carried out."""
    match fault.kind:
        case FaultKind.SLOW:
            await asyncio.sleep(fault.seconds)
            return reply
        case FaultKind.HALF_BODY:
            return await _half(request, reply)
        case FaultKind.WRONG_JSON:
            return web.json_response(["this", "is", "not", "what", "was", "promised"])
        case _:
            return _cut(request)


def _cut(request: web.Request, *, abruptly: bool = False) -> web.Response:
    """Close the connection; the response that is returned is never sent."""
    if request.transport is not None:
        if abruptly:
            request.transport.abort()
        else:
            request.transport.close()
    return web.Response()


async def _half(request: web.Request, reply: web.StreamResponse) -> web.StreamResponse:
    body = reply.body if isinstance(reply, web.Response) else None
    whole = body if isinstance(body, bytes) else b"{}"
    half = web.StreamResponse(status=reply.status, headers={"Content-Type": reply.content_type})
    half.content_length = len(whole)
    await half.prepare(request)
    await half.write(whole[: len(whole) // 2])
    _cut(request)
    return half


def _failed(
    code: int, retry_after: float | str | None, headers: dict[str, str] | None = None
) -> web.Response:
    sent = dict(headers or {})
    if retry_after is not None:
        sent["Retry-After"] = (
            f"{retry_after:g}" if isinstance(retry_after, float) else str(retry_after)
        )
    error = {"errorCode": f"FAI-{code}00", "error": f"The service answered with {code} on request."}
    return web.json_response(error, status=code, headers=sent)
