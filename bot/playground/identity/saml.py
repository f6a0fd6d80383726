"""SAML 2.0 assertions as grants (RFC 7522): making them, and checking them.

Checked: signature by the trusted identity provider (see saml_signature), version, issuer, one
audience, bearer confirmation with its recipient and time, conditions, and the NameID.
Not checked: certificates and their chains (KeyInfo is not read), attributes, authentication
statements, encrypted parts, and whether an assertion is used a second time, since RFC 7522 leaves
that open and a file with an assertion is used until it expires.
"""

import base64
import binascii
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import cast
from uuid import uuid4
from xml.etree.ElementTree import Element, ParseError, SubElement, fromstring, tostring

from bot.playground.identity.assertions import AUDIENCES, CLOCK_SKEW, ISSUER, NotAccepted
from bot.playground.identity.keys import provider_key_pair
from bot.playground.identity.saml_signature import check_signature, sign

PROVIDER = "https://idp.playground.example/"
_SAML = "{urn:oasis:names:tc:SAML:2.0:assertion}"
_BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
_UNSPECIFIED = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"


def build_saml_assertion(
    user_name: str,
    *,
    recipient: str,
    now: datetime,
    life: timedelta = timedelta(hours=8),
    issuer: str = PROVIDER,
    audience: str = ISSUER,
    private_key: bytes | None = None,
) -> bytes:
    """A signed assertion in XML; signed by the playground's provider unless a PEM key is given."""
    begins, ends = _draw_time(now), _draw_time(now + life)
    assertion = Element(
        f"{_SAML}Assertion", ID=f"_{uuid4().hex}", Version="2.0", IssueInstant=begins
    )
    SubElement(assertion, f"{_SAML}Issuer").text = issuer
    subject = SubElement(assertion, f"{_SAML}Subject")
    SubElement(subject, f"{_SAML}NameID", Format=_UNSPECIFIED).text = user_name
    confirmation = SubElement(subject, f"{_SAML}SubjectConfirmation", Method=_BEARER)
    SubElement(
        confirmation, f"{_SAML}SubjectConfirmationData", Recipient=recipient, NotOnOrAfter=ends
    )
    conditions = SubElement(assertion, f"{_SAML}Conditions", NotBefore=begins, NotOnOrAfter=ends)
    restriction = SubElement(conditions, f"{_SAML}AudienceRestriction")
    SubElement(restriction, f"{_SAML}Audience").text = audience
    statement = SubElement(assertion, f"{_SAML}AuthnStatement", AuthnInstant=begins)
    context = SubElement(statement, f"{_SAML}AuthnContext")
    SubElement(
        context, f"{_SAML}AuthnContextClassRef"
    ).text = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
    sign(assertion, provider_key_pair().private_key if private_key is None else private_key)
    return cast("bytes", tostring(assertion, encoding="utf-8"))


class SamlAssertions:
    """Reads SAML assertions. `recipient` gives the token endpoint's address, `now` aware UTC."""

    def __init__(self, recipient: Callable[[], str], now: Callable[[], datetime]) -> None:
        self._recipient = recipient
        self._now = now

    def read(self, assertion: str) -> str:
        """The NameID of an assertion in base64url. Raises NotAccepted."""
        root = _read_xml(assertion)
        if root.tag != f"{_SAML}Assertion" or root.get("Version") != "2.0" or not root.get("ID"):
            raise NotAccepted("The assertion is no SAML 2.0 assertion.")
        if root.findtext(f"{_SAML}Issuer") != PROVIDER:
            raise NotAccepted("The issuer of the SAML assertion is not trusted.")
        check_signature(root, provider_key_pair().public_key)
        self._check_conditions(root)
        self._check_confirmation(root)
        name = root.findtext(f"{_SAML}Subject/{_SAML}NameID", "").strip()
        if not name:
            raise NotAccepted("The SAML assertion has no NameID.")
        return name

    def _check_conditions(self, root: Element) -> None:
        conditions = root.find(f"{_SAML}Conditions")
        if conditions is None:
            raise NotAccepted("The SAML assertion has no Conditions.")
        begins = conditions.get("NotBefore")
        if begins is not None and self._now() + CLOCK_SKEW < _read_time(begins):
            raise NotAccepted("The SAML assertion is not valid yet: check the clocks.")
        self._check_end(conditions)
        named = conditions.findall(f"{_SAML}AudienceRestriction/{_SAML}Audience")
        if not any(each.text in AUDIENCES for each in named):
            raise NotAccepted(f"The audience of the SAML assertion must be {ISSUER}")

    def _check_confirmation(self, root: Element) -> None:
        for confirmation in root.findall(f"{_SAML}Subject/{_SAML}SubjectConfirmation"):
            data = confirmation.find(f"{_SAML}SubjectConfirmationData")
            if confirmation.get("Method") != _BEARER or data is None:
                continue
            if data.get("Recipient") != self._recipient():
                raise NotAccepted("The recipient of the SAML assertion is not this endpoint.")
            self._check_end(data)
            return
        raise NotAccepted("The SAML assertion has no bearer confirmation.")

    def _check_end(self, element: Element) -> None:
        ends = element.get("NotOnOrAfter")
        if ends is None or self._now() >= _read_time(ends):
            raise NotAccepted("The SAML assertion has expired: check the clocks.")


def _read_xml(assertion: str) -> Element:
    """The document, without entities: one with a DTD is refused before it is parsed."""
    try:
        text = base64.b64decode(
            assertion + "=" * (-len(assertion) % 4), altchars=b"-_", validate=True
        ).decode()
        if "<!DOCTYPE" in text:
            raise NotAccepted("The SAML assertion must not have a DTD.")
        return fromstring(text)  # noqa: S314 - no DTD, so no entities
    except (binascii.Error, UnicodeDecodeError, ParseError, ValueError) as problem:
        raise NotAccepted("The assertion is no XML in base64url.") from problem


def _draw_time(time: datetime) -> str:
    return f"{time:%Y-%m-%dT%H:%M:%SZ}"


def _read_time(text: str) -> datetime:
    try:
        read = datetime.fromisoformat(text)
    except ValueError as problem:
        raise NotAccepted("A time of the SAML assertion cannot be read.") from problem
    return read if read.tzinfo is not None else read.replace(tzinfo=UTC)
