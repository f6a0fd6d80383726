"""What the bot says of signing in, in private cards and in the App Home. Texts are mrkdwn."""

TITLE = ":key: *Fusion にサインイン*"
WHY = (
    "Fusion は各ユーザーのロールに応じて回答します。"
    "そのため、質問は必ずご本人として行い、ほかの人として行うことはありません。"
)
SIGNED_IN_ALREADY = "すでに Fusion にサインインしています。"
NOTHING_TO_SIGN_IN = "ここではサインインの必要はありません。"
NOTHING_TO_SIGN_OUT = "ここではサインインの必要がないため、サインアウトも不要です。"
NOT_SIGNED_IN = "Fusion にサインインしていませんでした。"
SIGNED_OUT = (
    ":wave: Fusion からサインアウトしました。"
    "実行中の質問の続きは、もう一度サインインすると読み込まれます。"
)
SENT = "ダイレクトメッセージでコードをお送りしました。そのコードでサインインしてください。"
TROUBLE = "現在、サインインを行えません。しばらくしてから、もう一度お試しください。"

HOME_TITLE = "Fusion でのアカウント"


def link_is_yours(until: str) -> str:
    """Below the link."""
    return f"このリンクはあなた専用で、{until} まで有効です。"


def type_the_code(user_code: str) -> str:
    """Where the code goes."""
    return f"サインインページを開き、次のコードを入力してください: `{user_code}`"


def code_is_yours(until: str) -> str:
    """Below the code."""
    return (
        f"このコードはあなた専用で、{until} まで有効です。"
        "サインインが完了すると、このメッセージは自動的に更新されます。"
    )


def signed_in(user_name: str) -> str:
    """The sign-in came to a good end."""
    return f":white_check_mark: *{user_name}* として Fusion にサインインしました。"


def not_signed_in(why: str) -> str:
    """It did not."""
    return f":warning: Fusion にサインインしていません。{why}"


def acts_as_self(user_name: str) -> str:
    """In the App Home: somebody who acts as themselves."""
    return (
        f"Fusion でのあなたのユーザー名は *{user_name}* です。"
        "ここでの質問と決定は、Fusion であなたご本人として実行されます。"
    )


def acts_shared(user_name: str) -> str:
    """In the App Home: everybody acts with one identity."""
    who = f" *{user_name}* " if user_name else "1 つの共有アカウント"
    return (
        f"ここでは全員が{who}として Fusion を利用します。"
        "誰が質問しても、回答にはそのアカウントで閲覧できる内容が表示されます。"
    )


NOT_YET = (
    "Fusion にサインインしていません。"
    "最初の質問の際にサインインをお願いしますが、今サインインすることもできます。"
)
