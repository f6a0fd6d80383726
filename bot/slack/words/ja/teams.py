"""What the bot says of agent teams and the choice among them. Texts are mrkdwn; names come escaped."""

TEAMS = "*エージェントチーム*"
YOUR_TEAM = "あなたのエージェントチーム"
YOUR_TEAM_HINT = (
    "新しいスレッドでの質問に回答します。ただし、専用のチームがあるチャンネルは除きます。"
    "スレッドのエージェントチームは途中で変わりません。"
)
DEFAULT_TEAM = "ワークスペースのエージェントチーム"
DEFAULT_TEAM_HINT = "チャンネルや個人が別のチームを選んでいない限り、全員の新しいスレッドに回答します。この設定はワークスペースの管理者にだけ表示されます。"
CHOOSE = "選択"


NOT_ALL_FOUND = "この一覧は完全ではありません。現在、Fusion に問い合わせできません。"


def sign_in_for_more(command: str) -> str:
    """Below a list that Fusion's own teams are missing from."""
    return f"`{command} sign-in` でサインインすると、Fusion で利用できるものも表示されます。"


def team_line(title: str, code: str, *, is_here: bool) -> str:
    """One of the teams that are offered."""
    here = " – ここで回答します" if is_here else ""
    return f"• *{title}* (`{code}`){here}"


def how_to_choose(command: str) -> str:
    """Below the list."""
    return (
        f"`{command} use CODE` で新しいスレッドで使用するチームを選択し、"
        f" `{command} use default` で既定のチームに戻します。"
        "1 つの質問だけで別のチームを使う場合は、質問の先頭に `+CODE` を付けてください。"
    )


def default_team(title: str) -> str:
    """The option for no choice."""
    return f"既定のチーム ({title})"


def chosen(title: str) -> str:
    """A choice was made."""
    return f"今後、新しいスレッドでは *{title}* が回答します。"


def chosen_but_not_here(title: str, here: str) -> str:
    """A choice was made in a channel that has a team of its own."""
    return (
        f"今後、新しいスレッドでは *{title}* が回答します。"
        f"このチャンネルでは、引き続き *{here}* が回答します。"
    )


def unknown(words: str, command: str) -> str:
    """Nobody is called so."""
    return (
        f"「{words}」というエージェントチームはここにはありません。"
        f"利用できるチームの一覧は `{command} agents` で確認できます。"
    )


def changed(now: str, before: str) -> str:
    """A thread goes on with another team."""
    return (
        f"*{before}* から *{now}* に切り替わりました。"
        "新しい会話となるため、これまでの内容は引き継がれません。"
    )
