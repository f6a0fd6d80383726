"""A play: what happens to a run, one line for each event, and what must be seen after it."""

from collections.abc import Sequence
from datetime import timedelta

from bot.domain.effects import Effect
from bot.domain.events import Event
from bot.domain.machine import ENDS, IllegalEvent, advance, owes
from bot.domain.run import Run, State
from tests.domain.examples import PATIENCE

AT_ONCE = timedelta(0)

# What the line before it must newly ask for. A run always owes its agent team what its state says;
# here stands what is added to that by one event.
NOTHING = "nothing"
SHOW = "show"
AWAIT = "await sign-in + show"
INVOKE = "invoke + show"
POLL = "poll + show"
RESUME = "resume + show"

_EFFECTS: dict[str, tuple[Effect, ...]] = {
    NOTHING: (),
    SHOW: (Effect.SHOW,),
    AWAIT: (Effect.AWAIT_SIGN_IN, Effect.SHOW),
    INVOKE: (Effect.INVOKE, Effect.SHOW),
    POLL: (Effect.POLL, Effect.SHOW),
    RESUME: (Effect.RESUME, Effect.SHOW),
}

# How long after the line before, what happens, where the run is then, and what it newly owes.
Line = tuple[timedelta, Event, State, str]


def play(run: Run, lines: Sequence[Line]) -> Run:
    """The run after the play; fails at the first line whose outcome is another one."""
    now = run.since
    for number, (later, event, state, owed) in enumerate(lines, 1):
        now += later
        here = f"line {number}, {type(event).__name__}"
        before = run
        run, effects = advance(before, event, now, PATIENCE)
        assert run.state is state, here
        assert effects == _EFFECTS[owed], here
        assert (run is before) is (owed == NOTHING), here
        assert (owes(run) is None) is (state in ENDS), here
    return run


def too_late(run: Run, *events: Event) -> bool:
    """Whether none of these events can happen to the run any more."""
    for event in events:
        try:
            advance(run, event, run.since, PATIENCE)
        except IllegalEvent:
            continue
        return False
    return True
