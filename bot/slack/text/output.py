"""An agent team's output, in messages that Slack takes: nothing cut, nothing live in it.

Limits (Slack, "Markdown block", "Table block", "Blocks"): 12,000 characters of Markdown in a
message, one table, 50 blocks; about 13,200 characters in all blocks together were measured before
`msg_blocks_too_long`. We stay below each, so that a card has room for what it adds.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any, assert_never

from bot.slack.text.html import fence, is_html, read_html
from bot.slack.text.links import AllowedHosts
from bot.slack.text.markdown import (
    LONGEST_PROSE,
    Code,
    Piece,
    Prose,
    Rule,
    draw_code,
    joint,
    read_pieces,
)
from bot.slack.text.safe import Block, escape_mrkdwn, plain_text_object, shorten, tidy
from bot.slack.text.split import split_text, without_marks
from bot.slack.text.tables import Table, draw_table, draw_table_aligned, draw_table_as_text

MOST_BLOCKS = 40
MOST_CHARACTERS = 12_500
_LONGEST_SECTION = 3000
_SECTIONS = 4
_MOST_TABLES = 8
_LONGEST_FALLBACK = 3000
_LINK = re.compile(r"\[([^\[\]]*)\]\([^()\s]*\)")
_MARKUP = re.compile(r"\*\*|__|~~|^#{1,6} ", re.MULTILINE)
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


@dataclass(frozen=True, slots=True)
class Parts:
    """An output as messages: for each its blocks, and the `text` for notifications (mrkdwn, safe).

    Without any messages there was nothing to show. `plain` is the whole as Markdown, for a file.
    """

    messages: tuple[tuple[Block, ...], ...]
    fallback_text: tuple[str, ...]
    plain: str


@dataclass(slots=True)
class _Message:
    pieces: list[Piece] = field(default_factory=list)
    characters: int = 0
    prose: int = 0
    blocks: int = 0

    def takes(self, piece: Piece) -> bool:
        """Whether Slack takes one more piece in this message."""
        if isinstance(piece, Table) and any(isinstance(each, Table) for each in self.pieces):
            return False
        size = _size(piece)
        return (
            self.characters + size <= MOST_CHARACTERS
            and self.blocks < MOST_BLOCKS
            and (not isinstance(piece, Prose) or self.prose + size <= LONGEST_PROSE)
        )

    def add(self, piece: Piece) -> None:
        """Append a piece; neighbouring prose shares a block."""
        continues = bool(self.pieces) and isinstance(self.pieces[-1], Prose)
        self.pieces.append(piece)
        self.characters += _size(piece)
        if isinstance(piece, Prose):
            self.prose += _size(piece)
        if not (continues and isinstance(piece, Prose)):
            self.blocks += 1


def draw_output(output: Any, *, hosts: AllowedHosts) -> Parts:
    """An output (JSON as Fusion sent it: text, object, list, null) as messages; see Parts.

    Text is read as HTML or JSON where it is one of these, else as Markdown.
    """
    markdown, html = _read_output(output)
    messages = _fill(_with_few_tables(read_pieces(markdown, hosts, html=html)))
    return Parts(
        messages=tuple(tuple(_draw_message(pieces)) for pieces in messages),
        fallback_text=tuple(_fallback_text(pieces) for pieces in messages),
        plain=markdown,
    )


def draw_fallback(output: Any) -> Parts:
    """The same output in the plainest blocks there are, for when Slack refuses the others."""
    markdown, _ = _read_output(output)
    sections = split_text(markdown, _LONGEST_SECTION)
    texts = [sections[n : n + _SECTIONS] for n in range(0, len(sections), _SECTIONS)]
    return Parts(
        messages=tuple(
            tuple({"type": "section", "text": plain_text_object(each)} for each in text)
            for text in texts
        ),
        fallback_text=tuple(_safe_text("\n".join(text)) for text in texts),
        plain=markdown,
    )


def characters(blocks: Iterable[Block]) -> int:
    """The characters of all texts in these blocks, as MOST_CHARACTERS counts them."""
    return sum(_characters(block) for block in blocks)


def _characters(part: Any) -> int:
    match part:
        case {
            "type": "raw_text" | "text" | "plain_text" | "mrkdwn" | "markdown",
            "text": str(text),
        }:
            return len(text)
        case dict():
            return sum(map(_characters, part.values()))
        case list() | tuple():
            return sum(map(_characters, part))
        case _:
            return 0


def _read_output(output: Any) -> tuple[str, bool]:
    """The output as tidy Markdown, and whether tags in it are HTML (else they are text)."""
    if output is None:
        return "", True
    if not isinstance(output, str):
        return fence(tidy(_pretty(output)), "json"), True
    text = tidy(output).strip("\n")
    if (value := _read_json(text)) is not None:
        return fence(tidy(_pretty(value)), "json"), True
    if is_html(text):
        return tidy(read_html(text)), False
    return (text, True) if text.strip() else ("", True)


def _read_json(text: str) -> Any:
    """The object or list that a text is, else None: a number or a word is just text."""
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _pretty(value: Any) -> str:
    for indent in (2, None):
        try:
            return json.dumps(value, ensure_ascii=False, indent=indent)
        except RecursionError:  # sooner with an indent, which json does in Python
            continue
    return '"(nested too deeply to be shown)"'


def _with_few_tables(pieces: list[Piece]) -> Iterator[Piece]:
    """Many tables as text: each native one would need a message of its own."""
    tables = sum(isinstance(piece, Table) for piece in pieces)
    for piece in pieces:
        if isinstance(piece, Table) and tables > _MOST_TABLES:
            yield from draw_code(draw_table_aligned(piece))
        else:
            yield piece


def _fill(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """Pieces into messages, in order; a heading goes along with what it heads."""
    messages: list[list[Piece]] = []
    message = _Message()
    for piece in pieces:
        if isinstance(piece, Rule) and message.pieces[-1:] == [piece]:
            continue
        if not message.takes(piece):
            stay, go = _without_last_headings(message.pieces)
            following = _Message()
            for each in go:
                following.add(each)
            if not stay or not following.takes(piece):
                stay, following = message.pieces, _Message()
            messages.append(stay)
            message = following
        message.add(piece)
    return [*messages, message.pieces] if message.pieces else messages


def _without_last_headings(pieces: list[Piece]) -> tuple[list[Piece], list[Piece]]:
    cut = len(pieces)
    while cut and isinstance(last := pieces[cut - 1], Prose) and last.leads:
        cut -= 1
    return pieces[:cut], pieces[cut:]


def _draw_message(pieces: list[Piece]) -> list[Block]:
    blocks: list[Block] = []
    prose = ""
    for piece in pieces:
        if isinstance(piece, Prose):
            prose += (joint(piece) if prose else "") + piece.text
            continue
        if prose:
            blocks.append(_draw_prose(prose))
            prose = ""
        blocks.append(_draw_block(piece))
    return [*blocks, _draw_prose(prose)] if prose else blocks


def _draw_prose(text: str) -> Block:
    return {"type": "markdown", "text": without_marks(text)}


def _draw_block(piece: Code | Table | Rule) -> Block:
    match piece:
        case Code(text):
            element = {"type": "text", "text": text}
            preformatted = {"type": "rich_text_preformatted", "elements": [element]}
            return {"type": "rich_text", "elements": [preformatted]}
        case Table():
            return draw_table(piece)
        case Rule():
            return {"type": "divider"}
        case _:
            assert_never(piece)


def _size(piece: Piece) -> int:
    match piece:
        case Prose(text) | Code(text):
            return len(text) + 2
        case Table():
            return piece.size
        case Rule():
            return 3
        case _:
            assert_never(piece)


def _fallback_text(pieces: list[Piece]) -> str:
    return _safe_text("\n".join(_plain(piece) for piece in pieces))


def _plain(piece: Piece) -> str:
    match piece:
        case Prose(text):
            words = _MARKUP.sub("", _LINK.sub(r"\1", without_marks(text)))
            return unescape(_ESCAPE.sub(r"\1", words))
        case Code(text):
            return text
        case Table():
            return draw_table_as_text(piece)
        case Rule():
            return ""
        case _:
            assert_never(piece)


def _safe_text(text: str) -> str:
    # Slack wants some text; entities make it longer than the limit, but not too long for Slack.
    return escape_mrkdwn(shorten(text.strip(), _LONGEST_FALLBACK)) or " "
