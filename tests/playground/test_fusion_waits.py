"""Jobs of the emulated Fusion that wait, and the ways to answer them, over HTTP."""

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.playground.fusion import FINANCE_DESK, HR_HELP, Action, JobStatus, Reply
from tests.playground.fusion_pod import Pod, Reply as Replied, a_pod

INVOICE = "Approve invoice 4711"


async def waiting(pod: Pod, message: str, **changes: Any) -> Replied:
    """Ask, and read the status when the job waits."""
    job = (await pod.ask(message, **changes))["jobId"]
    found = await pod.after(2, job)
    assert found["status"] == "WAITING"
    return found


async def test_an_invoice_waits_for_approve_or_reject_with_what_is_to_be_approved() -> None:
    async with a_pod() as pod:
        found = await waiting(pod, INVOICE)
        details = found["waitingNodeDetails"]
        assert (details["nodeType"], details["channelType"]) == ("HUMAN", "CHAT")
        assert [each["label"] for each in details["actions"]] == ["Approve", "Reject"]
        assert {"Supplier", "Amount", "Cost centre"} <= details["parameters"].keys()
        assert "4711" in details["message"]
        assert (found["waitingToolCode"], found["output"], found["endTime"]) == (None, None, 0)
        assert [job.id for job in pod.server.waiting_jobs()] == [found["jobId"]]


@pytest.mark.parametrize(
    ("said", "action", "comment", "outcome"),
    [
        ("Approve", Action.APPROVE, "", "approved"),
        ("approve", Action.APPROVE, "", "approved"),
        ("Reject", Action.REJECT, "", "rejected"),
        (" REJECT. ", Action.REJECT, "", "rejected"),
        ("Reject: too expensive", Action.REJECT, "too expensive", "too expensive"),
    ],
)
async def test_the_next_message_of_the_conversation_decides(
    said: str, action: Action, comment: str, outcome: str
) -> None:
    async with a_pod() as pod:
        found = await waiting(pod, INVOICE)
        reply = await pod.ask(said, found["conversationId"])
        assert (reply.status, reply["jobId"]) == (202, found["jobId"])
        (decided,) = pod.server.decisions
        assert (decided.job_id, decided.action) == (found["jobId"], action)
        assert (decided.comment, decided.user) == (comment, "playground-client")
        done = await pod.after(1, found["jobId"])
        assert done["status"] == "COMPLETE"
        assert outcome in done["output"]
        assert [each.message for each in pod.server.invocations] == [INVOICE]


async def test_an_unclear_answer_counts_and_the_node_asks_again() -> None:
    async with a_pod() as pod:
        found = await waiting(pod, INVOICE)
        for said in ("maybe later", "Approved by whom?"):
            reply = await pod.ask(said, found["conversationId"])
            assert (reply["jobId"], reply["status"]) == (found["jobId"], "WAITING")
            assert reply["waitingNodeDetails"]["message"].count("did not understand") == 1
        assert [each.action for each in pod.server.decisions] == [Action.UNCLEAR, Action.UNCLEAR]
        nodes = (await pod.status(found["jobId"]))["nodes"]
        names = [each["nodeName"] for each in nodes]
        assert names == ["Match the purchase order", "Approve invoice"]
        await pod.ask("Approve", found["conversationId"])
        assert "approved" in (await pod.after(1, found["jobId"]))["output"]


async def test_another_team_replies_with_a_new_job_and_the_old_one_ends_without_output() -> None:
    async with a_pod(team="HR_HELP") as pod:
        found = await waiting(pod, "Approve leave for Rosa")
        reply = await pod.ask("Reject", found["conversationId"])
        assert reply["jobId"] != found["jobId"]
        assert reply["conversationId"] == found["conversationId"]
        old = await pod.after(1, found["jobId"])
        assert (old["status"], old["output"]) == ("COMPLETE", None)
        assert "rejected" in (await pod.status(reply["jobId"]))["output"]
        assert HR_HELP.reply is Reply.NEW_JOB


async def test_a_team_can_reply_without_naming_a_job() -> None:
    team = replace(FINANCE_DESK, reply=Reply.NO_JOB_ID)
    async with a_pod(teams=(team,)) as pod:
        found = await waiting(pod, INVOICE)
        reply = await pod.ask("Approve", found["conversationId"])
        assert "jobId" not in reply.body
        assert "approved" in (await pod.after(1, found["jobId"]))["output"]


@pytest.mark.parametrize("reply_with", [Reply.SAME_JOB, Reply.NEW_JOB])
async def test_a_budget_takes_three_changes_and_then_a_decision(reply_with: Reply) -> None:
    team = replace(FINANCE_DESK, reply=reply_with)
    async with a_pod(teams=(team,)) as pod:
        found = await waiting(pod, "Change the budget")
        for revision, change in enumerate(("less travel", "Reject", "more paper"), 2):
            details = found["waitingNodeDetails"]
            assert [each["label"] for each in details["actions"]] == ["Approve", "Request Change"]
            assert details["maxRounds"] == 3
            reply = await pod.ask(change, found["conversationId"])
            found = await pod.after(1, reply["jobId"])
            assert f"revision {revision}" in found["waitingNodeDetails"]["message"]
            assert change in found["waitingNodeDetails"]["message"]
        actions = found["waitingNodeDetails"]["actions"]
        assert [each["label"] for each in actions] == ["Approve", "Reject"]
        reply = await pod.ask("Approve", found["conversationId"])
        assert "revision 4" in (await pod.after(1, reply["jobId"]))["output"]
        assert [each.comment for each in pod.server.decisions[:2]] == ["less travel", "Reject"]


async def test_a_budget_can_be_approved_at_once() -> None:
    async with a_pod() as pod:
        found = await waiting(pod, "Change the budget")
        await pod.ask("Approve", found["conversationId"])
        assert "revision 1" in (await pod.after(1, found["jobId"]))["output"]


async def test_a_tool_call_waits_with_its_code_alone() -> None:
    async with a_pod() as pod:
        found = await waiting(pod, "Confirm journal posting")
        assert found["waitingToolCode"] == "POST_JOURNAL_BATCH"
        assert found["waitingNodeDetails"] is None
        again = await pod.ask("what?", found["conversationId"])
        assert (again["status"], again["waitingNodeDetails"]) == ("WAITING", None)
        await pod.ask("Reject", found["conversationId"])
        assert "not posted" in (await pod.after(1, found["jobId"]))["output"]


async def test_a_node_without_approval_takes_whatever_is_typed() -> None:
    async with a_pod() as pod:
        found = await waiting(pod, "Ask me something")
        assert found["waitingNodeDetails"]["approvalRequired"] is False
        assert "actions" not in found["waitingNodeDetails"]
        await pod.ask("Approve 4410", found["conversationId"])
        assert pod.server.decisions[0].action is Action.REPLY
        assert "Approve 4410" in (await pod.after(1, found["jobId"]))["output"]


@pytest.mark.parametrize(
    ("message", "kind", "channel"),
    [
        ("Ask my manager by e-mail", "HUMAN", "EMAIL"),
        ("Run the approval process", "HUMAN", "APPROVAL_PROCESS"),
        ("Wait for the nightly batch", "WAIT", None),
    ],
)
async def test_what_is_answered_elsewhere_goes_on_by_itself(
    message: str, kind: str, channel: str | None
) -> None:
    async with a_pod() as pod:
        found = await waiting(pod, message)
        details = found["waitingNodeDetails"]
        read = json.loads(details) if isinstance(details, str) else details
        assert (read["nodeType"], read.get("channelType")) == (kind, channel)
        assert (await pod.ask("Approve", found["conversationId"])).status == 409
        assert pod.server.decisions == []
        assert (await pod.after(10, found["jobId"]))["status"] == "COMPLETE"


@pytest.mark.parametrize(
    ("given", "action", "outcome"),
    [
        ({"action": "APPROVE_ACTION"}, Action.APPROVE, "approved"),
        ({"action": "REJECT_ACTION", "comment": "no money"}, Action.REJECT, "no money"),
        ({"$actionPerformed": "reject_action"}, Action.REJECT, "rejected"),
        ({}, Action.APPROVE, "approved"),
        ({"action": "DANCE"}, Action.UNCLEAR, None),
    ],
)
async def test_resume_node_input_decides_too(
    given: dict[str, Any], action: Action, outcome: str | None
) -> None:
    async with a_pod() as pod:
        found = await waiting(pod, INVOICE)
        more: dict[str, Any] = {"jobId": found["jobId"], "resumeNodeInput": given}
        reply = await pod.ask("Approve", found["conversationId"], **more)
        assert reply["jobId"] == found["jobId"]
        assert pod.server.decisions[0].action is action
        done = await pod.after(1, found["jobId"])
        assert outcome is None or outcome in done["output"]


async def test_resume_node_input_can_ask_for_a_change_or_hold_the_typed_words() -> None:
    async with a_pod() as pod:
        for message, given, seen in (
            ("Change the budget", {"action": "RFI_ACTION", "comment": "less"}, "less"),
            ("Ask me something", {"action": "RFI_ACTION", "comment": "4410"}, "4410"),
        ):
            found = await waiting(pod, message)
            await pod.ask("-", jobId=found["jobId"], resumeNodeInput=given)
            assert seen in str((await pod.after(1, found["jobId"])).body)
        assert [each.action for each in pod.server.decisions] == [Action.REPLY, Action.REPLY]


async def test_a_resume_that_comes_too_late_or_to_no_job_is_refused() -> None:
    async with a_pod() as pod:
        found = await waiting(pod, INVOICE)
        assert (await pod.ask("Approve", jobId="17")).status == 404
        await pod.ask("Approve", jobId=found["jobId"])
        running = await pod.ask("Approve", jobId=found["jobId"])
        pod.clock.now += 5
        over = await pod.ask("Approve", jobId=found["jobId"])
        no_job = await pod.ask("Approve", found["conversationId"], resumeNodeInput={})
        assert [each.status for each in (running, over, no_job)] == [409, 409, 409]
        assert (len(pod.server.decisions), len(pod.server.invocations)) == (1, 1)


async def test_a_word_of_decision_without_a_waiting_job_is_a_question_like_any_other() -> None:
    async with a_pod() as pod:
        found = await waiting(pod, INVOICE)
        await pod.ask("Approve", found["conversationId"])
        pod.clock.now += 5
        late = await pod.ask("Approve", found["conversationId"])
        assert late["jobId"] != found["jobId"]
        assert (await pod.after(1, late["jobId"]))["output"] == "echo: Approve"
        assert len(pod.server.invocations_of("Approve")) == 1


async def test_a_job_can_be_decided_elsewhere() -> None:
    async with a_pod() as pod:
        for message, action, comment, seen in (
            (INVOICE, Action.APPROVE, "", "approved"),
            (INVOICE, "reject", "by phone", "by phone"),
            ("Ask me something", Action.REPLY, "4410", "4410"),
            ("Wait for the nightly batch", Action.APPROVE, "", "1,204"),
        ):
            job = (await waiting(pod, message))["jobId"]
            pod.server.finish_elsewhere(job, action, comment)
            done = await pod.status(job)
            assert done["status"] == "COMPLETE"
            assert seen in done["output"]
            with pytest.raises(LookupError):
                pod.server.finish_elsewhere(job)
        assert pod.server.decisions == []


async def test_a_running_job_can_be_released_into_its_wait() -> None:
    async with a_pod() as pod:
        job = (await pod.ask(INVOICE))["jobId"]
        assert pod.server.release(job)
        assert pod.server.job_status(job) is JobStatus.WAITING
        assert not pod.server.release(job)


async def test_waiting_for_decisions_wakes_when_one_came() -> None:
    async with a_pod() as pod:
        found = await waiting(pod, INVOICE)
        await pod.ask("Approve", found["conversationId"])
        assert len(await pod.server.wait_for_decisions(1)) == 1
