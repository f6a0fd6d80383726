"""A job: its state is a function of the time and of the answers it got.

Nothing runs for a job. It is a list of legs, each a script and the moment when it began to be
played; whoever asks computes how far the last leg has come. An answer begins a new leg.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.playground.fusion.steps import Done, Failed, Script, Step, Wait, Work


class JobStatus(StrEnum):
    """Oracle's words for how far a job is."""

    RUNNING = "RUNNING"
    WAITING = "WAITING"
    COMPLETE = "COMPLETE"
    ERROR = "ERROR"


@dataclass(frozen=True, slots=True)
class Leg:
    """A script, and when it began to be played (seconds of the server's clock)."""

    began: float
    script: Script


@dataclass(frozen=True, slots=True)
class Played:
    """A step that was reached, when it was, and when it ended (None: it has not)."""

    step: Step
    began: float
    ended: float | None


@dataclass(slots=True)
class Job:
    """One job. `request` is the body that started it; times are seconds of the server's clock."""

    id: str
    team: str
    conversation_id: str
    trace_id: str
    user: str
    request: dict[str, Any]
    input: str
    pace: float
    legs: list[Leg] = field(default_factory=list)

    def play(self, script: Script, now: float) -> None:
        """From now on this script is played; what was reached before stays in the trail."""
        self.legs.append(Leg(now, script))

    def current(self, now: float) -> Played:
        """The step that the job has reached."""
        return self._reached(self.legs[-1], now)[-1]

    def trail(self, now: float) -> list[Played]:
        """All steps reached so far, oldest first; a step that an answer ended, ended then."""
        trail: list[Played] = []
        for leg, following in zip(self.legs, [*self.legs[1:], None], strict=True):
            if following is None:
                trail.extend(self._reached(leg, now))
            else:
                *passed, last = self._reached(leg, following.began)
                trail.extend((*passed, Played(last.step, last.began, following.began)))
        return trail

    def status(self, now: float) -> JobStatus:
        """Oracle's word for the step that the job has reached."""
        match self.current(now).step:
            case Work():
                return JobStatus.RUNNING
            case Wait():
                return JobStatus.WAITING
            case Done():
                return JobStatus.COMPLETE
            case Failed():
                return JobStatus.ERROR

    def waiting(self, now: float) -> Wait | None:
        """The node that the job waits at, if it does."""
        step = self.current(now).step
        return step if isinstance(step, Wait) else None

    def rest(self, now: float) -> Script:
        """The script after the step that the job has reached; empty at its end."""
        return self.legs[-1].script[len(self._reached(self.legs[-1], now)) :]

    def release(self, now: float) -> bool:
        """Let running work end now; False where the job does not run."""
        if self.status(now) is not JobStatus.RUNNING:
            return False
        self.play(without_work(self.rest(now)), now)
        return True

    def _reached(self, leg: Leg, now: float) -> list[Played]:
        reached: list[Played] = []
        at = leg.began
        for step in leg.script:
            lasts = _seconds(step)
            ends = None if lasts is None else at + lasts * self.pace
            if ends is None or now < ends:
                return [*reached, Played(step, at, None)]
            reached.append(Played(step, at, ends))
            at = ends
        return reached


def without_work(script: Script) -> Script:
    """The script from its first step that is not work."""
    for index, step in enumerate(script):
        if not isinstance(step, Work):
            return script[index:]
    return ()


def _seconds(step: Step) -> float | None:
    match step:
        case Work(seconds=seconds):
            return seconds
        case Wait(lasts=lasts):
            return lasts
        case Done() | Failed():
            return None
