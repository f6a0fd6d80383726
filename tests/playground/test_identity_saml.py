"""SAML assertions as grants at the emulated identity domain (RFC 7522)."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree.ElementTree import Element, fromstring, tostring

import pytest
from hypothesis import given, strategies as st

from bot.playground.identity import SAML2_BEARER
from bot.playground.identity.assertions import NotAccepted
from bot.playground.identity.keys import client_key_pair, provider_key_pair
from bot.playground.identity.saml import SamlAssertions, build_saml_assertion
from bot.playground.identity.saml_signature import sign
from tests.playground.fusion_pod import Pod, Reply, a_pod
from tests.playground.identity_client import ANNA, BEN, GONE, ask, claims_of, offline, refusal

NOT_GRANTED = (400, "invalid_grant")
SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
Change = Callable[[Element], None]


def encode(assertion: bytes) -> str:
    return base64.urlsafe_b64encode(assertion).rstrip(b"=").decode()


async def ask_as(pod: Pod, assertion: bytes, **more: str) -> Reply:
    form = {"grant_type": SAML2_BEARER, "assertion": encode(assertion)}
    return await ask(pod, form | {"scope": pod.server.scope} | more)


def build(pod: Pod, **changes: Any) -> bytes:
    parts: dict[str, Any] = {
        "user": ANNA,
        "recipient": pod.server.token_url,
        "now": datetime.now(UTC),
    }
    parts |= changes
    return build_saml_assertion(parts.pop("user"), **parts)


async def test_an_assertion_gives_a_token_of_the_user_also_a_second_time() -> None:
    async with a_pod() as pod:
        assertion = pod.server.identity.saml_assertion(ANNA)
        assert claims_of(await ask_as(pod, assertion))["user_name"] == ANNA
        assert (await ask_as(pod, assertion, scope=offline(pod)))["refresh_token"]


async def test_padding_and_an_xml_declaration_are_fine() -> None:
    async with a_pod() as pod:
        declared = b'<?xml version="1.0" encoding="UTF-8"?>\n' + build(pod)
        form = {"grant_type": SAML2_BEARER, "scope": pod.server.scope}
        form["assertion"] = base64.urlsafe_b64encode(declared).decode()
        assert (await ask(pod, form)).status == 200


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"issuer": "https://idp.attacker.example/"}, "issuer"),
        ({"audience": "https://example.com/"}, "audience"),
        ({"recipient": "https://example.com/oauth2/v1/token"}, "recipient"),
        ({"now": datetime.now(UTC) - timedelta(hours=9)}, "expired"),
        ({"now": datetime.now(UTC) + timedelta(hours=1)}, "not valid yet"),
        ({"private_key": client_key_pair().private_key}, "signature"),
        ({"user": " "}, "NameID"),
        ({"user": "nobody@playground.example"}, "no such user"),
        ({"user": GONE}, "deactivated"),
    ],
)
async def test_a_wrong_assertion_is_refused(changes: dict[str, Any], words: str) -> None:
    async with a_pod() as pod:
        reply = await ask_as(pod, build(pod, **changes))
        assert refusal(reply) == NOT_GRANTED
        assert words in reply["error_description"]


def without(path: str) -> Change:
    """Takes an element out."""

    def change(assertion: Element) -> None:
        parent, _, name = path.rpartition("/")
        place = assertion if not parent else found(assertion, parent)
        place.remove(found(place, name))

    return change


def with_attribute(path: str, name: str, value: str) -> Change:
    """Sets an attribute; "" takes it away."""

    def change(assertion: Element) -> None:
        place = found(assertion, path) if path else assertion
        place.attrib.pop(name)
        if value:
            place.set(name, value)

    return change


def found(place: Element, path: str) -> Element:
    element = place.find("/".join(f"{{{SAML}}}{each}" for each in path.split("/")))
    assert element is not None
    return element


CONFIRMATION = "Subject/SubjectConfirmation"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (without("Issuer"), "issuer"),
        (without("Subject/NameID"), "NameID"),
        (without("Conditions"), "Conditions"),
        (without("Conditions/AudienceRestriction"), "audience"),
        (without(CONFIRMATION), "bearer"),
        (without(f"{CONFIRMATION}/SubjectConfirmationData"), "bearer"),
        (with_attribute(CONFIRMATION, "Method", "other"), "bearer"),
        (with_attribute(f"{CONFIRMATION}/SubjectConfirmationData", "Recipient", ""), "recipient"),
        (with_attribute(f"{CONFIRMATION}/SubjectConfirmationData", "NotOnOrAfter", ""), "expired"),
        (with_attribute("Conditions", "NotOnOrAfter", ""), "expired"),
        (with_attribute("Conditions", "NotOnOrAfter", "2020-01-01T00:00:00"), "expired"),
        (with_attribute("Conditions", "NotOnOrAfter", "soon"), "cannot be read"),
        (with_attribute("", "Version", "1.1"), "SAML 2.0"),
        (with_attribute("", "ID", ""), "SAML 2.0"),
    ],
)
async def test_a_well_signed_assertion_is_refused_for_what_it_says(
    change: Change, words: str
) -> None:
    async with a_pod() as pod:
        assertion = fromstring(build(pod))  # noqa: S314 - our own
        assertion.remove(assertion[1])  # the signature
        change(assertion)
        sign(assertion, provider_key_pair().private_key)
        reply = await ask_as(pod, tostring(assertion))
        assert refusal(reply) == NOT_GRANTED
        assert words in reply["error_description"]


async def test_the_start_of_conditions_may_be_left_out() -> None:
    async with a_pod() as pod:
        assertion = fromstring(build(pod))  # noqa: S314 - our own
        assertion.remove(assertion[1])
        with_attribute("Conditions", "NotBefore", "")(assertion)
        sign(assertion, provider_key_pair().private_key)
        assert (await ask_as(pod, tostring(assertion))).status == 200


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (ANNA.encode(), BEN.encode()),
        (b"NotOnOrAfter=", b"NotBefore="),
        (b'Version="2.0"', b'Version="1.1"'),
        (b'ID="_', b'ID="_x'),
        (b"Assertion", b"Response"),
        (b"Conditions", b"Advice"),
        (b"cm:bearer", b"cm:sender-vouches"),
        (b"SignatureValue>", b"Value>"),
        (b"SignedInfo>", b"Info>"),
        (b"rsa-sha256", b"rsa-sha1"),
        (b"AuthnStatement", b"Statement"),
    ],
)
async def test_a_changed_assertion_is_not_what_was_signed(old: bytes, new: bytes) -> None:
    async with a_pod() as pod:
        assertion = build(pod)
        assert old in assertion
        assert refusal(await ask_as(pod, assertion.replace(old, new))) == NOT_GRANTED


@pytest.mark.parametrize("signatures", [0, 2])
async def test_an_assertion_needs_one_signature(signatures: int) -> None:
    async with a_pod() as pod:
        assertion = fromstring(build(pod))  # noqa: S314 - our own
        signature = assertion[1]
        assertion.remove(signature)
        for _ in range(signatures):
            assertion.insert(1, signature)
        reply = await ask_as(pod, tostring(assertion))
        assert refusal(reply) == NOT_GRANTED
        assert "one signature" in reply["error_description"]


@pytest.mark.parametrize(
    "text",
    [
        "no base64!",
        encode(b"no XML"),
        encode(b"\xff\xfe"),
        encode(b"<Assertion/>"),
        encode(b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"),
        "é",
    ],
)
async def test_what_is_no_assertion_is_refused(text: str) -> None:
    async with a_pod() as pod:
        form = {"grant_type": SAML2_BEARER, "assertion": text, "scope": pod.server.scope}
        assert refusal(await ask(pod, form)) == NOT_GRANTED


async def test_an_assertion_expires_by_the_domains_clock() -> None:
    async with a_pod() as pod:
        assertion = pod.server.identity.saml_assertion(ANNA, timedelta(minutes=10))
        pod.clock.now += 601
        assert refusal(await ask_as(pod, assertion)) == NOT_GRANTED


@given(st.text() | st.binary().map(encode) | st.text().map(lambda text: encode(text.encode())))
def test_whatever_is_sent_is_refused_in_words(assertion: str) -> None:
    reader = SamlAssertions(lambda: "http://127.0.0.1/oauth2/v1/token", lambda: datetime.now(UTC))
    with pytest.raises(NotAccepted):
        reader.read(assertion)
