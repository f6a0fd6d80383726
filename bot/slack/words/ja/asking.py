"""What the bot says in the form of its shortcuts."""

TITLE = "Fusion に質問"
ASK = "質問する"
CLOSE = "キャンセル"
QUESTION = "質問"
AGENT_TEAM = "エージェントチーム"
SENT_ALONG = "このメッセージも一緒に送信されます。回答はこのメッセージのスレッドに届きます。"
ANSWERED_PRIVATELY = "回答は、このボットとのダイレクトメッセージに届きます。"
GOES_ON_ELSEWHERE = (
    "会話は新しいスレッドで続きます。このスレッドでの次の質問からは新しい会話になります。"
)
RUNS_HERE = "そのスレッドではまだ処理が続いています。終わるまでお待ちください。"
THE_MESSAGE = "次のメッセージについての質問です:"
NEEDS_QUESTION = "質問を入力してください。"
