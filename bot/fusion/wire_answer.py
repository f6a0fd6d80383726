"""What comes along with an output: citations, follow-up questions, nodes, token counts.

Oracle publishes the fields' names and not their elements' shape; see the names looked for below.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from bot.domain.answer import Answer, Citation, Node
from bot.fusion.wire_json import (
    by_plain_name,
    count_of,
    first_text,
    items_of,
    text_of,
    texts_of,
    unpacked,
)

MOST_CITATIONS = 200
MOST_NODES = 500
MOST_FOLLOW_UPS = 20

_TITLE = ("title", "documentname", "filename", "name", "displayname", "sourcename", "documenttitle")
_URL = ("url", "link", "uri", "href", "sourceurl", "documenturl", "downloadurl")
_PAGE = ("page", "pagenumber", "pageno", "pagelabel", "pages", "pagenumbers")
_TEXT = ("text", "content", "chunk", "snippet", "excerpt", "quote", "passage", "supportingtext")
_ID = ("documentid", "sourceid", "id", "source", "document")
_NODE_NAME = ("nodename", "displayname", "name", "agentname", "label", "title", "nodecode", "code")
_MILLISECONDS = 1000.0


def read_answer(body: Mapping[str, Any], output: Any, trace_id: str) -> Answer:
    """All that is to be kept of a reply that has ended; `body` is under plain names."""
    return Answer(
        output=output,
        citations=read_citations(body.get("citations"), body.get("supportingchunks")),
        follow_up_questions=texts_of(
            body.get("followupquestions"), ("question", "text", "message", "title", "label")
        )[:MOST_FOLLOW_UPS],
        nodes=read_nodes(body.get("nodes")),
        input_tokens=count_of(body.get("inputtokencount")),
        output_tokens=count_of(body.get("outputtokencount")),
        trace_id=trace_id,
    )


def read_citations(citations: Any, chunks: Any) -> tuple[Citation, ...]:
    """The sources, each once by title, url and page, with all of its supporting text."""
    found: dict[tuple[str, str, str], Citation] = {}
    for item in (*_flat(citations), *_flat(chunks)):
        citation = _read_citation(item)
        if citation is None:
            continue
        key = (citation.title.casefold(), citation.url, citation.page)
        known = found.get(key)
        if known is not None:
            citation = _joined(known, citation)
        elif len(found) == MOST_CITATIONS:
            continue
        found[key] = citation
    return tuple(found.values())


def _flat(value: Any) -> list[Any]:
    """The elements, and those of lists in the list (one list of chunks for each query)."""
    flat: list[Any] = []
    for item in items_of(value):
        flat.extend(items_of(item))
    return flat


def _joined(known: Citation, more: Citation) -> Citation:
    if not more.text or more.text in known.text:
        return known
    text = f"{known.text}\n\n{more.text}" if known.text else more.text
    return Citation(known.title, known.url, known.page, text)


def _read_citation(item: Any) -> Citation | None:
    item = unpacked(item)
    if not isinstance(item, dict):
        text = text_of(item)
        if text.startswith(("https://", "http://")) and " " not in text:
            return Citation(title=_file_name(text), url=text)
        return Citation(title=_opening(text), text=text) if text else None
    fields = by_plain_name(item)
    for nested in ("metadata", "source", "document"):  # a document described apart from its chunk
        inner = unpacked(fields.get(nested))
        if isinstance(inner, dict):
            fields = by_plain_name(inner) | {k: v for k, v in fields.items() if k != nested}
    url, text = first_text(fields, _URL), first_text(fields, _TEXT)
    title = first_text(fields, _TITLE) or _file_name(url) or first_text(fields, _ID)
    title = title or _opening(text)
    return Citation(title, url, _read_page(fields), text) if title else None


def _read_page(fields: Mapping[str, Any]) -> str:
    for name in _PAGE:
        pages = [text for each in items_of(fields.get(name)) if (text := text_of(each))]
        if pages:
            return ", ".join(pages)
    return ""


def _file_name(url: str) -> str:
    """What an address without a title is called: its last part, else its host, else itself."""
    try:
        parts = urlsplit(url)
    except ValueError:  # such as an unclosed bracket in the host
        return url
    return unquote(parts.path.rstrip("/").rpartition("/")[2]) or parts.netloc or url


def _opening(text: str) -> str:
    """The first words of a text, as a title for what has none."""
    line = " ".join(text.split())
    return line if len(line) <= 80 else line[:79].rstrip() + "…"


def read_nodes(value: Any) -> tuple[Node, ...]:
    """The steps of a workflow team, or the agents of a supervisor team, in order."""
    value = unpacked(value)
    if isinstance(value, dict) and value and all(isinstance(v, dict) for v in value.values()):
        value = [{"nodeCode": code, **node} for code, node in value.items()]
    nodes = (_read_node(item) for item in items_of(value)[:MOST_NODES])
    return tuple(node for node in nodes if node is not None)


def _read_node(item: Any) -> Node | None:
    item = unpacked(item)
    if not isinstance(item, dict):
        return Node(name) if (name := text_of(item)) else None
    fields = by_plain_name(item)
    name = first_text(fields, _NODE_NAME) or first_text(fields, ("nodeid", "id"))
    if not name:
        return None
    return Node(
        name=name,
        status=first_text(fields, ("status", "nodestatus", "state")),
        kind=first_text(fields, ("nodetype", "type", "kind")),
        seconds=_read_seconds(fields),
    )


def _read_seconds(fields: Mapping[str, Any]) -> float | None:
    """How long a node took: from its epoch milliseconds, else `timeTaken`.

    That `timeTaken` is in milliseconds, as Oracle's other times are, is inferred.
    """
    start = count_of(fields.get("startdate")) or count_of(fields.get("starttime"))
    end = count_of(fields.get("endtime")) or count_of(fields.get("enddate"))
    if start and end and end >= start:  # 0 and 1970 stand for "not yet"
        return (end - start) / _MILLISECONDS
    taken = count_of(fields.get("timetaken"))
    return None if taken is None else taken / _MILLISECONDS
