"""Every sentence that the bot says of its own, in one place. Texts are mrkdwn; names come escaped.

What they have in common: they say what is so and what to do, in the fewest words; they never blame
the person, and they never show an exception.
"""

from datetime import datetime, timedelta

from bot.domain.events import Trouble
from bot.domain.limits import Excess
from bot.slack.words.times import date_token

FINISHED = "Terminé."
FINISHED_AS_DECIDED = "Terminé, conformément à la décision."
WORKING = "Traitement en cours…"
A_STEP = "Étape"
OR = "ou"
SOMEBODY = "une personne habilitée"
SOMEBODY_ELSE = "quelqu'un d'autre"
STOP = "Arrêter"
CANCEL = "Annuler"
ASK_AGAIN = "Reposer la question"
SIGN_IN = "Se connecter"
SIGN_IN_TO_FUSION = "Se connecter à Fusion"
SIGN_OUT = "Se déconnecter"
STOPPED = "Arrêté."
GO_TO_THREAD = "Aller au fil"
SOURCES = "*Sources*"
FOLLOW_UPS = "*Pour aller plus loin*"

TROUBLES = {
    Trouble.NOT_ALLOWED: (
        "Vous n'avez pas accès à cette équipe d'agents, ou elle n'est pas publiée. "
        "Demandez à votre administrateur Fusion un rôle qui permet de l'utiliser."
    ),
    Trouble.NOT_FOUND: (
        "Fusion ne connaît aucune équipe d'agents avec ce code. "
        "Demandez aux responsables de ce bot de vérifier le paramètre de l'équipe d'agents."
    ),
    Trouble.NOT_SIGNED_IN: (
        "Fusion n'a pas accepté la connexion du bot. Demandez aux responsables de ce bot de "
        "lancer sa vérification."
    ),
    Trouble.SIGNED_OUT: (
        "Cette question a expiré : personne ne s'est connecté à temps, elle n'a donc pas été "
        "posée. Reposez-la quand vous pourrez vous connecter."
    ),
    Trouble.NO_FUSION_USER: (
        "Vous ne pouvez pas agir dans Fusion, la question n'a donc pas été posée."
    ),
    Trouble.UNAVAILABLE: (
        "Fusion n'a pas pu être joint. Rien n'a été lancé ; reposez votre question plus tard."
    ),
    Trouble.REFUSED: "Fusion a refusé la demande. Rien n'a été lancé.",
    Trouble.AGENT_FAILED: "L'équipe d'agents n'a pas pu mener cette demande à bien.",
    Trouble.LOST: "La réponse ne peut plus être lue dans Fusion.",
    Trouble.NOT_DECIDED: (
        "Personne n'a décidé à temps, la demande n'a donc pas été approuvée. Reposez votre "
        "question si elle est toujours d'actualité."
    ),
    Trouble.TOO_LONG: "Le traitement a dépassé la durée d'attente du bot.",
    Trouble.NOT_OFFERED: "Cette équipe d'agents n'est plus proposée ici.",
    Trouble.FOR_OTHERS: (
        "Cette équipe d'agents est réservée aux membres d'un groupe d'utilisateurs Slack dont vous "
        "ne faites pas partie. Rien n'a été lancé ; si vous devriez en faire partie, "
        "adressez-vous aux responsables de ce bot."
    ),
}

UNCERTAIN = (
    "La connexion à Fusion s'est interrompue pendant la transmission de votre question : "
    "impossible de savoir si le traitement a commencé. La question n'a pas été envoyée deux fois. "
    "Si elle modifie des données, vérifiez avant de la reposer."
)
REPLY_LOST = (
    "Fusion a pris en compte la décision et clos la demande, mais sa réponse à la décision a été "
    "perdue. Si l'équipe d'agents a autre chose à dire, cela ne peut pas être affiché ici : "
    "consultez Fusion."
)
NEW_CONVERSATION_FOLLOWS = "Votre prochaine question dans ce fil ouvrira une nouvelle conversation."
ASK_SOMETHING = (
    "Que souhaitez-vous savoir ? Mentionnez-moi avec une question, par exemple "
    "_« Quelles factures sont en retard ? »_"
)
ASK_ABOUT_FILE = "Que souhaitez-vous savoir à son sujet ? Envoyez le fichier à nouveau, avec votre question dans le même message."
LIMITS = {
    Excess.LENGTH: (
        "Cette question est trop longue pour être transmise. Raccourcissez-la, ou joignez la partie longue dans un fichier texte."
    ),
    Excess.THREAD: (
        "Trop de questions attendent dans ce fil. Attendez que certaines aient une réponse, ou commencez un autre fil."
    ),
    Excess.PERSON: (
        "Vous avez trop de questions en cours. Attendez que certaines aient une réponse, ou arrêtez-en une."
    ),
    Excess.APPROVALS: (
        "Trop de vos approbations attendent une décision. Reposez la question quand certaines seront décidées."
    ),
    Excess.EVERYBODY: (
        "Le bot a trop à faire en ce moment. Rien n’a été lancé ; reposez la question dans quelques minutes."
    ),
}
NOTHING_TO_STOP = "Vous n'avez rien en cours ici."
EDITED_TOO_LATE = "La question posée est celle d'avant la modification. Pour la changer : Arrêter, puis redemandez."
NEW_STARTED = (
    "Votre prochaine question dans votre dernier fil ici ouvrira une nouvelle conversation."
)
NEW_ALREADY = "Votre prochaine question ici ouvrira de toute façon une nouvelle conversation."
GONE = (
    "Cet échange n'est plus conservé : rien n'a donc été fait. Reposez votre question dans un "
    "nouveau message."
)
FORM_TROUBLE = "Le formulaire n'a pas pu s'ouvrir. Veuillez cliquer à nouveau."
STORAGE_TROUBLE = (
    "L'enregistrement est impossible pour le moment. Si le message ici ne change pas dans un instant, "
    "rien n'a été fait : veuillez réessayer."
)
SENDING_DECISION = "Une décision est en cours de transmission ; réessayez dans un instant."
ASKED_ALREADY = "Cette question a déjà été posée ; la réponse est dans le fil."


def help_text(command: str, team: str) -> str:
    """What the bot can do."""
    return (
        f"*Je transmets vos questions à {team} et vous rapporte les réponses.*\n"
        "• Mentionnez-moi dans un canal, ou écrivez-moi directement. Le fil est la conversation : "
        "il suffit d'y répondre pour continuer.\n"
        f"• `{command} ask QUESTION` pose votre question ici, dans un nouveau fil\n"
        f"• Tout autre texte après `{command}` est aussi posé comme question\n"
        f"• `{command} agents` liste les équipes d'agents, `{command} use CODE` choisit la vôtre\n"
        f"• `{command} status` affiche ce qui est en cours pour vous\n"
        f"• `{command} stop` arrête votre dernière demande ici\n"
        f"• `{command} new` fait repartir votre prochaine question de zéro\n"
        f"• `{command} approvals` affiche ce qui attend votre décision\n"
        f"• `{command} sign-in` et `{command} sign-out` vous connectent à Fusion et vous en "
        "déconnectent\n"
        f"• `{command} help` affiche cette aide"
    )


def did_you_mean(command: str, word: str) -> str:
    """What was typed is nearly a subcommand."""
    return f"Vouliez-vous dire `{command} {word}` ? Ce qui suit `{command} ask` est toujours une question."


def and_more(count: int) -> str:
    """A list that goes on."""
    return f"et {count} autre" if count == 1 else f"et {count} autres"


def page(number: str) -> str:
    """The page of a source, after its title."""
    return f", page {number}"


def asking(team: str) -> str:
    """A job is being started."""
    return f"Envoi de la question à *{team}*…"


def doing(text: str) -> str:
    """What the agent does at the moment, after the name of the app."""
    return f"travaille : {text}"


def working(team: str) -> str:
    """A job runs, and has not told how far it is."""
    return f"*{team}* traite la demande…"


def sign_in_first(who: str, team: str) -> str:
    """The main message of a question whose person has yet to sign in."""
    return (
        f":key: {who}, connectez-vous à Fusion pour interroger *{team}* en votre nom. "
        "Votre question partira ensuite d'elle-même."
    )


def sign_in_again(who: str) -> str:
    """The person's sign-in ended while a job runs or waits."""
    return (
        f":key: {who}, votre connexion à Fusion a pris fin. Reconnectez-vous pour que le "
        "traitement se poursuive."
    )


def trouble_since(when: str) -> str:
    """Fusion cannot be reached at the moment."""
    return f":warning: Fusion est injoignable depuis {when}. Nouvelles tentatives automatiques."


def queued(ahead: int) -> str:
    """Other questions of this thread come first."""
    before = "une question" if ahead == 1 else f"{ahead} questions"
    return f":hourglass: En file d'attente : {before} avant celle-ci dans ce fil."


def asked(who: str, question: str, team: str | None = None) -> str:
    """Repeats a question that was not typed as a message."""
    to = f" à *{team}*" if team else ""
    quoted = "\n".join(f"> {line}" for line in question.splitlines() or [""])
    return f"{who} a demandé{to} :\n{quoted}"


def moved_here(channel: str) -> str:
    """The answer comes in a direct message because the channel cannot be written to."""
    return f"Je ne peux pas écrire dans <#{channel}>, la réponse arrive donc ici."


def waiting_for_decision(decider: str) -> str:
    """The main message while an approval is open."""
    return f":raised_hand: En attente : décision à prendre ci-dessous par {decider}."


def waiting_elsewhere() -> str:
    """The main message while something is waited for that chat cannot answer."""
    return ":hourglass: En attente. Voir ci-dessous."


def resuming() -> str:
    """The main message while a decision is being handed over."""
    return ":outbox_tray: Transmission de la décision à Fusion…"


def stopped(who: str) -> str:
    """The main message of a stopped run."""
    return (
        f":octagonal_sign: Arrêté par {who}. Ce qui a commencé dans Fusion peut encore s'y terminer ; si "
        "une réponse arrive, elle ne sera pas affichée."
    )


def withdrawn() -> str:
    """The main message of a queued run that was stopped."""
    return ":octagonal_sign: Question annulée avant d'être posée."


def trace(trace_id: str) -> str:
    """What Oracle support asks for."""
    return f"Identifiant de trace pour le support : `{trace_id}`"


def ready(who: str, took: timedelta) -> str:
    """The short notice after a long run: an edit notifies nobody."""
    minutes = max(round(took.total_seconds() / 60), 1)
    return f"{who}, c'est terminé, après {minutes} min. Voir ci-dessus."


def only(who: str, verb: str) -> str:
    """A refusal: says who may; `verb` is stop, again, ask or decide."""
    what = {
        "stop": "L'arrêt de cette demande est réservé",
        "again": "Reposer cette question est réservé",
        "ask": "Poser cette question est réservé",
        "decide": "Cette décision est réservée",
    }[verb]
    return f"{what} à {who}."


OVER_ALREADY = "C'est déjà terminé."


def status_line(team: str, state: str, since: str, question: str) -> str:
    """One run in `/fusion status`."""
    return f"• *{team}*, {state} depuis {since} : {question}"


NOTHING_RUNNING = "Rien n'est en cours pour vous."
STATES = {
    "queued": "en file d'attente",
    "signed_out": "en attente de votre connexion",
    "invoking": "en cours d'envoi",
    "running": "en cours",
    "waiting": "en attente",
    "resuming": "transmission d'une décision",
}


def stamp(when: datetime, style: str = "{time}") -> str:
    """A time of today."""
    return date_token(when, style)


def no_thread_here(command: str) -> str:
    """Nothing to begin anew: nobody has asked anything in this channel."""
    return f"Vous n'avez encore rien demandé ici. Pour commencer : `{command} ask` suivi de votre question."
