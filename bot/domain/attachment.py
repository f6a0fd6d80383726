"""A file that somebody attached: whether it can be sent along, which takes text and not much of it."""

from dataclasses import dataclass

LARGEST = 100_000  # bytes of one file
MOST_FILES = 5
TEXT_TYPES = frozenset(
    {
        "application/json", "application/xml", "application/x-yaml", "application/yaml",
        "application/toml", "application/sql", "application/x-ndjson", "application/javascript",
    }
)  # fmt: skip
TEXT_ENDINGS = (
    ".txt", ".md", ".csv", ".tsv", ".json", ".xml", ".yaml", ".yml", ".toml", ".log", ".sql", ".ini",
    ".html", ".eml",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a message as Slack announces it; `url` is where its bytes are, `size` in bytes."""

    name: str
    media_type: str
    size: int
    url: str

    @property
    def is_text(self) -> bool:
        """Whether it can be read as text, by what it is said to be."""
        kind = self.media_type.partition(";")[0].strip().lower()
        by_kind = kind.startswith("text/") or kind in TEXT_TYPES
        return by_kind or self.name.lower().endswith(TEXT_ENDINGS)

    @property
    def is_small(self) -> bool:
        """Whether it is small enough."""
        return 0 < self.size <= LARGEST


def sent_along(files: tuple[Attachment, ...]) -> tuple[Attachment, ...]:
    """Those that are sent along with the question: small texts, and not too many."""
    return tuple(each for each in files if each.is_text and each.is_small and each.url)[:MOST_FILES]


def left_out(files: tuple[Attachment, ...]) -> tuple[Attachment, ...]:
    """The others, of which people are told."""
    along = sent_along(files)
    return tuple(each for each in files if each not in along)
