"""Why nothing came of what somebody did: a sentence for them alone."""

from collections.abc import Callable

from bot.slack.words import approvals as approval_sentences, general as say
from bot.verdicts import Outcome, Verdict


def why_not(verdict: Verdict, verb: str, too_late: Callable[[Verdict], str]) -> str:
    """The sentence for a verdict that is not DONE."""
    if verdict.outcome is Outcome.TOO_LATE:
        return too_late(verdict)
    if verdict.limit is not None:
        return say.LIMITS[verdict.limit]
    permission = verdict.permission
    if permission is None:
        return say.GONE
    sentence = approval_sentences.REFUSALS.get(permission.why) if permission.why else None
    if sentence is not None:
        return sentence
    who = f" {say.OR} ".join(f"<@{each.user}>" for each in permission.who_may[:10])
    return say.only(who or say.SOMEBODY_ELSE, verb)
