"""HTML that an agent team sent as its output, as Markdown."""

import re

from bs4 import ParserRejectedMarkup
from markdownify import ATX, MarkdownConverter

_BLOCK_TAGS = (
    "html|body|head|table|div|p|ul|ol|dl|h[1-6]|section|article|main|header|footer|blockquote|pre"
    "|details|figure|center|form|style|script"
)
_STARTS = re.compile(rf"\s*<(?:!doctype\s+html|(?:{_BLOCK_TAGS})(?=[\s>/]))", re.IGNORECASE)
_STARTS_INLINE = re.compile(r"\s*<(?:b|strong|i|em|u|span|a|font|br|img)(?=[\s>/])", re.IGNORECASE)
_ENDS = re.compile(r"(?:</[a-z][a-z0-9]*\s*>|<br\s*/?>|<hr\s*/?>|-->)\s*\Z", re.IGNORECASE)
_PAIR = re.compile(
    r"<(table|ul|ol|p|div|h[1-6])(?:\s[^<>]*)?>.*?</\1\s*>", re.IGNORECASE | re.DOTALL
)
_XML = re.compile(r"\A\s*<\?xml\b[^<>]*>", re.IGNORECASE)
_NO_MARKUP = re.compile(r"<(?=\?|!(?!--|doctype\b))", re.IGNORECASE)
_MARKDOWN = re.compile(
    r"^(?:\s{0,3}(?:#{1,6}\s|[-*+]\s|\d{1,9}[.)]\s|>|```|~~~)|\|.*\|\s*$)|\*\*|`|\]\(|\n[ \t]*\n",
    re.MULTILINE,
)


class _Converter(MarkdownConverter):
    """Markdown for people: nothing of what a browser would not show."""

    # markdownify calls it with these names.
    def convert_head(self, el: object, text: str, parent_tags: object) -> str:  # noqa: ARG002
        return ""

    convert_noscript = convert_template = convert_iframe = convert_object = convert_head


def is_html(text: str) -> bool:
    """Whether a whole output is HTML, rather than Markdown with some HTML in it."""
    if starts_with_html(text) and _ENDS.search(text):
        return True
    return _PAIR.search(text) is not None and _MARKDOWN.search(text) is None


def starts_with_html(text: str) -> bool:
    """Whether this begins with a tag that a page has: what else begins with `<` is text."""
    text = _XML.sub("", text)
    return (_STARTS.match(text) or _STARTS_INLINE.match(text)) is not None


def read_html(html: str) -> str:
    """HTML as Markdown; scripts, styles and comments are dropped. Its text is escaped.

    What cannot be read, such as HTML that is nested too deeply, comes back as it is, as code.
    """
    converter = _Converter(
        heading_style=ATX, bullets="-", table_infer_header=True, escape_misc=True
    )
    try:
        # "<!" begins a comment or the doctype; what else begins so is text, such as "<!channel>".
        return str(converter.convert(_NO_MARKUP.sub("&lt;", _XML.sub("", html)))).strip()
    except (RecursionError, ParserRejectedMarkup):
        return fence(html, "html")


def fence(code: str, language: str) -> str:
    """A fenced code block that its content cannot close."""
    longest = max((len(run) for run in re.findall("`{3,}", code)), default=2)
    ticks = "`" * (longest + 1)
    return f"{ticks}{language}\n{code}\n{ticks}"
