"""What the bot says in the App Home of runs and of what is kept."""

RECENT = "最近のスレッド"
NOTHING_RUNNING = "実行中の質問はありません。"
NOTHING_ASKED = "まだ質問はありません。"
A_QUESTION = "質問"
YOUR_DATA = "あなたのデータ"
WHAT_IS_KEPT = (
    "あなたの質問とその回答は、このボットの運用担当者が設定した期間、暗号化して保存されます。"
    "承認の記録は、これとは別に保存されます。"
)
DELETE = "自分のデータを削除"
DELETE_CONFIRM = (
    "終了した質問とその回答、選択した設定、フィードバック、サインインの情報がここから削除されます。"
    "Slack のメッセージと承認の記録は残ります。"
)
KEEP = "削除しない"


def running(count: int) -> str:
    """The heading of what is not finished."""
    return f"実行中の質問 ({count})"


def since(state: str, when: str) -> str:
    """How far a question is, and since when."""
    return f"{when} から{state}"
