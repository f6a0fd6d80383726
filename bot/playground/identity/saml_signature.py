"""Signatures of SAML assertions: the structure of XML Signature, with one canonical form.

Enveloped, RSA with SHA-256, one Reference to the assertion's ID. What is signed is the C14N 2.0
form with rewritten prefixes, which the standard library makes. Real identity providers use
exclusive C14N 1.0: their assertions are not accepted here, nor these by them.
"""

import base64
import binascii
import hashlib
from hmac import compare_digest
from xml.etree.ElementTree import Element, SubElement, canonicalize, tostring

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from bot.playground.identity.assertions import NotAccepted

_DS = "{http://www.w3.org/2000/09/xmldsig#}"
_CANONICAL = "http://www.w3.org/2010/xml-c14n2"
_ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
_RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
_SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"


def sign(assertion: Element, private_key: bytes) -> None:
    """Put a signature into an assertion that has an ID and no signature yet. The key is PEM."""
    key = serialization.load_pem_private_key(private_key, None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("SAML assertions are signed with an RSA key.")
    info = _draw_signed_info(assertion.get("ID", ""), _digest(assertion))
    value = key.sign(_canonical(info), padding.PKCS1v15(), hashes.SHA256())
    signature = Element(f"{_DS}Signature")
    signature.append(info)
    SubElement(signature, f"{_DS}SignatureValue").text = base64.b64encode(value).decode()
    assertion.insert(1, signature)  # after Issuer, where the schema has it


def check_signature(assertion: Element, public_key: bytes) -> None:
    """Check the one signature of an assertion and take it out. Raises NotAccepted.

    Algorithms are not read but compared as part of what is signed: there is one of each.
    """
    signatures = assertion.findall(f"{_DS}Signature")
    if len(signatures) != 1:
        raise NotAccepted("The SAML assertion must have one signature.")
    signature = signatures[0]
    assertion.remove(signature)
    info = signature.find(f"{_DS}SignedInfo")
    value = signature.findtext(f"{_DS}SignatureValue", "")
    expected = _draw_signed_info(assertion.get("ID", ""), _digest(assertion))
    if info is None or not compare_digest(_canonical(info), _canonical(expected)):
        raise NotAccepted("The SAML assertion is not what was signed.")
    key = serialization.load_pem_public_key(public_key)
    if not isinstance(key, rsa.RSAPublicKey):
        raise TypeError("SAML assertions are checked with an RSA key.")
    try:
        given = base64.b64decode("".join(value.split()), validate=True)
        key.verify(given, _canonical(info), padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, binascii.Error, ValueError) as problem:
        raise NotAccepted("The signature of the SAML assertion is wrong.") from problem


def _draw_signed_info(id: str, digest: str) -> Element:
    info = Element(f"{_DS}SignedInfo")
    SubElement(info, f"{_DS}CanonicalizationMethod", Algorithm=_CANONICAL)
    SubElement(info, f"{_DS}SignatureMethod", Algorithm=_RSA_SHA256)
    reference = SubElement(info, f"{_DS}Reference", URI=f"#{id}")
    transforms = SubElement(reference, f"{_DS}Transforms")
    for each in (_ENVELOPED, _CANONICAL):
        SubElement(transforms, f"{_DS}Transform", Algorithm=each)
    SubElement(reference, f"{_DS}DigestMethod", Algorithm=_SHA256)
    SubElement(reference, f"{_DS}DigestValue").text = digest
    return info


def _digest(element: Element) -> str:
    return base64.b64encode(hashlib.sha256(_canonical(element)).digest()).decode()


def _canonical(element: Element) -> bytes:
    written = tostring(element, encoding="unicode")
    return canonicalize(written, rewrite_prefixes=True).encode()
