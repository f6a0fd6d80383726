"""What the bot says of approvals. Texts are mrkdwn; names come escaped."""

from datetime import datetime

from bot.domain.approval import Reopened
from bot.domain.policy import Refusal
from bot.slack.words.times import date_token

# Titles by bot.domain.job.WaitingFor, while it waits and afterwards.
TITLES = {
    "decision": ":raised_hand: *承認が必要です*",
    "changes": ":raised_hand: *承認が必要です*",
    "review": ":raised_hand: *承認が必要です*",
    "text": ":speech_balloon: *返信が必要です*",
    "elsewhere": ":email: *Slack の外での回答を待っています*",
    "timer": ":hourglass: *待機中*",
}
TITLES_AFTERWARDS = {
    "decision": ":raised_hand: *承認*",
    "changes": ":raised_hand: *承認*",
    "review": ":raised_hand: *承認*",
    "text": ":speech_balloon: *返信の依頼*",
    "elsewhere": ":email: *Slack の外での回答待ち (終了)*",
    "timer": ":hourglass: *待機 (終了)*",
}
WHAT = "項目"
VALUE = "値"
AN_APPROVAL = "承認の依頼"
DECIDED = "決定済み"

APPROVE = "承認する"
REJECT = "却下する"
REQUEST_CHANGE = "変更を依頼する…"
REPLY = "返信する…"
DELEGATE = "委任する…"
DETAILS = "詳細"

CONFIRM_TITLE = "よろしいですか?"
CONFIRM_TEXT = "承認されると、すぐに実行されます。"

ELSEWHERE_HINT = "この件は Slack の外で回答されます。その後、スレッドは自動的に続行されます。"
TIMER_HINT = "操作は不要です。自動的に続行されます。"
NOBODY = ":no_entry: この件を決定できる人がいません。ポリシーに該当する人がいないためです。"
NOT_IN_THIS_CHANNEL = (
    "この件はこのチャンネルでは決定できません。"
    "決定できる人にはダイレクトメッセージをお送りしています。"
)
NOT_IN_DIRECT = "これはダイレクトメッセージではなく、スレッドで決定します。"
LOOKING_UP = "決定できる人を確認しています。"
SENT_AS_DECIDER = "決定は、決定した本人として Fusion に送信されます。"
NOT_OPEN_ANY_MORE = "この件はすでに終了しています。結果はカードでご確認ください。"
HANDED_OVER = "委任しました。"
NOT_HANDED_OVER = "選択した人はこの件を決定できないため、引き続きあなたの担当となります。"
NONE_WAITING = "あなたの対応を待っているものはありません。"
NONE_ASKED = "あなたが依頼したもので、対応待ちのものはありません。"

REOPENED = {
    Reopened.NOT_DELIVERED: "決定は Fusion に受理されませんでした。もう一度決定してください。",
    Reopened.SIGNED_OUT: (
        "決定した人が Fusion にサインインする必要があるため、決定は送信されませんでした。"
        "サインインしてから、もう一度決定してください。"
    ),
    Reopened.NOT_CONFIRMED: (
        "Fusion で決定を確認できず、依頼はまだ待機中です。もう一度決定してください。"
    ),
}

REFUSALS = {
    Refusal.ASKER: "ご自身による依頼のため、ほかの人が決定する必要があります。",
    Refusal.GUEST: "ゲストはこの件を決定できません。",
    Refusal.EXTERNAL: "別の組織のメンバーはこの件を決定できません。",
    Refusal.DEACTIVATED: "このアカウントは無効になっています。",
    Refusal.NOT_HERE: (
        "この件はこのチャンネルでは決定できません。"
        "あなたにはダイレクトメッセージをお送りしています。"
    ),
    Refusal.VOTED: "あなたはすでに承認しています。ほかの人の承認を待っています。",
    Refusal.UNCERTAIN: (
        "あなたが決定できるかどうかを、現在 Slack で確認できません。もう一度お試しください。"
    ),
}

QUESTION_OR_ANSWER = (
    "上の承認は、あなたの返信を待っています。"
    "入力した内容は、その回答ですか? それとも次の質問ですか?"
)
IS_ANSWER = "回答として送信する"
IS_QUESTION = "次の質問にする"
KEPT_AS_QUESTION = "順番が来たら質問します。"
USE_THE_BUTTONS = (
    "上の承認は、あなたの決定を待っています。メッセージでは決定できないため、"
    "ボタンを使ってください。入力した内容は、次の質問として扱います。"
)


def stamp(when: datetime) -> str:
    """A date and a time: approvals are open for days, and looked at later."""
    return date_token(when, "{date_short_pretty} {time}")


def asked_by(team: str, asker: str) -> str:
    """Whom was asked, and by whom."""
    return f"{team} (依頼者: {asker} さん)"


def step(name: str) -> str:
    """The step of the job that waits."""
    return f"ステップ: {name}"


def round_of(number: int, most: int | None) -> str:
    """The round of requested changes."""
    return f"確認 {number} 回目 (最大 {most} 回)" if most else f"確認 {number} 回目"


def asker_alone(asker: str) -> str:
    """Who may decide, where nothing else was configured."""
    return f"決定できるのは、依頼者の {asker} さんのみです。"


def decided_by(verb: str, who: str, when: str) -> str:
    """How it was decided; `verb` is approve, reject, reply or change."""
    done = {
        "approve": "承認しました", "reject": "却下しました", "reply": "回答しました",
        "change": "変更を依頼しました",
    }  # fmt: skip
    return f"{who} さんが{done[verb]} – {when}"


def handing_over(how: str) -> str:
    """It was decided, and Fusion has not taken it yet."""
    return f"{how} – Fusion に送信しています…"


def elsewhere(when: str) -> str:
    """It was decided in another place."""
    return f"{when} に別の場所で決定されました。".removeprefix(" に")


def elsewhere_before(when: str, who: str) -> str:
    """It was decided in another place while somebody here had decided too."""
    return (
        f"{when} に別の場所で決定されました。"
        f"{who} さんの決定は送信前だったため、送信されませんでした。"
    ).removeprefix(" に")


def went_on(when: str) -> str:
    """What nobody here could answer is over."""
    return f"{when} に続行されました。".removeprefix(" に")


def cancelled(when: str) -> str:
    """The run was stopped."""
    return f"{when} に実行が停止されたため、キャンセルされました。".removeprefix(" に")


def unknown(when: str) -> str:
    """It was sent, and nobody here learned whether Fusion took it."""
    return (
        f"Fusion に送信しましたが、{when} の時点で受け付けられたかどうかを確認できませんでした。"
        "同じ件をもう一度判断する前に、Fusion で確認してください。"
    )


def expired(when: str) -> str:
    """Nobody decided in time."""
    return f"{when} に期限切れとなり、承認されませんでした。".removeprefix(" に")


def queue_line(link: str, about: str, opened: str, ends: str, waits_for: str) -> str:
    """One approval in a list; `ends` and `waits_for` may be empty."""
    until_when = f"、期限: {ends}" if ends else ""
    waits = f"、決定待ち: {waits_for}" if waits_for else ""
    return f"• {link} – {about} {opened}{until_when}{waits}"


def waiting_for_me(count: int) -> str:
    """The heading of what somebody can decide."""
    return f"あなたの対応待ち ({count})"


def i_asked(count: int) -> str:
    """The heading of what somebody asked for and others decide."""
    return f"あなたの依頼で対応待ちのもの ({count})"


def only(who: str) -> str:
    """A refusal: says who may."""
    return (
        f"この件を決定できるのは、{who} のみです。" if who else "あなたはこの件を決定できません。"
    )


def decided_before(who: str) -> str:
    """Somebody else was quicker."""
    return f"{who} さんがすでに決定しています。"


def more_details(count: int) -> str:
    """On the card: not everything that came with it is there."""
    return (
        f":warning: ここに表示されていない項目があと {count} 件あります。"
        "決定する前に *詳細* をご確認ください。"
    )


def more_text(count: int) -> str:
    """On the card: the request's own words go on."""
    return (
        f":warning: ここに表示されていない文章があと {count} 文字あります。"
        "決定する前に *詳細* をご確認ください。"
    )


def asked_because(policy: str, stage: int, stages: int) -> str:
    """Why somebody who did not ask is asked to decide."""
    by = f"ポリシー *{policy}* " if policy else "この件のポリシー"
    turn = f"の第 {stage} 段階 (全 {stages} 段階) " if stages > 1 else ""
    return f"{by}{turn}で指定されているため、あなたに決定をお願いしています。"


def handed_to_you(by: str) -> str:
    """Why: somebody handed it over."""
    return f"{by} さんが委任したため、あなたに決定をお願いしています。"


def who_decides(who: str, needed: int, of: int) -> str:
    """Who may decide, and how many of them must."""
    if of <= 1:
        return f"決定できるのは、{who} のみです。"
    many = f"{of} 名全員" if needed == of else f"{of} 名のうち {needed} 名"
    return f"{who}: {many}の承認が必要です。"


def approved_so_far(who: str) -> str:
    """Some of several have approved."""
    return f":white_check_mark: これまでに承認した人: {who}"


def stage(number: int, of: int) -> str:
    """Which stage it is in."""
    return f"第 {number} 段階 (全 {of} 段階)"


def until(when: str) -> str:
    """When it is not approved any more."""
    return f"{when} までに決定されない場合は、承認されません。"


def escalated(number: int, when: str) -> str:
    """A stage did not decide in time."""
    return (
        f":arrow_up: 第 {number} 段階では期限までに決定されなかったため、"
        f"{when} にエスカレーションされました。"
    )


def handed_over(by: str, to: str) -> str:
    """Somebody handed it over."""
    return f":handshake: {by} さんが {to} さんに委任しました。"


def reminder(who: str, card: str) -> str:
    """A reminder in the thread."""
    return f":bell: {who} 対応待ちの承認があります: {card}"


def sent_as_shared(user: str) -> str:
    """As whom it runs where everybody acts as one."""
    return f"決定は、ここで全員が共用する {user} として Fusion に送信されます。"


def on_record(what: str, team: str, outcome: str, link: str) -> str:
    """The entry in the audit channel."""
    return f":scroll: *{team}*: {what}\n{outcome}\n{link}"
