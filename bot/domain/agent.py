"""The port through which agent teams are asked, and what can go wrong there.

An error says whose fault it was and whether anything may have happened, since that is all a
caller can act on. `bot.fusion.client` implements the port.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from bot.domain.agent_team import AgentTeam
from bot.domain.approval import Decision
from bot.domain.job import Job, Waiting
from bot.domain.turn import Person


class AgentError(Exception):
    """The agent team could not be asked or did not answer properly."""

    def __init__(self, detail: str = "", *, trace_id: str = "") -> None:
        super().__init__(detail)
        self.detail = detail
        self.trace_id = trace_id


class Refused(AgentError):
    """Fusion refused the request; nothing was done. `status` is the HTTP status."""

    def __init__(self, status: int, detail: str = "", *, trace_id: str = "") -> None:
        super().__init__(detail, trace_id=trace_id)
        self.status = status


class NotSignedIn(AgentError):
    """No valid access token could be had for this person, or Fusion did not accept it."""


class SignInNeeded(NotSignedIn):
    """The person has to sign in, or to sign in again; nothing was done."""


class NoFusionUser(NotSignedIn):
    """This person cannot act at Fusion; `detail` is a sentence that they can be shown."""


class Unreadable(AgentError):
    """Fusion answered with something that is not an answer, such as a login page."""


class Unavailable(AgentError):
    """Fusion could not be asked, and certainly did nothing. `retry_after` where it said so."""

    def __init__(self, detail: str = "", *, retry_after: timedelta | None = None) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class OutcomeUnknown(AgentError):
    """The request may have been carried out, or not: no reply came back."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: plain text, and facts that parameters may name (see AgentTeam)."""

    text: str
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class JobRef:
    """Where a job lives: its team, its id, and the conversation it belongs to."""

    team: AgentTeam
    id: str
    conversation_id: str | None


class Registry(Protocol):
    """Fusion's own list of agent teams."""

    async def search(self, person: Person) -> tuple[AgentTeam, ...]:
        """The agent teams that this person may use, as Fusion says. Raises any AgentError."""


class Agent(Protocol):
    """Oracle Fusion's agent teams, as asked on behalf of a person."""

    async def prepare(self, person: Person) -> None:
        """Make sure that requests can be made as this person; safe to repeat.

        Raises NotSignedIn (SignInNeeded where signing in would mend it) or Unavailable.
        """

    async def invoke(
        self, team: AgentTeam, question: Question, conversation_id: str | None, person: Person
    ) -> Job:
        """Start a job; never repeated by the callee once it may have been sent.

        Raises Refused, NotSignedIn, Unavailable (nothing happened) or OutcomeUnknown (also for an
        unreadable 2xx reply: the job may run).
        """

    async def status(self, job: JobRef, person: Person) -> Job:
        """Read a job; safe to repeat. Raises any AgentError."""

    async def resume(
        self, job: JobRef, waiting: Waiting, decision: Decision, person: Person
    ) -> Job:
        """Send a decision to a waiting job; never repeated by the callee once it may be sent.

        The Job that comes back may have no id: then the old job goes on. Raises as `invoke` does.
        """
