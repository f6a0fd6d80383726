"""What the bot says about feedback."""

GOOD = "良い回答"
BAD = "良くない回答"
THANKS = "ありがとうございます。フィードバックを保存しました。"
COMMENT_TITLE = "問題点をお聞かせください"
COMMENT_LABEL = "コメント"
COMMENT_HINT = (
    "フィードバックを保存しました。よろしければ、問題点をお書きください。"
    "このボットの運用担当者が確認します。"
)
SEND = "送信する"
CLOSE = "コメントしない"
