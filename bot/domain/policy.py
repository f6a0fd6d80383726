"""Who may do what to a run. Pure and closed by default: what is not allowed here is refused."""

from dataclasses import dataclass

from bot.domain.run import Run
from bot.domain.turn import Person


@dataclass(frozen=True, slots=True)
class Permission:
    """Whether somebody may, and who may: a refusal names them."""

    granted: bool
    who_may: tuple[Person, ...]


def may_decide(run: Run, person: Person) -> Permission:
    """Whether this person may decide the approvals of a run: the asker alone."""
    return _asker_only(run, person)


def may_stop(run: Run, person: Person) -> Permission:
    """Whether this person may stop a run: the asker alone."""
    return _asker_only(run, person)


def may_ask_again(run: Run, person: Person) -> Permission:
    """Whether this person may have the question of a run asked again: the asker alone."""
    return _asker_only(run, person)


def _asker_only(run: Run, person: Person) -> Permission:
    return Permission(granted=person == run.turn.asker, who_may=(run.turn.asker,))
