"""What the bot says below an answer and in the modals that open there."""

from datetime import timedelta

SOURCES_IN_FULL = "What the sources say"
STEPS = "Steps"
CLOSE = "Close"
A_STEP = "A step"
NOTHING_MORE = "There is nothing more to show."
WHOLE_ANSWER = "The whole answer as a file."
ONLY_THE_BEGINNING = "Slack took no more of this message than this; all of it is in the file."
NEW_CONVERSATION = "New conversation"
IN_NEW_THREAD = "Continue in a new thread"
NOT_ALL = "There is more than a form can hold."


def took(span: timedelta) -> str:
    """How long it took."""
    seconds_in_all = round(span.total_seconds())
    minutes, rest = divmod(seconds_in_all, 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def tokens(read: int, written: int) -> str:
    """What it cost."""
    return f"{read:,} tokens read, {written:,} written"


def seconds(span: float) -> str:
    """How long a step took."""
    return f"{span:.1f} s"
