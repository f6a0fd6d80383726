"""What the bot says of signing in, in private cards and in the App Home. Texts are mrkdwn."""

TITLE = ":key: *Connexion à Fusion*"
WHY = (
    "Fusion répond à chaque personne selon ses propres rôles : je l'interroge donc en votre nom, "
    "et jamais au nom de quelqu'un d'autre."
)
SIGNED_IN_ALREADY = "Votre connexion à Fusion est déjà active."
NOTHING_TO_SIGN_IN = "Ici, personne n'a besoin de se connecter."
NOTHING_TO_SIGN_OUT = (
    "Ici, personne n'a besoin de se connecter : il n'y a donc aucune connexion à fermer."
)
NOT_SIGNED_IN = "Vous n'aviez aucune connexion active à Fusion."
SIGNED_OUT = (
    ":wave: Votre connexion à Fusion est fermée. Ce qui est encore en cours pour vous sera de "
    "nouveau suivi quand vous vous reconnecterez."
)
SENT = "Je vous ai envoyé un code par message direct : utilisez-le pour vous connecter."
TROUBLE = "La connexion est impossible pour le moment. Veuillez réessayer dans un instant."

HOME_TITLE = "Vous dans Fusion"


def link_is_yours(until: str) -> str:
    """Below the link."""
    return f"Ce lien vous est personnel et reste valable jusqu'à {until}."


def type_the_code(user_code: str) -> str:
    """Where the code goes."""
    return f"Ouvrez la page de connexion et saisissez ce code : `{user_code}`"


def code_is_yours(until: str) -> str:
    """Below the code."""
    return (
        f"Ce code vous est personnel et reste valable jusqu'à {until}. Ce message changera de "
        "lui-même une fois la connexion établie."
    )


def signed_in(user_name: str) -> str:
    """The sign-in came to a good end."""
    return f":white_check_mark: Connexion à Fusion réussie en tant que *{user_name}*."


def not_signed_in(why: str) -> str:
    """It did not."""
    return f":warning: La connexion à Fusion n'a pas abouti. {why}"


def acts_as_self(user_name: str) -> str:
    """In the App Home: somebody who acts as themselves."""
    return (
        f"Dans Fusion, vous êtes *{user_name}*. Ce que vous demandez et décidez ici y est fait en "
        "votre nom."
    )


def acts_shared(user_name: str) -> str:
    """In the App Home: everybody acts with one identity."""
    who = f"le compte *{user_name}*" if user_name else "un compte commun"
    return (
        f"Ici, tout le monde agit dans Fusion avec {who} : les réponses montrent ce que ce compte "
        "peut voir, quelle que soit la personne qui pose la question."
    )


NOT_YET = (
    "Vous n'avez pas de connexion active à Fusion. Elle vous sera demandée à votre première "
    "question ; vous pouvez aussi vous connecter dès maintenant."
)
