"""The emulated Fusion's invokeAsync and status, over HTTP: what is taken, refused and replied."""

import asyncio
import json
import re
from typing import Any

import aiohttp
import pytest

from bot.playground.fusion import DEMO_TEAMS, FusionServer, JobStatus, suggestions
from tests.playground.fusion_pod import a_body, a_pod

FIELDS = {
    "jobId", "conversationId", "traceId", "status", "input", "output", "error",
    "followUpQuestions", "supportingChunks", "citations", "nodes", "waitingToolCode",
    "waitingNodeDetails", "workflowCode", "workflowName", "workflowVersion", "workflowStatus",
    "startDate", "endTime", "createDate", "endDate", "timeTaken", "inputTokenCount",
    "outputTokenCount", "progressMessage",
}  # fmt: skip
ORACLE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000")


async def test_a_question_is_taken_runs_and_is_echoed() -> None:
    async with a_pod() as pod:
        taken = await pod.ask("Hello there")
        assert (taken.status, taken["status"]) == (202, "RUNNING")
        assert (taken["output"], taken["endTime"]) == (None, 0)
        assert taken["endDate"] == "1970-01-01T00:00:00.000+0000"
        assert json.loads(taken["input"]) == a_body("Hello there")
        done = await pod.after(1, taken["jobId"])
        assert (done.status, done["status"]) == (200, "COMPLETE")
        assert done["output"] == "echo: Hello there"
        assert done["conversationId"] == taken["conversationId"]


async def test_a_reply_has_all_fields_and_both_forms_of_time() -> None:
    async with a_pod() as pod:
        taken = await pod.ask("Hello")
        done = await pod.after(2, taken["jobId"])
        assert set(taken.body) == set(done.body) == FIELDS
        assert ORACLE_TIME.fullmatch(done["createDate"])
        assert ORACLE_TIME.fullmatch(done["endDate"])
        assert done["timeTaken"] == done["endTime"] - done["startDate"] == 400
        assert done["workflowCode"] == "FINANCE_DESK"
        assert done["inputTokenCount"] > 0 < done["outputTokenCount"]


async def test_v2_answers_200_and_knows_the_jobs_of_v1() -> None:
    async with a_pod() as pod:
        pod.version = "v2"
        taken = await pod.ask("Hello")
        assert taken.status == 200
        pod.version = "v1"
        assert (await pod.after(1, taken["jobId"]))["status"] == "COMPLETE"


async def test_even_at_pace_zero_a_fresh_job_runs_and_the_next_reading_is_complete() -> None:
    async with a_pod(pace=0) as pod:
        taken = await pod.ask("sleep 20")
        assert taken["status"] == "RUNNING"
        assert (await pod.status(taken["jobId"]))["output"] == "echo: sleep 20"


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({"colour": "red", "size": 1}, ["colour", "size"]),
        ({"message": ""}, ["message"]),
        ({"message": None}, ["message"]),
        ({"conversational": False}, ["conversational"]),
        ({"conversational": "true"}, ["conversational"]),
        ({"conversationId": 5}, ["conversationId"]),
        ({"parameters": {"a": 1}}, ["parameters"]),
        ({"parameters": None}, ["parameters"]),
        ({"status": "OPEN"}, ["status"]),
        ({"version": "3"}, ["version"]),
        ({"version": True}, ["version"]),
        ({"invocationMode": "USER"}, ["invocationMode"]),
        ({"progressMessage": "yes"}, ["progressMessage"]),
        ({"jobId": 7}, ["jobId"]),
        ({"resumeNodeInput": "{}"}, ["resumeNodeInput"]),
        ({"agentCodes": [1]}, ["agentCodes"]),
    ],
)
async def test_a_wrong_field_is_named_and_nothing_runs(
    change: dict[str, Any], names: list[str]
) -> None:
    async with a_pod() as pod:
        refused = await pod.post(a_body("Hello") | change)
        assert refused.status == 400
        assert all(name in refused["error"] for name in names)
        assert refused["traceId"]
        assert (pod.server.invocations, pod.server.refusals[0].status) == ([], 400)


@pytest.mark.parametrize("name", ["message", "conversational", "conversationId", "parameters"])
async def test_a_field_that_must_be_there_is_missed(name: str) -> None:
    async with a_pod() as pod:
        body = a_body("Hello")
        del body[name]
        refused = await pod.post(body)
        assert (refused.status, name in refused["error"]) == (400, True)


async def test_what_is_no_json_object_is_refused() -> None:
    async with a_pod() as pod:
        assert (await pod.post(["Hello"])).status == 400
        url = f"{pod.server.base_url}/api/fusion-ai/orchestrator/agent/v1/HR_HELP/invokeAsync"
        json_type = {"Content-Type": "application/json"}
        for data, more, status in ((b"{\xff", json_type, 400), (b"{}", {}, 415)):
            async with pod.session.post(url, data=data, headers=pod.bearer | more) as reply:
                assert reply.status == status
                assert "errorCode" in await reply.json()


async def test_unknown_teams_versions_and_jobs_are_not_found() -> None:
    async with a_pod() as pod:
        assert (await pod.post(a_body("Hello"), team="NOBODY")).status == 404
        assert (await pod.ask("Hello", version=4)).status == 404
        assert (await pod.status("12")).status == 404
        taken = await pod.ask("Hello", version=3)
        assert (await pod.status(taken["jobId"], team="HR_HELP")).status == 404


async def test_other_addresses_are_not_found() -> None:
    async with a_pod() as pod:
        for path in ("/", "/api/fusion-ai/orchestrator/agent/v3/HR_HELP/status/1"):
            async with pod.session.get(pod.server.base_url + path) as reply:
                assert reply.status == 404


async def test_an_unpublished_team_is_for_drafts_only() -> None:
    async with a_pod(team="UNPUBLISHED_TEAM") as pod:
        for status in ("PUBLISHED", None):
            refused = await pod.ask("Hello", status=status)
            assert (refused.status, refused["errorCode"]) == (403, "FAI-40300")
            assert "You can not execute this workflow" in refused["error"]
        taken = await pod.ask("Hello", status="DRAFT")
        assert (taken.status, taken["workflowStatus"]) == (202, "DRAFT")


async def test_a_conversation_remembers_what_was_asked() -> None:
    async with a_pod() as pod:
        first = await pod.ask("My cat is called Ada")
        pod.clock.now += 1
        again = await pod.ask("What did I ask before?", first["conversationId"])
        assert again["conversationId"] == first["conversationId"]
        done = await pod.after(1, again["jobId"])
        assert done["output"] == "You asked before: My cat is called Ada"


async def test_an_unknown_conversation_and_that_of_another_team_begin_a_new_one() -> None:
    async with a_pod() as pod:
        other = await pod.post(a_body("Hello"), team="HR_HELP")
        pod.clock.now += 1
        for strange in ("made-up", other["conversationId"]):
            taken = await pod.ask("What did I ask before?", strange)
            assert taken["conversationId"] != strange
            assert "first thing" in (await pod.after(1, taken["jobId"]))["output"]
        assert pod.server.invocations[-1].sent_conversation_id == other["conversationId"]


async def test_a_conversation_has_one_live_job() -> None:
    async with a_pod() as pod:
        first = await pod.ask("hold the line")
        refused = await pod.ask("And now?", first["conversationId"])
        assert (refused.status, pod.server.refusals[0].code) == (409, "FAI-40900")
        assert pod.server.invocations_of("And now?") == []
        assert (await pod.ask("And now?")).status == 202


async def test_a_job_on_hold_runs_until_it_is_released() -> None:
    async with a_pod() as pod:
        held = [await pod.ask(f"hold {number}") for number in range(3)]
        pod.clock.now += 3000
        assert pod.server.job_status(held[0]["jobId"]) is JobStatus.RUNNING
        assert pod.server.release(held[0]["jobId"])
        assert not pod.server.release(held[0]["jobId"])
        assert (await pod.status(held[0]["jobId"]))["output"] == "echo: hold 0"
        assert (await pod.status(held[1]["jobId"]))["status"] == "RUNNING"
        assert pod.server.release_all() == 2
        assert (await pod.status(held[2]["jobId"]))["status"] == "COMPLETE"
        with pytest.raises(KeyError):
            pod.server.release("unknown")


async def test_sleep_takes_as_long_as_it_says_at_the_servers_pace() -> None:
    async with a_pod(pace=0.5) as pod:
        job = (await pod.ask("sleep 20"))["jobId"]
        assert (await pod.after(9.9, job))["status"] == "RUNNING"
        assert (await pod.after(0.2, job))["output"] == "echo: sleep 20"


async def test_invocations_are_kept_with_what_tests_want_to_know() -> None:
    async with a_pod() as pod:
        taken = await pod.ask("Hello", parameters={"Email": "ada@example.com"})
        (kept,) = pod.server.invocations_of("Hello")
        assert (kept.code, kept.job_id) == ("FINANCE_DESK", taken["jobId"])
        assert (kept.conversation_id, kept.sent_conversation_id) == (taken["conversationId"], None)
        assert kept.parameters == {"Email": "ada@example.com"}
        assert (kept.user, kept.body["progressMessage"]) == ("playground-client", True)
        assert kept.headers["content-type"] == "application/json"
        assert "authorization" not in kept.headers
        assert kept.at.tzinfo is not None
        shown = await pod.ask("Show my parameters", parameters={"Email": "ada@example.com"})
        assert "ada@example.com" in (await pod.after(1, shown["jobId"]))["output"]


async def test_debug_details_need_admin_in_the_body_and_in_the_query() -> None:
    async with a_pod() as pod:
        for mode, query, shown in (
            ("ADMIN", "?invocationMode=ADMIN", True),
            ("ADMIN", "", False),
            ("END_USER", "?invocationMode=ADMIN", False),
        ):
            job = (await pod.ask("Hello", invocationMode=mode))["jobId"]
            (node,) = (await pod.status(job, query))["nodes"]
            assert ("input" in node) is shown


async def test_progress_texts_come_only_where_they_were_asked_for() -> None:
    async with a_pod() as pod:
        job = (await pod.ask("Hello", progressMessage=False))["jobId"]
        assert "progressMessage" not in (await pod.status(job)).body


async def test_waiting_for_invocations_wakes_when_they_come_and_gives_up_when_not() -> None:
    async with a_pod() as pod:
        waiting = asyncio.create_task(pod.server.wait_for_invocations(2))
        await pod.ask("One")
        await pod.ask("Two")
        assert [each.message for each in await waiting] == ["One", "Two"]
        with pytest.raises(TimeoutError):
            await pod.server.wait_for_invocations(3, timeout=0.01)


async def test_an_outage_keeps_the_address_and_the_jobs() -> None:
    async with a_pod() as pod:
        address = pod.server.base_url
        job = (await pod.ask("Hello"))["jobId"]
        await pod.server.stop()
        await pod.server.stop()
        with pytest.raises(aiohttp.ClientConnectionError):
            await pod.status(job)
        await pod.server.start()
        assert pod.server.base_url == address
        assert (await pod.after(1, job))["status"] == "COMPLETE"
        with pytest.raises(RuntimeError):
            await pod.server.start()


async def test_an_address_is_known_only_after_the_start_and_a_taken_port_is_an_error() -> None:
    with pytest.raises(RuntimeError):
        _ = FusionServer().base_url
    async with a_pod() as pod:
        taken = int(pod.server.base_url.rpartition(":")[2])
        with pytest.raises(OSError, match="address already in use"):
            await FusionServer(port=taken).start()


async def test_requests_are_counted_by_kind() -> None:
    async with a_pod() as pod:
        job = (await pod.ask("Hello"))["jobId"]
        await pod.post({})
        for _ in range(3):
            await pod.status(job)
        server = pod.server
        counted = (server.token_requests, server.invoke_requests, server.status_requests)
        assert counted == (1, 2, 3)


async def test_many_jobs_run_at_once_without_a_task_for_each() -> None:
    async with a_pod() as pod:
        await asyncio.gather(*(pod.ask(f"sleep 20 number {number}") for number in range(200)))
        assert len(pod.server.jobs) == 200
        assert len(asyncio.all_tasks()) < 150  # those of the open connections
        pod.clock.now += 21
        done = await asyncio.gather(*(pod.status(job) for job in pod.server.jobs))
        assert {each["status"] for each in done} == {"COMPLETE"}


async def test_everything_that_the_page_suggests_starts_and_is_described() -> None:
    assert all(team.name and team.description for team in DEMO_TEAMS)
    assert all(team.starter_questions for team in DEMO_TEAMS if team.published)
    async with a_pod() as pod:
        offered = suggestions()
        assert len({each["message"] for each in offered}) == len(offered) >= 12
        for each in offered:
            assert set(each) == {"title", "message", "what"}
            job = (await pod.ask(each["message"]))["jobId"]
            done = await pod.after(60, job)
            assert "echo:" not in str(done["output"])
