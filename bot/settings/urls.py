"""Whether a setting is an address that tokens may be sent to."""

from collections.abc import Iterator
from urllib.parse import urlsplit

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def check_url(variable: str, url: str, example: str) -> Iterator[str]:
    """Complain unless it is https, or http on this very machine."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        yield f"{variable}: this is no address. Give one such as {example}."
        return
    if not url:
        yield f"{variable}: give the address, such as {example}."
    elif not host or parts.scheme not in {"http", "https"}:
        yield f"{variable}: this is no web address. Give one such as {example}."
    elif parts.scheme == "http" and host not in LOOPBACK:
        yield f"{variable}: tokens must not travel in clear text. Use https."
