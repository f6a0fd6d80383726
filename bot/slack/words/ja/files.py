"""What the bot says of attached files: to agents in plain text, to people in mrkdwn."""

from collections.abc import Sequence

from bot.domain.attachment import MOST_FILES

NO_TEXT = "一緒に送信できるのは、.txt、.csv、.json などのテキストのみです"


def between(name: str, text: str) -> str:
    """A file below a question, for the agent."""
    return (
        f"----- 添付ファイル {name} ここから -----\n"
        f"{text}\n"
        f"----- 添付ファイル {name} ここまで -----"
    )


def unread(name: str) -> str:
    """A file that could not be had, for the agent."""
    return f"(添付ファイル {name} を読み取れませんでした。)"


def along(names: Sequence[str]) -> str:
    """These were sent along."""
    return f":paperclip: 一緒に送信したファイル: {', '.join(names)}"


def not_along(name: str, why: str) -> str:
    """This one was not."""
    return f":paperclip: {name} は送信されませんでした: {why}。"


def too_large(largest: int) -> str:
    """Why."""
    return f"サイズが {largest // 1000} KB を超えています"


def too_many() -> str:
    """Why."""
    return f"一緒に送信できるファイルは {MOST_FILES} 個までです"
