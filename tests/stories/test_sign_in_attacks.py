"""What somebody might try with a sign-in that is not theirs, and what becomes of it: nothing."""

import logging
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import aiohttp
import pytest

from bot.identity import browser_sign_in
from bot.identity.page_words import ENGLISH
from bot.identity.sign_in_routes import COOKIE
from bot.logs import set_up_logs
from bot.playground.identity.users import PASSWORD
from tests.stories.service import ANNA, BEN, FINANCE, Service, service
from tests.stories.signing_in import (
    USERS,
    come_back,
    follow,
    get,
    press,
    private_link,
    sign_in,
)

BROWSER = "authorization_code"
QUESTION = "@Fusion What is our travel policy?"


async def anna_asks(house: Service) -> str:
    """Anna's question waits; the link that only she was given."""
    await house.slack.say(ANNA, FINANCE, QUESTION)
    return await private_link(house, ANNA)


def nothing_came_of_it(house: Service) -> None:
    assert house.fusion.invocations == []
    assert not any("signed in to Fusion as" in e.plain for e in house.slack.ephemerals(ANNA))


async def test_a_link_that_was_passed_on_signs_nobody_else_in(tmp_path: Path) -> None:
    async with service(tmp_path, grant=BROWSER) as house:
        _, shown = await come_back(house, await anna_asks(house), USERS[BEN])
        assert shown.status == 400
        assert "belongs to ben@playground.example, but anna@playground.example" in shown.text
        nothing_came_of_it(house)
        told = await house.slack.until(
            lambda: [e for e in house.slack.ephemerals(ANNA) if "not signed in" in e.plain]
        )
        assert "ben@playground.example" in told[0].plain
        tokens = house.fusion.identity._tokens
        assert [each.revoked for each in tokens._refresh.values()] == [True], "Ben's is taken back"


async def test_a_state_counts_once(tmp_path: Path) -> None:
    async with service(tmp_path, grant=BROWSER) as house:
        link = await anna_asks(house)
        callback, asked = await come_back(house, link, USERS[ANNA])
        assert (await get(callback)).text.count(ENGLISH.link_is_over) == 1
        assert ENGLISH.link_is_over in (await get(link)).text
        assert (await press(callback, asked.ticket)).status == 200
        for again in (await get(callback), await press(callback, asked.ticket)):
            assert again.status == 400


@pytest.mark.parametrize("grant", ["client_credentials", "password"])
async def test_a_guest_is_refused_what_everybody_shares_also_right_after_a_member(
    tmp_path: Path, grant: str
) -> None:
    async with service(tmp_path, grant=grant) as house:
        root = await house.slack.say(ANNA, FINANCE, QUESTION)
        await house.answered(FINANCE, root, "Sources")
        guest = await house.slack.say("U0DAN", FINANCE, QUESTION)
        await house.answered(FINANCE, guest, "You are a guest")
        assert len(house.fusion.invocations) == 1


@pytest.mark.parametrize("query", ["", "code=x", "state=", "state=made-up&code=x", "error=x"])
async def test_a_callback_without_a_state_of_ours_is_refused(tmp_path: Path, query: str) -> None:
    async with service(tmp_path, grant=BROWSER) as house:
        await anna_asks(house)
        shown = await get(f"http://127.0.0.1:{house.port}/fusion/callback?{query}")
        assert shown.status == 400
        assert shown.ticket == ""
        nothing_came_of_it(house)


async def test_a_code_that_was_tampered_with_is_refused(tmp_path: Path) -> None:
    async with service(tmp_path, grant=BROWSER) as house:
        authorize_url = await follow(await anna_asks(house))
        callback = await house.fusion.identity.sign_in_at(authorize_url, USERS[ANNA])
        code = parse_qs(urlsplit(callback).query)["code"][0]
        shown = await get(callback.replace(quote(code, safe=""), quote(code[::-1], safe="")))
        assert shown.status == 400
        assert "sign in again" in shown.text
        assert code not in shown.text
        nothing_came_of_it(house)


async def test_a_code_of_another_sign_in_does_not_fit_the_verifier(tmp_path: Path) -> None:
    async with service(tmp_path, grant=BROWSER) as house:
        anna = await follow(await anna_asks(house))
        await house.slack.say(BEN, FINANCE, QUESTION)
        ben = await follow(await private_link(house, BEN))
        stolen = await house.fusion.identity.sign_in_at(anna, USERS[ANNA])
        own = await house.fusion.identity.sign_in_at(ben, USERS[BEN])
        code = parse_qs(urlsplit(stolen).query)["code"][0]
        mine = parse_qs(urlsplit(own).query)["code"][0]
        shown = await get(own.replace(mine, code))
        assert shown.status == 400
        assert house.fusion.invocations == []


async def test_what_the_identity_domain_says_of_a_refusal_is_shown_and_escaped(
    tmp_path: Path,
) -> None:
    async with service(tmp_path, grant=BROWSER) as house:
        authorize_url = await follow(await anna_asks(house))
        callback = await house.fusion.identity.cancel_at(authorize_url)
        hostile = quote("<script>alert(1)</script>")
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{callback}&error_description={hostile}") as reply,
        ):
            text = await reply.text()
            assert "<script>" not in text
            assert "default-src 'none'" in reply.headers["Content-Security-Policy"]
            assert reply.headers["Cache-Control"] == "no-store"
            assert reply.headers["Referrer-Policy"] == "no-referrer"
        nothing_came_of_it(house)


@pytest.mark.parametrize("elsewhere", ["https://evil.example", "//evil.example", "/evil"])
async def test_no_parameter_leads_the_browser_elsewhere(tmp_path: Path, elsewhere: str) -> None:
    async with service(tmp_path, grant=BROWSER) as house:
        link = await anna_asks(house)
        for name in ("redirect_uri", "then", "next", "url", "return_to"):
            location = await follow(f"{link}&{name}={quote(elsewhere, safe='')}")
            assert location.startswith(f"{house.fusion.authorize_url}?")
            assert "evil" not in location
        assert await follow(link.partition("?")[0] + f"?state={quote(elsewhere, safe='')}") == ""


async def test_a_link_is_good_for_one_person_and_a_new_one_for_the_same_goes_on(
    tmp_path: Path,
) -> None:
    async with service(tmp_path, grant=BROWSER) as house:
        link = await anna_asks(house)
        await house.slack.say(ANNA, FINANCE, QUESTION)
        assert await private_link(house, ANNA, 2) == link, "two questions, one sign-in"
        await sign_in(house, ANNA, 2)
        await house.fusion.wait_for_invocations(2)


async def test_by_https_the_browser_that_comes_back_must_be_the_one_that_set_out(
    tmp_path: Path,
) -> None:
    config = "PUBLIC_URL"
    async with service(tmp_path, grant=BROWSER, more={config: "https://bot.example.com"}) as house:
        house.fusion.identity.register_redirect_uri("https://bot.example.com/fusion/callback")
        await house.slack.say(ANNA, FINANCE, QUESTION)
        link = await private_link(house, ANNA)
        assert link.startswith("https://bot.example.com/fusion/sign-in?")
        here = f"http://127.0.0.1:{house.port}"
        async with (
            aiohttp.ClientSession() as session,
            session.get(link.replace("https://bot.example.com", here), allow_redirects=False) as r,
        ):
            cookie = r.cookies[COOKIE]
            assert cookie["secure"]
            assert cookie["httponly"]
            assert cookie["samesite"] == "Lax"
            authorize_url = r.headers["Location"]
        callback = await house.fusion.identity.sign_in_at(authorize_url, USERS[ANNA])
        callback = callback.replace("https://bot.example.com", here)
        assert ENGLISH.other_browser in (await get(callback)).text
        assert ENGLISH.other_browser in (await get(callback, Cookie=f"{COOKIE}=other")).text
        asked = await get(callback, Cookie=f"{COOKIE}={cookie.value}")
        assert asked.ticket
        assert ENGLISH.other_browser in (await press(callback, asked.ticket)).text
        nothing_came_of_it(house)


async def test_guests_people_of_elsewhere_and_the_nameless_are_told_why_they_cannot_ask(
    tmp_path: Path,
) -> None:
    async with service(tmp_path, grant="jwt_bearer") as house:
        people = house.slack
        people.add_person("U0ELSE", "Else", email="else@other.example", team="T0OTHER")
        people.add_person("U0NOMAIL", "Nomail")
        people.add_person("U0LEFT", "Lee", email="lee@playground.example").deleted = True
        says = {
            "U0DAN": "You are a guest",
            "U0ELSE": "another organisation",
            "U0NOMAIL": "no e-mail address",
            "U0LEFT": "deactivated",
        }
        for person, sentence in says.items():
            root = await people.say(person, FINANCE, QUESTION)
            await house.answered(FINANCE, root, sentence)
        assert house.fusion.invocations == []
        assert house.fusion.token_requests == 0


async def test_where_accounts_need_not_match_both_are_named_before_anything_is_kept(
    tmp_path: Path,
) -> None:
    toml = "[sign_in]\nmust_match = false\n"
    async with service(tmp_path, grant=BROWSER, add=toml) as house:
        callback, asked = await come_back(house, await anna_asks(house), USERS[BEN])
        assert "anna@playground.example" in asked.text
        assert "ben@playground.example" in asked.text
        assert "do not go on" in asked.text
        nothing_came_of_it(house)
        await press(callback, asked.ticket)
        (invocation,) = await house.fusion.wait_for_invocations(1)
        assert invocation.user == USERS[BEN]


async def test_a_person_never_falls_back_to_what_everybody_shares(tmp_path: Path) -> None:
    async with service(tmp_path, grant="jwt_bearer") as house:
        house.slack.person(BEN).email = "nobody@playground.example"
        root = await house.slack.say(BEN, FINANCE, QUESTION)
        await house.answered(FINANCE, root, "did not accept")
        assert house.fusion.invocations == []
        assert house.fusion.identity.requests_of("client_credentials") == []


VERIFIER = "a-verifier-that-only-this-test-knows-0123456789"


async def test_on_disk_there_is_no_token_no_verifier_and_no_question_in_clear(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser_sign_in, "code_verifier", lambda: VERIFIER)
    async with service(tmp_path, grant=BROWSER) as house:
        link = await anna_asks(house)
        await house.slack.say(BEN, FINANCE, QUESTION)
        await private_link(house, BEN)
        await sign_in(house, ANNA)
        await house.fusion.wait_for_invocations(1)
        secrets = [
            parse_qs(urlsplit(link).query)["state"][0],
            VERIFIER,
            "travel policy",
            *_tokens_given(house),
        ]
    kept = _all_but_keys(tmp_path)
    assert len(secrets) >= 5
    for secret in secrets:
        assert secret.encode() not in kept, secret


async def test_the_log_holds_no_secret_even_at_debug(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser_sign_in, "code_verifier", lambda: VERIFIER)
    set_up_logs("debug", "json")
    try:
        async with service(tmp_path, grant=BROWSER) as house:
            link = await anna_asks(house)
            callback, asked = await come_back(house, link, USERS[ANNA])
            await press(callback, asked.ticket)
            await house.fusion.wait_for_invocations(1)
            await house.slack.command(ANNA, FINANCE, "/fusion", "sign-out")
            typed = await house.slack.command(ANNA, FINANCE, "/fusion", "sign-in")
            secrets = [
                parse_qs(urlsplit(link).query)["state"][0],
                parse_qs(urlsplit(callback).query)["code"][0],
                typed.body["blocks"][1]["elements"][0]["url"].partition("state=")[2],
                asked.ticket,
                VERIFIER,
                house.fusion.client_secret,
                PASSWORD,
                "xoxb-playground",
                "xapp-playground",
                *_tokens_given(house),
            ]
    finally:
        logging.getLogger().handlers = []
        set_up_logs("warning", "console")
    log = capfd.readouterr().err
    assert "signed_in" in log
    for secret in secrets:
        assert secret not in log


def _tokens_given(house: Service) -> list[str]:
    """Every access and refresh token that the domain has given."""
    tokens = house.fusion.identity._tokens
    return [*tokens._access, *tokens._refresh]


def _all_but_keys(folder: Path) -> bytes:
    kept = [each for each in folder.iterdir() if each.is_file() and each.suffix != ".key"]
    assert any(each.name.startswith("bot.db") for each in kept)
    return b"".join(each.read_bytes() for each in kept)
