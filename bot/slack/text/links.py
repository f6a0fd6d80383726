"""Which links an agent's text may carry: a click can carry data away, and a label can lie."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote

LONGEST_URL = 2000
LONGEST_LABEL = 300

# Exactly what a browser reads as a host: no user name before it, no backslash, ASCII only (an
# international name comes as xn--…, which nobody mistakes for another).
_WEB = re.compile(
    r"https?://([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::[0-9]{1,5})?(?=[/?#]|\Z)", re.IGNORECASE
)
_MAIL = re.compile(r"mailto:[a-z0-9._%+-]+@([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)\Z", re.IGNORECASE)
_NAMED = re.compile(r"(?<![\w.-])(?:[\w-]+\.)+[^\W\d_]{2,63}(?![\w-])")
_ENTITY = re.compile(r"(&#?\w+);")
_AUTHORITY = re.compile(r"//([^\s/?#]+)")
# "budget.xlsx" is a file, not a host. Endings that are also top-level domains are left out.
_FILE_ENDING = re.compile(
    r"\.(?:pdf|docx?|xlsx?|csv|tsv|pptx?|txt|rtf|html?|xml|json|ya?ml|toml|png|jpe?g|gif|svg|tiff?"
    r"|eml|msg|sql|log|js|css|java|tmp|bak)\Z"
)


@dataclass(frozen=True, slots=True)
class AllowedHosts:
    """The hosts that links in agents' texts may lead to; empty means that none were configured.

    An entry is a host, or `*.example.com` for all hosts below example.com. With hosts configured a
    link is clickable only if it leads to one of them. With none, every proper http, https or mailto
    link is clickable, but only if people see where it leads: its label shows the same address, or
    the host follows the label in brackets. A label that names another host than the link leads to
    is never clickable.
    """

    hosts: frozenset[str] = field(default_factory=frozenset)

    def allows(self, url: str) -> bool:
        """Whether a link to this address may be clickable at all."""
        host = read_host(url)
        if host is None or len(url) > LONGEST_URL:
            return False
        return not self.hosts or any(_matches(host, entry.lower()) for entry in self.hosts)


@dataclass(frozen=True, slots=True)
class JudgedLink:
    """How a link is to be shown: its percent-encoded address, and a note that follows the label.

    The note of a clickable link is its host; of any other it is the whole address. Empty where the
    label shows it already.
    """

    url: str
    clickable: bool
    note: str = ""


def judge_link(url: str, label: str, hosts: AllowedHosts) -> JudgedLink:
    """Decide how a link with this label, as plain text, may be shown."""
    safe = quote_url(url)
    host = read_host(safe)
    words = _read_as_people_do(label)
    named = frozenset(_hosts_named_in(words))
    if host is None or not hosts.allows(safe) or len(label) > LONGEST_LABEL:
        return JudgedLink(safe, clickable=False, note="" if label.strip() == url else safe)
    if any(not _same_host(each, host) for each in named):
        return JudgedLink(safe, clickable=False, note=safe)
    shown = bool(named) or not label.strip()
    return JudgedLink(safe, clickable=True, note="" if hosts.hosts or shown else _address(safe))


def quote_url(url: str) -> str:
    """The address with everything percent-encoded that mrkdwn or Markdown could read as syntax."""
    quoted = quote(url.strip(), safe="%/:?#@!$&*+,;=~[]'", errors="replace")
    # What looks like an entity would be read as one: "&lt;" within an address is not "<".
    return _ENTITY.sub(r"\1%3B", quoted)


def read_host(url: str) -> str | None:
    """The lower-case host of a proper http, https or mailto address, else None."""
    match = _WEB.match(url) or _MAIL.match(url)
    return match[1].lower() if match else None


def _address(url: str) -> str:
    return url.partition(":")[2] if url.lower().startswith("mailto:") else read_host(url) or ""


def _matches(host: str, entry: str) -> bool:
    return host.endswith(entry[1:]) if entry.startswith("*.") else host == entry


def _same_host(named: str, host: str) -> bool:
    """`docs.example.com` may be called example.com; nothing may be called what it is not."""
    return f".{host}".endswith(f".{named.removeprefix('www.')}")


def _read_as_people_do(label: str) -> str:
    """The label as eyes read it: compatible forms made equal, invisible characters left out."""
    plain = unicodedata.normalize("NFKC", label).translate({ord("。"): "."})
    return "".join(each for each in plain if unicodedata.category(each) != "Cf").lower()


def _hosts_named_in(words: str) -> Iterator[str]:
    for authority in _AUTHORITY.finditer(words):
        yield re.sub(r":[0-9]*\Z", "", authority[1].rstrip(".,;:!)]"))
    for name in _NAMED.finditer(words):
        if not _FILE_ENDING.search(name[0]):
            yield name[0]
