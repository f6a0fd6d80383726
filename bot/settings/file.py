"""The structured settings of bot.toml."""

from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import Field

from bot.domain.agent_team import AgentTeam
from bot.domain.limits import Limits
from bot.domain.openings import Opening
from bot.domain.turn import Replies
from bot.settings.table import GroupId, Table

# Of whatever unit: bounded, so that no time that is reckoned with it leaves the calendar.
Span = Annotated[float, Field(gt=0, le=100_000, allow_inf_nan=False)]


class AgentTeamSettings(Table):
    """`[[agent_teams]]`: an agent team that is offered; the first is the default one."""

    code: str = Field(min_length=1)
    name: str = ""
    description: str = ""
    version: int | None = None
    status: Literal["PUBLISHED", "DRAFT"] = "PUBLISHED"
    invocation_mode: Literal["END_USER", "ADMIN"] = "END_USER"
    parameters: dict[str, str] = Field(default_factory=dict)
    channels: tuple[str, ...] = ()
    groups: tuple[GroupId, ...] = ()
    starter_questions: tuple[str, ...] = ()

    def team(self) -> AgentTeam:
        """The agent team in the domain's words."""
        return AgentTeam(**self.model_dump())


class AgentSearch(Table):
    """`[agent_search]`: whether people may ask every agent team that Fusion lists for them.

    `auto` means where people act as themselves: a shared account's list is nobody's own.
    """

    mode: Literal["auto", "on", "off"] = "auto"


class LimitSettings(Table):
    """`[limits]`: how much may be unfinished at a time, and how long a question may be."""

    per_thread: int = Field(default=25, ge=1, le=1000)
    per_person: int = Field(default=20, ge=1, le=10_000)
    approvals_per_person: int = Field(default=100, ge=1, le=10_000)
    in_all: int = Field(default=10_000, ge=1, le=1_000_000)
    characters: int = Field(default=20_000, ge=100, le=100_000)
    request_bytes: int = Field(default=1024 * 1024, ge=64 * 1024, le=16 * 1024 * 1024)

    def limits(self) -> Limits:
        """The limits in the domain's words."""
        return Limits(**self.model_dump(exclude={"request_bytes"}))


class WorkspaceSettings(Table):
    """`[workspaces.T0123456789]`: what is particular to one of many workspaces.

    Where one at least is `ours`, people of all others are those of other organisations.
    """

    agent_team: str = ""
    ours: bool = False


class ChannelSettings(Table):
    """`[channels.C0123456789]`: whom a channel is open to, besides the workspace's own people."""

    guests: bool = False
    other_organisations: bool = False

    def opening(self) -> Opening:
        """The opening in the domain's words."""
        return Opening(**self.model_dump())


class Answers(Table):
    """`[answers]`: what stands below an answer."""

    footer: bool = False
    feedback: bool = True


class Approvals(Table):
    """`[approvals]`: how a decision is sent to Fusion, which has no published way for it.

    `message` sends it as the next message of the conversation; `resume` adds jobId and
    resumeNodeInput, rendered from `template`, in which {action} is one of the three words.
    `audit_channel` is the id of a channel in which every decision is posted as well.
    """

    strategy: Literal["message", "resume"] = "message"
    approve_text: str = "Approve"
    reject_text: str = "Reject"
    approve_action: str = "APPROVE_ACTION"
    reject_action: str = "REJECT_ACTION"
    reply_action: str = "RFI_ACTION"
    audit_channel: str = ""
    template: dict[str, Any] = Field(
        default_factory=lambda: {"action": "{action}", "comment": "{comment}"}
    )


class Threads(Table):
    """`[threads]`: how the bot behaves in threads."""

    replies: Replies = "asker"
    notify_after_seconds: Span = 60


class PollingSettings(Table):
    """`[polling]`: how often a job's status is read, in seconds; see docs/architecture.md."""

    shortest: Span = 1
    longest: Span = 15
    share: float = Field(default=0.15, gt=0, le=1)
    waiting_shortest: Span = 10
    waiting_longest: Span = 120


class SignIn(Table):
    """`[sign_in]`: whether who signs in must be who the link was given to, by user name.

    Where they need not match, a person confirms both accounts all the same; a device's code has no
    such question, so there they always must.
    """

    must_match: bool = True


class PatienceSettings(Table):
    """`[patience]`: how long a run stays where it is before it is given up."""

    sign_in_minutes: Span = 30
    invoking_minutes: Span = 15
    unreadable_minutes: Span = 60
    running_hours: Span = 24
    waiting_days: Span = 30
    grace_seconds: Span = 30


class Links(Table):
    """`[links]`: the hosts that links in answers may lead to; none means see docs/security.md."""

    hosts: tuple[str, ...] = ()


class Retention(Table):
    """`[retention]`: how long ended runs are kept; `fusion-slack purge` deletes older ones."""

    days: Span = 90

    @property
    def period(self) -> timedelta:
        """The same as a time span."""
        return timedelta(days=self.days)
