"""Who may do what to a run. Pure and closed by default: what is not allowed here is refused."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.approval import Approval
from bot.domain.run import Run
from bot.domain.turn import Person


class Refusal(StrEnum):
    """Why somebody may not."""

    NOT_YOU = "not_you"  # somebody else may
    ASKER = "asker"  # separation of duties: whoever asked may not decide
    GUEST = "guest"
    EXTERNAL = "external"  # another organisation, or another workspace
    DEACTIVATED = "deactivated"
    NOT_HERE = "not_here"  # not in this channel
    VOTED = "voted"  # has approved already, and counts once
    UNCERTAIN = "uncertain"  # Slack does not tell just now who they are


@dataclass(frozen=True, slots=True)
class Permission:
    """Whether somebody may; where not, why, and who may: a refusal names them."""

    granted: bool
    who_may: tuple[Person, ...]
    why: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Clicker:
    """What Slack says of somebody at this moment, as far as the policy asks.

    `is_member` is whether they are in one of the user groups of the stage, None where Slack did not
    tell.
    """

    is_guest: bool = False
    is_external: bool = False
    is_deactivated: bool = False
    is_known: bool = True
    is_member: bool | None = False


def may_decide(
    run: Run, approval: Approval, person: Person, clicker: Clicker, channel: str = ""
) -> Permission:
    """Whether this person may decide this approval now, by a click in this channel ("": unknown)."""
    asker = run.turn.asker
    named = approval.undecided or approval.deciders  # who may have, once all is decided
    who_may = tuple(Person(asker.workspace, user) for user in named)
    why = _refusal(approval, person, clicker, channel, asker)
    return Permission(why is None, who_may, why)


def _refusal(
    approval: Approval, person: Person, clicker: Clicker, channel: str, asker: Person
) -> Refusal | None:
    if person.workspace != asker.workspace or clicker.is_external:
        return Refusal.EXTERNAL
    if not clicker.is_known:
        return Refusal.UNCERTAIN
    if clicker.is_deactivated:
        return Refusal.DEACTIVATED
    if clicker.is_guest:
        return Refusal.GUEST
    if approval.policy.not_the_asker and person == asker:
        return Refusal.ASKER
    if person.user in approval.voted:
        return Refusal.VOTED
    if not _is_decider(approval, person, clicker):
        uncertain = bool(approval.current.groups) and clicker.is_member is None
        return Refusal.UNCERTAIN if uncertain else Refusal.NOT_YOU
    if channel and not may_stand_in(approval, channel):
        return Refusal.NOT_HERE
    return None


def _is_decider(approval: Approval, person: Person, clicker: Clicker) -> bool:
    """Groups count by what Slack says now: who was in one yesterday may have left it."""
    handed = [
        each
        for each in approval.delegations
        if each.stage == approval.stage and person.user in {each.by, each.to}
    ]
    if handed:  # the last one counts: what was handed over may come back
        return handed[-1].to == person.user
    stage = approval.current
    by_name = person.user in stage.people or (stage.asker and person.user == approval.asker)
    return by_name or (bool(stage.groups) and clicker.is_member is True)


def may_stand_in(approval: Approval, channel: str) -> bool:
    """Whether the buttons of an approval may stand in this channel."""
    allowed = approval.policy.channels
    kind = "direct" if channel.startswith("D") else channel
    return not allowed or kind in allowed


def may_take_over(approval: Approval, user: str) -> bool:
    """Whether a decision may be handed over to this person, by Slack's user id."""
    policy = approval.policy
    allowed = policy.delegates or tuple(policy.named)
    barred = policy.not_the_asker and user == approval.asker
    return (
        policy.may_delegate
        and user in allowed
        and not barred
        and user not in approval.voted
        and user not in approval.deciders
    )


def may_stop(run: Run, person: Person) -> Permission:
    """Whether this person may stop a run: the asker alone."""
    return _asker_only(run, person)


def may_ask_again(run: Run, person: Person) -> Permission:
    """Whether this person may have the question of a run asked again: the asker alone."""
    return _asker_only(run, person)


def _asker_only(run: Run, person: Person) -> Permission:
    granted = person == run.turn.asker
    return Permission(granted, (run.turn.asker,), None if granted else Refusal.NOT_YOU)
