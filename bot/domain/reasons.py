"""Why somebody may not act at Fusion, in English: errors carry these sentences.

People read them in their language: bot.slack.words.reasons has each of them there.
"""

NOT_LISTED = (
    "You are not in the list of people who may act at Fusion. Ask an administrator to add "
    "you to the [users] table."
)
NO_EMAIL = (
    "Your Slack profile has no e-mail address that I can see, so I do not know who you are "
    "at Fusion. Ask an administrator to add you to the [users] table, or to allow me "
    "users:read.email."
)
BAD_EMAIL = (
    "The e-mail address in your Slack profile cannot be read, so I do not know who you are "
    "at Fusion. Ask an administrator to mend it, or to add you to the [users] table."
)
NOT_NAMED = (
    "You belong to another organisation in Slack, whose people act at Fusion only if they "
    "are named one by one. Ask an administrator to add you to the [users] table, by your "
    "workspace's and your own id in Slack."
)
DEACTIVATED = "This Slack account is deactivated, so it cannot act at Fusion."
EXTERNAL = "You belong to another organisation in Slack, so you cannot act at Fusion here."
GUEST = "You are a guest in this Slack workspace: guests cannot act at Fusion."
NOT_OPEN_HERE = (
    "Guests and people of other organisations can ask only in channels that were opened to them, and "
    "this is none. Ask an administrator to open it, or ask where it is open."
)
NOT_TOLD = (
    "Slack does not tell me who you are, so I do not know who you are at Fusion. "
    "Ask an administrator to allow me users:read."
)
NOBODY_CAME = "Nobody signed in in time, so the code has expired."
NOT_CONFIRMED = "You did not confirm it."
NO_CODE = "The identity domain sent no code. Sign in again."

ALL = (
    *(NOT_LISTED, NO_EMAIL, BAD_EMAIL, NOT_NAMED, DEACTIVATED, EXTERNAL, GUEST, NOT_OPEN_HERE),
    *(NOT_TOLD, NOBODY_CAME, NOT_CONFIRMED, NO_CODE),
)
