"""The pages of the emulated identity domain, as a browser with cookies meets them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import parse_qsl, urljoin, urlsplit

import aiohttp
import pytest

from bot.playground.identity import DEVICE_CODE
from bot.playground.identity.browser import Page, read_page
from tests.playground.fusion_pod import Pod, Reply, a_pod
from tests.playground.identity_client import (
    ANNA,
    BEN,
    CLIENT,
    answer,
    ask,
    authorize_url,
    claims_of,
    exchange,
    offline,
    post,
)

WORD = "Playground-1"


@dataclass(slots=True)
class Seen:
    status: int
    location: str
    page: Page
    html: str
    headers: dict[str, str]


@dataclass(slots=True)
class Browser:
    """One person's browser: keeps cookies, follows no redirect by itself."""

    session: aiohttp.ClientSession

    async def open(self, url: str) -> Seen:
        async with self.session.get(url, allow_redirects=False) as reply:
            return await _seen(reply)

    async def press(self, seen: Seen, button: str, **typed: str) -> Seen:
        form = seen.page.inputs | typed | {"press": button}
        async with self.session.post(seen.page.action, data=form, allow_redirects=False) as reply:
            return await _seen(reply)


async def _seen(reply: aiohttp.ClientResponse) -> Seen:
    html = await reply.text()
    location = reply.headers.get("Location", "")
    page = read_page(str(reply.url), html)
    return Seen(reply.status, location, page, html, dict(reply.headers))


@asynccontextmanager
async def a_browser() -> AsyncIterator[Browser]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield Browser(session)


async def begin_device(pod: Pod) -> Reply:
    form = {"response_type": "device_code", "scope": offline(pod), "client_id": CLIENT}
    return await post(pod, pod.server.device_url, form, {})


async def poll(pod: Pod, device: Reply) -> Reply:
    pod.clock.now += 5
    return await ask(pod, {"grant_type": DEVICE_CODE, "device_code": device["device_code"]})


async def sign_in(browser: Browser, url: str, user: str = ANNA) -> Seen:
    return await browser.press(await browser.open(url), "sign_in", username=user, password=WORD)


async def test_the_sign_in_page_is_plain_and_locked_down() -> None:
    async with a_pod() as pod, a_browser() as browser:
        seen = await browser.open(authorize_url(pod))
        assert seen.status == 200
        assert "<script" not in seen.html
        assert "default-src 'none'" in seen.headers["Content-Security-Policy"]
        assert seen.headers["Cache-Control"] == "no-store"
        assert f'value="{ANNA}"' in seen.html
        assert "gone@playground.example" not in seen.html
        assert "Sign in to continue to playground-client" in seen.page.text


async def test_a_hint_fills_in_the_user_name_and_cannot_break_the_page() -> None:
    async with a_pod() as pod, a_browser() as browser:
        hint = '"><script>alert(1)</script>'
        seen = await browser.open(authorize_url(pod, login_hint=hint))
        assert seen.page.inputs["username"] == hint
        assert "<script" not in seen.html


async def test_a_wrong_password_keeps_what_was_typed_but_not_the_password() -> None:
    async with a_pod() as pod, a_browser() as browser:
        first = await browser.open(authorize_url(pod))
        seen = await browser.press(first, "sign_in", username=ANNA, password="wrong")
        assert (seen.status, seen.location) == (401, "")
        assert seen.page.inputs["username"] == ANNA
        assert "wrong" not in seen.html
        again = await browser.press(seen, "sign_in", password=WORD)
        assert set(answer(again.location)) == {"code", "state"}


async def test_who_is_signed_in_goes_on_with_one_press() -> None:
    async with a_pod() as pod, a_browser() as browser:
        first = await sign_in(browser, authorize_url(pod))
        cookie = first.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        seen = await browser.open(authorize_url(pod))
        assert "Continue as Anna Schmidt?" in seen.page.text
        went = await browser.press(seen, "go_on")
        reply = await exchange(pod, answer(went.location)["code"])
        assert claims_of(reply)["user_name"] == ANNA
        cancelled = await browser.press(seen, "cancel")
        assert answer(cancelled.location)["error"] == "access_denied"


async def test_going_on_needs_the_form_of_the_own_session() -> None:
    async with a_pod() as pod, a_browser() as browser:
        await sign_in(browser, authorize_url(pod))
        seen = await browser.open(authorize_url(pod))
        forged = await browser.press(seen, "go_on", form_token="made-up")
        assert (forged.status, forged.location) == (200, "")
        async with a_browser() as stranger:
            refused = await stranger.press(seen, "go_on")
            assert refused.location == ""
            assert "User name" in refused.page.text


async def test_signing_out_lets_somebody_else_sign_in_from_the_same_browser() -> None:
    async with a_pod() as pod, a_browser() as browser:
        await sign_in(browser, authorize_url(pod))
        seen = await browser.open(authorize_url(pod))
        assert "Sign out" in seen.page.text
        link = seen.html.split('<a href="')[1].split('"')[0]
        out = await browser.open(urljoin(pod.server.base_url, link))
        assert parse_qsl(urlsplit(out.location).query) == parse_qsl(
            urlsplit(authorize_url(pod)).query
        )
        went = await sign_in(browser, urljoin(pod.server.base_url, out.location), BEN)
        said = answer(went.location)
        assert said["state"] == "a state"
        assert claims_of(await exchange(pod, said["code"]))["user_name"] == BEN


@pytest.mark.parametrize(
    "then",
    ["", "https://attacker.example/", "//attacker.example/device", "/other", "javascript:alert(1)"],
)
async def test_signing_out_leads_nowhere_else(then: str) -> None:
    async with a_pod() as pod, a_browser() as browser:
        url = f"{pod.server.base_url}/oauth2/v1/userlogout"
        async with browser.session.get(url, params={"then": then}) as reply:
            assert (reply.status, reply.history) == (200, ())
            assert "Signed out" in await reply.text()


async def test_prompts_ask_again_or_not_at_all() -> None:
    async with a_pod() as pod, a_browser() as browser:
        await sign_in(browser, authorize_url(pod))
        assert "Password" in (await browser.open(authorize_url(pod, prompt="login"))).page.text
        silent = await browser.open(authorize_url(pod, prompt="none"))
        assert set(answer(silent.location)) == {"code", "state"}


@pytest.mark.parametrize("how", ["change_password", "revoke_user", "deactivate"])
async def test_a_session_ends_with_what_it_stands_on(how: str) -> None:
    async with a_pod() as pod, a_browser() as browser:
        identity = pod.server.identity
        await sign_in(browser, authorize_url(pod))
        if how == "deactivate":
            identity.users[ANNA].active = False
        else:
            getattr(identity, how)(ANNA)
        assert "Password" in (await browser.open(authorize_url(pod))).page.text


async def test_a_form_that_is_no_form_is_refused() -> None:
    async with a_pod() as pod, a_browser() as browser:
        for url in (authorize_url(pod), f"{pod.server.base_url}/device"):
            async with browser.session.post(url, json={}) as reply:
                assert reply.status == 400
                assert "does not work" in await reply.text()


async def test_a_form_at_a_wrong_request_is_sent_back_as_the_page_is() -> None:
    async with a_pod() as pod, a_browser() as browser:
        url = authorize_url(pod, response_type="token")
        async with browser.session.post(url, data={}, allow_redirects=False) as reply:
            assert answer(reply.headers["Location"])["error"] == "unsupported_response_type"


# Devices


async def test_a_person_connects_a_device_step_by_step() -> None:
    async with a_pod() as pod, a_browser() as browser:
        device = await begin_device(pod)
        seen = await browser.open(device["verification_uri"])
        seen = await browser.press(seen, "find", user_code=device["user_code"].lower())
        assert "Password" in seen.page.text
        wrong = await browser.press(seen, "sign_in", username=ANNA, password="wrong")
        assert wrong.status == 401
        seen = await browser.press(wrong, "sign_in", username=ANNA, password=WORD)
        assert "Allow playground-client?" in seen.page.text
        assert device["user_code"] in seen.page.text
        assert (await poll(pod, device))["error"] == "authorization_pending"
        done = await browser.press(seen, "allow")
        assert "Done" in done.page.text
        assert claims_of(await poll(pod, device))["user_name"] == ANNA


async def test_the_code_of_a_link_is_filled_in_but_not_taken() -> None:
    async with a_pod() as pod, a_browser() as browser:
        device = await begin_device(pod)
        seen = await browser.open(device["verification_uri_complete"])
        assert seen.page.inputs == {"user_code": device["user_code"]}


async def test_who_is_signed_in_is_asked_at_once_and_may_deny() -> None:
    async with a_pod() as pod, a_browser() as browser:
        await sign_in(browser, authorize_url(pod))
        device = await begin_device(pod)
        first = await browser.open(device["verification_uri_complete"])
        seen = await browser.press(first, "find")
        assert "as Anna Schmidt at Oracle Fusion" in seen.page.text.replace("  ", " ")
        assert "Sign out" in seen.page.text
        assert "Denied" in (await browser.press(seen, "deny")).page.text
        assert (await poll(pod, device))["error"] == "access_denied"


async def test_cancel_at_the_devices_sign_in_denies() -> None:
    async with a_pod() as pod, a_browser() as browser:
        device = await begin_device(pod)
        first = await browser.open(device["verification_uri_complete"])
        seen = await browser.press(first, "find")
        assert "Denied" in (await browser.press(seen, "deny")).page.text
        assert (await poll(pod, device))["error"] == "access_denied"


async def test_nobody_elses_form_allows_or_denies_a_device() -> None:
    async with a_pod() as pod, a_browser() as browser:
        device = await begin_device(pod)
        first = await browser.open(device["verification_uri_complete"])
        async with a_browser() as stranger:
            assert "Password" in (await stranger.press(first, "allow")).page.text
        await sign_in(browser, authorize_url(pod))
        for button in ("allow", "deny"):
            forged = await browser.press(first, button, form_token="made-up")
            assert "Allow playground-client?" in forged.page.text
        assert (await poll(pod, device))["error"] == "authorization_pending"


@pytest.mark.parametrize("typed", ["", "XXXX-XXXX", "<b>"])
async def test_a_wrong_user_code_is_asked_for_again(typed: str) -> None:
    async with a_pod() as pod, a_browser() as browser:
        first = await browser.open(f"{pod.server.base_url}/device")
        seen = await browser.press(first, "find", user_code=typed)
        assert seen.status == 400
        assert "wrong, was used already or has expired" in seen.page.text
        assert "<b>" not in seen.html
