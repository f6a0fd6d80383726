"""What the demo's agent teams answer, over HTTP."""

import re

import pytest
from hypothesis import given, strategies as st

from bot.playground.fusion import FINANCE_DESK, HR_HELP, JobStatus
from bot.playground.fusion.jobs import Job
from bot.playground.fusion.steps import Question, Takes, Wait, read_answer
from tests.playground.fusion_pod import Pod, Reply, a_pod


async def answered(pod: Pod, message: str, seconds: float = 3) -> Reply:
    return await pod.after(seconds, (await pod.ask(message))["jobId"])


async def test_the_policy_has_citations_chunks_and_follow_up_questions() -> None:
    async with a_pod() as pod:
        done = await answered(pod, "What is our travel policy?")
        assert done["status"] == "COMPLETE"
        assert done["citations"][0]["title"] == "Global travel policy 2026"
        assert done["supportingChunks"][0]["text"]
        assert "Show me supplier spend" in done["followUpQuestions"]


async def test_supplier_spend_is_a_markdown_table() -> None:
    async with a_pod() as pod:
        done = await answered(pod, "Show me supplier spend")
        rows = [line for line in done["output"].splitlines() if line.startswith("|")]
        assert len(rows) == 8
        assert {row.count("|") for row in rows} == {5}
        assert done["citations"][0]["link"].startswith("https://")
        assert all("question" in each for each in done["followUpQuestions"])


async def test_an_analysis_tells_node_by_node_how_far_it_is() -> None:
    async with a_pod() as pod:
        job = (await pod.ask("Analyse the spend of this quarter"))["jobId"]
        seen = []
        for _ in range(4):
            found = await pod.after(2.9, job)
            seen.append((found["progressMessage"], [each["status"] for each in found["nodes"]]))
        assert seen[0] == ("Reading 48,210 invoice lines", ["COMPLETE", "RUNNING"])
        assert seen[-1] == ("Writing the summary", ["COMPLETE"] * 3 + ["RUNNING"])
        done = await pod.after(1, job)
        assert (done["status"], done["timeTaken"]) == ("COMPLETE", 12_000)
        assert [each["endTime"] - each["startDate"] for each in done["nodes"]] == [
            2000, 4000, 4000, 2000,
        ]  # fmt: skip


async def test_another_team_gives_its_progress_as_a_list() -> None:
    async with a_pod(team="HR_HELP") as pod:
        taken = await pod.ask("hold on")
        found = await pod.after(1, taken["jobId"])
        assert found["progressMessage"] == ["Holding until released"]


async def test_the_long_report_has_everything_that_is_hard_to_split() -> None:
    async with a_pod() as pod:
        text = (await answered(pod, "Write the long report"))["output"]
        assert len(text) > 30_000
        assert text.endswith("End of the report.\n")
        assert text.count("```") % 2 == 0
        assert max(map(len, re.findall(r"```csv\n(.*?)```", text, re.DOTALL))) > 11_500
        assert len(re.findall(r"^\| \d+ \|", text, re.MULTILINE)) == 220
        for piece in ("\n## Section 12\n", "\n    - recurring\n", "\n1. First step", "\n> Remark"):
            assert piece in text


async def test_a_failure_has_an_error_a_partial_output_and_a_trace_id() -> None:
    async with a_pod() as pod:
        done = await answered(pod, "Fail, please")
        assert done["status"] == "ERROR"
        assert "FAI-50012" in done["error"]
        assert "March is missing" in done["output"]
        assert done["traceId"]
        assert done["nodes"][-1]["status"] == "ERROR"


async def test_output_comes_as_html_as_an_object_and_as_nothing() -> None:
    async with a_pod() as pod:
        assert "<table>" in (await answered(pod, "Show HTML"))["output"]
        assert (await answered(pod, "Show JSON"))["output"]["currency"] == "EUR"
        nothing = await answered(pod, "Say nothing")
        assert (nothing["status"], nothing["output"]) == ("COMPLETE", None)


async def test_hostile_output_tries_everything() -> None:
    async with a_pod() as pod:
        done = await answered(pod, "Mention everyone")
        for piece in ("<!channel>", "<@U", "<!subteam^", "![", "<img", "javascript:", "|Sign in"):
            assert piece in done["output"]
        assert done["citations"][0]["url"].startswith("javascript:")


@pytest.mark.parametrize("team", ["FINANCE_DESK", "HR_HELP"])
async def test_the_first_question_has_nothing_before_it(team: str) -> None:
    async with a_pod(team=team) as pod:
        assert "first thing" in (await answered(pod, "what did I ask before?"))["output"]


@given(message=st.text(min_size=1), seconds=st.floats(0, 10_000), pace=st.floats(0, 2))
def test_every_message_has_a_script_that_can_be_played_to_any_moment(
    message: str, seconds: float, pace: float
) -> None:
    for team in (FINANCE_DESK, HR_HELP):
        script = team.plays(Question(message, (), {}))
        job = Job("1", team.code, "c", "t", "u", {}, "{}", pace)
        job.play(script, 5.0)
        trail = job.trail(5.0 + seconds)
        assert trail[-1] == job.current(5.0 + seconds)
        assert all(each.ended is not None for each in trail[:-1])
        assert job.status(5.0 + seconds) in JobStatus


@given(message=st.text())
def test_every_text_is_an_answer_of_some_kind(message: str) -> None:
    for takes in (Takes.DECISION, Takes.CHANGES, Takes.TEXT):
        wait = Wait("node", "message", takes, {})
        answer = read_answer(wait, message)
        assert answer.comment in ("", message.strip()) or ":" in message or "\n" in message
