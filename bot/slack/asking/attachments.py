"""Files that people attach: read from Slack and put below the question, each between two marks."""

from collections.abc import Sequence
from urllib.parse import urlsplit

import aiohttp
import structlog

from bot.domain.attachment import LARGEST, Attachment, sent_along
from bot.slack.installing.installed import Installed, NotInstalled
from bot.slack.outbound import SlackUnavailable
from bot.slack.words import files as say
from storage.errors import StorageError

log = structlog.get_logger(__name__)

SLACKS_OWN = ("files.slack.com", "slack-files.com")
TIMEOUT = aiohttp.ClientTimeout(total=15)
TRIES = 3
TROUBLE = (
    *(aiohttp.ClientError, TimeoutError, OSError),
    *(NotInstalled, SlackUnavailable, StorageError),
)


class Attachments:
    """Reads files with the bot's token, which is sent to Slack's own hosts and nowhere else."""

    def __init__(self, session: aiohttp.ClientSession, installed: Installed, api_url: str) -> None:
        self._session = session
        self._installed = installed
        self._hosts = {*SLACKS_OWN, urlsplit(api_url).netloc}

    async def below(self, question: str, files: tuple[Attachment, ...], workspace: str) -> str:
        """The question with the files below it; one that cannot be read is named as such."""
        pieces = [question]
        for each in sent_along(files):
            text = await self._read(each, workspace)
            name = " ".join(each.name.split())
            pieces.append(say.unread(name) if text is None else say.between(name, text))
        return "\n\n".join(pieces)

    async def _read(self, file: Attachment, workspace: str) -> str | None:
        parts = urlsplit(file.url)
        if parts.netloc not in self._hosts:
            log.warning("file_elsewhere", host=parts.hostname)
            return None
        for _ in range(TRIES):
            try:
                return await self._get(file.url, await self._installed.token(workspace))
            except TROUBLE as error:
                log.info("file_not_read", error=type(error).__name__)
        return None

    async def _get(self, url: str, token: str) -> str | None:
        headers = {"Authorization": f"Bearer {token}"}
        async with self._session.get(
            url, headers=headers, timeout=TIMEOUT, allow_redirects=False
        ) as reply:
            # Without the scope files:read Slack answers with a page to sign in, or leads there.
            if reply.status != 200 or (
                reply.content_type == "text/html" and not url.endswith("html")
            ):
                log.info("file_refused", status=reply.status)
                return None
            content = await _start_of(reply.content)
        return _decode(content)


async def _start_of(content: aiohttp.StreamReader) -> bytes:
    """The first LARGEST bytes, however many pieces they come in."""
    start = bytearray()
    async for piece in content.iter_any():
        start += piece
        if len(start) >= LARGEST:
            break
    return bytes(start[:LARGEST])


def _decode(content: bytes) -> str:
    """Text in UTF-8, UTF-16 with its mark, or else Latin-1, which reads anything."""
    for encoding in (
        "utf-8-sig",
        *(["utf-16"] if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else []),
    ):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def announce(files: Sequence[Attachment], left: Sequence[Attachment]) -> list[str]:
    """What is said of them beside the answer: names are escaped by the caller."""
    lines = [say.along([each.name for each in files])] if files else []
    return lines + [say.not_along(each.name, _why(each)) for each in left]


def _why(file: Attachment) -> str:
    if not file.is_text:
        return say.NO_TEXT
    return say.too_many() if file.is_small else say.too_large(LARGEST)
