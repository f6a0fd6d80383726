"""Markdown, parsed, in pieces that can be shown in Slack: prose, code, tables and rules.

Prose goes into `markdown` blocks and is drawn anew from the syntax tree (see `markdown_inline`).
Code and tables leave it, out of lists and quotes too, because Slack has blocks for them in which
nothing is read as markup. What follows them within a list item goes on without its indentation.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.rules_block.table import escapedSplit
from markdown_it.token import Token

from bot.slack.text.html import read_html, starts_with_html
from bot.slack.text.inline import draw_inline, draw_plain, read_inline
from bot.slack.text.links import AllowedHosts
from bot.slack.text.split import escape_line_starts, split_code, split_text
from bot.slack.text.tables import Table, draw_table_aligned, split_table

LONGEST_PROSE = 11_500
LONGEST_CODE = 3000
_LONGEST_PART = LONGEST_PROSE - 20  # leaves room for a marker or an escape before it
_BLANK = re.compile(r"^[ ]+$", re.MULTILINE)
_LONGEST_PARSED = 400_000  # about a second
_MOST_BRACKETS = 3000
_DEEPEST = 60  # levels of nesting; the parser drops what lies deeper


@dataclass(frozen=True, slots=True)
class Prose:
    """Neutral Markdown, at most LONGEST_PROSE characters, with the marks of `markdown_split`.

    `close` means that only a line end parts it from the prose before it; `leads` that it should
    not be the last thing in a message.
    """

    text: str
    close: bool = False
    leads: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    """Preformatted text, as it is."""

    text: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A horizontal rule."""


Piece = Prose | Code | Table | Rule


@dataclass(slots=True)
class _Node:
    token: Token
    close: bool  # the paragraph before it, in the same list item, ends with its line
    children: list["_Node"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Source:
    lines: list[str]
    hosts: AllowedHosts


def _build_parser(*, html: bool) -> MarkdownIt:
    parser = MarkdownIt(
        "commonmark", {"html": html, "maxNesting": _DEEPEST, "inline_definitions": True}
    ).enable(["table", "strikethrough"])
    # Every link is parsed, so that none stays behind as text that Slack might read differently;
    # and what was escaped stays known as such.
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # noqa: ARG005
    return parser.disable("text_join")


_PARSER = _build_parser(html=True)
_PARSER_OF_TEXT = _build_parser(html=False)


def read_pieces(markdown: str, hosts: AllowedHosts, *, html: bool = True) -> list[Piece]:
    """All of a tidy Markdown text in pieces; with `html` False its tags are text.

    What nobody writes by hand, and the parser takes long for or drops, stays as it is, as code.
    """
    if len(markdown) > _LONGEST_PARSED or _most_brackets(markdown) > _MOST_BRACKETS:
        return list(draw_code(markdown))
    tokens = (_PARSER if html else _PARSER_OF_TEXT).parse(markdown)
    if any(token.level >= _DEEPEST - 1 for token in tokens):
        return list(draw_code(markdown))
    pieces = _pieces(_tree(tokens), _Source(markdown.split("\n"), hosts))
    return [piece for piece in pieces if not isinstance(piece, Prose) or piece.text.strip()]


def _most_brackets(markdown: str) -> int:
    """In one paragraph: for each the parser looks through the rest of the paragraph."""
    return max(paragraph.count("[") for paragraph in markdown.split("\n\n"))


def _tree(tokens: Iterable[Token]) -> list[_Node]:
    root: list[_Node] = []
    open_nodes: list[list[_Node]] = [root]
    for token in tokens:
        if token.nesting < 0:
            open_nodes.pop()
            continue
        siblings = open_nodes[-1]
        node = _Node(token, close=bool(siblings) and siblings[-1].token.hidden)
        siblings.append(node)
        if token.nesting > 0:
            open_nodes.append(node.children)
    return root


def _pieces(nodes: Iterable[_Node], source: _Source) -> Iterator[Piece]:
    for node in nodes:
        yield from _DRAWN_BY[node.token.type](node, source)


def _paragraph(node: _Node, source: _Source) -> Iterator[Prose]:
    drawn = draw_inline(node.children[0].token.children or (), source.hosts)
    yield from _plain_lines(drawn, close=node.token.hidden)


def _plain_lines(drawn: str, *, close: bool = False) -> Iterator[Prose]:
    # A cut may put what was in the middle of a line at its start: escape once more.
    for part in split_text(escape_line_starts(drawn), _LONGEST_PART):
        yield Prose(escape_line_starts(part), close=close)


def _heading(node: _Node, source: _Source) -> Iterator[Prose]:
    drawn = draw_inline(node.children[0].token.children or (), source.hosts)
    first, *rest = split_text(" ".join(drawn.split()), _LONGEST_PART) or [""]
    if first:
        yield Prose(f"{'#' * int(node.token.tag[1])} {first}", leads=True)
    for part in rest:
        yield Prose(escape_line_starts(part))


def _list(node: _Node, source: _Source) -> Iterator[Piece]:
    close = node.close
    for item in node.children:
        inner = _merge(_pieces(item.children, source))
        first = inner[0] if inner and isinstance(inner[0], Prose) else None
        marker = f"{item.token.info}{item.token.markup} "
        head, *tail = _marked(first.text if first else "", marker)
        yield Prose(head, close=close)
        rest = [*map(Prose, tail), *inner[1 if first else 0 :]]
        yield from rest
        # An item after what stands without indentation needs a blank line to begin a list.
        close = _is_tight(item) and not rest


def _is_tight(item: _Node) -> bool:
    return all(
        child.token.hidden for child in item.children if child.token.type == "paragraph_open"
    )


def _marked(text: str, marker: str) -> list[str]:
    """A list item; one that is too long goes on without its indentation."""
    indented = text.replace("\n", "\n" + " " * len(marker))
    if len(marker + indented) <= LONGEST_PROSE:
        return [_BLANK.sub("", marker + indented) if text else marker.rstrip()]
    head, *tail = split_text(text, _LONGEST_PART - len(marker))
    return [marker + head, *tail]


def _quote(node: _Node, source: _Source) -> Iterator[Piece]:
    for piece in _merge(_pieces(node.children, source)):
        if not isinstance(piece, Prose):
            yield piece
            continue
        whole = len(_quoted(piece.text)) <= LONGEST_PROSE
        for part in [piece.text] if whole else split_text(piece.text, LONGEST_PROSE // 2):
            quoted = _quoted(part)
            yield Prose(quoted if len(quoted) <= LONGEST_PROSE else part)


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" if line else ">" for line in text.split("\n"))


def _merge(pieces: Iterable[Piece]) -> list[Piece]:
    """Neighbouring prose as one, as long as a message takes it."""
    merged: list[Piece] = []
    for piece in pieces:
        last = merged[-1] if merged else None
        if isinstance(piece, Prose) and isinstance(last, Prose):
            text = f"{last.text}{joint(piece)}{piece.text}"
            if len(text) <= LONGEST_PROSE:
                merged[-1] = Prose(text, close=last.close)
                continue
        merged.append(piece)
    return merged


def joint(piece: Prose) -> str:
    """What stands between this prose and the prose before it."""
    return "\n" if piece.close else "\n\n"


def _rule(_node: _Node, _source: _Source) -> list[Piece]:
    return [Rule()]


def _code_block(node: _Node, _source: _Source) -> Iterator[Code]:
    return draw_code(node.token.content.removesuffix("\n"))


def draw_code(text: str) -> Iterator[Code]:
    """Text as it is, in parts that fit into a block each."""
    return map(Code, split_code(text, LONGEST_CODE))


def _table(node: _Node, source: _Source) -> Iterator[Piece]:
    header, *rows = [row for part in node.children for row in part.children]
    table = Table(
        header=tuple(_cell(cell) for cell in header.children),
        rows=tuple(_row(row, source) for row in rows),
        aligns=tuple(_align(cell.token) for cell in header.children),
    )
    tables = split_table(table)
    yield from draw_code(draw_table_aligned(table)) if tables is None else tables


def _row(row: _Node, source: _Source) -> tuple[str, ...]:
    """A row's cells. GFM drops those beyond the header's; here they stay, in the last one."""
    cells = [_cell(cell) for cell in row.children]
    if row.token.map:
        line = source.lines[row.token.map[0]].strip().lstrip("> \t")  # it may stand in a quote
        written = escapedSplit(line.removeprefix("|"))
        beyond = [cell.strip() for cell in written[len(cells) :] if cell.strip()]
        cells[-1] = " | ".join([cells[-1], *beyond])
    return tuple(cells)


def _cell(cell: _Node) -> str:
    return read_inline(cell.children[0].token.children or ())


def _align(token: Token) -> str:
    return str(token.attrs.get("style", "")).removeprefix("text-align:") or "left"


def _html(node: _Node, source: _Source) -> list[Piece]:
    html = node.token.content
    text = read_html(html) if starts_with_html(html) else html
    return read_pieces(text, source.hosts, html=False)


def _definition(node: _Node, source: _Source) -> Iterator[Prose]:
    """A link's definition, shown: the links that name it were resolved by the parser."""
    meta = node.token.meta
    words = f"[{meta['label']}]: {meta['url']} {meta['title']}".strip()
    return _plain_lines(draw_plain(words, source.hosts))


# Every block token of the rules in `_build_parser`.
_DRAWN_BY: dict[str, Callable[[_Node, _Source], Iterable[Piece]]] = {
    "paragraph_open": _paragraph,
    "heading_open": _heading,
    "bullet_list_open": _list,
    "ordered_list_open": _list,
    "blockquote_open": _quote,
    "fence": _code_block,
    "code_block": _code_block,
    "table_open": _table,
    "hr": _rule,
    "html_block": _html,
    "definition": _definition,
}
