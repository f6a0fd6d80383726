"""`check` and the grant: which one it is, what it means, whether tokens can be had, what is in them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.build import build_store, http_session, now
from bot.check.finding import Finding
from bot.check.identity import look_at_identity
from bot.playground.fusion import FusionServer
from bot.playground.slack import SlackServer
from bot.settings import GRANTS, Settings, read_settings
from tests.stories.service import environment
from tests.stories.signing_in import USERS

ANNA = USERS["U0ANNA"]
SHARED = {"client_credentials", "password", "refresh_token"}


@pytest.fixture
async def fusion() -> AsyncIterator[FusionServer]:
    async with FusionServer(pace=0) as server:
        yield server


async def make_database(folder: Path) -> None:
    """As the bot does when it starts."""
    url = SecretStr(f"sqlite:///{folder / 'bot.db'}")
    store = build_store(Settings(database_url=url))
    await store.open(now())
    await store.close()


async def findings(
    fusion: FusionServer, folder: Path, grant: str, user: str = "", **more: str
) -> list[Finding]:
    async with SlackServer() as slack, http_session() as session:
        given = environment(slack, fusion, folder, "socket", grant=grant) | more
        found = [each async for each in look_at_identity(read_settings(given), session, user)]
    of_fusion = ("Fusion", "agent team ")  # see test_check.py
    return [each for each in found if not each.what.startswith(of_fusion)]


@pytest.mark.parametrize("grant", GRANTS)
async def test_every_grant_is_explained_and_found_good(
    fusion: FusionServer, tmp_path: Path, grant: str
) -> None:
    await make_database(tmp_path)
    first, *others = await findings(fusion, tmp_path, grant, ANNA)
    assert first.what == f"grant {grant}"
    assert first.warning is (grant in SHARED)
    assert ("everybody acts as" in first.note) is (grant in SHARED)
    assert others
    assert all(each.good for each in (first, *others))
    said = "\n".join(map(str, (first, *others)))
    tokens = fusion.identity._tokens
    for secret in (*tokens._access, *tokens._refresh, fusion.client_secret, "Playground-1"):
        assert secret not in said


@pytest.mark.parametrize("grant", ["jwt_bearer", "saml2_bearer"])
async def test_a_grant_for_each_person_is_tried_with_a_user_that_is_named(
    fusion: FusionServer, tmp_path: Path, grant: str
) -> None:
    *_, untried = await findings(fusion, tmp_path, grant)
    assert "`check --user NAME` tries one" in untried.note
    assert fusion.token_requests == 0
    *_, token = await findings(fusion, tmp_path, grant, ANNA)
    assert token.note.startswith(f"acts as {ANNA} (user), for 60 min; scope {fusion.scope}")
    assert f"audience {fusion.base_url}" in token.note
    *_, nobody = await findings(fusion, tmp_path, grant, "nobody@playground.example")
    assert not nobody.good


@pytest.mark.parametrize("grant", ["authorization_code", "device_code", "jwt_bearer"])
async def test_fusion_is_looked_for_even_without_a_token(
    fusion: FusionServer, tmp_path: Path, grant: str
) -> None:
    async def said(**more: str) -> Finding:
        async with SlackServer() as slack, http_session() as session:
            given = environment(slack, fusion, tmp_path, "socket", grant=grant) | more
            settings = read_settings(given)
            every = [each async for each in look_at_identity(settings, session, "")]
        return next(each for each in every if each.what == "Fusion")

    assert "wants an access token" in (await said()).note
    nowhere = await said(FUSION_BASE_URL="http://127.0.0.1:9")
    assert (nowhere.good, "Check FUSION_BASE_URL" in nowhere.note) == (False, True)
    async with SlackServer() as other:
        elsewhere = await said(FUSION_BASE_URL=f"http://127.0.0.1:{other.port}")
    assert elsewhere.warning
    assert "where it should want a token" in elsewhere.note


async def test_a_token_of_an_integration_is_warned_of(fusion: FusionServer, tmp_path: Path) -> None:
    _, token, warning = await findings(fusion, tmp_path, "client_credentials")
    assert "acts as playground-client (integration)" in token.note
    assert warning.warning
    assert "business objects may refuse it" in warning.note
    assert str(warning).startswith("warn access token by client_credentials: ")


async def test_looking_does_not_use_up_a_refresh_token_that_the_bot_needs(
    fusion: FusionServer, tmp_path: Path
) -> None:
    *_, untried = await findings(fusion, tmp_path, "refresh_token")
    assert untried.warning
    assert untried.note.startswith("not tried: ")
    assert fusion.token_requests == 0
    assert not (tmp_path / "bot.db").exists()
    await make_database(tmp_path)
    for _ in range(3):
        found = await findings(fusion, tmp_path, "refresh_token")
        assert all(each.good for each in found)
        fusion.token_life = 1  # so that the next look has to renew it
    assert fusion.identity.requests_of("refresh_token", ok=False) == []


async def test_a_short_life_is_warned_of(fusion: FusionServer, tmp_path: Path) -> None:
    fusion.token_life = 300
    *_, warning = await findings(fusion, tmp_path, "password")
    assert "lives less than 10 minutes" in warning.note


@pytest.mark.parametrize(
    ("grant", "what", "more", "says"),
    [
        ("authorization_code", "client", {"FUSION_CLIENT_SECRET": "no"}, "FUSION_CLIENT_SECRET"),
        ("authorization_code", "client", {"FUSION_TOKEN_URL": "http://127.0.0.1:9/"}, "reached"),
        ("device_code", "device sign-in", {"FUSION_SCOPE": "urn:other"}, "FUSION_SCOPE"),
        ("password", "access token by password", {"FUSION_PASSWORD": "no"}, "FUSION_PASSWORD"),
    ],
)
async def test_what_is_wrong_is_said_with_the_setting_to_look_at(
    fusion: FusionServer, tmp_path: Path, grant: str, what: str, more: dict[str, str], says: str
) -> None:
    found = {each.what: each for each in await findings(fusion, tmp_path, grant, **more)}
    assert not found[what].good
    assert says in found[what].note


async def test_a_key_that_cannot_sign_is_said_to_be_so(
    fusion: FusionServer, tmp_path: Path
) -> None:
    (tmp_path / "odd.pem").write_text("no key", "utf-8")
    odd = str(tmp_path / "odd.pem")
    *_, key = await findings(fusion, tmp_path, "jwt_bearer", FUSION_PRIVATE_KEY_FILE=odd)
    assert str(key) == "BAD  signing key: FUSION_PRIVATE_KEY_FILE holds no private key in PEM."
