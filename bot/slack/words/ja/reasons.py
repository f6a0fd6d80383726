"""Why somebody may not act at Fusion, by the English sentence that an error carries."""

from bot.domain import reasons

REASONS = {
    reasons.NOT_LISTED: "Fusion を利用できる人の一覧に登録されていません。管理者に [users] テーブルへの追加を依頼してください。",
    reasons.NO_EMAIL: (
        "Slack プロフィールのメールアドレスを確認できないため、Fusion での利用者を特定できません。管理者に [users] テーブルへの追加、または "
        "users:read.email の許可を依頼してください。"
    ),
    reasons.BAD_EMAIL: (
        "Slack プロフィールのメールアドレスを読み取れないため、Fusion での利用者を特定できません。管理者に修正、または [users] "
        "テーブルへの追加を依頼してください。"
    ),
    reasons.NOT_NAMED: (
        "Slack では別の組織に所属しています。その組織の方は、個別に登録されている場合にのみ Fusion を利用できます。管理者に、ワークスペースとご自身の "
        "Slack ID による [users] テーブルへの追加を依頼してください。"
    ),
    reasons.DEACTIVATED: "この Slack アカウントは無効になっているため、Fusion を利用できません。",
    reasons.EXTERNAL: "Slack では別の組織に所属しているため、ここでは Fusion を利用できません。",
    reasons.GUEST: "この Slack ワークスペースのゲストです。ゲストは Fusion を利用できません。",
    reasons.NOT_OPEN_HERE: (
        "ゲストと他の組織の方が質問できるのは、公開されたチャンネルだけです。このチャンネ"
        "ルは公開されていません。管理者に公開を依頼するか、公開されているチャンネルで質問"
        "してください。"
    ),
    reasons.NOT_TOLD: "Slack から利用者の情報を取得できないため、Fusion での利用者を特定できません。管理者に users:read の許可を依頼してください。",
    reasons.NOBODY_CAME: "時間内にサインインされなかったため、コードの有効期限が切れました。",
    reasons.NOT_CONFIRMED: "確認されませんでした。",
    reasons.NO_CODE: (
        "アイデンティティ・ドメインからコードが送られませんでした。もう一度サインインしてください。"
    ),
}
