"""User assertions at the emulated identity domain (RFC 7523), good ones and bad ones."""

import base64
from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from joserfc.jwk import RSAKey

from bot.playground.identity.keys import make_key_pair, read_registered_key
from tests.playground.fusion_pod import Pod, Reply, a_pod
from tests.playground.identity_client import (
    ANNA,
    BEN,
    CLIENT,
    GONE,
    a_claim_set,
    ask_for_user,
    claims_of,
    offline,
    refusal,
    sign,
)

NOT_GRANTED = (400, "invalid_grant")


async def ask_as(pod: Pod, user: str = ANNA, **changes: Any) -> Reply:
    return await ask_for_user(pod, sign(pod, a_claim_set(pod, user, **changes)))


def thumbprint(pod: Pod, algorithm: hashes.HashAlgorithm) -> str:
    certificate = x509.load_pem_x509_certificate(pod.server.identity.key_pair.certificate)
    return base64.urlsafe_b64encode(certificate.fingerprint(algorithm)).rstrip(b"=").decode()


async def test_an_assertion_gives_a_token_of_the_user() -> None:
    async with a_pod() as pod:
        claims = claims_of(await ask_as(pod))
        assert claims["sub"] == claims["user_name"] == ANNA
        assert (claims["sub_type"], claims["client_id"]) == ("user", CLIENT)
        assert claims["user_displayname"] == "Anna Schmidt"


async def test_a_refresh_token_comes_only_with_offline_access() -> None:
    async with a_pod() as pod:
        assert "refresh_token" not in (await ask_as(pod)).body
        assertion = sign(pod, a_claim_set(pod, ANNA))
        assert (await ask_for_user(pod, assertion, scope=offline(pod)))["refresh_token"]


async def test_a_certificate_names_the_key_too() -> None:
    async with a_pod() as pod:
        sha1, sha256 = thumbprint(pod, hashes.SHA1()), thumbprint(pod, hashes.SHA256())  # noqa: S303
        for header in (
            {"x5t": sha1},
            {"x5t#S256": sha256},
            {"x5t": sha1, "x5t#S256": sha256},
            {"kid": "playground-key", "x5t": sha1},
        ):
            assertion = sign(pod, a_claim_set(pod, ANNA), header)
            assert (await ask_for_user(pod, assertion)).status == 200


@pytest.mark.parametrize(
    "header",
    [
        {},
        {"kid": "another"},
        {"x5t": "another"},
        {"x5t#S256": "another"},
        {"kid": "playground-key", "x5t": "another"},
        {"kid": ""},
        {"kid": "playground-key", "typ": "at+jwt"},
        {"kid": "playground-key", "alg": "PS256"},
        {"kid": "playground-key", "alg": "RS512"},
    ],
)
async def test_a_header_that_names_no_registered_key_is_refused(header: dict[str, Any]) -> None:
    async with a_pod() as pod:
        assertion = sign(pod, a_claim_set(pod, ANNA), header)
        assert refusal(await ask_for_user(pod, assertion)) == NOT_GRANTED


async def test_a_signature_by_another_key_is_refused() -> None:
    async with a_pod() as pod:
        other = RSAKey.generate_key(2048, private=True)
        assertion = sign(pod, a_claim_set(pod, ANNA), key=other)
        assert refusal(await ask_for_user(pod, assertion)) == NOT_GRANTED


async def test_changed_claims_break_the_signature() -> None:
    async with a_pod() as pod:
        anna, ben = (sign(pod, a_claim_set(pod, each)).split(".") for each in (ANNA, BEN))
        mixed = ".".join((anna[0], ben[1], anna[2]))
        assert refusal(await ask_for_user(pod, mixed)) == NOT_GRANTED


@pytest.mark.parametrize("text", ["abc", "a.b.c", "bnVsbA.bnVsbA.x", "é.é.é", "...", "W10.W10.W10"])
async def test_what_is_no_json_web_token_is_refused(text: str) -> None:
    async with a_pod() as pod:
        assert refusal(await ask_for_user(pod, text)) == NOT_GRANTED


async def test_an_unsigned_assertion_is_refused() -> None:
    async with a_pod() as pod:
        _, claims, _ = sign(pod, a_claim_set(pod, ANNA)).split(".")
        header = base64.urlsafe_b64encode(b'{"alg":"none","kid":"playground-key"}').rstrip(b"=")
        for signature in ("", "x"):
            text = f"{header.decode()}.{claims}.{signature}"
            assert refusal(await ask_for_user(pod, text)) == NOT_GRANTED


@pytest.mark.parametrize(
    "aud",
    ["oauth.idm.oracle.com", "https://identity.oraclecloud.com/", ["x", "oauth.idm.oracle.com"]],
)
async def test_one_of_the_two_audiences_is_enough(aud: Any) -> None:
    async with a_pod() as pod:
        assert (await ask_as(pod, aud=aud)).status == 200


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"aud": None}, "aud"),
        ({"aud": []}, "aud"),
        ({"aud": [7]}, "aud"),
        ({"aud": "https://identity.oraclecloud.com"}, "aud"),
        ({"iss": None}, "iss"),
        ({"iss": "another-client"}, "iss"),
        ({"jti": None}, "jti"),
        ({"jti": ""}, "jti"),
        ({"jti": 7}, "jti"),
        ({"iat": None}, "iat"),
        ({"iat": True}, "iat"),
        ({"exp": None}, "exp"),
        ({"exp": "soon"}, "exp"),
        ({"sub": None}, "sub and prn"),
        ({"prn": None}, "sub and prn"),
        ({"prn": BEN}, "sub and prn"),
        ({"sub": 7, "prn": 7}, "sub and prn"),
        ({"sub": GONE, "prn": GONE}, "deactivated"),
        ({"sub": "nobody@x.example", "prn": "nobody@x.example"}, "no such user"),
    ],
)
async def test_a_wrong_claim_is_refused_and_named(changes: dict[str, Any], words: str) -> None:
    async with a_pod() as pod:
        reply = await ask_as(pod, **changes)
        assert refusal(reply) == NOT_GRANTED
        assert words in reply["error_description"]


@pytest.mark.parametrize(
    ("iat", "exp", "good"),
    [
        (0, 300, True),
        (-290, 10, True),
        (20, 300, True),
        (0, 302, False),
        (-310, -1, False),
        (-600, -300, False),
        (-310, 2, False),
        (60, 300, False),
    ],
)
async def test_an_assertion_lives_for_five_minutes_at_most(iat: int, exp: int, good: bool) -> None:
    async with a_pod() as pod:
        now = a_claim_set(pod, ANNA)["iat"]
        reply = await ask_as(pod, iat=now + iat, exp=now + exp)
        assert reply.status == (200 if good else 400)


async def test_an_assertion_for_later_is_refused() -> None:
    async with a_pod() as pod:
        now = a_claim_set(pod, ANNA)["iat"]
        assert (await ask_as(pod, nbf=now)).status == 200
        assert refusal(await ask_as(pod, nbf=now + 100)) == NOT_GRANTED


async def test_an_assertion_expires_by_the_domains_clock() -> None:
    async with a_pod() as pod:
        assertion = sign(pod, a_claim_set(pod, ANNA))
        pod.clock.now += 301
        assert refusal(await ask_for_user(pod, assertion)) == NOT_GRANTED
        assert (await ask_as(pod)).status == 200


async def test_a_replayed_assertion_is_refused_also_with_a_new_signature() -> None:
    async with a_pod() as pod:
        claims = a_claim_set(pod, ANNA)
        assert (await ask_for_user(pod, sign(pod, claims))).status == 200
        assert refusal(await ask_for_user(pod, sign(pod, claims))) == NOT_GRANTED
        again = sign(pod, claims | {"sub": BEN, "prn": BEN})
        assert refusal(await ask_for_user(pod, again)) == NOT_GRANTED


async def test_an_alias_leads_to_the_users_own_name() -> None:
    async with a_pod() as pod:
        assert claims_of(await ask_as(pod, "Anna.Schmidt@example.com"))["user_name"] == ANNA


async def test_a_tenant_is_checked_where_it_stands_and_may_be_required() -> None:
    async with a_pod() as pod:
        identity = pod.server.identity
        right, wrong = ({"user.tenant.name": name} for name in (identity.tenant, "idcs-other"))
        assert (await ask_as(pod, **right)).status == 200
        assert refusal(await ask_as(pod, **wrong)) == NOT_GRANTED
        assert not identity.tenant_required
        identity.tenant_required = True
        assert (await ask_as(pod, **right)).status == 200
        assert refusal(await ask_as(pod)) == NOT_GRANTED
        listed: dict[str, Any] = {"user.tenant.name": [identity.tenant]}
        assert refusal(await ask_as(pod, **listed)) == NOT_GRANTED


async def test_a_client_may_have_another_issuer() -> None:
    async with a_pod() as pod:
        pod.server.identity.client.assertion_issuer = "our-issuer"
        assert (await ask_as(pod, iss="our-issuer")).status == 200
        assert refusal(await ask_as(pod)) == NOT_GRANTED


async def test_an_expired_certificate_signs_nothing() -> None:
    async with a_pod() as pod:
        pair = make_key_pair("short", life=timedelta(days=2))
        pod.server.identity.register_key(pair.certificate, kid="short")
        key = RSAKey.import_key(pair.private_key)
        for days, status in ((0, 200), (1, 400)):
            pod.clock.now += days * 86_401
            assertion = sign(pod, a_claim_set(pod, ANNA), {"kid": "short"}, key)
            assert (await ask_for_user(pod, assertion)).status == status


async def test_a_key_without_a_certificate_is_known_by_its_kid() -> None:
    async with a_pod() as pod:
        pair = make_key_pair("bare")
        pod.server.identity.register_key(pair.public_key, kid="bare")
        key = RSAKey.import_key(pair.private_key)
        assertion = sign(pod, a_claim_set(pod, ANNA), {"kid": "bare"}, key)
        assert (await ask_for_user(pod, assertion)).status == 200
        unnamed = sign(pod, a_claim_set(pod, ANNA), {"x5t": ""}, key)
        assert refusal(await ask_for_user(pod, unnamed)) == NOT_GRANTED


def test_weak_and_other_keys_are_not_registered() -> None:
    weak = rsa.generate_private_key(public_exponent=65537, key_size=1024).public_key()  # noqa: S505
    curve = ec.generate_private_key(ec.SECP256R1()).public_key()
    for key in (weak, curve):
        pem = key.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        with pytest.raises(ValueError, match="RSA keys"):
            read_registered_key(pem)
    with pytest.raises(ValueError, match="PEM"):
        read_registered_key(b"no key")
