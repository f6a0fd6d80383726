"""What people type in Slack, as plain text: tokens become names, entities become characters.

Slack sends `<@U123>`, `<#C123|general>`, `<https://x|label>` and the entities `&lt;` `&gt;` `&amp;`
(Slack, "Formatting message text"). An agent team is asked in words, so none of that reaches it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

_TOKEN = re.compile(r"<(?P<sigil>[@#!]?)(?P<body>[^<>|]+)(?:\|(?P<label>[^<>]*))?>")
_OTHERS = re.compile(r"\s*<(?:@(?P<user>[A-Z0-9]+)|!(?:here|channel|everyone|subteam\^))")
_ENTITY = re.compile(r"&(lt|gt|amp);")
_ENTITIES = {"lt": "<", "gt": ">", "amp": "&"}


@dataclass(frozen=True, slots=True)
class Names:
    """What ids are called: display names of users, and names of channels without the `#`."""

    users: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    channels: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Mentioned:
    """The ids in a text that need a name: they carry no label of their own."""

    users: frozenset[str]
    channels: frozenset[str]


def read_plain_text(text: str, names: Names, bot_user: str) -> str:
    """The words of a message: without the bot's own mention, names for ids, characters for entities.

    An id without a known name stays as `@U123` or `#C123`. Never fails: what is no token stays.
    """
    words = _without_mention(text, bot_user)
    pieces: list[str] = []
    end = 0
    for token in _TOKEN.finditer(words):
        # Entities are decoded piece by piece, once: a decoded `<` never starts a token.
        pieces += (_decode(words[end : token.start()]), _read_token(token, names))
        end = token.end()
    pieces.append(_decode(words[end:]))
    return "".join(pieces).strip()


def mentioned_ids(text: str) -> Mentioned:
    """The users and channels whose names have to be looked up before the text is read."""
    unnamed = [token for token in _TOKEN.finditer(text) if not token["label"]]
    return Mentioned(
        users=frozenset(token["body"] for token in unnamed if token["sigil"] == "@"),
        channels=frozenset(token["body"] for token in unnamed if token["sigil"] == "#"),
    )


def mentions(text: str, user: str) -> bool:
    """Whether the text mentions this user anywhere."""
    return any(token["sigil"] == "@" and token["body"] == user for token in _TOKEN.finditer(text))


def starts_with_mention_of_other(text: str, bot_user: str) -> bool:
    """Whether the text begins by addressing somebody else: a person, a user group, everybody."""
    start = _OTHERS.match(text)
    return start is not None and start["user"] != bot_user


def _without_mention(text: str, bot_user: str) -> str:
    mention = rf"<@{re.escape(bot_user)}(?:\|[^<>]*)?>"
    # At the start people write "@Fusion: question" or "@Fusion, question".
    text = re.sub(rf"\A(?:\s*{mention}[ \t]*[:,]?)+\s*", "", text)
    text = re.sub(rf"[ \t]*{mention}(?=[ \t]*(?:[.,;:!?]|$))", "", text, flags=re.MULTILINE)
    return re.sub(rf"(^|[ \t])?[ \t]*{mention}[ \t]*", _one_space, text, flags=re.MULTILINE)


def _one_space(mention: re.Match[str]) -> str:
    at_line_start = mention[1] == ""
    return "" if at_line_start else " "


def _read_token(token: re.Match[str], names: Names) -> str:
    body = token["body"]
    label = _decode(token["label"] or "")
    match token["sigil"]:
        case "@":
            return "@" + (names.users.get(body) or label.removeprefix("@") or body)
        case "#":
            return "#" + (names.channels.get(body) or label.removeprefix("#") or body)
        case "!":
            return _read_special(body, label)
        case _:
            return _read_link(_decode(body), label)


def _read_special(body: str, label: str) -> str:
    """`<!here>`, `<!subteam^S1|@group>`, `<!date^…|fallback>` and whatever comes after them."""
    kind, _, rest = body.partition("^")
    if kind == "date":
        return label or rest.partition("^")[0]
    return "@" + (label.removeprefix("@") or rest or kind)


def _read_link(url: str, label: str) -> str:
    scheme, _, rest = url.partition(":")
    if scheme in {"mailto", "tel"}:
        return rest if not label or label == rest or scheme == "tel" else f"{label} ({rest})"
    if not label or label == url:
        return url
    # Slack turns a typed "example.com" into <http://example.com|example.com>.
    typed = {rest.removeprefix("//"), rest.removeprefix("//").removesuffix("/")}
    return label if label in typed else f"{label} ({url})"


def _decode(text: str) -> str:
    return _ENTITY.sub(lambda entity: _ENTITIES[entity[1]], text)
