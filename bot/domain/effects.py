"""What a run asks for: imperatives.

A run owes at most one to its agent team, one Show, and one Attend while an approval is open. All are
safe to repeat but `Invoke` and `Resume`: these are marked as begun before they are sent, and an
interrupted one is never repeated on a guess.
"""

from enum import StrEnum


class Effect(StrEnum):
    """Something that the worker performs; performing it yields one event."""

    START = "start"  # take the thread's place as soon as it is free
    AWAIT_SIGN_IN = "await_sign_in"  # see whether the person has signed in
    INVOKE = "invoke"  # start the job
    POLL = "poll"  # read the job's status, again and again
    RESUME = "resume"  # send the decision
    ATTEND = "attend"  # look after the pending approval: who may decide, and what is due
    SHOW = "show"  # make the thread look like the run


FOR_THE_AGENT = frozenset(
    {Effect.START, Effect.AWAIT_SIGN_IN, Effect.INVOKE, Effect.POLL, Effect.RESUME}
)
ONCE_ONLY = frozenset({Effect.INVOKE, Effect.RESUME})
