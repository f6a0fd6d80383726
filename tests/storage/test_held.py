"""Claims that callers know of, and those that only the database knows of."""

from storage.postgres.held import Held
from storage.rows import Claim, Slot
from tests.storage.sample_rows import a_run


def claim(revision: int = 1) -> Claim:
    return Claim("r1", Slot.AGENT, "poll", revision, 1, interrupted=False, row=a_run())


NAME, NUMBER = ("r1", Slot.AGENT.value), (1, 1)


def test_what_nobody_knew_of_in_two_looks_is_an_orphan() -> None:
    held = Held()
    assert held.find_orphans(held.known(), {NAME: NUMBER}) == {}
    assert held.has_suspects
    assert held.find_orphans(held.known(), {NAME: NUMBER}) == {NAME: NUMBER}
    assert not held.has_suspects


def test_a_claim_whose_caller_gets_it_after_the_look_is_none() -> None:
    held = Held()
    assert held.find_orphans(held.known(), {NAME: NUMBER}) == {}
    held.note([claim()])
    assert held.find_orphans(held.known(), {NAME: NUMBER}) == {}
    assert not held.has_suspects


def test_one_that_was_claimed_again_is_suspected_anew() -> None:
    held = Held()
    assert held.find_orphans(held.known(), {NAME: (1, 1)}) == {}
    assert held.find_orphans(held.known(), {NAME: (1, 2)}) == {}


def test_what_was_claimed_since_the_database_was_asked_stays_known() -> None:
    held = Held()
    before = held.known()
    held.note([claim()])
    assert held.find_orphans(before, {}) == {}
    assert held.knows(NAME, NUMBER)
    assert held.find_orphans(held.known(), {}) == {}
    assert not held.knows(NAME, NUMBER), "the database does not name it any more"
