"""Small safe pieces of Slack text: whatever comes from outside passes through here on its way."""

import re
from typing import Any

from bot.slack.text.links import AllowedHosts, judge_link

Block = dict[str, Any]

# C0 and C1 controls but tab and newline; embeddings and overrides of writing direction, which can
# make a label read backwards; Unicode's noncharacters, which `markdown_split` uses as its marks.
_UNWANTED = re.compile("[\x01-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ufdd0-\ufdef\ufffe\uffff]")
_HALF = re.compile(r"(?:&[a-z]{0,3}|<[^>]*)\Z")


def tidy(text: str) -> str:
    """Text that JSON, Slack and people can read: no control characters, no halves of characters.

    A null or a lone surrogate becomes U+FFFD; line ends become newlines.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return _UNWANTED.sub("", text)


def escape_mrkdwn(text: str) -> str:
    """Text in which no mrkdwn token can begin: `&`, `<` and `>` become entities."""
    return tidy(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def shorten(text: str, limit: int) -> str:
    """The text in at most `limit` characters, ending in an ellipsis where it was cut."""
    if len(text) <= limit:
        return text
    return text[: max(limit - 1, 0)].rstrip() + "…" if limit > 0 else ""


def cut_mrkdwn(text: str, limit: int) -> str:
    """Mrkdwn in at most `limit` characters; no entity and no mention or link is cut in two."""
    if len(text) <= limit:
        return text
    return _HALF.sub("", text[: limit - 1]).rstrip() + "…"


def fitting(text: str, limit: int) -> str:
    """The longest start of a text that, made safe for mrkdwn, has at most `limit` characters.

    It ends between two words where there is one near the end.
    """
    if len(escape_mrkdwn(text)) <= limit:
        return text
    low, high = 0, min(len(text), limit)
    while low < high:
        middle = (low + high + 1) // 2
        if len(escape_mrkdwn(text[:middle])) <= limit:
            low = middle
        else:
            high = middle - 1
    space = max(text.rfind(" ", 0, low), text.rfind("\n", 0, low))
    return text[:space] if space > low * 0.8 else text[:low]


def plain_text_object(text: str, limit: int = 3000) -> Block:
    """A `plain_text` object of at most `limit` characters; Slack wants at least one."""
    return {"type": "plain_text", "text": shorten(tidy(text).strip(), limit) or " ", "emoji": False}


def link(url: str, label: str, hosts: AllowedHosts) -> str:
    """A link in mrkdwn where it may be one (see AllowedHosts), else label and address as text."""
    words = " ".join(tidy(label).split())
    judged = judge_link(tidy(url), words, hosts)
    if not judged.clickable:
        # Code is the one place where Slack makes no link of an address that it finds.
        address = escape_mrkdwn(judged.note).replace("`", "%60")
        return escape_mrkdwn(words) + (f" (`{address}`)" if address else "")
    shown = escape_mrkdwn(words or judged.url).replace("|", "¦")
    note = f" ({escape_mrkdwn(judged.note)})" if judged.note else ""
    return f"<{escape_mrkdwn(judged.url)}|{shown}>{note}"
