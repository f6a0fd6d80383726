"""Why somebody may not act at Fusion, by the English sentence that an error carries."""

from bot.domain import reasons

REASONS = {
    reasons.NOT_LISTED: (
        "No está en la lista de personas que pueden actuar en Fusion. Pida a la "
        "administración que le añada a la tabla [users]."
    ),
    reasons.NO_EMAIL: (
        "No veo ninguna dirección de correo en su perfil de Slack, así que no sé quién "
        "es en Fusion. Pida a la administración que le añada a la tabla [users] o que me "
        "permita users:read.email."
    ),
    reasons.BAD_EMAIL: (
        "La dirección de correo de su perfil de Slack no se puede leer, así que no sé "
        "quién es en Fusion. Pida a la administración que la corrija o que le añada a la "
        "tabla [users]."
    ),
    reasons.NOT_NAMED: (
        "En Slack pertenece a otra organización, cuyas personas solo actúan en Fusion si "
        "se las nombra una a una. Pida a la administración que le añada a la tabla "
        "[users] con los identificadores de Slack de su espacio de trabajo y el suyo."
    ),
    reasons.DEACTIVATED: "Esta cuenta de Slack está desactivada, así que no puede actuar en Fusion.",
    reasons.EXTERNAL: "En Slack pertenece a otra organización, así que aquí no puede actuar en Fusion.",
    reasons.GUEST: (
        "Es una persona invitada en este espacio de trabajo de Slack: las personas "
        "invitadas no pueden actuar en Fusion."
    ),
    reasons.NOT_OPEN_HERE: (
        "Las personas invitadas y las de otras organizaciones solo pueden preguntar en "
        "los canales abiertos para ellas, y este no lo es. Pida a la administración que "
        "lo abra, o pregunte donde esté permitido."
    ),
    reasons.NOT_TOLD: (
        "Slack no me dice quién es, así que no sé quién es en Fusion. Pida a la "
        "administración que me permita users:read."
    ),
    reasons.NOBODY_CAME: "Nadie inició sesión a tiempo, así que el código ha caducado.",
    reasons.NOT_CONFIRMED: "No lo ha confirmado.",
    reasons.NO_CODE: "El dominio de identidad no envió ningún código. Inicie sesión de nuevo.",
}
