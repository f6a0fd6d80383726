"""What a company decided about deciding: who, how many, in which order, until when.

A policy is chosen when a job begins to wait, and stays with that approval: what is asked of people
does not change under their hands. Times are measured from when the approval, or its stage, opened.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.job import Action, Waiting

EVERYBODY = 0  # as a quorum: everybody who may decide in the stage


@dataclass(frozen=True, slots=True)
class Stage:
    """Who decides at one point, and how many of them must approve; one rejection is enough.

    `people` and `groups` are Slack's ids of users and user groups. After `escalate_after` without a
    decision the next stage decides instead; the last stage is not escalated.
    """

    people: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    asker: bool = False
    quorum: int = 1
    escalate_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """When people are reminded and matters are escalated; days are 0 (Monday) to 6."""

    begin: str
    end: str
    days: tuple[int, ...]
    time_zone: str

    def next_open(self, moment: datetime) -> datetime:
        """This moment if it lies within the hours, else when they begin next."""
        zone = ZoneInfo(self.time_zone)
        begin, end = time.fromisoformat(self.begin), time.fromisoformat(self.end)
        local = moment.astimezone(zone)
        for ahead in range(8):
            day = local.date() + timedelta(days=ahead)
            opens = datetime.combine(day, begin, zone)
            closes = datetime.combine(day, end, zone)
            if day.weekday() in self.days and local < closes:
                return max(opens, local).astimezone(moment.tzinfo)
        return moment


@dataclass(frozen=True, slots=True)
class ApprovalPolicy:
    """Under which conditions a wait is decided; the default is closed: the asker alone.

    `not_the_asker` keeps the asker from deciding whatever else says so. `reasons` are the actions
    that need one. `confirm` asks a second time before an approval. `channels` are where the buttons
    may stand ("direct" for direct messages); none means everywhere. What expires is not approved.
    """

    name: str = ""
    stages: tuple[Stage, ...] = (Stage(asker=True),)
    not_the_asker: bool = False
    reasons: tuple[Action, ...] = ()
    confirm: bool = False
    channels: tuple[str, ...] = ()
    expires_after: timedelta | None = None
    reminders: tuple[timedelta, ...] = ()
    delegates: tuple[str, ...] = ()
    may_delegate: bool = False
    working_hours: WorkingHours | None = None

    @property
    def named(self) -> frozenset[str]:
        """Everybody whom it names as a person, in whatever stage."""
        return frozenset(user for stage in self.stages for user in stage.people)

    def at_work(self, moment: datetime) -> datetime:
        """The moment, or the next one at which people may be bothered."""
        return self.working_hours.next_open(moment) if self.working_hours else moment


ASKER_ALONE = ApprovalPolicy()


@dataclass(frozen=True, slots=True)
class PolicyFor:
    """A policy with what it is for; what is "" fits everything. `manager` stages name managers."""

    policy: ApprovalPolicy
    agent_team: str = ""
    tool: str = ""
    node: str = ""
    manager_stages: tuple[int, ...] = ()
    workspace: str = ""

    def fits(self, team: str, waiting: Waiting, workspace: str = "") -> bool:
        """Whether this is the policy for a wait of this team, asked for in this workspace."""
        wanted = (
            *((self.agent_team, team), (self.tool, waiting.tool)),
            *((self.node, waiting.node), (self.workspace, workspace)),
        )
        return all(want in {"", found} for want, found in wanted)


@dataclass(frozen=True, slots=True)
class Policies:
    """All policies of a deployment, the first that fits counting; and who manages whom."""

    rules: tuple[PolicyFor, ...] = ()
    managers: tuple[tuple[str, str], ...] = ()

    def choose(
        self, team: str, waiting: Waiting, asker: str, workspace: str = ""
    ) -> ApprovalPolicy:
        """The policy for a wait; nobody may decide where a manager is needed and not known."""
        for rule in self.rules:
            if rule.fits(team, waiting, workspace):
                return self._with_manager(rule, asker)
        return ASKER_ALONE

    def _with_manager(self, rule: PolicyFor, asker: str) -> ApprovalPolicy:
        manager = dict(self.managers).get(asker)
        stages = [
            replace(stage, people=(*stage.people, manager))
            if manager and number in rule.manager_stages
            else stage
            for number, stage in enumerate(rule.policy.stages)
        ]
        return replace(rule.policy, stages=tuple(stages))


def unfulfillable(rule: PolicyFor) -> Iterator[str]:
    """What about a policy nobody could fulfil, whoever they are; sentences for the operator."""
    policy = rule.policy
    if not policy.stages:
        yield "it has no stages, so nobody may decide. Give one."
    for number, stage in enumerate(policy.stages):
        yield from _stage_problems(policy, stage, number, by_manager=number in rule.manager_stages)
    if policy.expires_after is not None:
        late = [each for each in policy.reminders if each >= policy.expires_after]
        if late:
            yield "a reminder comes after it has expired. Remind earlier."
        used = sum((s.escalate_after or timedelta(0) for s in policy.stages[:-1]), timedelta(0))
        if used >= policy.expires_after:
            yield "it expires before the last stage has its turn. Escalate earlier."


def _stage_problems(
    policy: ApprovalPolicy, stage: Stage, number: int, *, by_manager: bool
) -> Iterator[str]:
    where = f"stage {number + 1}"
    asker = stage.asker and not policy.not_the_asker
    if not (stage.people or stage.groups or asker or by_manager):
        only = " but the asker, who may not" if stage.asker else ""
        yield f"{where} names nobody{only}. Name people, a user group, the manager or the asker."
    at_most = len(set(stage.people)) + asker + by_manager
    if not stage.groups and stage.quorum > at_most > 0:
        yield f"{where} wants {stage.quorum} of {at_most}. Name more people, or want fewer."
    if stage.escalate_after is not None and number == len(policy.stages) - 1:
        yield f"{where} is the last: there is nobody to escalate to. Add a stage, or leave it out."
    earlier = policy.stages[:number]
    if (
        earlier
        and not stage.groups
        and not by_manager
        and not asker
        and all(len(set(s.people)) == 1 and not s.groups and not s.asker for s in (*earlier, stage))
        and set(stage.people) <= {user for each in earlier for user in each.people}
        and not any(each.escalate_after for each in earlier)
    ):
        yield f"{where} is for somebody who has approved before, and counts once. Name another."
