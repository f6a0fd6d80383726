"""Every sentence that the bot says of its own, in one place. Texts are mrkdwn; names come escaped.

What they have in common: they say what is so and what to do, in the fewest words; they never blame
the person, and they never show an exception.
"""

from datetime import datetime, timedelta

from bot.domain.events import Trouble
from bot.domain.limits import Excess
from bot.slack.words.times import date_token

FINISHED = "完了しました。"
FINISHED_AS_DECIDED = "決定どおりに完了しました。"
WORKING = "処理しています…"
A_STEP = "ステップ"
OR = "または"
SOMEBODY = "担当者"
SOMEBODY_ELSE = "ほかの人"
STOP = "停止する"
CANCEL = "キャンセル"
ASK_AGAIN = "もう一度質問する"
SIGN_IN = "サインイン"
SIGN_IN_TO_FUSION = "Fusion にサインイン"
SIGN_OUT = "サインアウト"
STOPPED = "停止しました。"
GO_TO_THREAD = "スレッドに移動"
SOURCES = "*出典*"
FOLLOW_UPS = "*次の質問*"

TROUBLES = {
    Trouble.NOT_ALLOWED: (
        "このエージェントチームへのアクセス権がないか、エージェントチームが公開されていません。"
        "利用できるロールの付与を Fusion の管理者に依頼してください。"
    ),
    Trouble.NOT_FOUND: (
        "このコードのエージェントチームは Fusion に見つかりません。"
        "エージェントチームの設定を確認するよう、このボットの運用担当者に依頼してください。"
    ),
    Trouble.NOT_SIGNED_IN: (
        "ボットのサインインが Fusion に受け入れられませんでした。"
        "ボットのチェックを実行するよう、運用担当者に依頼してください。"
    ),
    Trouble.SIGNED_OUT: (
        "時間内にサインインが行われず、この質問は期限切れになりました。質問は送信されていません。"
        "サインインできるときに、もう一度質問してください。"
    ),
    Trouble.NO_FUSION_USER: "あなたは Fusion で操作を行えないため、質問は送信されませんでした。",
    Trouble.UNAVAILABLE: (
        "Fusion に接続できませんでした。処理は開始されていません。"
        "しばらくしてから、もう一度質問してください。"
    ),
    Trouble.REFUSED: "Fusion がリクエストを拒否しました。処理は開始されていません。",
    Trouble.AGENT_FAILED: "エージェントチームは処理を完了できませんでした。",
    Trouble.LOST: "Fusion から回答を読み取れなくなりました。",
    Trouble.NOT_DECIDED: (
        "期限までに決定されなかったため、承認されませんでした。"
        "引き続き必要な場合は、もう一度質問してください。"
    ),
    Trouble.TOO_LONG: "処理がボットの待機時間を超えました。",
    Trouble.NOT_OFFERED: "このエージェントチームは、ここでは利用できなくなりました。",
    Trouble.FOR_OTHERS: (
        "このエージェントチームは、あなたが所属していない Slack のユーザーグループ専用です。"
        "処理は開始されていません。所属が必要な場合は、"
        "このボットの運用担当者にお問い合わせください。"
    ),
}

UNCERTAIN = (
    "質問の送信中に Fusion との接続が切れたため、処理が始まったかどうかを確認できません。"
    "質問を二重に送信することはしていません。"
    "データを変更する質問の場合は、状況を確認してから、もう一度質問してください。"
)
REPLY_LOST = (
    "Fusion は決定を受け付けて依頼を終了しましたが、決定に対する応答を受信できませんでした。"
    "エージェントチームからの続きがあっても、ここには表示できません。Fusion でご確認ください。"
)
NEW_CONVERSATION_FOLLOWS = "このスレッドでの次の質問から、新しい会話が始まります。"
ASK_SOMETHING = (
    "何をお調べしますか? 質問を添えてメンションしてください。"
    "例: _「支払期日を過ぎた請求書はどれですか?」_"
)
ASK_ABOUT_FILE = "ファイルについて何をお知りになりたいですか？質問と同じメッセージで、もう一度ファイルを送ってください。"
LIMITS = {
    Excess.LENGTH: (
        "質問が長すぎて渡せません。短くするか、長い部分をテキストファイルとして添付してください。"
    ),
    Excess.THREAD: (
        "このスレッドで待っている質問が多すぎます。いくつか回答されるまで待つか、新しいスレッドを始めてください。"
    ),
    Excess.PERSON: (
        "実行中の質問が多すぎます。いくつか回答されるまで待つか、どれかを停止してください。"
    ),
    Excess.APPROVALS: (
        "決定待ちの承認が多すぎます。いくつか決定されてから、もう一度質問してください。"
    ),
    Excess.EVERYBODY: (
        "現在、ボットの処理が混み合っています。何も開始していません。数分後にもう一度質問してください。"
    ),
}
NOTHING_TO_STOP = "ここで実行中の質問はありません。"
EDITED_TOO_LATE = (
    "変更前の内容で質問しています。変更するには、停止してからもう一度質問してください。"
)
NEW_STARTED = "ここでの最新のスレッドでは、次の質問から新しい会話が始まります。"
NEW_ALREADY = "ここでの次の質問は、そのままでも新しい会話になります。"
GONE = (
    "この情報はすでに保存されていないため、何も実行されませんでした。"
    "新しいメッセージで、もう一度質問してください。"
)
FORM_TROUBLE = "フォームを開けませんでした。もう一度クリックしてください。"
STORAGE_TROUBLE = (
    "現在保存できません。しばらくしてもこのメッセージが変わらない場合は、何も実行されていません。"
    "もう一度お試しください。"
)
SENDING_DECISION = "現在、決定を送信しています。少し待ってから、もう一度お試しください。"
ASKED_ALREADY = "この質問はすでに送信されています。回答はスレッドにあります。"


def help_text(command: str, team: str) -> str:
    """What the bot can do."""
    return (
        f"*ご質問を {team} に送り、回答をお届けします。*\n"
        "• チャンネルでメンションするか、ダイレクトメッセージを送ってください。"
        "1 つのスレッドが 1 つの会話です。続けるには、スレッドで返信してください。\n"
        f"• `{command} ask QUESTION` で、ここに新しいスレッドを作成して質問します\n"
        f"• `{command}` の後のそれ以外の文章も、質問として送ります\n"
        f"• `{command} agents` でエージェントチームの一覧を表示し、"
        f" `{command} use CODE` で使用するチームを選択します\n"
        f"• `{command} status` で、実行中の質問を表示します\n"
        f"• `{command} stop` で、ここでの最後の質問を停止します\n"
        f"• `{command} new` で、次の質問から新しい会話を始めます\n"
        f"• `{command} approvals` で、あなたの決定を待っているものを表示します\n"
        f"• `{command} sign-in` で Fusion に接続し、 `{command} sign-out` で接続を終了します\n"
        f"• `{command} help` で、このヘルプを表示します"
    )


def did_you_mean(command: str, word: str) -> str:
    """What was typed is nearly a subcommand."""
    return f"`{command} {word}` のことですか？ `{command} ask` に続けて書いたものは、必ず質問になります。"


def and_more(count: int) -> str:
    """A list that goes on."""
    return f"ほか {count}"


def page(number: str) -> str:
    """The page of a source, after its title."""
    return f"、{number} ページ"


def asking(team: str) -> str:
    """A job is being started."""
    return f"*{team}* に質問しています…"


def doing(text: str) -> str:
    """What the agent does at the moment, after the name of the app."""
    return f"が作業中です: {text}"


def working(team: str) -> str:
    """A job runs, and has not told how far it is."""
    return f"*{team}* が処理しています…"


def sign_in_first(who: str, team: str) -> str:
    """The main message of a question whose person has yet to sign in."""
    return (
        f":key: {who} さん、ご本人として *{team}* に質問できるように、"
        "Fusion にサインインしてください。その後、質問は自動的に続行されます。"
    )


def sign_in_again(who: str) -> str:
    """The person's sign-in ended while a job runs or waits."""
    return (
        f":key: {who} さん、Fusion へのサインインが終了しました。"
        "もう一度サインインすると、処理が続行されます。"
    )


def trouble_since(when: str) -> str:
    """Fusion cannot be reached at the moment."""
    return f":warning: {when} から Fusion に接続できません。自動的に再試行しています。"


def queued(ahead: int) -> str:
    """Other questions of this thread come first."""
    return f":hourglass: 順番待ち: このスレッドには、先に {ahead} 件の質問があります。"


def asked(who: str, question: str, team: str | None = None) -> str:
    """Repeats a question that was not typed as a message."""
    what = f"から *{team}* への質問" if team else "の質問"
    quoted = "\n".join(f"> {line}" for line in question.splitlines() or [""])
    return f"{who} さん{what}:\n{quoted}"


def moved_here(channel: str) -> str:
    """The answer comes in a direct message because the channel cannot be written to."""
    return f"<#{channel}> に書き込めないため、回答はここにお届けします。"


def waiting_for_decision(decider: str) -> str:
    """The main message while an approval is open."""
    return f":raised_hand: 下の件についての決定を待っています: {decider}"


def waiting_elsewhere() -> str:
    """The main message while something is waited for that chat cannot answer."""
    return ":hourglass: 待機しています。下をご覧ください。"


def resuming() -> str:
    """The main message while a decision is being handed over."""
    return ":outbox_tray: 決定を Fusion に送信しています…"


def stopped(who: str) -> str:
    """The main message of a stopped run."""
    by = f"{who} さんが" if who else ""
    return f":octagonal_sign: {by}停止しました。Fusion で始まった処理は最後まで続くことがありますが、回答は表示されません。"


def withdrawn() -> str:
    """The main message of a queued run that was stopped."""
    return ":octagonal_sign: 質問が送信される前にキャンセルされました。"


def trace(trace_id: str) -> str:
    """What Oracle support asks for."""
    return f"サポート用のトレース ID: `{trace_id}`"


def ready(who: str, took: timedelta) -> str:
    """The short notice after a long run: an edit notifies nobody."""
    minutes = max(round(took.total_seconds() / 60), 1)
    return f"{who} さん、{minutes} 分で完了しました。上をご覧ください。"


def only(who: str, verb: str) -> str:
    """A refusal: says who may; `verb` is stop, again, ask or decide."""
    what = {
        "stop": "これを停止できる", "again": "もう一度質問できる", "ask": "これを質問できる",
        "decide": "この件を決定できる",
    }[verb]  # fmt: skip
    return f"{what}のは、{who}のみです。"


OVER_ALREADY = "すでに終了しています。"


def status_line(team: str, state: str, since: str, question: str) -> str:
    """One run in `/fusion status`."""
    return f"• *{team}*: {since} から{state}: {question}"


NOTHING_RUNNING = "実行中の質問はありません。"
STATES = {
    "queued": "順番待ち",
    "signed_out": "サインイン待ち",
    "invoking": "質問を送信中",
    "running": "処理中",
    "waiting": "待機中",
    "resuming": "決定を送信中",
}


def stamp(when: datetime, style: str = "{time}") -> str:
    """A time of today."""
    return date_token(when, style)


def no_thread_here(command: str) -> str:
    """Nothing to begin anew: nobody has asked anything in this channel."""
    return f"ここではまだ質問がありません。まずは `{command} ask` に続けて質問を入力してください。"
