"""Why somebody may not act at Fusion, by the English sentence that an error carries."""

from bot.domain import reasons

REASONS = {
    reasons.NOT_LISTED: (
        "Vous ne figurez pas dans la liste des personnes qui peuvent agir dans Fusion. "
        "Demandez à l'administration de vous ajouter à la table [users]."
    ),
    reasons.NO_EMAIL: (
        "Je ne vois aucune adresse e-mail dans votre profil Slack et ne sais donc pas "
        "qui vous êtes dans Fusion. Demandez à l'administration de vous ajouter à la "
        "table [users] ou de m'accorder users:read.email."
    ),
    reasons.BAD_EMAIL: (
        "L'adresse e-mail de votre profil Slack est illisible : je ne sais donc pas qui "
        "vous êtes dans Fusion. Demandez à l'administration de la corriger ou de vous "
        "ajouter à la table [users]."
    ),
    reasons.NOT_NAMED: (
        "Dans Slack, vous appartenez à une autre organisation, dont les membres "
        "n'agissent dans Fusion que s'ils sont nommés un par un. Demandez à "
        "l'administration de vous ajouter à la table [users] avec les identifiants Slack "
        "de votre espace de travail et le vôtre."
    ),
    reasons.DEACTIVATED: "Ce compte Slack est désactivé et ne peut donc pas agir dans Fusion.",
    reasons.EXTERNAL: (
        "Dans Slack, vous appartenez à une autre organisation et ne pouvez donc pas agir "
        "dans Fusion ici."
    ),
    reasons.GUEST: (
        "Vous êtes un invité dans cet espace de travail Slack : les invités ne peuvent "
        "pas agir dans Fusion."
    ),
    reasons.NOT_OPEN_HERE: (
        "Les invités et les personnes d'autres organisations ne peuvent poser des "
        "questions que dans les canaux qui leur sont ouverts, et celui-ci ne l'est pas. "
        "Demandez à l'administration de l'ouvrir, ou posez votre question là où c'est "
        "permis."
    ),
    reasons.NOT_TOLD: (
        "Slack ne me dit pas qui vous êtes : je ne sais donc pas qui vous êtes dans "
        "Fusion. Demandez à l'administration de m'accorder users:read."
    ),
    reasons.NOBODY_CAME: "Personne ne s'est connecté à temps : le code a expiré.",
    reasons.NOT_CONFIRMED: "Vous ne l'avez pas confirmé.",
    reasons.NO_CODE: "Le domaine d'identité n'a envoyé aucun code. Connectez-vous à nouveau.",
}
