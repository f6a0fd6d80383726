"""One line of parsed Markdown, drawn again so that nothing in it is live but what may be.

Slack's `markdown` block reads `<…>` tokens inside Markdown (mentions, broadcasts, links), so every
`<` and `>` becomes an entity. What the parser found to be plain text is drawn so that Slack finds
it to be plain text too. Inside code spans CommonMark decodes no entities and `&lt;` may be seen as
it stands; that is the price, since nobody documents whether Slack reads tokens there. Code blocks
do not pay it: they leave Markdown altogether.
"""

import re
from collections.abc import Sequence, Set as AbstractSet

from markdown_it.token import Token

from bot.slack.text.links import AllowedHosts, judge_link, quote_url, read_host
from bot.slack.text.split import GAP, HELD, split_code

_LONGEST_CODE = 1000
_BETWEEN = "\u200b"  # keeps two neighbours from being read as one
_TEXT = frozenset({"text", "text_special"})
_LINK = frozenset({"link_open", "link_close"})
_MARKS = frozenset({"em_open", "em_close", "strong_open", "strong_close", "s_open", "s_close"})
_BREAK = re.compile(r"<br\s*/?>\Z", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-z]+)(?:\s[^<>]*)?>\Z", re.IGNORECASE)
_TAG_MARKS = dict.fromkeys(("u", "sup", "sub", "span", "small", "mark", "font", "kbd"), "") | {
    "b": "**", "strong": "**", "i": "*", "em": "*", "s": "~~", "del": "~~",
}  # fmt: skip
_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]{0,30}://|www\.)[^\s<>`]+", re.IGNORECASE)
_AFTER_ADDRESS = ".,;:!?'\"”’»]}*_~"
_ENTITY = re.compile(r"&(?:#\w{1,8}|\w{2,31});")
# No link leads here: the words of a refused link carry no live address either.
_NOWHERE = AllowedHosts(frozenset({"invalid."}))
_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")


def draw_inline(tokens: Sequence[Token], hosts: AllowedHosts) -> str:
    """Inline tokens as neutral Markdown, with the marks of `markdown_split` in it."""
    return _draw(_with_tags_as_marks(tokens), hosts, addresses=True)


def read_inline(tokens: Sequence[Token]) -> str:
    """Inline tokens as plain text for a place where Slack reads no markup: nothing is escaped."""
    words: list[str] = []
    links: list[tuple[int, str]] = []
    for token in _with_tags_as_marks(tokens):
        match token.type:
            case "softbreak" | "hardbreak":
                words.append("\n")
            case "image":
                words.append(_image_note(token))
            case "link_open":
                links.append((len(words), quote_url(str(token.attrs.get("href", "")))))
            case "link_close":
                start, url = links.pop()
                label = "".join(words[start:])
                words.append("" if quote_url(label) == url or not url else f" ({url})")
            case _ if token.type not in _MARKS:
                words.append(token.content)
    return "".join(words).strip()


def draw_plain(text: str, hosts: AllowedHosts) -> str:
    """Plain text as Markdown that shows exactly this text."""
    return _draw_text([(each, True) for each in text], hosts, before="", addresses=True)


def draw_code_span(content: str) -> str:
    """Text as inline code; a long one as several, so that none ever has to be cut."""
    spans: list[str] = []
    for part in split_code(content, _LONGEST_CODE):
        ticks = "`" * (max((len(run) for run in re.findall("`+", part)), default=0) + 1)
        pad = " " if part[0] in " `" or part[-1] in " `" else ""
        shown = part.replace("<", "&lt;").replace(">", "&gt;")
        spans.append(f"{ticks}{pad}{shown}{pad}{ticks}".replace(" ", HELD).replace("\n", HELD))
    return GAP + f"{_BETWEEN}{GAP}".join(spans) + GAP


def _draw(tokens: Sequence[Token], hosts: AllowedHosts, *, addresses: bool) -> str:
    drawn: list[str] = []
    last = ""  # the last character that is seen so far
    position = 0
    while position < len(tokens):
        token = tokens[position]
        end = position + 1
        if token.type in _TEXT:
            while end < len(tokens) and tokens[end].type in _TEXT:
                end += 1
            text = _characters(tokens[position:end])
            piece = _draw_text(text, hosts, before=last, addresses=addresses)
        elif token.type == "link_open":
            end = _end_of_link(tokens, position)
            # The parser lets an address in angle brackets stand in a label: there it is words.
            inner = [each for each in tokens[position + 1 : end - 1] if each.type not in _LINK]
            piece = _draw_link(token, inner, hosts)
        else:
            piece = _draw_token(token, hosts)
        drawn += (_between(last, piece), piece)
        last = piece.rstrip(GAP)[-1:] or last
        position = end
    return "".join(drawn)


def _end_of_link(tokens: Sequence[Token], start: int) -> int:
    depth, position = 1, start + 1
    while depth:
        depth += tokens[position].nesting if tokens[position].type in _LINK else 0
        position += 1
    return position


def _draw_token(token: Token, hosts: AllowedHosts) -> str:
    match token.type:
        case "softbreak":
            return "\n"
        case "hardbreak":
            return "  \n"
        case "code_inline":
            return draw_code_span(token.content)
        case "image":
            return _draw_image(token, hosts)
        case _ if token.type in _MARKS:
            return token.markup
        case _:
            return draw_plain(token.content, hosts)


def _draw_link(opened: Token, inner: Sequence[Token], hosts: AllowedHosts) -> str:
    url = str(opened.attrs.get("href", ""))
    judged = judge_link(url, read_inline(inner), hosts)
    if opened.markup == "autolink":
        label = _draw_text([(each, True) for each in url], hosts, before="", addresses=False)
        label = label if judged.clickable else ""
    else:
        label = _draw(
            inner, hosts if judged.clickable else _NOWHERE, addresses=not judged.clickable
        )
    if not judged.clickable:
        address = draw_code_span(judged.note or (url if not label else ""))
        return f"{label} ({address})" if label and judged.note else label or address
    whole = f"[{label or 'link'}]({judged.url})".replace("\n", " ").replace(GAP, "")
    note = f" ({judged.note})" if judged.note else ""
    return GAP + (whole + note).replace(" ", HELD) + GAP


def _draw_image(token: Token, hosts: AllowedHosts) -> str:
    """An image is never loaded; one on a host that was configured as allowed becomes a link."""
    url = quote_url(str(token.attrs.get("src", "")))
    alt = read_inline(token.children or ())
    judged = judge_link(url, alt, hosts)
    if hosts.hosts and judged.clickable:
        label = _draw_text([(c, True) for c in alt or "image"], hosts, before="", addresses=False)
        return GAP + f"[{label}]({judged.url})".replace("\n", " ").replace(" ", HELD) + GAP
    host = read_host(url)
    source = f" from {draw_code_span(host)}" if host else ""
    return f"{draw_plain(alt, _NOWHERE)} (image{source}, not shown)".lstrip()


def _image_note(token: Token) -> str:
    host = read_host(str(token.attrs.get("src", "")))
    source = f" from {host}" if host else ""
    return f"{read_inline(token.children or ())} (image{source}, not shown)".lstrip()


def _between(last: str, piece: str) -> str:
    """What keeps two neighbours from being read as one code span, or as an image."""
    after = piece.lstrip(GAP)[:1]
    return _BETWEEN if (last, after) in {("`", "`"), ("!", "[")} else ""


def _characters(tokens: Sequence[Token]) -> list[tuple[str, bool]]:
    """The characters of text tokens, and whether each was escaped in the source."""
    return [(each, token.type == "text_special") for token in tokens for each in token.content]


def _draw_text(
    characters: Sequence[tuple[str, bool]], hosts: AllowedHosts, *, before: str, addresses: bool
) -> str:
    """Plain characters as Markdown; `before` is what stands before them."""
    text = "".join(each for each, _ in characters)
    drawn: list[str] = []
    position = 0
    for found in _ADDRESS.finditer(text) if addresses else ():
        address = found[0].rstrip(_AFTER_ADDRESS + ("" if "(" in found[0] else ")"))
        if _may_stand(address, hosts):
            continue
        # What comes next is a code span: a backslash before it must not escape its backtick.
        prior = text[: found.start()]
        drawn += _draw_characters(characters[position : found.start()], prior, position, before)
        span = draw_code_span(address)
        drawn += (_between("".join(drawn[-1:])[-1:] or before, span), span)
        before, position = "`", found.start() + len(address)
    drawn += _draw_characters(characters[position:], text, position, before)
    return "".join(drawn)


def _may_stand(address: str, hosts: AllowedHosts) -> bool:
    """Whether an address in running text, which Slack makes clickable by itself, may be one."""
    full = f"https://{address}" if address.lower().startswith("www.") else address
    return full == quote_url(full) and hosts.allows(full)


def _draw_characters(
    characters: Sequence[tuple[str, bool]], text: str, start: int, before: str
) -> list[str]:
    drawn: list[str] = []
    for position, (each, escaped) in enumerate(characters, start):
        drawn.append(_draw_character(each, escaped, before, text, position))
        before = each
    return drawn


def _draw_character(each: str, escaped: bool, before: str, text: str, position: int) -> str:
    match each:
        case "<":
            return "&lt;"
        case ">":
            return "&gt;"
        case "`":
            return "\\`"
        case "&":
            return "&amp;" if _ENTITY.match(text, position) else "&"
        case "\\":
            after = text[position + 1 : position + 2]
            return "\\\\" if not after or after in _PUNCTUATION else "\\"
        case "(" if before == "]":
            return "\\("
        case "*" | "_" | "[" | "]" | "~" if escaped:
            return f"\\{each}"
        case _:
            return each


def _with_tags_as_marks(tokens: Sequence[Token]) -> list[Token]:
    """HTML that only styles text, as Markdown where it is closed; `<br>` as a line break."""
    closed = {match[2].lower() for match in _tags(tokens) if match[1]}
    opened = {match[2].lower() for match in _tags(tokens) if not match[1]}
    paired = closed & opened & _TAG_MARKS.keys()
    return [_as_mark(token, paired) if token.type == "html_inline" else token for token in tokens]


def _tags(tokens: Sequence[Token]) -> list[re.Match[str]]:
    found = (_TAG.match(token.content) for token in tokens if token.type == "html_inline")
    return [match for match in found if match]


def _as_mark(token: Token, paired: AbstractSet[str]) -> Token:
    if _BREAK.match(token.content):
        return Token("hardbreak", "br", 0)
    match = _TAG.match(token.content)
    if match is None or match[2].lower() not in paired:
        return token
    name = match[2].lower()
    if match[1]:
        return Token("em_close", name, -1, markup=_TAG_MARKS[name])
    return Token("em_open", name, 1, markup=_TAG_MARKS[name])
