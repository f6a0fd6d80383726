"""What the bot signs, verified by other means than those it signs with."""

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from authlib.oauth2.rfc7523 import JWTBearerGrant  # type: ignore[import-untyped]  # has no types
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from hypothesis import given, strategies as st
from joserfc import jwt
from joserfc.jwk import RSAKey

from bot.identity.assertions import (
    SigningKey,
    WrongKey,
    build_client_assertion,
    build_user_assertion,
    read_signing_key,
)
from bot.identity.grant_types import DEFAULT_AUDIENCE
from tests.identity.token_endpoint import (
    LIFE,
    NOW,
    certificate,
    private_key,
    private_pem,
    public_pem,
)

ANNA = "anna.schmidt@example.com"
NAMED = read_signing_key(private_pem(), key_id="alias", now=NOW)


def signed(key: SigningKey = NAMED, **changes: Any) -> str:
    given: dict[str, Any] = {
        "issuer": "client-1",
        "audience": DEFAULT_AUDIENCE,
        "user_name": ANNA,
        "tenant": "idcs-1",
        "now": NOW,
    }
    return build_user_assertion(key, **(given | changes))


def verified(assertion: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims, after cryptography alone has verified the signature (RFC 7515)."""
    head, payload, signature = assertion.split(".")
    public = serialization.load_pem_public_key(public_pem())
    assert isinstance(public, rsa.RSAPublicKey)
    signing_input = f"{head}.{payload}".encode()
    public.verify(decoded(signature), signing_input, padding.PKCS1v15(), hashes.SHA256())
    return json.loads(decoded(head)), json.loads(decoded(payload))


def decoded(part: str) -> bytes:
    return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)


def test_a_user_assertion_says_what_oracle_documents() -> None:
    header, claims = verified(signed())
    assert header == {"alg": "RS256", "typ": "JWT", "kid": "alias"}
    assert len(claims.pop("jti")) >= 16
    assert claims == {
        "iss": "client-1",
        "sub": ANNA,
        "prn": ANNA,
        "aud": ["oauth.idm.oracle.com", "https://identity.oraclecloud.com/"],
        "iat": int(NOW.timestamp()),
        "exp": int(NOW.timestamp()) + 300,
        "user.tenant.name": "idcs-1",
    }
    assert isinstance(claims["iat"], int)


def test_joserfc_and_a_server_of_authlib_verify_it_too() -> None:
    now = datetime.now(UTC)
    assertion = signed(now=now)
    public = RSAKey.import_key(public_pem())
    assert jwt.decode(assertion, public, algorithms=["RS256"]).claims["sub"] == ANNA

    class Grant(JWTBearerGrant):  # type: ignore[misc]  # authlib has no types
        def resolve_issuer_client(self, issuer: str) -> str:
            return issuer

        def resolve_client_public_key(self, client: str) -> RSAKey:
            assert client == "client-1"
            return public

        def get_audiences(self) -> list[str]:
            return ["https://identity.oraclecloud.com/"]

    claims = Grant(None, None).process_assertion_claims(assertion)
    assert claims["prn"] == ANNA


def test_each_assertion_is_another_one() -> None:
    ids = {verified(signed())[1]["jti"] for _ in range(50)}
    assert len(ids) == 50


def test_a_tenant_is_named_only_where_there_is_one() -> None:
    for tenant in (None, ""):
        assert "user.tenant.name" not in verified(signed(tenant=tenant))[1]


def test_lifetime_and_audience_are_the_callers() -> None:
    _, claims = verified(signed(lifetime=timedelta(seconds=90), audience=("https://one/",)))
    assert claims["exp"] - claims["iat"] == 90
    assert claims["aud"] == "https://one/"


def test_a_clients_assertion_names_the_client_twice_and_no_user() -> None:
    assertion = build_client_assertion(
        NAMED, client_id="client-1", audience=DEFAULT_AUDIENCE, now=NOW
    )
    _, claims = verified(assertion)
    assert (claims["iss"], claims["sub"]) == ("client-1", "client-1")
    assert claims["exp"] - claims["iat"] == 300
    assert not {"prn", "user.tenant.name"} & set(claims)


def test_a_certificate_names_the_key_by_its_fingerprints() -> None:
    pem = certificate()
    key = read_signing_key(private_pem(), certificate=pem, now=NOW)
    header, _ = verified(signed(key))
    der = x509.load_pem_x509_certificate(pem).public_bytes(serialization.Encoding.DER)
    # The digests by the standard library, for what cryptography calls a fingerprint.
    sha1, sha256 = hashlib.sha1(der).digest(), hashlib.sha256(der).digest()  # noqa: S324 - x5t
    assert set(header) == {"alg", "typ", "x5t", "x5t#S256"}
    assert decoded(header["x5t"]) == sha1
    assert decoded(header["x5t#S256"]) == sha256
    assert "=" not in header["x5t"] + header["x5t#S256"]
    assert key.expires_at == NOW + LIFE


def test_a_key_id_comes_before_the_certificate() -> None:
    key = read_signing_key(private_pem(), key_id="alias", certificate=certificate(), now=NOW)
    assert verified(signed(key))[0] == {"alg": "RS256", "typ": "JWT", "kid": "alias"}
    assert key.expires_at == NOW + LIFE


def test_of_a_chain_the_first_certificate_counts() -> None:
    own, root = certificate(), certificate(private_key("a root's"))
    key = read_signing_key(private_pem(), certificate=own + root, now=NOW)
    assert key == read_signing_key(private_pem(), certificate=own, now=NOW)


def test_older_spellings_of_a_key_are_read() -> None:
    pem = private_key().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    assert b"BEGIN RSA PRIVATE KEY" in pem
    assert verified(signed(read_signing_key(pem, key_id="alias", now=NOW)))[1]["sub"] == ANNA


def elliptic() -> bytes:
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def wrong(private: bytes, **given: Any) -> str:
    """What is said of a key that cannot be used."""
    with pytest.raises(WrongKey) as problem:
        read_signing_key(private, now=given.pop("now", NOW), **given)
    assert isinstance(problem.value, ValueError)
    assert problem.value.__cause__ is None
    said = str(problem.value)
    assert "PRIVATE KEY" not in said.replace("FUSION_PRIVATE_KEY_FILE", "")
    return said


@pytest.mark.parametrize(
    ("private", "words"),
    [
        (b"", "holds no private key in PEM"),
        (b"\xff\xfe nothing", "holds no private key in PEM"),
        (b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "holds no private key"),
        (public_pem(), "holds no private key in PEM"),
        (certificate(), "holds no private key in PEM"),
        (private_pem(passphrase=b"word"), "has a passphrase"),
        (elliptic(), "is no RSA key"),
        (private_pem(private_key("a small one's", 1024)), "has 1024 bits: at least 2048"),
    ],
)
def test_a_key_that_cannot_sign_is_refused_by_its_setting(private: bytes, words: str) -> None:
    said = wrong(private, key_id="alias")
    assert "FUSION_PRIVATE_KEY_FILE" in said
    assert words in said


def test_a_key_without_a_name_is_refused() -> None:
    said = wrong(private_pem())
    assert "FUSION_KEY_ID" in said
    assert "FUSION_CERTIFICATE_FILE" in said


@pytest.mark.parametrize("pem", [b"", b"nothing", private_pem(), public_pem()])
def test_what_is_no_certificate_is_refused_by_its_setting(pem: bytes) -> None:
    assert "FUSION_CERTIFICATE_FILE holds no certificate" in wrong(private_pem(), certificate=pem)


def test_a_certificate_of_another_key_is_refused() -> None:
    other = certificate(private_key("somebody else's"))
    for key_id in ("", "alias"):
        said = wrong(private_pem(), certificate=other, key_id=key_id)
        assert "FUSION_CERTIFICATE_FILE belongs to another key" in said


def test_a_certificate_is_good_between_its_dates_only() -> None:
    pem = certificate()
    assert "expired on 2027-07-01" in wrong(private_pem(), certificate=pem, now=NOW + LIFE)
    early = wrong(private_pem(), certificate=pem, now=NOW - timedelta(seconds=1))
    assert "valid from 2026-07-01" in early
    for moment in (NOW, NOW + LIFE - timedelta(seconds=1)):
        assert read_signing_key(private_pem(), certificate=pem, now=moment).x5t


def test_a_signing_key_does_not_show_itself() -> None:
    assert "alias" in repr(NAMED)
    assert "RSA" not in repr(NAMED)
    assert "key=" not in repr(NAMED)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_key_or_a_sentence(pem: bytes) -> None:
    with pytest.raises(WrongKey, match="FUSION_"):
        read_signing_key(pem, key_id="alias", now=NOW)
    with pytest.raises(WrongKey, match="FUSION_"):
        read_signing_key(private_pem(), certificate=pem, now=NOW)


@given(st.text(min_size=1, max_size=60))
def test_any_user_name_stands_in_the_assertion_as_it_is(name: str) -> None:
    _, claims = verified(signed(user_name=name))
    assert claims["sub"] == claims["prn"] == name
