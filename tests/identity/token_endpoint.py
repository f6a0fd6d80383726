"""An identity domain over real HTTP that replies as it is told, and keys to prove oneself there."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from urllib.parse import parse_qsl

from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

NOW = datetime(2026, 7, 1, 8, tzinfo=UTC)
SCOPE = "urn:opc:resource:fusion:pod:fusion-ai/"
SECRET = "s3cret-value"
LIFE = timedelta(days=365)


def clock() -> datetime:
    return NOW


@dataclass(frozen=True, slots=True)
class Asked:
    """One request that came in: its path, headers and form. A parameter is there only once."""

    path: str
    headers: Mapping[str, str]
    body: str

    @property
    def form(self) -> dict[str, str]:
        pairs = parse_qsl(self.body, keep_blank_values=True, strict_parsing=True)
        assert len(dict(pairs)) == len(pairs), "RFC 6749 section 3.2: never twice"
        return dict(pairs)


@dataclass(slots=True)
class Domain:
    """An identity domain at `url`; `asked` is what it was asked."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)

    @property
    def form(self) -> dict[str, str]:
        """The form of the only request."""
        (only,) = self.asked
        return only.form


@asynccontextmanager
async def domain(
    status: int, body: str, headers: Mapping[str, str] | None = None
) -> AsyncIterator[Domain]:
    """An identity domain that always replies so, at any path."""
    this = Domain()

    async def reply(request: web.Request) -> web.Response:
        this.asked.append(Asked(request.path, request.headers.copy(), await request.text()))
        return web.Response(status=status, text=body, headers=headers)

    app = web.Application()
    app.router.add_post("/{path:.*}", reply)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    this.url = f"http://127.0.0.1:{runner.addresses[0][1]}/oauth2/v1/token"
    try:
        yield this
    finally:
        await runner.cleanup()


@cache
def private_key(which: str = "the bot's", bits: int = 2048) -> rsa.RSAPrivateKey:
    """A key of one's own for each name."""
    del which
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def private_pem(key: rsa.RSAPrivateKey | None = None, passphrase: bytes = b"") -> bytes:
    chosen = private_key() if key is None else key
    return chosen.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(passphrase)
        if passphrase
        else serialization.NoEncryption(),
    )


def public_pem(key: rsa.RSAPrivateKey | None = None) -> bytes:
    chosen = private_key() if key is None else key
    return chosen.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def certificate(key: rsa.RSAPrivateKey | None = None, begins: datetime = NOW) -> bytes:
    """A self-signed certificate in PEM, good for a year."""
    chosen = private_key() if key is None else key
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "fusion-slack")])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(chosen.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + LIFE)
        .sign(chosen, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )
