"""What the bot says of signing in, in private cards and in the App Home. Texts are mrkdwn."""

TITLE = ":key: *Bei Fusion anmelden*"
WHY = (
    "Fusion antwortet jeder Person gemäß ihren Rollen. Deshalb frage ich in Ihrem Namen und "
    "niemals im Namen anderer."
)
SIGNED_IN_ALREADY = "Sie sind bereits bei Fusion angemeldet."
NOTHING_TO_SIGN_IN = "Hier muss sich niemand anmelden."
NOTHING_TO_SIGN_OUT = "Hier muss sich niemand anmelden, also ist auch keine Abmeldung nötig."
NOT_SIGNED_IN = "Sie waren nicht bei Fusion angemeldet."
SIGNED_OUT = (
    ":wave: Sie sind von Fusion abgemeldet. Was noch für Sie läuft, wird weiterverfolgt, sobald "
    "Sie sich wieder anmelden."
)
SENT = "Ich habe Ihnen einen Code als Direktnachricht geschickt: Melden Sie sich damit an."
TROUBLE = "Die Anmeldung ist gerade nicht möglich. Bitte versuchen Sie es gleich noch einmal."

HOME_TITLE = "Sie in Fusion"


def link_is_yours(until: str) -> str:
    """Below the link."""
    return f"Dieser Link ist nur für Sie bestimmt und gilt bis {until}."


def type_the_code(user_code: str) -> str:
    """Where the code goes."""
    return f"Öffnen Sie die Anmeldeseite und geben Sie diesen Code ein: `{user_code}`"


def code_is_yours(until: str) -> str:
    """Below the code."""
    return (
        f"Dieser Code ist nur für Sie bestimmt und gilt bis {until}. Diese Nachricht ändert sich "
        "von selbst, sobald Sie angemeldet sind."
    )


def signed_in(user_name: str) -> str:
    """The sign-in came to a good end."""
    return f":white_check_mark: Sie sind bei Fusion als *{user_name}* angemeldet."


def not_signed_in(why: str) -> str:
    """It did not."""
    return f":warning: Sie sind nicht bei Fusion angemeldet. {why}"


def acts_as_self(user_name: str) -> str:
    """In the App Home: somebody who acts as themselves."""
    return (
        f"In Fusion sind Sie *{user_name}*. Was Sie hier fragen und entscheiden, geschieht dort in "
        "Ihrem Namen."
    )


def acts_shared(user_name: str) -> str:
    """In the App Home: everybody acts with one identity."""
    who = f"als *{user_name}*" if user_name else "unter einer gemeinsamen Identität"
    return (
        f"Alle hier handeln in Fusion {who}: Die Antworten zeigen, was dieses Konto sehen darf, "
        "unabhängig davon, wer fragt."
    )


NOT_YET = (
    "Sie sind nicht bei Fusion angemeldet. Bei Ihrer ersten Frage werden Sie darum gebeten, oder "
    "Sie melden sich jetzt gleich an."
)
