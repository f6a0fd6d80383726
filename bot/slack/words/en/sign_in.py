"""What the bot says of signing in, in private cards and in the App Home. Texts are mrkdwn."""

TITLE = ":key: *Sign in to Fusion*"
WHY = (
    "Fusion answers each person by their own roles, so I ask it as you, and never as anybody else."
)
SIGNED_IN_ALREADY = "You are signed in to Fusion already."
NOTHING_TO_SIGN_IN = "Nobody has to sign in here."
NOTHING_TO_SIGN_OUT = "Nobody has to sign in here, so there is nothing to sign out of."
NOT_SIGNED_IN = "You were not signed in to Fusion."
SIGNED_OUT = ":wave: You are signed out of Fusion. What still runs for you is read on when you sign in again."
SENT = "I have sent you a code in a direct message: sign in with it."
TROUBLE = "Signing in is not possible just now. Please try again in a moment."

HOME_TITLE = "You at Fusion"


def link_is_yours(until: str) -> str:
    """Below the link."""
    return f"This link is for you alone, and good until {until}."


def type_the_code(user_code: str) -> str:
    """Where the code goes."""
    return f"Open the sign-in page and enter this code: `{user_code}`"


def code_is_yours(until: str) -> str:
    """Below the code."""
    return (
        f"This code is for you alone, and good until {until}. This message changes by itself when "
        "you have signed in."
    )


def signed_in(user_name: str) -> str:
    """The sign-in came to a good end."""
    return f":white_check_mark: You are signed in to Fusion as *{user_name}*."


def not_signed_in(why: str) -> str:
    """It did not."""
    return f":warning: You are not signed in to Fusion. {why}"


def acts_as_self(user_name: str) -> str:
    """In the App Home: somebody who acts as themselves."""
    return f"In Fusion you are *{user_name}*. What you ask and decide here is done there as you."


def acts_shared(user_name: str) -> str:
    """In the App Home: everybody acts with one identity."""
    who = f"*{user_name}*" if user_name else "one shared identity"
    return f"Everybody here acts in Fusion as {who}: answers show what that account may see, whoever asks."


NOT_YET = "You are not signed in to Fusion. Your first question will ask you to, or sign in now."
