"""What the bot says about feedback."""

GOOD = "Gute Antwort"
BAD = "Schlechte Antwort"
THANKS = "Vielen Dank: Ihr Feedback ist gespeichert."
COMMENT_TITLE = "Was stimmte nicht?"
COMMENT_LABEL = "In Ihren Worten"
COMMENT_HINT = (
    "Ihr Feedback ist gespeichert. Wenn Sie möchten, schreiben Sie, was nicht stimmte; die "
    "Zuständigen für diesen Bot lesen es."
)
SEND = "Senden"
CLOSE = "Ohne Kommentar"
