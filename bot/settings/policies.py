"""`[[approval_policies]]` of bot.toml: who decides what, how many of them, until when."""

import re
from datetime import time, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, ValidationError, ValidatorFunctionWrapHandler, WrapValidator

from bot.domain.approval_policy import (
    EVERYBODY,
    ApprovalPolicy,
    PolicyFor,
    Stage,
    WorkingHours,
    unfulfillable,
)
from bot.domain.job import Action
from bot.settings.table import GroupId, Table, UserId

_SPAN = re.compile(r"(\d+)\s*(s|min|h|d)")
_UNITS = {"s": "seconds", "min": "minutes", "h": "hours", "d": "days"}
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONGEST = timedelta(days=365)


def _span(text: str) -> str:
    read_span(text)
    return text


def read_span(text: str) -> timedelta:
    """A time span such as 30min, 4h or 2d. Raises ValueError with what to write instead."""
    found = _SPAN.fullmatch(text.strip())
    if found is None or not int(found[1][:9]):
        raise ValueError("write a time span such as 30min, 4h or 2d")
    span = timedelta(**{_UNITS[found[2]]: int(found[1][:9])})
    if span > LONGEST:
        raise ValueError("a year is the longest")
    return span


SpanText = Annotated[str, AfterValidator(_span)]


def _quorum(given: Any, check: ValidatorFunctionWrapHandler) -> Any:
    try:
        return check(given)
    except ValidationError as error:  # one for each of both kinds
        raise ValueError('write a whole number, or "all"') from error


Quorum = Annotated[int | Literal["all"], WrapValidator(_quorum)]


class StageSettings(Table):
    """`[[approval_policies.stages]]`: who decides at one point."""

    people: tuple[UserId, ...] = ()
    groups: tuple[GroupId, ...] = ()
    asker: bool = False
    manager: bool = False
    quorum: Quorum = 1
    escalate_after: SpanText | None = None

    def stage(self) -> Stage:
        """The stage in the domain's words; a manager is filled in where somebody has asked."""
        quorum = EVERYBODY if self.quorum == "all" else self.quorum
        after = read_span(self.escalate_after) if self.escalate_after else None
        return Stage(self.people, self.groups, self.asker, quorum, after)


class WorkingHoursSettings(Table):
    """`working_hours`: when people are reminded, and matters escalated."""

    begin: str = "09:00"
    end: str = "17:00"
    days: tuple[Day, ...] = _DAYS[:5]
    time_zone: str = "UTC"

    def hours(self) -> WorkingHours:
        """The hours in the domain's words."""
        days = tuple(_DAYS.index(each) for each in self.days)
        return WorkingHours(self.begin, self.end, days, self.time_zone)

    def problems(self) -> list[str]:
        """What is wrong with them."""
        found = []
        try:
            if time.fromisoformat(self.begin) >= time.fromisoformat(self.end):
                found.append("working hours begin before they end")
        except ValueError:
            found.append("write times such as 09:00")
        try:
            ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            found.append(f"{self.time_zone} is no time zone; write one such as Europe/Berlin")
        if not self.days:
            found.append("name the days")
        return found


class PolicySettings(Table):
    """`[[approval_policies]]`: a policy and what it is for; the first that fits counts."""

    name: str = ""
    workspace: str = ""
    agent_team: str = ""
    tool: str = ""
    node: str = ""
    stages: tuple[StageSettings, ...] = (StageSettings(asker=True),)
    not_the_asker: bool = False
    reasons: tuple[Literal["approve", "reject"], ...] = ()
    confirm: bool = False
    channels: tuple[str, ...] = ()
    expires_after: SpanText | None = None
    reminders: tuple[SpanText, ...] = ()
    may_delegate: bool = False
    delegates: tuple[UserId, ...] = ()
    working_hours: WorkingHoursSettings | None = None

    def rule(self) -> PolicyFor:
        """The policy in the domain's words."""
        policy = ApprovalPolicy(
            name=self.name,
            stages=tuple(each.stage() for each in self.stages),
            not_the_asker=self.not_the_asker,
            reasons=tuple(Action(each) for each in self.reasons),
            confirm=self.confirm,
            channels=self.channels,
            expires_after=read_span(self.expires_after) if self.expires_after else None,
            reminders=tuple(sorted(map(read_span, self.reminders))),
            delegates=self.delegates,
            may_delegate=self.may_delegate,
            working_hours=self.working_hours.hours() if self.working_hours else None,
        )
        by_manager = tuple(number for number, each in enumerate(self.stages) if each.manager)
        return PolicyFor(policy, self.agent_team, self.tool, self.node, by_manager, self.workspace)

    def problems(self) -> list[str]:
        """Why nobody could fulfil it; sentences."""
        found = list(unfulfillable(self.rule()))
        found += [
            f"stage {number} has a quorum of {each.quorum}; give a number from 1 on, or all."
            for number, each in enumerate(self.stages, 1)
            if each.quorum != "all" and each.quorum < 1
        ]
        if self.working_hours is not None:
            found += [f"{each}." for each in self.working_hours.problems()]
        if self.delegates and not self.may_delegate:
            found.append("delegates are named, but may_delegate is not true.")
        return found
