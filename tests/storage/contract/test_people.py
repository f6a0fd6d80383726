"""What people have chosen, and what they thought of answers."""

from storage.rows import FeedbackRow
from storage.store import Store
from tests.storage.sample_rows import ENDED, NOW, QUEUED, SECOND, a_run, end, take


async def test_a_choice_replaces_the_one_before_and_can_be_forgotten(store: Store) -> None:
    assert await store.choice("T1:U1", "team") == ""
    await store.choose("T1:U1", "team", "A")
    await store.choose("T1:U1", "team", "B")
    await store.choose("T1:U1", "other", "C")
    await store.choose("T1:U2", "team", "D")
    assert await store.choice("T1:U1", "team") == "B"
    await store.choose("T1:U1", "team", "")
    assert await store.choice("T1:U1", "team") == ""
    assert await store.choice("T1:U1", "other") == "C"
    assert await store.choice("T1:U2", "team") == "D"


def thought(text: str, *, person: str = "T1:U1", run: str = "r1", later: int = 0) -> FeedbackRow:
    return FeedbackRow(run, person, NOW + later * SECOND, text.encode())


async def test_a_person_thinks_one_thing_of_an_answer(store: Store) -> None:
    await take(store, a_run())
    await store.note_feedback(thought("good"))
    await store.note_feedback(thought("fine", person="T1:U2", later=1))
    await store.note_feedback(thought("bad", later=2))
    assert await store.feedback(NOW) == [
        thought("fine", person="T1:U2", later=1),
        thought("bad", later=2),
    ]
    assert await store.feedback(NOW + 2 * SECOND) == [thought("bad", later=2)]


async def test_feedback_goes_with_its_run(store: Store) -> None:
    await store.note_feedback(thought("of nothing"))
    assert await store.feedback(NOW) == []
    await take(store, a_run())
    await end(store, a_run())
    await store.note_feedback(thought("good"))
    await store.purge(NOW + 9 * SECOND)
    assert await store.feedback(NOW) == []


async def test_a_person_who_is_forgotten_has_chosen_and_thought_nothing(store: Store) -> None:
    await take(store, a_run())
    for person in ("T1:U1", "T1:U2"):
        await store.choose(person, "team", "A")
        await store.note_feedback(thought("good", person=person))
    await store.purge(NOW, "T1:U1")
    assert await store.choice("T1:U1", "team") == ""
    assert await store.choice("T1:U2", "team") == "A"
    assert [each.person for each in await store.feedback(NOW)] == ["T1:U2"]


async def test_the_newest_run_of_a_thread_is_found_whatever_became_of_it(store: Store) -> None:
    assert await store.newest_in_thread("t1") is None
    await take(store, a_run())
    await end(store, a_run())
    newest = await store.newest_in_thread("t1")
    assert newest is not None
    assert (newest.id, newest.standing) == ("r1", ENDED)
    await take(store, a_run("r2"))
    await take(store, a_run("r3", standing=QUEUED))
    await take(store, a_run("r4", "t2"))
    newest = await store.newest_in_thread("t1")
    assert newest is not None
    assert newest.id == "r3"
