"""What the pages of a sign-in say, in the language that the browser asks for first of ours.

Sentences that name settings are for whoever runs the bot, and stay English.
"""

import re
from dataclasses import dataclass, fields
from itertools import count

_WANTED = re.compile(r"([a-zA-Z]{1,8})(?:-[\w-]+)?\s*(?:;\s*q=([\d.]+))?")


@dataclass(frozen=True, slots=True)
class PageWords:
    """The texts of one language."""

    language: str
    are_both_you: str
    in_slack: str
    in_fusion: str
    what_follows: str
    yes: str
    no: str
    signed_in: str
    in_fusion_you_are: str  # with {user}
    close: str
    goes_on: str
    nothing_connected: str
    not_signed_in: str
    begin_anew: str
    link_is_over: str
    link_is_wrong: str
    other_browser: str
    storage_trouble: str


ENGLISH = PageWords(
    language="en",
    are_both_you="Are both of these you?",
    in_slack="In Slack",
    in_fusion="In Fusion",
    what_follows=(
        "If you go on, what this person asks and decides in Slack is done in Fusion as this user. "
        "If somebody else sent you here, do not go on."
    ),
    yes="Yes, go on",
    no="No",
    signed_in="You are signed in",
    in_fusion_you_are="In Fusion you are {user}.",
    close="You can close this page.",
    goes_on="What you asked in Slack goes on by itself.",
    nothing_connected="Nothing was connected",
    not_signed_in="You are not signed in",
    begin_anew="In Slack, /fusion sign-in begins anew.",
    link_is_over="This sign-in link has expired or was used before. Ask for a new one in Slack.",
    link_is_wrong="This is no sign-in link of ours. Ask for one in Slack.",
    other_browser=(
        "This sign-in was begun in another browser. Open the link from Slack in this one, or go on "
        "there."
    ),
    storage_trouble=(
        "This could not be saved just now. In a moment, begin anew in Slack with /fusion sign-in."
    ),
)
GERMAN = PageWords(
    language="de",
    are_both_you="Sind das beides Sie?",
    in_slack="In Slack",
    in_fusion="In Fusion",
    what_follows=(
        "Wenn Sie fortfahren, geschieht in Fusion unter diesem Benutzer, was diese Person in Slack "
        "fragt und entscheidet. Wenn jemand anderes Sie hierher geschickt hat, fahren Sie nicht fort."
    ),
    yes="Ja, fortfahren",
    no="Nein",
    signed_in="Sie sind angemeldet",
    in_fusion_you_are="In Fusion sind Sie {user}.",
    close="Sie können diese Seite schließen.",
    goes_on="Was Sie in Slack gefragt haben, geht von selbst weiter.",
    nothing_connected="Es wurde nichts verbunden",
    not_signed_in="Sie sind nicht angemeldet",
    begin_anew="In Slack beginnt /fusion sign-in von Neuem.",
    link_is_over=(
        "Dieser Anmelde-Link ist abgelaufen oder wurde schon verwendet. Lassen Sie sich in Slack "
        "einen neuen geben."
    ),
    link_is_wrong="Das ist kein Anmelde-Link von uns. Lassen Sie sich in Slack einen geben.",
    other_browser=(
        "Diese Anmeldung wurde in einem anderen Browser begonnen. Öffnen Sie den Link aus Slack in "
        "diesem, oder machen Sie dort weiter."
    ),
    storage_trouble=(
        "Das konnte gerade nicht gespeichert werden. Beginnen Sie gleich in Slack mit /fusion "
        "sign-in von Neuem."
    ),
)
SPANISH = PageWords(
    language="es",
    are_both_you="¿Son suyas estas dos cuentas?",
    in_slack="En Slack",
    in_fusion="En Fusion",
    what_follows=(
        "Si continúa, lo que esta persona pregunte y decida en Slack se hará en Fusion como este "
        "usuario. Si otra persona le ha enviado aquí, no continúe."
    ),
    yes="Sí, continuar",
    no="No",
    signed_in="Ha iniciado sesión",
    in_fusion_you_are="En Fusion usted es {user}.",
    close="Puede cerrar esta página.",
    goes_on="Lo que preguntó en Slack continúa por sí solo.",
    nothing_connected="No se ha conectado nada",
    not_signed_in="No ha iniciado sesión",
    begin_anew="En Slack, /fusion sign-in empieza de nuevo.",
    link_is_over="Este enlace ha caducado o ya se utilizó. Pida uno nuevo en Slack.",
    link_is_wrong="Este enlace de inicio de sesión no es nuestro. Pida uno en Slack.",
    other_browser=(
        "Este inicio de sesión comenzó en otro navegador. Abra en este el enlace de Slack o continúe "
        "allí."
    ),
    storage_trouble=(
        "No se ha podido guardar en este momento. Empiece de nuevo en Slack con /fusion sign-in en "
        "unos instantes."
    ),
)
FRENCH = PageWords(
    language="fr",
    are_both_you="Ces deux comptes sont-ils les vôtres ?",
    in_slack="Dans Slack",
    in_fusion="Dans Fusion",
    what_follows=(
        "Si vous continuez, ce que cette personne demande et décide dans Slack sera fait dans Fusion "
        "en tant que cet utilisateur. Si quelqu’un d’autre vous a envoyé ici, ne continuez pas."
    ),
    yes="Oui, continuer",
    no="Non",
    signed_in="Vous êtes connecté",
    in_fusion_you_are="Dans Fusion, vous êtes {user}.",
    close="Vous pouvez fermer cette page.",
    goes_on="Ce que vous avez demandé dans Slack se poursuit tout seul.",
    nothing_connected="Rien n’a été relié",
    not_signed_in="Vous n’êtes pas connecté",
    begin_anew="Dans Slack, /fusion sign-in recommence.",
    link_is_over="Ce lien de connexion a expiré ou a déjà servi. Demandez-en un autre dans Slack.",
    link_is_wrong="Ce lien de connexion n’est pas le nôtre. Demandez-en un dans Slack.",
    other_browser=(
        "Cette connexion a commencé dans un autre navigateur. Ouvrez dans celui-ci le lien de Slack, "
        "ou continuez là-bas."
    ),
    storage_trouble=(
        "Impossible d’enregistrer pour l’instant. Recommencez dans un moment dans Slack avec /fusion "
        "sign-in."
    ),
)
JAPANESE = PageWords(
    language="ja",
    are_both_you="どちらもあなたのアカウントですか？",
    in_slack="Slack",
    in_fusion="Fusion",
    what_follows=(
        "続けると、この人が Slack で質問・決定したことが、Fusion ではこのユーザーとして実行されます。"
        "ほかの人に案内されてこのページを開いた場合は、続けないでください。"
    ),
    yes="はい、続ける",
    no="いいえ",
    signed_in="サインインしました",
    in_fusion_you_are="Fusion でのユーザーは {user} です。",
    close="このページは閉じてかまいません。",
    goes_on="Slack での質問は自動的に続行されます。",
    nothing_connected="何も接続されませんでした",
    not_signed_in="サインインしていません",
    begin_anew="Slack で /fusion sign-in を実行すると、やり直せます。",
    link_is_over=(
        "このサインイン用リンクは期限切れか、使用済みです。Slack で新しいリンクを取得してください。"
    ),
    link_is_wrong="これは当方のサインイン用リンクではありません。Slack でリンクを取得してください。",
    other_browser=(
        "このサインインは別のブラウザーで始められました。このブラウザーで Slack のリンクを開くか、"
        "元のブラウザーで続けてください。"
    ),
    storage_trouble=(
        "現在、保存できませんでした。しばらくしてから Slack で /fusion sign-in をやり直してください。"
    ),
)
LANGUAGES = {each.language: each for each in (ENGLISH, GERMAN, SPANISH, FRENCH, JAPANESE)}


def words_for(accept_language: str) -> PageWords:
    """The texts for a browser's Accept-Language (RFC 9110 section 12.5.4); English for none of ours."""
    wanted: list[tuple[float, int, str]] = []
    for each, place in zip(accept_language.split(",")[:20], count()):
        found = _WANTED.fullmatch(each.strip())
        if found is not None and found[1].lower() in LANGUAGES:
            wanted.append((-_weight(found[2]), place, found[1].lower()))
    return LANGUAGES[min(wanted)[2]] if wanted else ENGLISH


def translated(detail: str, words: PageWords) -> str:
    """A sentence of ours in this language; any other one as it is."""
    for field in fields(ENGLISH):
        if getattr(ENGLISH, field.name) == detail:
            return str(getattr(words, field.name))
    return detail


def _weight(quality: str | None) -> float:
    try:
        return float(quality) if quality else 1.0
    except ValueError:
        return 0.0
