"""Why somebody may not act at Fusion, by the English sentence that an error carries."""

from bot.domain import reasons

REASONS = {
    reasons.NOT_LISTED: (
        "Sie stehen nicht auf der Liste der Personen, die in Fusion handeln dürfen. "
        "Bitten Sie die Administration, Sie in die Tabelle [users] aufzunehmen."
    ),
    reasons.NO_EMAIL: (
        "In Ihrem Slack-Profil sehe ich keine E-Mail-Adresse und weiß daher nicht, wer "
        "Sie in Fusion sind. Bitten Sie die Administration, Sie in die Tabelle [users] "
        "aufzunehmen oder mir users:read.email zu erlauben."
    ),
    reasons.BAD_EMAIL: (
        "Die E-Mail-Adresse in Ihrem Slack-Profil ist nicht lesbar, daher weiß ich "
        "nicht, wer Sie in Fusion sind. Bitten Sie die Administration, sie zu "
        "berichtigen oder Sie in die Tabelle [users] aufzunehmen."
    ),
    reasons.NOT_NAMED: (
        "Sie gehören in Slack zu einer anderen Organisation; deren Leute handeln in "
        "Fusion nur, wenn sie einzeln genannt sind. Bitten Sie die Administration, Sie "
        "mit den Slack-Kennungen Ihres Workspace und Ihrer eigenen in die Tabelle "
        "[users] aufzunehmen."
    ),
    reasons.DEACTIVATED: "Dieses Slack-Konto ist deaktiviert und kann daher nicht in Fusion handeln.",
    reasons.EXTERNAL: (
        "Sie gehören in Slack zu einer anderen Organisation und können hier daher nicht "
        "in Fusion handeln."
    ),
    reasons.GUEST: (
        "Sie sind in diesem Slack-Workspace zu Gast: Gäste können nicht in Fusion handeln."
    ),
    reasons.NOT_OPEN_HERE: (
        "Gäste und Personen anderer Organisationen können nur in Channels fragen, die "
        "für sie geöffnet wurden, und dieser gehört nicht dazu. Bitten Sie die "
        "Administration, ihn zu öffnen, oder fragen Sie dort, wo es erlaubt ist."
    ),
    reasons.NOT_TOLD: (
        "Slack sagt mir nicht, wer Sie sind, daher weiß ich nicht, wer Sie in Fusion "
        "sind. Bitten Sie die Administration, mir users:read zu erlauben."
    ),
    reasons.NOBODY_CAME: "Niemand hat sich rechtzeitig angemeldet; der Code ist abgelaufen.",
    reasons.NOT_CONFIRMED: "Sie haben es nicht bestätigt.",
    reasons.NO_CODE: (
        "Die Identitätsdomäne hat keinen Code geschickt. Bitte melden Sie sich noch einmal an."
    ),
}
