"""What the bot says in the App Home of runs and of what is kept."""

RECENT = "Vos derniers fils"
NOTHING_RUNNING = "Rien n'est en cours pour vous."
NOTHING_ASKED = "Vous n'avez encore rien demandé."
A_QUESTION = "Une question"
YOUR_DATA = "Vos données"
WHAT_IS_KEPT = (
    "Vos questions et leurs réponses sont conservées, chiffrées, pendant la durée fixée par les "
    "responsables de ce bot. Le registre des approbations est conservé en plus."
)
DELETE = "Supprimer mes données"
DELETE_CONFIRM = (
    "Vos questions terminées et leurs réponses, vos choix, vos avis et votre connexion seront "
    "supprimés ici. Les messages dans Slack et le registre des approbations seront conservés."
)
KEEP = "Les conserver"


def running(count: int) -> str:
    """The heading of what is not finished."""
    return f"En cours pour vous ({count})"


def since(state: str, when: str) -> str:
    """How far a question is, and since when."""
    return f"{state} depuis {when}"
