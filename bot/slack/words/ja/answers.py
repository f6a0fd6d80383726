"""What the bot says below an answer and in the modals that open there."""

from datetime import timedelta

SOURCES_IN_FULL = "出典の内容"
STEPS = "ステップ"
CLOSE = "閉じる"
A_STEP = "ステップ"
NOTHING_MORE = "これ以上表示する内容はありません。"
WHOLE_ANSWER = "回答全文のファイルです。"
ONLY_THE_BEGINNING = "Slack が受け付けたのはここまでです。全文はファイルにあります。"
NEW_CONVERSATION = "新しい会話"
IN_NEW_THREAD = "新しいスレッドで続ける"
NOT_ALL = "内容が多いため、すべては表示できません。"


def took(span: timedelta) -> str:
    """How long it took."""
    seconds_in_all = round(span.total_seconds())
    minutes, rest = divmod(seconds_in_all, 60)
    return f"{minutes} 分 {rest} 秒" if minutes else f"{rest} 秒"


def tokens(read: int, written: int) -> str:
    """What it cost."""
    return f"入力 {read:,} トークン、出力 {written:,} トークン"


def seconds(span: float) -> str:
    """How long a step took."""
    return f"{span:.1f} 秒"
