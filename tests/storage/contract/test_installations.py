"""Where the app is installed, and what goes with it where it is not any more."""

from storage.rows import InstallationRow
from storage.store import Store
from tests.storage.sample_rows import QUEUED, a_run, a_sign_in, a_token, end, take


async def test_an_installation_is_kept_replaced_and_dropped(store: Store) -> None:
    assert await store.installation("T1") is None
    assert await store.drop_installation("T1") is False
    await store.keep_installation(InstallationRow("T1", b"first"))
    await store.keep_installation(InstallationRow("E1", b"all"))
    await store.keep_installation(InstallationRow("T1", b"second"))
    assert await store.installation("T1") == InstallationRow("T1", b"second")
    assert [each.key for each in await store.installations()] == ["E1", "T1"]
    assert await store.drop_installation("T1") is True
    assert [each.key for each in await store.installations()] == ["E1"]


async def test_the_unfinished_runs_of_a_workspace_are_its_own(store: Store) -> None:
    await take(store, a_run("r1", "t1", asker="T1:U1"))
    await take(store, a_run("r2", "t1", QUEUED, asker="T1:U2"))
    await take(store, a_run("r3", "t3", asker="T11:U1"))
    await take(store, a_run("r4", "t4", asker="T1:U1"))
    await end(store, a_run("r4", "t4", asker="T1:U1"))
    assert [each.id for each in await store.unfinished_of("T1")] == ["r1", "r2"]


async def test_the_people_of_a_workspace_are_forgotten_and_others_are_not(store: Store) -> None:
    for number, owner in enumerate(("T1:U1", "T1:U2", "T11:U1")):
        await store.keep_token(a_token(owner=owner))
        await store.begin_sign_in(a_sign_in(f"hash {number}", owner))
        await store.choose(owner, "agent_team", "HR")
    assert await store.forget_people_of("T1") == 2
    assert await store.token("T1:U1") is None
    assert await store.token("T11:U1") is not None
    assert [each.owner for each in await store.sign_ins()] == ["T11:U1"]
    assert await store.choice("T1:U2", "agent_team") == ""
    assert await store.choice("T11:U1", "agent_team") == "HR"
