"""Cutting drawn Markdown and code into parts that Slack takes, where it hurts least.

Two marks, of Unicode's noncharacters, steer the cuts; `without_marks` takes them out at the end.
HELD is a space within something that must stay whole, such as a link; GAP is a place between two
characters where a cut does no harm.
"""

import re

HELD = "\ufdd0"
GAP = "\ufdd1"

_PLACES = (
    re.compile(r"\n[ \t]*\n"),
    re.compile(r"\n"),
    re.compile(r"(?<=[.!?…:;])[ \t]|(?<=[。！？])"),
    re.compile(r"[ \t]"),
    re.compile(GAP),
)
# What a hard cut must not go through: an entity, an escape, a joined or combined character.
_TIED = re.compile(r"&#?\w{0,31}\Z|\\\Z|\u200d\Z")
_LINE_STARTS = re.compile(
    r"^([ ]*)(?:([-+*])(?=[ \t]|$)|(\#{1,6})(?=[ \t]|$)|(\d{1,9})([.)])(?=[ \t]|$)"
    r"|(=+|-+)(?=[ \t]*$)|(?=[-:|\ \t]*-)([-:|])(?=[-:|\ \t]*$)|(~{3,})|(\[)(?=[^\]\n]{1,300}\]:))",
    re.MULTILINE | re.VERBOSE,
)


def split_text(text: str, limit: int) -> list[str]:
    """Parts of at most `limit` characters, cut at paragraphs, lines, sentences, words; else hard.

    White space at a cut is dropped, nothing else.
    """
    parts: list[str] = []
    rest = text.strip()
    while len(rest) > limit:
        cut = _cut(rest, limit)
        parts.append(rest[:cut].rstrip(" \t\n" + GAP))
        rest = rest[cut:].lstrip(" \t\n" + GAP)
    parts.append(rest)
    return [part for part in parts if part]


def split_code(text: str, limit: int) -> list[str]:
    """Parts of at most `limit` characters, cut at line ends; a longer line at spaces; else hard.

    The line end at a cut is dropped, and parts without anything to see; nothing else.
    """
    parts: list[str] = []
    rest = text
    while len(rest) > limit:
        end = rest.rfind("\n", 0, limit + 1)
        if end <= 0:
            space = rest.rfind(" ", limit // 2, limit)
            cut = start = space + 1 if space > 0 else limit
        else:
            cut, start = end, end + 1
        parts.append(rest[:cut])
        rest = rest[start:]
    parts.append(rest)
    return [part for part in parts if part.strip()]


def escape_line_starts(text: str) -> str:
    """Plain text that means no heading, list, rule, table, fence or definition, whatever its lines begin with."""
    return _LINE_STARTS.sub(_escape_start, text)


def without_marks(text: str) -> str:
    """The text as it is sent."""
    return text.replace(HELD, " ").replace(GAP, "")


def _escape_start(start: re.Match[str]) -> str:
    indent, number, stop = start[1], start[4], start[5]
    if number:
        return f"{indent}{number}\\{stop}"
    return f"{indent}\\{start[0].removeprefix(indent)}"


def _cut(text: str, limit: int) -> int:
    window = text[: limit + 1]
    for place in _PLACES:
        # A cut in the first third would leave a stump: try a finer one instead.
        ends = [match.end() for match in place.finditer(window, limit // 3) if match.end() <= limit]
        if ends:
            return ends[-1]
    tied = _TIED.search(text, max(limit - 40, 0), limit)
    return tied.start() if tied and tied.start() > 0 else limit
