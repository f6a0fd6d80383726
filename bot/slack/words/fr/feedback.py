"""What the bot says about feedback."""

GOOD = "Bonne réponse"
BAD = "Mauvaise réponse"
THANKS = "Merci : votre avis est enregistré."
COMMENT_TITLE = "Quel est le problème ?"
COMMENT_LABEL = "Avec vos mots"
COMMENT_HINT = (
    "Votre avis est enregistré. Si vous le souhaitez, dites ce qui n'allait pas ; les responsables "
    "de ce bot le liront."
)
SEND = "Envoyer"
CLOSE = "Sans commentaire"
